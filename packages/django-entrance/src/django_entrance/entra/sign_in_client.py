"""Our own application at Entra for page sign-in: where the browser goes, and what the code that it brings is worth.

MSAL Python makes state, nonce and PKCE, and redeems the code, over ``sign_in_http``. It keeps no token: its cache drops
them. ``session_grants`` keeps a refresh token, where ``TOKENS_CACHE`` says so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.core.signals import setting_changed
from django.dispatch import receiver
from django.views.decorators.debug import sensitive_variables
from msal import ConfidentialClientApplication, TokenCache

from django_entrance.conf.cached_result import CachedResults
from django_entrance.conf.loading import DEPENDS_ON, current_settings
from django_entrance.entra.client import credential_of
from django_entrance.entra.http_client import WrongHost, https_label, real_address
from django_entrance.entra.sign_in_http import NoAnswer, SignInHttpClient
from django_entrance.verification.errors import NonceRefused, SignInMisconfigured, SignInUnanswered, SignInUnavailable

SCOPES, LONG = ("openid", "profile"), "offline_access"
"""What is asked for: the ID token alone, and with ``TOKENS_CACHE`` a refresh token. MSAL adds all of them itself."""

FORM_POST = "form_post"
"""MSAL warns of all other modes. We ask for ``query``: a form of another site does not bring our Lax cookies, and the
code in a query is of no use without state and PKCE, which only the browser's cookie has."""


class Begun(NamedTuple):
    """A sign-in at Entra that was begun: where the browser goes, and what only this browser may bring back."""

    address: str
    state: str
    nonce: str
    verifier: str


class KeepsNothing(TokenCache):  # type: ignore[misc]  # MSAL has no types
    """A token cache of MSAL's that drops what it is given."""

    def add(self, event: Any, now: Any = None) -> None:
        """Keep nothing."""


class SignInClient(NamedTuple):
    """MSAL's client, and what it sends its requests with."""

    msal: ConfidentialClientApplication
    http: SignInHttpClient


@CachedResults
def sign_in_client(name: str) -> SignInClient:
    """Return our application at the authority of that name, for sign-in.

    Raises:
        OSError: the certificate's file cannot be read, or the authority does not answer.
        ValueError: MSAL cannot read the credential, or the tenant does not exist.
    """
    own = current_settings().AUTHORITIES[name]
    http = SignInHttpClient(name, own)
    msal = ConfidentialClientApplication(
        own.CLIENT_ID,
        client_credential=credential_of(own),
        authority="/".join([https_label(own.AUTHORITY_HOST), own.TENANT_ID, *own.USER_FLOWS[:1]]),
        instance_discovery=False,
        http_client=http,
        token_cache=KeepsNothing(),
        exclude_scopes=[] if current_settings().TOKENS_CACHE else [LONG],
    )
    return SignInClient(msal, http)


@receiver(setting_changed)
def forget_sign_in_clients(*, setting: str, **_: object) -> None:
    """Drop the clients when a test overrides a setting that they depend on."""
    if setting in DEPENDS_ON:
        sign_in_client.cache_clear()


@contextmanager
def as_refusals(name: str) -> Iterator[None]:
    """Turn what can go wrong between us, MSAL and Entra into refusals. None of them has a secret."""
    if not current_settings().AUTHORITIES[name].has_credential:
        raise SignInUnavailable()
    try:
        yield
    except (FileNotFoundError, IsADirectoryError, PermissionError) as fault:
        expected = "a credential's file that can be read"
        raise SignInMisconfigured(expected=expected, actual=type(fault).__name__) from None
    except OSError as fault:
        raise unanswered(fault) from None


def unanswered(fault: OSError) -> SignInUnanswered:
    if not isinstance(fault, NoAnswer):
        refusal = SignInUnanswered(actual=type(fault).__name__)
        refusal.is_outage = not isinstance(fault, WrongHost)
        return refusal
    refusal = SignInUnanswered(actual=str(fault))
    refusal.is_outage, refusal.retry_after = fault.is_outage, fault.retry_after
    return refusal


def begin(name: str, redirect_uri: str, *, claims: str = "", **hints: str | None) -> Begun:
    """Begin a sign-in at an authority. ``hints`` are ``login_hint``, ``domain_hint`` and ``prompt``.

    ``claims`` is the JSON of claims that Entra is to give, or an empty text (Microsoft, "Claims challenges, claims
    requests").

    Raises:
        SignInMisconfigured: there is no credential, or none that MSAL can read; or the tenant does not exist.
        SignInUnanswered: the authority does not answer.
    """
    with as_refusals(name):
        try:
            client = sign_in_client(name).msal
            asked_for = hints | {"claims_challenge": claims or None}
            flow = client.initiate_auth_code_flow([], redirect_uri=redirect_uri, response_mode=FORM_POST, **asked_for)
        except (TypeError, ValueError):  # TypeError: of a key with a password
            raise SignInMisconfigured(expected="a credential that MSAL can read, and a tenant that exists") from None
        asked = flow["auth_uri"].replace(f"response_mode={FORM_POST}", "response_mode=query")
        address = real_address(current_settings().AUTHORITIES[name], asked)
        return Begun(address, flow["state"], flow["nonce"], flow["code_verifier"])


def claims_of(context_id: str) -> str:
    """Return the claims to request for an authentication context, as JSON (OpenID Connect Core 1.0, section 5.5)."""
    wanted = {"id_token": {"acrs": {"essential": True, "value": context_id}}}
    return json.dumps(wanted, separators=(",", ":"))


def sends_issuer(name: str) -> bool:
    """Return whether the authority says that each of its answers names it (RFC 9207 section 3)."""
    with as_refusals(name):
        return sign_in_client(name).http.sends_issuer


def nonce_at_entra(nonce: str) -> str:
    """Return the nonce that Entra is given, and writes into the ID token: MSAL sends a digest of its own."""
    return hashlib.sha256(nonce.encode("ascii")).hexdigest()


@sensitive_variables()
def redeem(name: str, *, state: str, nonce: str, verifier: str, redirect_uri: str, code: str) -> Mapping[str, Any]:
    """Return what Entra gives for a code: ``id_token``, or ``error`` with its description. The rest is dropped, but
    for ``refresh_token`` where ``TOKENS_CACHE`` keeps it.

    Raises:
        NonceRefused: the ID token is from another sign-in.
        SignInUnanswered: Entra does not answer, or nothing that can be read.
        SignInMisconfigured: as ``begin`` does.
    """
    flow = {
        "state": state,
        "nonce": nonce,
        "code_verifier": verifier,
        "redirect_uri": redirect_uri,
        "scope": [*SCOPES, LONG] if current_settings().TOKENS_CACHE else list(SCOPES),
    }
    with as_refusals(name):
        client = sign_in_client(name).msal
        try:
            answer = client.acquire_token_by_auth_code_flow(flow, {"state": state, "code": code})
        except RuntimeError:  # MSAL has no other here, and its message has both nonces
            raise NonceRefused(expected="the nonce of this sign-in") from None
        except (AttributeError, KeyError, TypeError, ValueError):  # such as an ID token that is no text
            raise SignInUnanswered(actual="an answer that cannot be read") from None
    kept = ["id_token", "error", "error_description", "error_codes", "correlation_id"]
    kept += ["refresh_token"] if current_settings().TOKENS_CACHE else []
    return {key: answer[key] for key in kept if key in answer}
