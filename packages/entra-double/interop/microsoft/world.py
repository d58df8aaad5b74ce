"""Makes the world that the clients find: the documented one, in which more applications may do more."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from entra_double import Emulator
from entra_double._world.policies import AuthenticationContext, ConditionalAccess
from entra_double._world.redirect_uris import Platform, RedirectUri
from entra_double._world.registration import Certificate, FederatedCredential, OptionalClaim
from entra_double._world.seed import API_CLIENT_ID, CONTOSO, DAEMON_CLIENT_ID, SPA_CLIENT_ID

WANTED = tuple(OptionalClaim(name=name) for name in ("acrs", "xms_cc"))
"""What Logbook API reads of a claims challenge, beside what it reads anyway."""

NATIVE = RedirectUri(platform=Platform.PUBLIC_CLIENT, uri="http://localhost/native")


def furnish(emulator: Emulator, certificate: bytes) -> None:
    """Let applications do what the documented world has no need of. ``certificate`` is the daemon's, as DER.

    The daemon may also come from a build elsewhere, which signs with the same key. Logbook web runs on phones, and on
    devices without a keyboard. The authentication context c1 wants a second proof.
    """
    daemon = {"certificates": (Certificate(key_id="client", der=certificate),), "federated": (_builds(certificate),)}
    change(emulator, DAEMON_CLIENT_ID, **daemon)
    web = emulator.directory.application(CONTOSO, SPA_CLIENT_ID)
    change(emulator, SPA_CLIENT_ID, redirect_uris=(*web.redirect_uris, NATIVE), public_client=True)
    api = emulator.directory.application(CONTOSO, API_CLIENT_ID)
    change(emulator, API_CLIENT_ID, access_token_claims=(*api.access_token_claims, *WANTED))
    emulator.directory = emulator.directory.put(
        AuthenticationContext(tenant_id=CONTOSO.id, id="c1", name="What matters"),
        ConditionalAccess(id="client", tenant_id=CONTOSO.id, name="What matters wants a second proof", context="c1"),
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
    """Give an application other `fields`."""
    known = emulator.directory.application(CONTOSO, client_id)
    emulator.directory = emulator.directory.put(replace(known, **fields))


def write_certificate(folder: Path) -> tuple[Path, bytes]:
    """Write key and certificate of the daemon into one PEM file; return the file and the certificate as DER."""
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
