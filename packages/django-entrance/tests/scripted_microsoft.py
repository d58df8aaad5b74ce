"""Microsoft's side of page sign-in as a test scripts it: documents, and any answer of the token endpoint."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from browsing import CALLBACK, begin, query_of
from scripted import API, K1, SPA, TENANT, as_json, claims_v2, token
from token_watch import keep_secret

SECRET = "the-secret-of-the-scripted-application"
CODE = "0.a-code-of-the-scripted-authority"
keep_secret(SECRET)

Handler = BaseHTTPRequestHandler


class ScriptedMicrosoft:
    """``answer`` writes the answer of the token endpoint; ``changes`` are those of the ID token's claims.

    ``nonces`` has the nonce of each sign-in that was brought back with a code of its own; ``nonce`` is the last one.
    """

    def __init__(self) -> None:
        self.host = ""
        self.changes: dict[str, Any] = {}
        self.discovery: dict[str, Any] = {}
        self.documents_down = False
        self.documents_status = 200
        self.answer: Callable[[Handler], None] = self.give_token
        self.redeemed: list[dict[str, str]] = []
        self.nonce = ""
        self.nonces: dict[str, str] = {}
        self.key = K1
        self.ending = threading.Event()

    def settings(self, **more: Any) -> dict[str, Any]:
        return {
            "TENANT_ID": TENANT,
            "CLIENT_ID": API,
            "SPA_CLIENT_ID": SPA,
            "AUTHORITY_HOST": self.host,
            "CLIENT_SECRET": SECRET,
        } | more

    def whole_settings(self, **more: Any) -> dict[str, Any]:
        """Return settings without events: under ASGI another thread writes them, outside the transaction of a test."""
        return self.settings(KEEP_EVENTS=0) | more

    def document(self, path: str) -> dict[str, Any]:
        if path.endswith("/keys"):
            return {"keys": [K1.jwk(host=self.host)]}
        base = f"{self.host}/{TENANT}"
        return {
            "issuer": f"{base}/v2.0",
            "jwks_uri": f"{base}/discovery/v2.0/keys",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "token_endpoint": f"{base}/oauth2/v2.0/token",
        } | self.discovery

    def id_token(self, **changes: Any) -> str:
        claims = claims_v2(host=self.host, now=int(time.time()), scp=None, azp=None, azpacr=None, nonce=self.nonce)
        claims |= {"sid": "5e55-0001"}
        changed = {name: value for name, value in (claims | self.changes | changes).items() if value is not None}
        return token(changed, key=self.key)

    def give_token(self, handler: Handler) -> None:
        code = vars(handler)["sent"].get("code")
        own = {"nonce": self.nonces[code]} if code in self.nonces else {}
        body = {"token_type": "Bearer", "expires_in": 3600, "id_token": self.id_token(**own)}
        reply(handler, 200, as_json(body))

    def bring(self, address: str, **changes: str) -> str:
        """Return the way back from Microsoft for a sign-in that was begun."""
        asked = query_of(address)
        self.nonce = asked["nonce"]
        if "code" in changes:
            self.nonces[changes["code"]] = self.nonce
        sent = {"code": CODE, "state": asked["state"]} | changes
        return CALLBACK + "?" + "&".join(f"{name}={value}" for name, value in sent.items() if value)

    def sign_in(self, client: Any, **sent: str) -> Any:
        return client.get(self.bring(begin(client, **sent)))


def reply(handler: Handler, status: int, body: bytes, **headers: str) -> None:
    handler.send_response(status)
    for name, value in ({"Content-Type": "application/json"} | headers).items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def replies(status: int, body: Any, **headers: str) -> Callable[[Handler], None]:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda handler: reply(handler, status, sent, **headers)


@contextmanager
def scripted_microsoft() -> Iterator[ScriptedMicrosoft]:
    own = ScriptedMicrosoft()

    class OwnHandler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if own.documents_down or own.documents_status != 200:
                return reply(self, 503 if own.documents_down else own.documents_status, b"down")
            reply(self, 200, as_json(own.document(self.path)))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.sent = dict(parse_qsl(body.decode()))
            own.redeemed.append(self.sent)
            try:
                own.answer(self)
            except OSError:  # the client has had enough
                return

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 100

    with Server(("127.0.0.1", 0), OwnHandler) as server:
        own.host = f"http://localhost:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield own
        finally:
            own.ending.set()
            server.shutdown()
            thread.join()
