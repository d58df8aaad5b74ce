"""Credentials of our own application: a certificate in a file, and a token of the platform that it runs on."""

import base64
import time
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from entra_double import RunningEntra
from entra_double._world.registration import Certificate, FederatedCredential
from many_groups import change
from scripted import K2, Key, as_json, base64url, header_of, sign

PLATFORM = "https://cluster.example"
SUBJECT = "system:serviceaccount:logbook:api"


def pem_of(key: Key) -> tuple[bytes, bytes]:
    """Return the private key, and a new certificate."""
    certificate = x509.load_der_x509_certificate(base64.b64decode(key.certificate()))
    return as_pem(key.private), certificate.public_bytes(serialization.Encoding.PEM)


def as_pem(private: PrivateKeyTypes, password: bytes | None = None) -> bytes:
    """Return a private key as a file has it."""
    how = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how)


def trust_certificate(entra: RunningEntra, pem: bytes) -> None:
    """Register a certificate."""
    der = x509.load_pem_x509_certificate(pem).public_bytes(serialization.Encoding.DER)
    change(entra.emulator, certificates=(Certificate(key_id="one", der=der),))


def assertion(**changes: Any) -> str:
    """Return a token of the platform, signed with K2."""
    now = int(time.time())
    claims = {"iss": PLATFORM, "sub": SUBJECT, "aud": "api://AzureADTokenExchange", "exp": now + 600, "iat": now}
    return sign(".".join(base64url(as_json(part)) for part in (header_of(K2), claims | changes)), K2)


def trust_platform(entra: RunningEntra) -> None:
    """Register a federated credential for the platform's tokens."""
    public = K2.private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    trusted = FederatedCredential(id="one", name="cluster", issuer=PLATFORM, subject=SUBJECT, public_key=public)
    change(entra.emulator, federated=(trusted,))
