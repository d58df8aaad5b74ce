"""Makes the requests of applications that can keep a secret: a daemon, and a web site's server."""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
from typing import Any

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from entra_double import Emulator
from entra_double._token_endpoint.client_authentication import ASSERTION_TYPE
from entra_double._world.registration import Certificate

from .single_page_app import API, BASE_URL, NOW, TENANT, TOKEN
from .worlds import change

DAEMON = "dae00000-0000-4000-a000-000000000004"
DAEMON_SECRET = "entra-local-not-a-secret-daemon"
SITE = "517e0000-0000-4000-a000-000000000005"
SITE_SECRET = "entra-local-not-a-secret-site"
DEFAULT = f"api://{API}/.default"

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def self_signed(key: rsa.RSAPrivateKey = KEY) -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "daemon")])
    begin = datetime.datetime.fromtimestamp(NOW, datetime.UTC)
    certificate = x509.CertificateBuilder(name, name, key.public_key(), 1, begin, begin + datetime.timedelta(days=365))
    return certificate.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


CERTIFICATE = self_signed()


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def thumbprint(der: bytes = CERTIFICATE) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()


def assertion(*, key: rsa.RSAPrivateKey = KEY, header: dict[str, object] | None = None, **changes: Any) -> str:
    """What MSAL sends in place of a secret."""
    claims = {
        "aud": BASE_URL + TOKEN,
        "iss": DAEMON,
        "sub": DAEMON,
        "jti": "one",
        "exp": NOW + 600,
        "nbf": NOW,
        **changes,
    }
    head = {"alg": "RS256", "typ": "JWT", "x5t#S256": thumbprint(), **(header or {})}
    known = {name: value for name, value in claims.items() if value is not None}
    signed = f"{part(head)}.{part(known)}"
    scheme: padding.AsymmetricPadding = padding.PKCS1v15()
    if head["alg"] == "PS256":
        scheme = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
    signature = key.sign(signed.encode(), scheme, hashes.SHA256())
    return f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def proof(**changes: Any) -> dict[str, str]:
    return {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion(**changes)}


def trust_certificate(emulator: Emulator) -> None:
    change(emulator, DAEMON, certificates=(Certificate(key_id="one", der=CERTIFICATE),))


async def credentials(
    http: httpx.AsyncClient, *, tenant: str = TENANT, headers: Any = None, **form: Any
) -> httpx.Response:
    """Ask for a token of the application's own; None leaves a parameter out."""
    data = {"grant_type": "client_credentials", "client_id": DAEMON, "scope": DEFAULT, **form}
    return await http.post(
        f"/{tenant}/oauth2/v2.0/token",
        data={name: value for name, value in data.items() if value is not None},
        headers=headers or {},
    )
