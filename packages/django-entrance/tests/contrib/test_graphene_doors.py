"""The attacks on bearer tokens, and every cause of a refusal, through Graphene's view, in its own environment."""

import json
from collections.abc import Iterator
from typing import Any

import graphene
import pytest
from bearer_attacks import *  # noqa: F403  # the tests of every door
from django.http import HttpRequest
from django.urls import include, path
from django_entrance.contrib.graphene import (
    app_role_required,
    authentication_context_required,
    scope_required,
    signed_in_required,
)
from every_cause import *  # noqa: F403  # the tests of every cause
from every_door import Door
from graphene_django.views import GraphQLView
from scripted import ScriptedAuthority
from servers import SERVERS

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

CALLS: list[str] = []


def tell(root: Any, info: graphene.ResolveInfo) -> str:
    request: HttpRequest = info.context
    CALLS.append(request.user.get_username())
    entra = getattr(request, "entra", None)
    return json.dumps({"user": request.user.get_username(), "door": entra.door if entra else None})


def view_of(resolver: Any) -> Any:
    kind = type("Query", (graphene.ObjectType,), {"me": graphene.String(), "resolve_me": resolver})
    return GraphQLView.as_view(schema=graphene.Schema(query=kind))


NEEDS = {
    "signed-in": signed_in_required,
    "scope": scope_required("log.read"),
    "app-role": app_role_required("Writer", "Admin"),
    "context": authentication_context_required("delete"),
}
urlpatterns = [
    path("graphql/", view_of(tell)),
    *[path(f"graphql/{name}/", view_of(decorate(tell))) for name, decorate in NEEDS.items()],
    path("entrance/", include("django_entrance.urls")),
]


@pytest.fixture(autouse=True)
def served(authority: ScriptedAuthority, settings: Any) -> Iterator[list[str]]:
    settings.ENTRANCE = settings.ENTRANCE | {"KEEP_EVENTS": 0, "AUTHENTICATION_CONTEXTS": {"delete": "c1"}}
    CALLS.clear()
    yield CALLS
    CALLS.clear()


@pytest.fixture(params=SERVERS)
def client(request: pytest.FixtureRequest) -> Any:
    return SERVERS[request.param](enforce_csrf_checks=True)


@pytest.fixture
def door(client: Any) -> Door:
    return Door(client, "/graphql/", own_cookies=["csrftoken"])


@pytest.fixture
def guarded(client: Any) -> Any:
    """Return the door that requires what is named."""
    return lambda needs: Door(client, f"/graphql/{needs}/")
