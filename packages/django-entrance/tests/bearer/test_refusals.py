"""Refusals as problem documents with a challenge."""

import time
from typing import Any

import pytest
from django.test import Client
from scripted import ADA, API, K1, ScriptedAuthority, claims_v1, claims_v2, token

pytestmark = pytest.mark.django_db


def fresh(authority: ScriptedAuthority, *, key: Any = K1, **changes: Any) -> str:
    return token(claims_v2(host=authority.host, now=int(time.time()), **changes), key=key)


def bearer(text: str) -> dict[str, str]:
    return {"authorization": f"Bearer {text}"}


@pytest.fixture(params=["sync view", "async view"])
def address(request: pytest.FixtureRequest) -> str:
    return {"sync view": "/", "async view": "/async/"}[request.param]


def test_a_refusal_is_a_problem_document_with_a_challenge(
    authority: ScriptedAuthority, client: Client, address: str, settings: Any
) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"EXPLAIN_REFUSALS": False}
    response = client.get(address, headers=bearer(fresh(authority, exp=int(time.time()) - 100)))
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"
    assert response["WWW-Authenticate"] == (
        'Bearer realm="entrance", error="invalid_token", error_description="The token has expired"'
    )
    assert response["Cache-Control"] == "no-store"
    assert response.json() == {
        "type": "urn:django-entrance:token_expired",
        "title": "The token has expired",
        "status": 401,
        "detail": "Request a new token. If the token is new, check the clock of this server.",
        "reason": "token_expired",
    }


def test_facts_are_told_only_where_refusals_are_explained(authority: ScriptedAuthority, client: Client) -> None:
    response = client.get("/", headers=bearer(fresh(authority, aud="other-api")))
    assert response.json()["detail"].endswith("Got: other-api.")


def test_an_api_with_an_app_id_uri_of_its_own(authority: ScriptedAuthority, client: Client, settings: Any) -> None:
    """v1.0 tokens have it as audience, and the remedy names its scope."""
    uri = "https://contoso.example/logbook"
    text = bearer(token(claims_v1(now=int(time.time()), aud=uri)))
    refused = client.get("/", headers=text).json()
    assert refused["reason"] == "audience_refused"
    assert (
        f"Request a token for the scope api://{API}/.default. If the token is for this API, set APP_ID_URI"
        in refused["detail"]
    )
    settings.ENTRANCE = settings.ENTRANCE | {"APP_ID_URI": uri}
    assert client.get("/", headers=text).json()["object_id"] == ADA
    refused = client.get("/", headers=bearer(token(claims_v1(now=int(time.time()), aud=f"{uri}/")))).json()
    assert refused["reason"] == "audience_refused"
    assert f"Request a token for the scope {uri}/.default." in refused["detail"]


def test_a_caller_learns_nothing_of_the_settings(authority: ScriptedAuthority, client: Client, settings: Any) -> None:
    authority.changes = {"issuer": "https://evil.example"}
    try:
        for is_explained, reason in ((True, "authority_mismatch"), (False, "authority_unreachable")):
            settings.ENTRANCE = settings.ENTRANCE | {"EXPLAIN_REFUSALS": is_explained}
            response = client.get("/", headers=bearer(fresh(authority)))
            assert (response.status_code, response.json()["reason"]) == (503, reason)
            assert ("evil.example" in response.content.decode()) is is_explained
    finally:
        authority.changes = {}
