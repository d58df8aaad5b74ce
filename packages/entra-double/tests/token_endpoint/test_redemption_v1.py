"""The token endpoint of v1.0: it takes a resource in place of scopes, and writes numbers as text."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from entra_double import Emulator
from entra_double._token_endpoint.on_behalf_of import GRANT_TYPE as ON_BEHALF_OF
from entra_double._world.policies import Demand

from ..machine import DAEMON, DAEMON_SECRET
from ..policies import demand
from ..single_page_app import (
    ADA,
    API,
    APP,
    NOW,
    REDIRECT_URI,
    SPA,
    TENANT,
    VERIFIER,
    SinglePageApp,
    aadsts,
    answer,
    payload,
)

TOKEN_V1 = f"/{TENANT}/oauth2/token"
RESOURCE = f"api://{API}"
GRAPH = "https://graph.microsoft.com"


async def post(http: httpx.AsyncClient, path: str = TOKEN_V1, /, **form: str | None) -> httpx.Response:
    headers = {"Origin": APP} if form.get("client_id", SPA) == SPA else {}
    data = {name: value for name, value in {"client_id": SPA, **form}.items() if value is not None}
    return await http.post(path, data=data, headers=headers)


async def code(app: SinglePageApp, **changes: str | None) -> str:
    asked: dict[str, str | None] = {"resource": RESOURCE, "scope": None, **changes}
    page = await app.authorize_at(f"/{TENANT}/oauth2/authorize", **asked)
    return answer(page if page.is_redirect else await app.choose(page, account=ADA))["code"]


async def redeem(app: SinglePageApp, code: str, **form: str | None) -> httpx.Response:
    known: dict[str, str | None] = {
        "grant_type": "authorization_code",
        "redirect_uri": REDIRECT_URI,
        "code_verifier": VERIFIER,
    }
    return await post(app.http, **{**known, "code": code, **form})


async def test_numbers_are_text_and_there_are_more_of_them(app: SinglePageApp) -> None:
    body: dict[str, Any] = (await redeem(app, await code(app))).json()
    assert sorted(body) == [
        "access_token", "expires_in", "expires_on", "ext_expires_in", "id_token", "not_before", "refresh_token",
        "refresh_token_expires_in", "resource", "scope", "token_type",
    ]  # fmt: skip
    assert all(isinstance(value, str) for value in body.values())
    claims = payload(body["access_token"])
    assert body["expires_on"] == str(claims["exp"]) == str(NOW + int(body["expires_in"]))
    assert body["not_before"] == str(claims["nbf"])
    assert (body["resource"], body["scope"], claims["scp"]) == (RESOURCE, "access_as_user", "access_as_user")
    assert (payload(body["id_token"])["ver"], payload(body["id_token"])["aud"]) == ("1.0", SPA)


async def test_the_api_alone_says_which_version_its_token_is(app: SinglePageApp, emulator: Emulator) -> None:
    assert payload((await redeem(app, await code(app))).json()["access_token"])["ver"] == "2.0"
    emulator.use_access_token_version(1)
    claims = payload((await redeem(app, await code(app))).json()["access_token"])
    assert (claims["ver"], claims["aud"]) == ("1.0", RESOURCE)


async def test_a_refresh_token_opens_another_resource(app: SinglePageApp) -> None:
    tokens = (await redeem(app, await code(app))).json()
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    assert (await post(app.http, **form)).json()["resource"] == RESOURCE
    body = (await post(app.http, **form, resource=GRAPH)).json()
    assert (body["resource"], payload(body["access_token"])["aud"]) == (GRAPH, GRAPH)
    unknown = await post(app.http, **form, resource="https://nobody.example")
    assert (unknown.json()["error"], aadsts(unknown)) == ("invalid_resource", 500011)


async def test_a_slash_at_the_end_of_a_resource_is_kept(app: SinglePageApp) -> None:
    body = (await redeem(app, await code(app, resource=f"{GRAPH}/"))).json()
    assert (body["resource"], payload(body["access_token"])["aud"]) == (f"{GRAPH}/", f"{GRAPH}/")


async def test_an_application_asks_for_a_resource(http: httpx.AsyncClient) -> None:
    form = {"grant_type": "client_credentials", "client_id": DAEMON, "client_secret": DAEMON_SECRET}
    body = (await post(http, **form, resource=RESOURCE)).json()
    assert sorted(body) == [
        "access_token", "expires_in", "expires_on", "ext_expires_in", "not_before", "resource", "token_type",
    ]  # fmt: skip
    assert payload(body["access_token"])["roles"] == ["Logbook.Read.All"]
    missing = await post(http, **form, scope=f"{RESOURCE}/.default")
    assert (missing.json()["error"], aadsts(missing)) == ("invalid_request", 900144)
    assert "'resource'" in missing.json()["error_description"]


async def test_an_api_asks_on_behalf_of_somebody(http: httpx.AsyncClient, emulator: Emulator) -> None:
    body = (
        await post(
            http,
            grant_type=ON_BEHALF_OF,
            client_id=API,
            client_secret="entra-local-not-a-secret-api",
            assertion=emulator.access_token("ada@contoso.example"),
            requested_token_use="on_behalf_of",
            resource=GRAPH,
        )
    ).json()
    claims = payload(body["access_token"])
    assert (claims["oid"], claims["scp"]) == (ADA, body["scope"])
    assert "User.Read" in body["scope"].split()


async def test_the_other_version_tells_policies_in_other_words(app: SinglePageApp, emulator: Emulator) -> None:
    tokens = (await redeem(app, await code(app))).json()
    demand(emulator, Demand.MFA)
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    v1 = (await post(app.http, **form)).json()
    v2 = (await post(app.http, f"/{TENANT}/oauth2/v2.0/token", **form)).json()
    assert (v1["error"], v2["error"]) == ("interaction_required", "invalid_grant")
    for body in (v1, v2):
        assert (body["error_codes"], body["suberror"]) == ([50076], "basic_action")
        assert "capolids" in body["claims"]


@pytest.mark.parametrize(
    ("form", "error", "number"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type", 70003),
        ({"code": "nonsense"}, "invalid_grant", 70000),
        ({"code_verifier": "w" * 50}, "invalid_grant", 501481),
        ({"client_id": "nobody"}, "unauthorized_client", 700038),
    ],
    ids=str,
)
async def test_other_refusals_are_those_of_v2(
    app: SinglePageApp, form: dict[str, str | None], error: str, number: int
) -> None:
    granted = await code(app)
    refused = await redeem(app, granted, **form) if "code" not in form else await redeem(app, str(form["code"]))
    assert (refused.status_code, refused.json()["error"], aadsts(refused)) == (400, error, number)
    assert refused.json()["error_description"].startswith(f"AADSTS{number}: ")
    assert (await redeem(app, granted)).status_code == 200


async def test_only_post_is_taken(http: httpx.AsyncClient) -> None:
    assert aadsts(await http.get(TOKEN_V1)) == 900561
