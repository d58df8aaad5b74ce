"""A scripted authority: keys, tokens and a loopback server that can have any flaw."""

import base64
import datetime
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from django_entrance.verification.authority import Authority, trusted
from loopback import QuietHandler, serving_requests
from token_watch import keep_secret

TENANT = "7e4a0000-0000-4000-8000-000000000001"
OTHER_TENANT = "07e40000-0000-4000-8000-00000000000f"
API = "a9100000-0000-4000-8000-000000000002"
SPA = "5ba00000-0000-4000-8000-000000000003"
ADA = "ada00000-0000-4000-8000-000000000004"
NOW = 1_790_000_000
PUBLIC_HOST = "https://login.microsoftonline.com"

Json = dict[str, Any]

#: Values of claims that are never shown: one of them in a text means that it has a whole set of claims.
UTI, RH = "Q7w0pXbT5E2mN8kLr4sJAA", "1.AXoAEH0sX0GKO06cbSt-kPGgAZJLHn1fPAZKjiGfC2p8MAMEAXo."
keep_secret(UTI, RH[2:])


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def as_json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A private RSA key and its key id."""

    key_id: str
    private: rsa.RSAPrivateKey = field(repr=False)

    @classmethod
    def make(cls, key_id: str, *, bits: int = 2048) -> "Key":
        return cls(key_id=key_id, private=rsa.generate_private_key(public_exponent=65537, key_size=bits))

    def sign(self, data: bytes) -> bytes:
        return self.private.sign(data, PKCS1v15(), SHA256())

    def certificate(self) -> str:
        """Return a self-signed certificate of the key, as in ``x5c``."""
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "accounts.accesscontrol.windows.net")])
        now = datetime.datetime.now(datetime.UTC)
        made = (
            x509.CertificateBuilder(name, name, self.private.public_key(), x509.random_serial_number())
            .not_valid_before(now)
            .not_valid_after(now + datetime.timedelta(days=1))
            .sign(self.private, SHA256())
        )
        return base64.b64encode(made.public_bytes(Encoding.DER)).decode()

    def jwk(self, *, host: str = PUBLIC_HOST, **changes: object) -> Json:
        numbers = self.private.public_key().public_numbers()
        modulus, exponent = (number.to_bytes((number.bit_length() + 7) // 8) for number in (numbers.n, numbers.e))
        published = {
            "kty": "RSA",
            "use": "sig",
            "kid": self.key_id,
            "x5t": self.key_id,
            "n": base64url(modulus),
            "e": base64url(exponent),
            "issuer": f"{host}/{{tenantid}}/v2.0",
        }
        return without_none(published | changes)


K1 = Key.make("first-key")
K2 = Key.make("second-key")
STRANGER = Key.make("first-key")


def without_none(members: Mapping[str, Any]) -> Json:
    """Drop members that a test sets to None; ``NULL`` is a JSON null."""
    return {name: None if value is NULL else value for name, value in members.items() if value is not None}


NULL = object()


def claims_v2(*, host: str = PUBLIC_HOST, now: int = NOW, **changes: Any) -> Json:
    """The claims of a delegated v2.0 access token, as Entra issues it."""
    claims = {
        "aud": API,
        "iss": f"{host}/{TENANT}/v2.0",
        "iat": now - 300,
        "nbf": now - 300,
        "exp": now + 3600,
        "aio": "AXQAi/8ZAAAA",
        "azp": SPA,
        "azpacr": "0",
        "name": "Ada Lovelace",
        "oid": ADA,
        "preferred_username": "ada@contoso.example",
        "rh": RH,
        "roles": ["Admin"],
        "scp": "access_as_user",
        "sub": "k3R1mJw0ZbT8dQ2vY5uXoHc7LqNfP9sAeG4iK6tB1zE",
        "tid": TENANT,
        "uti": UTI,
        "ver": "2.0",
        "xms_ftd": "pXo2",
    }
    return without_none(claims | changes)


def claims_v1(*, now: int = NOW, **changes: Any) -> Json:
    """The claims of a delegated v1.0 access token, as Entra issues it."""
    claims = {
        "aud": f"api://{API}",
        "iss": f"https://sts.windows.net/{TENANT}/",
        "iat": now - 300,
        "nbf": now - 300,
        "exp": now + 3600,
        "acr": "1",
        "amr": ["pwd", "mfa"],
        "appid": SPA,
        "appidacr": "0",
        "family_name": "Lovelace",
        "given_name": "Ada",
        "ipaddr": "203.0.113.24",
        "name": "Ada Lovelace",
        "oid": ADA,
        "roles": ["Admin"],
        "scp": "access_as_user",
        "sub": "k3R1mJw0ZbT8dQ2vY5uXoHc7LqNfP9sAeG4iK6tB1zE",
        "tid": TENANT,
        "unique_name": "ada@contoso.example",
        "upn": "ada@contoso.example",
        "uti": UTI,
        "ver": "1.0",
    }
    return without_none(claims | changes)


def header_of(key: Key, **changes: object) -> Json:
    return without_none({"typ": "JWT", "alg": "RS256", "kid": key.key_id} | changes)


def token(claims: Json | bytes | None = None, *, key: Key = K1, header: Json | bytes | None = None) -> str:
    """Return a signed compact JWS. Bytes are used unchanged, for JSON that no library writes."""
    claims = claims_v2() if claims is None else claims
    header = header_of(key) if header is None else header
    parts = [base64url(part if isinstance(part, bytes) else as_json(part)) for part in (header, claims)]
    return sign(".".join(parts), key)


def sign(signed: str, key: Key = K1) -> str:
    signature = base64url(key.sign(signed.encode()))
    keep_secret(*signed.split("."), signature)
    return f"{signed}.{signature}"


@dataclass(slots=True)
class ScriptedAuthority:
    """An authority's documents, and a record of its requests. Change ``changes`` or ``bodies`` to make it misbehave."""

    host: str = PUBLIC_HOST
    keys: list[Json] = field(default_factory=list)
    changes: Json = field(default_factory=dict)
    bodies: dict[str, bytes] = field(default_factory=dict)
    down: bool = False
    redirects: dict[str, str] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    credentials: list[str] = field(default_factory=list)

    def fetch(self, url: str) -> bytes:
        self.requests.append(url)
        if self.down:
            raise OSError("connection refused")
        path = url.removeprefix(self.host)
        if path in self.bodies:
            return self.bodies[path]
        return as_json(self.document(path))

    def document(self, path: str) -> Json:
        issuer = f"{self.host}/{TENANT}/v2.0"
        if path == f"/{TENANT}/v2.0/.well-known/openid-configuration":
            discovery = {"issuer": issuer, "jwks_uri": f"{self.host}/{TENANT}/discovery/v2.0/keys"}
            return without_none(discovery | self.changes)
        if path == f"/{TENANT}/discovery/v2.0/keys":
            return {"keys": self.keys}
        raise OSError(f"nothing at {path}")


def trust(published: ScriptedAuthority, **changes: Any) -> Authority:
    """Return a trusted authority that reads its documents from the script, without a server."""
    arguments: Json = {
        "host": PUBLIC_HOST,
        "tenant": TENANT,
        "client_id": API,
        "spa_client_id": SPA,
        "allowed_clients": {SPA},
        "required_scopes": {"access_as_user"},
        "fetch": published.fetch,
    }
    return trusted(**arguments | changes)


@contextmanager
def serving(authority: ScriptedAuthority) -> Iterator[ScriptedAuthority]:
    """Serve the authority's documents on a free loopback port, which becomes its ``host``."""

    class Handler(QuietHandler):
        def do_GET(self) -> None:
            authority.credentials += self.headers.get_all("Authorization", [])
            if self.path in authority.redirects:
                self.send_response(302)
                self.send_header("Location", authority.redirects[self.path])
                self.send_header("Content-Length", "0")
                return self.end_headers()
            try:
                status, body = 200, authority.fetch(authority.host + self.path)
            except OSError:
                status, body = 503, b"down"
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with serving_requests(Handler) as port:
        authority.host = f"http://localhost:{port}"
        yield authority
