"""fastapi-azure-auth protects an API: it accepts valid tokens and refuses others with a reason."""

import asyncio
import os
import ssl
from typing import Annotated

import harness
import httpx2
from fastapi import FastAPI, Security
from fastapi_azure_auth import MultiTenantAzureAuthorizationCodeBearer, SingleTenantAzureAuthorizationCodeBearer
from fastapi_azure_auth.user import User

API = "a9100000-0000-4000-a000-000000000002"
TRUST = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])


async def issuer_of(tid: str) -> str:
    return f"https://login.microsoftonline.com/{tid}/v2.0"


class Api:
    """An API with one route, which returns the authenticated person."""

    def __init__(self, guard: object, *scopes: str) -> None:
        self.app = FastAPI()

        @self.app.get("/me")
        async def me(user: Annotated[User, Security(guard, scopes=scopes)]) -> dict:
            return {"name": user.name, "guest": user.is_guest}

    def ask(self, token: str) -> tuple[int, dict]:
        async def ask() -> httpx2.Response:
            transport = httpx2.ASGITransport(app=self.app)
            async with httpx2.AsyncClient(transport=transport, base_url="http://api.example") as client:
                return await client.get("/me", headers={"Authorization": f"Bearer {token}"})

        answer = asyncio.run(ask())
        return answer.status_code, answer.json()


def single(**more: object) -> object:
    return SingleTenantAzureAuthorizationCodeBearer(
        app_client_id=API, tenant_id=harness.TENANT, http_client_config={"verify": TRUST}, **more
    )


def token(person: str, scope: str = f"api://{API}/access_as_user") -> str:
    with httpx2.Client(verify=TRUST) as client:
        answer = client.post(
            f"{harness.ENTRA}/_control/token",
            json={"person": person, "scope": scope},
            headers={"X-Entra-Double-Control": "1"},
        )
        return answer.raise_for_status().json()["access_token"]


def expect(actual: tuple[int, dict], status: int, said: dict) -> str:
    assert actual == (status, said), actual
    words = said.get("detail", said)
    return f"{status}, {words.get('message') or words['name']}"


def accepts() -> str:
    return expect(
        Api(single(), "access_as_user").ask(token(harness.ADA)), 200, {"name": "Ada Lovelace", "guest": False}
    )


def wrong_audience() -> str:
    actual = Api(single()).ask(token(harness.ADA, "api://00e40000-0000-4000-a000-000000000031/read"))
    return expect(actual, 401, {"detail": {"error": "invalid_token", "message": "Token contains invalid claims"}})


def no_guests() -> str:
    return expect(
        Api(single()).ask(token(harness.KATHERINE)),
        403,
        {"detail": {"error": "insufficient_scope", "message": "Guest users not allowed"}},
    )


def guests() -> str:
    actual = Api(single(allow_guest_users=True)).ask(token(harness.KATHERINE))
    return expect(actual, 200, {"name": "Katherine Johnson", "guest": True})


def lacks_a_scope() -> str:
    return expect(
        Api(single(), "Logbook.Write").ask(token(harness.ADA)),
        403,
        {"detail": {"error": "insufficient_scope", "message": "Required scope missing"}},
    )


def multi_tenant() -> str:
    guard = MultiTenantAzureAuthorizationCodeBearer(
        app_client_id=API, iss_callable=issuer_of, http_client_config={"verify": TRUST}
    )
    return expect(Api(guard).ask(token(harness.ADA)), 200, {"name": "Ada Lovelace", "guest": False})


harness.flow("accepts an access token of ours", accepts)
harness.flow("refuses a token for another API", wrong_audience)
harness.flow("refuses a guest", no_guests)
harness.flow("lets a guest in when told to", guests)
harness.flow("refuses a token without the scope", lacks_a_scope)
harness.flow("multi-tenant: accepts by the keys of common", multi_tenant)
