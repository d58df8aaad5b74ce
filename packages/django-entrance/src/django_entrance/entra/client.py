"""Our own application at Entra: asks for tokens with client credentials, through MSAL Python.

MSAL wants an https authority. entra-double on plain http gets an https label; while ``DEBUG`` is on, requests for the
label go to the real address on this machine.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests
from django.conf import settings as django_settings
from msal import ConfidentialClientApplication, ManagedIdentityClient, SystemAssignedManagedIdentity
from requests.adapters import HTTPAdapter

from django_entrance.conf.cached_result import CachedResults
from django_entrance.conf.loading import current_settings
from django_entrance.conf.options import AuthoritySettings

PATIENCE = 5.0
"""Seconds for each answer of Entra or Graph."""

TOKEN_EXCHANGE = "api://AzureADTokenExchange"
"""What a managed identity's token is asked for, to be an assertion (Microsoft, "workload identity federation")."""


class PlainHttp(HTTPAdapter):
    """Sends a request for the https label of an authority to its plain http address."""

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        request.url = "http" + str(request.url).removeprefix("https")
        return super().send(request, **options)


class Session(requests.Session):
    """Every request within PATIENCE seconds, without redirects, and without what a .netrc file has."""

    def request(self, method: str, url: str, **options: Any) -> requests.Response:  # type: ignore[override]
        options |= {"timeout": PATIENCE, "allow_redirects": False}
        return super().request(method, url, **options)


def session_for(own: AuthoritySettings) -> Session:
    """Return an HTTP client for Entra and Graph."""
    session = Session()
    if own.AUTHORITY_HOST.startswith("http://") and django_settings.DEBUG:
        session.mount(https_label(own.AUTHORITY_HOST), PlainHttp())
        session.trust_env = False
    return session


def https_label(address: str) -> str:
    return "https" + address.removeprefix("https").removeprefix("http")


@CachedResults
def client_of(name: str) -> ConfidentialClientApplication:
    """Return our application at the authority of that name; it keeps the tokens that it was given in memory.

    Raises:
        KeyError: no authority has the name.
        OSError: the certificate's file cannot be read.
        ValueError: the authority has no credential, or MSAL cannot read it.
    """
    own = current_settings().AUTHORITIES[name]
    return ConfidentialClientApplication(
        own.CLIENT_ID,
        client_credential=credential_of(own),
        authority=f"{https_label(own.AUTHORITY_HOST)}/{own.TENANT_ID}",
        instance_discovery=False,
        http_client=session_for(own),
    )


def credential_of(own: AuthoritySettings) -> str | Mapping[str, Any]:
    """Return the credential as MSAL takes it (MSAL Python, ``client_credential``)."""
    if own.CLIENT_SECRET:
        return own.CLIENT_SECRET
    if own.CLIENT_CERTIFICATE:
        pem = Path(own.CLIENT_CERTIFICATE).read_text(encoding="utf-8")
        return {"private_key": pem, "public_certificate": pem}
    if own.CLIENT_ASSERTION == "managed-identity":
        return {"client_assertion": managed_identity_assertion}
    if own.CLIENT_ASSERTION:
        return {"client_assertion": Path(own.CLIENT_ASSERTION).read_text}
    raise ValueError("The authority has no CLIENT_SECRET, CLIENT_CERTIFICATE or CLIENT_ASSERTION.")


def managed_identity_assertion() -> str:
    """Return a token of the machine's own identity, which Entra takes as a client assertion."""
    identity = ManagedIdentityClient(SystemAssignedManagedIdentity(), http_client=requests.Session())
    return str(identity.acquire_token_for_client(resource=TOKEN_EXCHANGE)["access_token"])
