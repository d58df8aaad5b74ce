"""Permissions in plain views, sync and async: with tokens, with sessions, with neither."""

from contextlib import nullcontext
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.test import AsyncClient, Client, RequestFactory
from django_entrance.identified_request import attach_user
from django_entrance.permissions import require_scope
from django_entrance.verification.errors import ScopeMissing
from django_entrance.verification.identity import Identity
from identities import identity_of
from permission_urls import OTHER_TOKENS
from scripted import ScriptedAuthority, claims_v2
from sign_ins import ENTRA_BACKEND, MODEL_BACKEND, bearer, start_entra_session, start_session, with_middleware

pytestmark = pytest.mark.django_db

QUESTIONS = ["signed-in/", "scope/", "app-role/"]


@pytest.fixture(autouse=True)
def permission_urls(settings: Any) -> None:
    settings.ROOT_URLCONF = "permission_urls"


@pytest.fixture(params=["/", "/async/"], ids=["sync", "async"])
def at(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("question", QUESTIONS)
def test_who_may_is_let_in(authority: ScriptedAuthority, client: Client, at: str, question: str) -> None:
    headers = bearer(authority, scp="access_as_user log.read", roles=["Admin"])
    assert client.get(at + question, headers=headers).content == b"let in"


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_anonymous_caller_is_asked_to_sign_in(
    authority: ScriptedAuthority, client: Client, at: str, question: str
) -> None:
    response = client.get(at + question)
    assert (response.status_code, response.json()["reason"]) == (401, "not_signed_in")
    assert response["WWW-Authenticate"] == 'Bearer realm="entrance"'
    assert response["Content-Type"] == "application/problem+json"
    assert response["Cache-Control"] == "no-store"
    assert "Authorization" in response["Vary"]


@pytest.mark.parametrize(
    ("question", "reason", "title"),
    [
        ("scope/", "scope_missing", "This token lacks a required scope"),
        ("app-role/", "app_role_missing", "This token lacks a required app role"),
    ],
)
def test_a_token_without_it_is_refused(
    authority: ScriptedAuthority, client: Client, at: str, question: str, reason: str, title: str
) -> None:
    response = client.get(at + question, headers=bearer(authority, roles=["Reader"]))
    assert (response.status_code, response.json()["reason"], response.json()["title"]) == (403, reason, title)
    assert f'error="insufficient_scope", error_description="{title}"' in response["WWW-Authenticate"]


@pytest.mark.parametrize(
    ("question", "reason", "backend", "title"),
    [
        ("scope/", "scope_missing", MODEL_BACKEND, "This login has no scopes"),
        ("app-role/", "app_role_missing", MODEL_BACKEND, "This login has no app roles"),
        ("scope/", "scope_missing", ENTRA_BACKEND, "This session lacks a required scope"),
        ("app-role/", "app_role_missing", ENTRA_BACKEND, "This session lacks a required app role"),
    ],
)
def test_a_session_is_not_told_of_a_token(
    authority: ScriptedAuthority, client: Client, at: str, question: str, reason: str, backend: str, title: str
) -> None:
    if backend == ENTRA_BACKEND:
        start_entra_session(client, authority, roles=["Reader"])
    else:
        start_session(client)
    response = client.get(at + question)
    assert (response.status_code, response.json()["reason"], response.json()["title"]) == (403, reason, title)
    assert client.get(at + "signed-in/").content == b"let in"


@pytest.mark.parametrize(("scope", "is_let_in"), [("anything", True), ("", False)])
def test_an_empty_scope_is_of_no_one_not_even_of_a_page(rf: RequestFactory, scope: str, is_let_in: bool) -> None:
    found = identity_of(claims_v2())
    request = rf.get("/")
    attach_user(request, User(username="ada"), Identity.from_claims(found.claims._replace(door="page")))
    with nullcontext() if is_let_in else pytest.raises(ScopeMissing):
        assert require_scope(request, scope) is None  # type: ignore[func-returns-value]  # what is tested


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("question", QUESTIONS)
async def test_under_asgi(authority: ScriptedAuthority, async_client: AsyncClient, at: str, question: str) -> None:
    response = await async_client.get(at + question)
    assert (response.status_code, response.json()["reason"]) == (401, "not_signed_in")
    await sync_to_async(start_session)(async_client)
    response = await async_client.get(at + question)
    assert response.status_code == (200 if question == "signed-in/" else 403)


def test_a_user_who_came_by_another_way_does_not_have_the_session_of_the_person(
    authority: ScriptedAuthority, client: Client, settings: Any
) -> None:
    User.objects.create_user("barbara")
    start_entra_session(client, authority)
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "project_middleware.act_as_barbara"]
    assert client.get("/scope/").json()["title"] == "This session lacks a required scope", "control"
    response = client.get("/scope/", headers={"x-act-as": "barbara"})
    assert response.json()["title"] == "This request acts as another user"


@pytest.mark.parametrize(("question", "reason"), [("scope/", "scope_missing"), ("app-role/", "app_role_missing")])
def test_who_acts_as_another_is_told_that(
    authority: ScriptedAuthority, client: Client, settings: Any, question: str, reason: str
) -> None:
    User.objects.create_user("barbara")
    with_middleware(settings, "project_middleware.act_as_barbara")
    good = bearer(authority, scp="access_as_user log.read", roles=["Writer"])
    response = client.get(f"/{question}", headers=good | {"x-act-as": "barbara"})
    assert (response.json()["reason"], response.json()["title"]) == (reason, "This request acts as another user")
    assert client.get(f"/{question}", headers=good).content == b"let in"


@pytest.mark.parametrize("question", ["scope/", "app-role/"])
def test_who_has_dropped_the_identity_acts_as_no_other(
    authority: ScriptedAuthority, client: Client, settings: Any, question: str
) -> None:
    with_middleware(settings, "project_middleware.drop_identity")
    response = client.get(f"/{question}", headers=bearer(authority))
    assert response.json()["title"].startswith("This login has no ")


def test_other_exceptions_of_a_view_stay_its_own(authority: ScriptedAuthority, client: Client) -> None:
    with pytest.raises(PermissionError):
        client.get("/broken/")


def test_a_refused_token_that_is_not_the_callers_is_not_held_against_the_caller(
    authority: ScriptedAuthority, client: Client
) -> None:
    client.raise_request_exception = False
    OTHER_TOKENS.append("opaque")
    assert client.get("/another-token/").status_code == 200
    OTHER_TOKENS.append(bearer(authority, scp="other")["authorization"].removeprefix("Bearer "))
    response = client.get("/another-token/")
    assert response.status_code == 500
    assert "ScopeMissing" in response.content.decode(), "the error page, which shows no frame with the token in it"


RAISING = ["/raises/", "/araises/", "/raises-late/"]


@pytest.mark.parametrize("debug", [True, False], ids=["DEBUG", "not DEBUG"])
@pytest.mark.parametrize("raising", RAISING)
def test_a_refusal_in_any_view_is_no_error(client: Client, settings: Any, raising: str, debug: bool) -> None:
    """The test client would raise what Django answers with 500."""
    settings.ROOT_URLCONF = "guarded_urls"
    settings.DEBUG = debug
    assert client.raise_request_exception
    response = client.get(raising)
    assert (response.status_code, response.json()["reason"]) == (401, "not_signed_in")
    start_session(client)
    response = client.get(raising)
    assert (response.status_code, response.json()["title"]) == (403, "This login has no app roles")
    assert response["Content-Type"] == "application/problem+json"
    assert ("Expected: app role Admin." in response.json()["detail"]) == debug


@pytest.mark.parametrize("raising", RAISING)
def test_a_refused_token_in_any_view_is_no_error(
    authority: ScriptedAuthority, client: Client, settings: Any, raising: str
) -> None:
    settings.ROOT_URLCONF = "guarded_urls"
    response = client.get(raising, headers=bearer(authority, roles=["Reader"]))
    assert (response.status_code, response.json()["title"]) == (403, "This token lacks a required app role")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("raising", RAISING)
async def test_a_refusal_in_any_view_is_no_error_under_asgi(
    authority: ScriptedAuthority, async_client: AsyncClient, settings: Any, raising: str
) -> None:
    settings.ROOT_URLCONF = "guarded_urls"
    response = await async_client.get(raising)
    assert (response.status_code, response.json()["reason"]) == (401, "not_signed_in")
    await sync_to_async(start_entra_session)(async_client, authority, roles=["Reader"])
    response = await async_client.get(raising)
    assert (response.status_code, response.json()["title"]) == (403, "This session lacks a required app role")
