"""Makes a certificate authority of its own, and certificates for the names that a server answers to.

Some clients insist on https (MSAL Python, azure-identity). The authority may sign for loopback and the names it was
made for only (RFC 5280 section 4.2.1.10, name constraints), so that trusting it opens nothing else. Nothing here
touches the system's store: `trust_lines` are what a person may type.
"""

from __future__ import annotations

import datetime
import ipaddress
import os
import shlex
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")

_AUTHORITY = "entra-double, for development only"
_STORE_PASSWORD = "entra-double"
"""No secret: a Java key store must have one, and this one holds a public certificate."""

_DAY = datetime.timedelta(days=1)
_SIGNS_CERTIFICATES = x509.KeyUsage(
    key_cert_sign=True, crl_sign=True, digital_signature=False, content_commitment=False, key_encipherment=False,
    data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A certificate authority. Its key is good only for the names that its certificate allows."""

    certificate: x509.Certificate
    key: EllipticCurvePrivateKey = field(repr=False)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def issue(self, names: Iterable[str]) -> tuple[bytes, bytes]:
        """Return a server's certificate for `names` and its private key, both as PEM."""
        key, names = generate_private_key(SECP256R1()), list(names)
        builder = (
            _builder(names[0], self.certificate.subject, key)
            .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )
        return builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.PEM), _pem(key)


def make_authority(names: Iterable[str] = LOOPBACK_NAMES) -> Authority:
    """Return a new authority for `names` (host names and addresses), valid for a year."""
    key, allowed = generate_private_key(SECP256R1()), [_general_name(name, as_network=True) for name in names]
    builder = (
        _builder(_AUTHORITY, _name(_AUTHORITY), key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_SIGNS_CERTIFICATES, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.NameConstraints(permitted_subtrees=allowed, excluded_subtrees=None), critical=True)
    )
    return Authority(certificate=builder.sign(key, hashes.SHA256()), key=key)


def names_of(pem: bytes) -> set[str]:
    """Return the names that an authority may sign for.

    Raises:
        ValueError: The text is no certificate, or one without such names.
    """
    certificate = x509.load_pem_x509_certificate(pem)
    try:
        allowed = certificate.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees
    except x509.ExtensionNotFound:
        raise ValueError("it may sign for every name") from None
    return {str(name.value).partition("/")[0] for name in allowed or ()}  # an address is a network of one


def trust_lines(ca: Path) -> tuple[tuple[str, str], ...]:
    """Return for each client the line that makes it trust the authority in the file `ca`.

    A person types them in a POSIX shell. They hold for that shell; Chromium's changes the database of certificates in
    the person's home.
    """
    path, store = shlex.quote(str(ca)), shlex.quote(str(ca.with_name("java.p12")))
    java = f"-Djavax.net.ssl.trustStore={store} -Djavax.net.ssl.trustStorePassword={_STORE_PASSWORD}"
    return (
        ("MSAL Python, azure-identity, requests", f"export REQUESTS_CA_BUNDLE={path}"),
        ("httpx, urllib; Go and .NET on Linux", f"export SSL_CERT_FILE={path}"),
        ("Node.js, msal-node", f"export NODE_EXTRA_CA_CERTS={path}"),
        ("curl", f"export CURL_CA_BUNDLE={path}"),
        (
            "Java",
            f"keytool -importcert -noprompt -alias entra-double -file {path} -keystore {store}"
            f" -storepass {_STORE_PASSWORD}; export JAVA_TOOL_OPTIONS={shlex.quote(java)}",
        ),
        (
            "Chromium on Linux",
            f'mkdir -p "$HOME/.pki/nssdb"; certutil -d sql:"$HOME/.pki/nssdb" -A -t C,, -n entra-double -i {path}',
        ),
    )


def kept_authority(folder: Path, names: Iterable[str] = LOOPBACK_NAMES) -> tuple[Authority, Path]:
    """Return the authority kept in `folder` and the file of its certificate; an expired one is replaced.

    A new one may sign for `names`; keep those for other names in other folders.
    """
    ca, key_file = folder / "ca.pem", folder / "ca.key"
    if ca.exists() and key_file.exists():
        certificate = x509.load_pem_x509_certificate(ca.read_bytes())
        key = load_pem_private_key(key_file.read_bytes(), None)
        if certificate.not_valid_after_utc > _now() and isinstance(key, EllipticCurvePrivateKey):
            return Authority(certificate=certificate, key=key), ca
    authority = make_authority(names)
    _write_private(key_file, _pem(authority.key))
    _write_private(ca, authority.pem)
    return authority, ca


def write_certificate(authority: Authority, names: Iterable[str], folder: Path) -> tuple[Path, Path]:
    """Issue a server's certificate into `folder`; return the files of certificate and key, as uvicorn takes them."""
    files = folder / "server.pem", folder / "server.key"
    for file, data in zip(files, authority.issue(names), strict=True):
        _write_private(file, data)
    return files


def _write_private(path: Path, data: bytes) -> None:
    """Write a file that only its owner may read."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def _builder(name: str, issuer: x509.Name, key: EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    number, now = x509.random_serial_number(), _now()
    return x509.CertificateBuilder(issuer, _name(name), key.public_key(), number, now - _DAY, now + 365 * _DAY)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _pem(key: EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _general_name(name: str, *, as_network: bool = False) -> x509.GeneralName:
    """Return a host name or an address; name constraints have an address as a network of one."""
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return x509.DNSName(name)
    return x509.IPAddress(ipaddress.ip_network(address) if as_network else address)
