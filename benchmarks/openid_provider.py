"""An OpenID provider on loopback, on https and in a process of its own, for peers that sign in with the same tokens.

It has no page: the benchmark is the browser, too, and a code says what its token will have. ``nonce`` and ``challenge``
are those of the sign-in; ``flaw`` is empty, ``"nonce"`` or ``"signature"``.
"""

import base64
import hashlib
import json
import ssl
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import certifi
from entra_double._http.tls import make_authority
from scripted import K1, STRANGER, TENANT, Key, as_json, base64url, claims_v2, token

UPN = "ada@contoso.example"
COUNTS = "/counts"
KINDS = {"openid-configuration": "discovery", "keys": "keys", "token": "token", "userinfo": "userinfo"}
"""The last part of an address → what is counted."""

numbers = count()


class Provider:
    """The documents and tokens of the provider, and how often each was asked for."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.keys = [key.jwk(host=host) for key in (K1, *(Key.make(f"key-{number}") for number in range(2, 7)))]
        self.counts: Counter[str] = Counter()

    def answer(self, path: str, form: dict[str, str]) -> dict[str, Any]:
        kind = KINDS.get(path.rpartition("/")[2], "")
        if not kind:
            return dict(self.counts)
        self.counts[kind] += 1
        documents = {"discovery": self.discovery, "keys": lambda: {"keys": self.keys}, "userinfo": self.userinfo}
        return documents[kind]() if kind in documents else self.redeem(form)

    def discovery(self) -> dict[str, Any]:
        base = f"{self.host}/{TENANT}"
        return {
            "issuer": f"{base}/v2.0",
            "jwks_uri": f"{base}/discovery/v2.0/keys",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "userinfo_endpoint": f"{base}/userinfo",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        }

    def userinfo(self) -> dict[str, Any]:
        return {"sub": claims_v2()["sub"], "name": "Ada Lovelace", "email": UPN, "preferred_username": UPN}

    def redeem(self, form: dict[str, str]) -> dict[str, Any]:
        code = json.loads(base64.urlsafe_b64decode(form["code"]))
        challenge = base64url(hashlib.sha256(form["code_verifier"].encode()).digest())
        assert challenge == code["challenge"], "PKCE"
        assert form["client_secret"]
        nonce = "of another sign-in" if code["flaw"] == "nonce" else code["nonce"]
        claims = claims_v2(
            host=self.host, now=int(time.time()), scp=None, azp=None, azpacr=None, nonce=nonce, email=UPN,
            uti=f"sign-in-{next(numbers)}",
        )  # fmt: skip
        id_token = token(claims, key=STRANGER if code["flaw"] == "signature" else K1)
        return {"token_type": "Bearer", "expires_in": 3600, "access_token": "opaque", "id_token": id_token}


@contextmanager
def serving_provider(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the provider's host, and a bundle of certificates that trusts it, as large as the one of requests."""
    authority = make_authority()
    (folder / "server.pem").write_bytes(b"".join(authority.issue(["localhost"])))
    bundle = folder / "bundle.pem"
    bundle.write_bytes(Path(certifi.where()).read_bytes() + authority.pem)
    context = get_context("fork")  # it shares the keys
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=serve, args=(sender, folder / "server.pem"))
    process.start()
    try:
        yield receiver.recv(), bundle
    finally:
        process.terminate()
        process.join()


def serve(sender: Any, certificate: Path) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.reply(dict(parse_qsl(body.decode())))

        def reply(self, form: dict[str, str]) -> None:
            body = as_json(provider.answer(self.path, form))
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        provider = Provider(f"https://localhost:{server.server_port}")
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        sender.send(provider.host)
        server.serve_forever()


def counts(host: str, bundle: Path) -> Counter[str]:
    """Return how often each kind of document was asked for."""
    context = ssl.create_default_context(cafile=str(bundle))
    with urllib.request.urlopen(f"{host}{COUNTS}", context=context) as answer:
        return Counter(json.load(answer))
