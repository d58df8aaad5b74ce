"""Extends the seed for the clients: credentials, redirect URIs and policies."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from entra_double import Emulator
from entra_double._world.policies import AuthenticationContext, ConditionalAccess
from entra_double._world.registration import Certificate, FederatedCredential, OptionalClaim, Platform, RedirectUri
from entra_double._world.seed import API_CLIENT_ID, CONTOSO, DAEMON_CLIENT_ID, SPA_CLIENT_ID

WANTED = tuple(OptionalClaim(name=name) for name in ("acrs", "xms_cc"))
"""Further optional claims of Logbook API's access tokens, for claims challenges."""

NATIVE = RedirectUri(platform=Platform.PUBLIC_CLIENT, uri="http://localhost/native")


def extend_seed(emulator: Emulator, certificate: bytes) -> None:
    """Add what the clients need. `certificate` is the daemon's, as DER.

    The daemon gets a certificate and a federated credential with the same key. Logbook web gets a native redirect URI
    and may use the device code. The authentication context c1 requires multi-factor authentication.
    """
    daemon = {"certificates": (Certificate(key_id="client", der=certificate),), "federated": (_builds(certificate),)}
    change(emulator, DAEMON_CLIENT_ID, **daemon)
    web = emulator.directory.application(CONTOSO, SPA_CLIENT_ID)
    change(emulator, SPA_CLIENT_ID, redirect_uris=(*web.redirect_uris, NATIVE), public_client=True)
    api = emulator.directory.application(CONTOSO, API_CLIENT_ID)
    change(emulator, API_CLIENT_ID, access_token_claims=(*api.access_token_claims, *WANTED))
    emulator.directory = emulator.directory.put(
        AuthenticationContext(tenant_id=CONTOSO.id, id="c1", name="Sensitive actions"),
        ConditionalAccess(id="client", tenant_id=CONTOSO.id, name="Sensitive actions require MFA", context="c1"),
    )


def _builds(certificate: bytes) -> FederatedCredential:
    public_key = x509.load_der_x509_certificate(certificate).public_key()
    return FederatedCredential(
        id="client",
        name="builds",
        issuer="https://builds.example",
        subject="repository:logbook",
        public_key=public_key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo),
    )


def change(emulator: Emulator, client_id: str, **fields: object) -> None:
    """Replace fields of an application."""
    known = emulator.directory.application(CONTOSO, client_id)
    emulator.directory = emulator.directory.put(replace(known, **fields))


def write_certificate(folder: Path) -> tuple[Path, bytes]:
    """Write the daemon's key and certificate to a PEM file. Return the file, and the certificate as DER."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "daemon of the clients")])
    now = datetime.datetime.now(datetime.UTC)
    ends = now + datetime.timedelta(days=2)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now - datetime.timedelta(days=1), ends)
    certificate = made.sign(key, hashes.SHA256())
    file = folder / "daemon.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return file, certificate.public_bytes(serialization.Encoding.DER)
