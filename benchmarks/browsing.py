"""Signs in at entra-double's ASGI application, as a single-page application in a browser."""

import base64
import hashlib
from urllib.parse import parse_qsl, urlencode, urlsplit

from entra_double._world.seed import API_SCOPE, CONTOSO, SPA_CLIENT_ID
from starlette.types import ASGIApp, Message

REDIRECT_URI = "http://localhost:3000/redirect.html"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


class Browser:
    """Sends requests to the application without sockets. It has no cookies, so each sign-in is new."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def sign_in(self) -> None:
        asked = {
            "client_id": SPA_CLIENT_ID,
            "response_type": "code",
            "redirect_uri": REDIRECT_URI,
            "scope": f"openid profile offline_access {API_SCOPE}",
            "nonce": "n",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        _, headers, page = await self.ask("GET", f"/{CONTOSO.id}/oauth2/v2.0/authorize", query=urlencode(asked))
        cookie = headers["set-cookie"].partition(";")[0]
        transaction = page.split('name="transaction" value="')[1].split('"')[0]
        account = page.split('name="account" value="')[1].split('"')[0]
        chosen = {"transaction": transaction, "account": account}
        status, headers, _ = await self.ask("POST", f"/{CONTOSO.id}/sign-in", form=chosen, cookie=cookie)
        assert status == 302, status
        code = dict(parse_qsl(urlsplit(headers["location"]).query or urlsplit(headers["location"]).fragment))["code"]
        redeemed = {
            "client_id": SPA_CLIENT_ID,
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": REDIRECT_URI,
            "code_verifier": VERIFIER,
        }
        token = f"/{CONTOSO.id}/oauth2/v2.0/token"
        status, _, body = await self.ask("POST", token, form=redeemed, origin="http://localhost:3000")
        assert status == 200, body

    async def ask(
        self, method: str, path: str, *, query: str = "", form: dict[str, str] | None = None, **headers: str
    ) -> tuple[int, dict[str, str], str]:
        body = urlencode(form or {}).encode()
        sent: list[Message] = []
        given = {"host": "localhost:8400", "content-type": "application/x-www-form-urlencoded", **headers}
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in given.items()],
            "client": ("127.0.0.1", 1),
            "server": ("localhost", 8400),
        }

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        await self._app(scope, receive, send)
        answered = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
        return sent[0]["status"], answered, b"".join(part.get("body", b"") for part in sent[1:]).decode()
