"""Group M of the corpus on Strawberry's views, sync and async, and what a framework's own parts see of a caller."""

import json
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client
from django.urls import path
from django_entrance.contrib.ninja import AsyncEntraAuth, EntraAuth
from django_entrance.contrib.rest_framework import EntraAuthentication
from door_urls import CALLS
from every_cause_urls import urlpatterns as of_every_cause
from ninja import NinjaAPI
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import UserRateThrottle
from rest_framework.views import APIView
from scripted import OTHER_TENANT, ScriptedAuthority
from sign_ins import bearer, fresh

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

MISSING = {"code": "FORBIDDEN", "reason": "app_role_missing"}


class Twice(UserRateThrottle):
    rate = "2/hour"


class Throttled(APIView):
    authentication_classes = (EntraAuthentication,)
    permission_classes = (IsAuthenticated,)
    throttle_classes = (Twice,)

    def get(self, request: Request) -> Response:
        return Response({"user": request.user.get_username()})


class FalsyAuth(EntraAuth):
    """A project's subclass that answers with nothing, where a caller was to be."""

    def __call__(self, request: HttpRequest) -> Any:
        super().__call__(request)
        return ""


class AsyncFalsyAuth(AsyncEntraAuth):
    async def __call__(self, request: HttpRequest) -> Any:
        await super().__call__(request)
        return ""


api = NinjaAPI(urls_namespace="attacks", docs_url=None)


@api.get("/falsy/", auth=FalsyAuth())
def falsy(request: HttpRequest) -> str:
    CALLS.append("falsy")
    return "let in"


@api.get("/afalsy/", auth=AsyncFalsyAuth())
async def afalsy(request: HttpRequest) -> str:
    CALLS.append("falsy")
    return "let in"


urlpatterns = [*of_every_cause, path("throttled/", Throttled.as_view()), path("api/", api.urls)]


@pytest.fixture(autouse=True)
def project(authority: ScriptedAuthority, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"KEEP_EVENTS": 0}
    CALLS.clear()


@pytest.fixture(params=["/graphql/app-role/", "/agraphql/app-role/"], ids=["sync view", "async view"])
def place(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def ask(place: str, query: Any, **headers: str) -> Any:
    body = json.dumps(query if isinstance(query, list) else {"query": query})
    return Client().post(place, body, content_type="application/json", headers=headers)


@pytest.mark.parametrize(
    "query",
    [
        "{ a: me }",
        "{ me ...F } fragment F on Query { me }",
        "{ ... on Query { me } }",
        "{ ...F } fragment F on Query { ...G } fragment G on Query { b: me }",
        "query Q($x: Boolean = true) { me @include(if: $x) }",
    ],
)
def test_each_path_to_a_field_has_one_decision(authority: ScriptedAuthority, place: str, query: str) -> None:
    """645."""
    refused = ask(place, query, **bearer(authority, roles=["Reader"])).json()
    assert [error["extensions"] for error in refused["errors"]] == [MISSING]
    assert refused["data"] is None
    assert CALLS == []
    assert "errors" not in ask(place, query, **bearer(authority, roles=["Writer"])).json()


def test_a_field_asked_a_thousand_times_is_refused_without_a_query_each(
    authority: ScriptedAuthority, place: str, django_assert_max_num_queries: Any
) -> None:
    """637, 647: the caller is found once, at the beginning of the request (646)."""
    headers = bearer(authority, roles=["Reader"])
    ask(place, "{ me }", **headers)
    with django_assert_max_num_queries(1):
        refused = ask(place, "{" + " ".join(f"a{number}: me" for number in range(1_000)) + "}", **headers).json()
    assert refused["errors"][0]["extensions"] == MISSING
    assert CALLS == []


def test_several_operations_in_one_request_are_not_run(authority: ScriptedAuthority, place: str) -> None:
    """636: Strawberry allows them only where the project says so."""
    answer = ask(place, [{"query": "{ me }"}] * 1_000, **bearer(authority, roles=["Writer"]))
    assert (answer.status_code, CALLS) == (400, [])


@pytest.mark.parametrize("query", ["{" * 200, "{ me " * 50_000, '{ me(x: "' + "a" * 100_000 + '") }'])
def test_a_hostile_document_costs_no_look_at_entra(authority: ScriptedAuthority, place: str, query: str) -> None:
    """647: without credentials nothing is asked, of the database neither."""
    ask(place, query)
    assert (authority.requests, CALLS) == ([], [])


def test_two_callers_share_nothing(authority: ScriptedAuthority, place: str) -> None:
    """648: one process, one schema, one after the other."""
    grace = fresh(authority, oid=OTHER_TENANT, preferred_username="grace@contoso.example", roles=["Writer"])
    people = {
        "ada@contoso.example": bearer(authority, roles=["Writer"]),
        "grace@contoso.example": {"authorization": f"Bearer {grace}"},
    }
    for user in [*people, *people]:
        assert user in ask(place, "{ me }", **people[user]).json()["data"]["me"]
        assert ask(place, "{ me }").json()["errors"][0]["extensions"]["reason"] == "not_signed_in"


def test_a_throttle_counts_the_person_whichever_token_and_address(authority: ScriptedAuthority) -> None:
    """661."""

    def status(number: int, **claims: Any) -> int:
        headers = bearer(authority, uti=f"token-{number}", **claims) | {"x-forwarded-for": f"10.0.0.{number}"}
        return Client().get("/throttled/", headers=headers).status_code

    assert [status(number) for number in range(3)] == [200, 200, 429]
    assert status(4, oid=OTHER_TENANT, preferred_username="grace@contoso.example") == 200


@pytest.mark.parametrize("place", ["/api/falsy/", "/api/afalsy/"])
def test_a_caller_that_is_false_is_let_in_nowhere(authority: ScriptedAuthority, place: str) -> None:
    """662."""
    assert Client().get(place, headers=bearer(authority)).status_code == 401
    assert CALLS == []
