"""Our own application at Entra: asks for tokens with client credentials, through MSAL Python."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import requests
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.views.decorators.debug import sensitive_variables
from msal import (
    ConfidentialClientApplication,
    ManagedIdentityClient,
    SystemAssignedManagedIdentity,
    UserAssignedManagedIdentity,
)

from django_entrance.conf.cached_result import CachedResults
from django_entrance.conf.loading import DEPENDS_ON, current_settings
from django_entrance.conf.options import MANAGED_IDENTITY, AuthoritySettings
from django_entrance.entra.http_client import HttpClient, https_label
from django_entrance.verification.issuers import CLOUDS
from django_entrance.verification.metadata.fetch import DOCUMENT_TIMEOUT, send_no_credentials

TOKEN_EXCHANGE = "api://AzureADTokenExchange"
TOKEN_EXCHANGES: Mapping[str, str] = {
    CLOUDS["us-government"]: f"{TOKEN_EXCHANGE}USGov",
    CLOUDS["china"]: f"{TOKEN_EXCHANGE}China",
}
"""What a managed identity's token is asked for, to be an assertion (Microsoft, "workload identity federation")."""

PRIVATE_KEY = re.compile(r"-----BEGIN ([A-Z ]*)PRIVATE KEY-----.*?-----END \1PRIVATE KEY-----", re.DOTALL)
CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)


@CachedResults
def client_of(name: str, tenant: str = "") -> ConfidentialClientApplication:
    """Return our application at the authority of that name; it keeps the tokens that it was given in memory.

    ``tenant`` is the id of the tenant whose data is wanted, for an authority of several; else it is the authority's.

    Raises:
        KeyError: no authority has the name.
        OSError: the certificate's file cannot be read, or the authority does not answer.
        ValueError: the authority has no credential, or MSAL cannot read it.
    """
    own = current_settings().AUTHORITIES[name]
    return ConfidentialClientApplication(
        own.CLIENT_ID,
        client_credential=credential_of(own),
        authority=f"{https_label(own.AUTHORITY_HOST)}/{tenant or own.TENANT_ID}",
        instance_discovery=False,
        http_client=HttpClient(own),
    )


@receiver(setting_changed)
def forget_clients(*, setting: str, **_: object) -> None:
    """Drop the clients with their tokens when a test overrides a setting that they depend on."""
    if setting in DEPENDS_ON:
        client_of.cache_clear()


@sensitive_variables()
def credential_of(own: AuthoritySettings) -> str | Mapping[str, Any]:
    """Return the credential as MSAL takes it (MSAL Python, ``client_credential``).

    Raises:
        OSError: the certificate's file cannot be read.
        ValueError: there is no credential, or the file has no certificate and RSA key in PEM.
    """
    if own.CLIENT_SECRET:
        return own.CLIENT_SECRET
    if own.CLIENT_CERTIFICATE:
        return certificate_and_key(Path(own.CLIENT_CERTIFICATE).read_text(encoding="utf-8", errors="replace"))
    kind, _, identity = (own.CLIENT_ASSERTION or "").partition(":")
    if kind == MANAGED_IDENTITY:
        audience = TOKEN_EXCHANGES.get(own.AUTHORITY_HOST, TOKEN_EXCHANGE)
        return {"client_assertion": partial(managed_identity_assertion, identity, audience)}
    if own.CLIENT_ASSERTION:
        return {"client_assertion": partial(read_assertion, Path(own.CLIENT_ASSERTION))}
    raise ValueError("The authority has no CLIENT_SECRET, CLIENT_CERTIFICATE or CLIENT_ASSERTION.")


@sensitive_variables()
def certificate_and_key(pem: str) -> Mapping[str, str]:
    """Return both parts of a PEM file, in whichever order they stand; the certificate may have its chain after it.

    Raises:
        ValueError: there are not both, or the key is no RSA key, or has a password. MSAL would fail at the first
            request, and the frames of its error have the key.
    """
    key, certificates = PRIVATE_KEY.search(pem), CERTIFICATE.findall(pem)
    if key is None or not certificates or not is_rsa_key(key[0]):
        told = "CLIENT_CERTIFICATE is not a PEM file with a private key and a certificate"
        raise ValueError(f"{told}. The key must be RSA, without a password.")
    return {"private_key": key[0], "public_certificate": "\n".join(certificates)}


@sensitive_variables()
def is_rsa_key(pem: str) -> bool:
    try:
        return isinstance(load_pem_private_key(pem.encode(), password=None), RSAPrivateKey)
    except (TypeError, ValueError, UnsupportedAlgorithm):
        return False


def why_unreadable(path: str) -> str:
    """Return why a certificate's file cannot be used, or an empty text."""
    try:
        certificate_and_key(Path(path).read_text(encoding="utf-8", errors="replace"))
    except OSError as error:
        return f"the file cannot be read ({type(error).__name__})"
    except ValueError:
        return "the file has no private key and certificate in PEM, or the key is not RSA or has a password"
    return ""


def read_assertion(path: Path) -> str:
    """Return the token in a file, which the platform renews."""
    return path.read_text(encoding="ascii").strip()


class MachineSession(requests.Session):
    """Asks the platform that this machine runs on: each answer in DOCUMENT_TIMEOUT seconds, no proxy, no redirect.

    MSAL wants a session of requests here: for Service Fabric it derives one of its own from it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        self.auth = send_no_credentials

    def request(self, method: str, url: str, **options: Any) -> requests.Response:  # type: ignore[override]
        return super().request(method, url, **options | {"timeout": DOCUMENT_TIMEOUT, "allow_redirects": False})


def managed_identity_assertion(identity: str, audience: str) -> str:
    """Return a token of the machine's own identity, which Entra takes as a client assertion.

    ``identity`` is the client id of a user-assigned identity; without one it is the machine's system-assigned one.

    Raises:
        OSError: the machine has no such identity, or its endpoint gives no token.
    """
    which = UserAssignedManagedIdentity(client_id=identity) if identity else SystemAssignedManagedIdentity()
    with MachineSession() as session:
        answer = ManagedIdentityClient(which, http_client=session).acquire_token_for_client(resource=audience)
    if "access_token" not in answer:
        raise OSError(f"the machine's identity gave no token: {answer.get('error')}")
    return str(answer["access_token"])
