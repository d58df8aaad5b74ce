"""Makes the requests of a single-page application, in a browser that is a cookie jar."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

import httpx

TENANT = "c0470500-0000-4000-a000-000000000001"
FABRIKAM = "fab00000-0000-4000-a000-000000000009"
API = "a9100000-0000-4000-a000-000000000002"
SPA = "5ba00000-0000-4000-a000-000000000003"
SCOPE = f"api://{API}/access_as_user"
BASE_URL = "http://localhost:8400"
APP = "http://localhost:8000"
REDIRECT_URI = f"{APP}/entrance/redirect/"
NOW = 1_790_000_000
TIMESTAMP = "2026-09-21 14:13:20Z"

ADA = "ada00000-0000-4000-a000-000000000011"
GRACE = "96ace000-0000-4000-a000-000000000012"
KATHERINE = "9e570000-0000-4000-a000-000000000014"
MALLORY = "bad00000-0000-4000-a000-000000000015"

VERIFIER = "v" * 50
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()

AUTHORIZE = f"/{TENANT}/oauth2/v2.0/authorize"
TOKEN = f"/{TENANT}/oauth2/v2.0/token"
DISCOVERY = f"/{TENANT}/v2.0/.well-known/openid-configuration"
KEYS = f"/{TENANT}/discovery/v2.0/keys"
LOGOUT = f"/{TENANT}/oauth2/v2.0/logout"
SIGN_IN = f"/{TENANT}/sign-in"


def payload(token: str) -> dict[str, object]:
    return _json_part(token, 1)


def header(token: str) -> dict[str, object]:
    return _json_part(token, 0)


def _json_part(token: str, index: int) -> dict[str, object]:
    part = token.split(".")[index]
    decoded: dict[str, object] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return decoded


def answer(response: httpx.Response) -> dict[str, str]:
    """Read what an answer to the redirect URI says, from the fragment or the query."""
    assert response.status_code == 302, response.text
    parts = urlsplit(response.headers["location"])
    return dict(parse_qsl(parts.fragment or parts.query, keep_blank_values=True))


def aadsts(response: httpx.Response) -> int:
    """Read the number of a refusal at the token endpoint."""
    codes: list[int] = response.json()["error_codes"]
    return codes[0]


def transaction(page: httpx.Response) -> str:
    return page.text.split('name="transaction" value="')[1].split('"')[0]


@dataclass
class SinglePageApp:
    """Logbook web in a browser of its own."""

    http: httpx.AsyncClient
    origin: str = APP
    asked: dict[str, str] = field(
        default_factory=lambda: {
            "client_id": SPA,
            "response_type": "code",
            "response_mode": "fragment",
            "redirect_uri": REDIRECT_URI,
            "scope": f"{SCOPE} openid profile offline_access",
            "state": "the state",
            "nonce": "the nonce",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
    )

    async def authorize(self, **changes: str | None) -> httpx.Response:
        return await self.authorize_at(AUTHORIZE, **changes)

    async def authorize_at(self, path: str, /, **changes: str | None) -> httpx.Response:
        asked = {name: value for name, value in (self.asked | changes).items() if value is not None}
        return await self.http.get(path, params=asked)

    async def choose(self, page: httpx.Response, **form: str) -> httpx.Response:
        return await self.http.post(SIGN_IN, data={"transaction": transaction(page), **form})

    async def sign_in(self, object_id: str = ADA, **changes: str | None) -> dict[str, str]:
        response = await self.authorize(**{"prompt": "select_account", **changes})
        return answer(response if response.is_redirect else await self.choose(response, account=object_id))

    async def redeem(self, code: str, /, **changes: str | None) -> httpx.Response:
        return await self.token(
            **{
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": REDIRECT_URI,
                "code_verifier": VERIFIER,
                **changes,
            }
        )

    async def refresh(self, refresh_token: str, /, **changes: str | None) -> httpx.Response:
        return await self.token(**{"grant_type": "refresh_token", "refresh_token": refresh_token, **changes})

    async def token(self, **form: str | None) -> httpx.Response:
        data = {name: value for name, value in ({"client_id": SPA} | form).items() if value is not None}
        return await self.http.post(TOKEN, data=data, headers={"Origin": self.origin} if self.origin else {})

    async def tokens(self, object_id: str = ADA, **changes: str | None) -> dict[str, object]:
        response = await self.redeem((await self.sign_in(object_id, **changes))["code"])
        assert response.status_code == 200, response.text
        tokens: dict[str, object] = response.json()
        return tokens
