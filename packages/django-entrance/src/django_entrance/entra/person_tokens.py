"""Asks Entra for a person's token for another API, through MSAL Python: on-behalf-of, or with a refresh token.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.core.signals import setting_changed
from django.dispatch import receiver
from django.views.decorators.debug import sensitive_variables
from msal import ConfidentialClientApplication

from django_entrance.conf.cached_result import CachedResults
from django_entrance.conf.loading import DEPENDS_ON, current_settings
from django_entrance.entra.calling_errors import refusal_of_answer, unanswered
from django_entrance.entra.client import credential_of
from django_entrance.entra.http_client import https_label
from django_entrance.entra.session_grants import Grant
from django_entrance.entra.sign_in_client import LONG, KeepsNothing
from django_entrance.entra.sign_in_http import SignInHttpClient
from django_entrance.metrics import TOKEN_REQUESTS, measure
from django_entrance.verification.errors import CallUnanswered, OnBehalfMisconfigured, Refused
from django_entrance.verification.identity import ANSWERS_CHALLENGES, Identity


class Given(NamedTuple):
    """A token for another API, the seconds that it is good for, and a refresh token or an empty text."""

    token: str
    seconds: float
    refresh_token: str

    def __repr__(self) -> str:
        return f"Given(seconds={self.seconds})"


@CachedResults
def person_client(name: str, tenant: str, scope: str) -> ConfidentialClientApplication:
    """Return our application at the authority of that name, in a person's tenant. It keeps no token of people.

    Raises:
        OSError: the certificate's file cannot be read, or the authority does not answer.
        ValueError: MSAL cannot read the credential, or the tenant does not exist.
    """
    own = current_settings().AUTHORITIES[name]
    return ConfidentialClientApplication(
        own.CLIENT_ID,
        client_credential=credential_of(own),
        authority=f"{https_label(own.AUTHORITY_HOST)}/{tenant}",
        instance_discovery=False,
        http_client=SignInHttpClient(name, own),
        token_cache=KeepsNothing(),
        exclude_scopes=[] if scope == LONG else [LONG],
    )


@receiver(setting_changed)
def forget_person_clients(*, setting: str, **_: object) -> None:
    """Drop the clients when a test overrides a setting that they depend on."""
    if setting in DEPENDS_ON:
        person_client.cache_clear()


@sensitive_variables()
def ask_entra(identity: Identity, grant: Grant, scopes: tuple[str, ...], claims: str | None) -> Given:
    """Return a token for the scopes of one API. ``claims`` is the JSON of a challenge of that API's.

    Raises:
        AccessRefused: Entra gives none: consent or a proof is missing, or the person may not, or no longer.
        CallUnanswered: Entra does not answer, or does not accept our application.
    """
    if not current_settings().AUTHORITIES[identity.authority].has_credential:
        raise OnBehalfMisconfigured(expected="CLIENT_SECRET, CLIENT_CERTIFICATE or CLIENT_ASSERTION")
    with measured(identity.authority, "refresh_token" if grant.is_refresh else "on_behalf_of"):
        return ask(identity, grant, scopes, claims)


@contextmanager
def measured(authority: str, grant_type: str) -> Iterator[None]:
    began, error = time.monotonic(), None
    try:
        yield
    except Refused as refusal:
        error = refusal.reason
        raise
    finally:
        measure(TOKEN_REQUESTS, authority, grant_type, error, amount=time.monotonic() - began)


@sensitive_variables()
def ask(identity: Identity, grant: Grant, scopes: tuple[str, ...], claims: str | None) -> Given:
    answer = answer_or_refusal(identity, grant, scopes, with_capability(claims, identity))
    if isinstance(answer, Refused):
        raise answer
    given = read_given(answer)
    if given is not None:
        return given
    if "error" not in answer:
        raise CallUnanswered(actual="an answer that cannot be read")
    own = current_settings().AUTHORITIES[identity.authority]
    raise refusal_of_answer(answer, identity, own, scopes)


@sensitive_variables()
def answer_or_refusal(
    identity: Identity, grant: Grant, scopes: tuple[str, ...], claims: str | None
) -> Mapping[str, Any] | Refused:
    """Return Entra's answer. A refusal is returned, not raised: it would hold on to frames of MSAL's with tokens."""
    asked = list(scopes)
    try:
        client = person_client(identity.authority, identity.tenant_id, LONG if identity.door != "bearer" else "")
        if not grant.is_refresh:
            answer = client.acquire_token_on_behalf_of(grant.secret, asked, claims_challenge=claims)
        else:
            data = {} if claims is None else {"claims": claims}
            answer = client.acquire_token_by_refresh_token(grant.secret, asked, data=data)
    except (FileNotFoundError, IsADirectoryError, PermissionError) as fault:
        return OnBehalfMisconfigured(expected="a credential's file that can be read", actual=type(fault).__name__)
    except OSError as fault:
        return unanswered(fault)
    except (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError) as fault:
        return CallUnanswered(actual=f"an answer that cannot be read ({type(fault).__name__})")
    return answer if isinstance(answer, dict) else {}


def with_capability(claims: str | None, identity: Identity) -> str | None:
    """Return the claims to ask for, and that challenges are answered, where the person's client does so."""
    if ANSWERS_CHALLENGES not in identity.client_capabilities:
        return claims
    wanted: dict[str, Any] = json.loads(claims) if claims else {}
    access_token = wanted.get("access_token")
    of_token = access_token if isinstance(access_token, dict) else {}
    return json.dumps({**wanted, "access_token": {**of_token, "xms_cc": {"values": [ANSWERS_CHALLENGES]}}})


def read_given(answer: Mapping[str, Any]) -> Given | None:
    """Return the token of an answer, or None where it has none that can be used (RFC 6749 section 5.1)."""
    token, seconds, refresh = (answer.get(name) for name in ("access_token", "expires_in", "refresh_token"))
    if not isinstance(token, str) or not token or str(answer.get("token_type")).lower() != "bearer":
        return None
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        return None
    return Given(token, float(seconds), refresh if isinstance(refresh, str) else "")
