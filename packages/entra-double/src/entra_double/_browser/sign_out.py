"""Answers sign-out requests: which account leaves, which applications are told, and where the browser goes then.

https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
https://openid.net/specs/openid-connect-frontchannel-1_0.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from entra_double._browser.browser import Browser
from entra_double._tokens.claims.common import v2_issuer
from entra_double._tokens.emulator import Emulator
from entra_double._tokens.memory.sessions import Account
from entra_double._tokens.verifying import BadToken, read_object
from entra_double._world.directory import Directory
from entra_double._world.requests.lookup import Parameters

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut:
    """The end of a sign-out: addresses of applications to load in `frames`, and where the browser goes `onward`."""

    frames: tuple[str, ...]
    onward: str | None

    @property
    def origins(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(_origin_of(address) for address in self.frames))


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOutChoice:
    """A page that asks which of several accounts signs out: its form sends `parameters` again, with a `logout_hint`."""

    accounts: tuple[Account, ...]
    parameters: Parameters


def sign_out(browser: Browser, parameters: Parameters) -> SignedOut | SignOutChoice:
    """End the sign-in that `logout_hint` or `id_token_hint` names, or the only one; of several, ask before any ends."""
    emulator = browser.emulator
    leaving = _leaving(emulator.sessions.accounts(browser.id), parameters)
    if len(leaving) > 1:
        return SignOutChoice(accounts=leaving, parameters=parameters)
    emulator.sessions.sign_out(browser.id, leaving)
    uri = parameters.get("post_logout_redirect_uri", "")
    return SignedOut(
        frames=tuple(address for account in leaving for address in _addresses(emulator, account)),
        onward=_with(uri, state=parameters.get("state")) if _is_registered(emulator.directory, uri) else None,
    )


def _leaving(accounts: tuple[Account, ...], parameters: Parameters) -> tuple[Account, ...]:
    if hint := parameters.get("logout_hint"):
        return tuple(account for account in accounts if account.answers_to(hint))
    if token := parameters.get("id_token_hint"):
        object_id = _object_id_in(token)
        return tuple(account for account in accounts if account.person.object_id == object_id)
    return accounts


def _object_id_in(token: str) -> object:
    """Read the `oid` of an ID token, which is only a hint: it may have expired, and the signature is not verified."""
    try:
        return read_object([*token.split("."), ""][1]).get("oid")
    except BadToken:
        return None


def _addresses(emulator: Emulator, account: Account) -> Iterator[str]:
    """Give the front-channel addresses of the applications that an account has let in."""
    directory, person = emulator.directory, account.person
    tenant = directory.tenant(person.tenant_id)
    clients = (tenant and directory.application(tenant, client_id) for client_id in sorted(account.clients))
    for client in clients:
        if client and client.logout_uri and _origin_of(client.logout_uri):
            issuer = v2_issuer(emulator.base_url, person.tenant_id)
            yield _with(client.logout_uri, iss=issuer, sid=account.session_id)


def _is_registered(directory: Directory, uri: str) -> bool:
    return any(application.platform_of(uri) for application in directory.applications)


def _origin_of(address: str) -> str:
    """Give what a content security policy may name; empty when the address is none of the web."""
    parts = urlsplit(address)
    origin = f"{parts.scheme}://{parts.netloc}"
    return origin if _ORIGIN.fullmatch(origin) else ""


def _with(uri: str, **parameters: str | None) -> str:
    known = {name: value for name, value in parameters.items() if value is not None}
    return f"{uri}{'&' if '?' in uri else '?'}{urlencode(known)}" if known else uri
