"""The decorators and the middleware for Graphene, under graphql-core, on which it stands."""

import asyncio
import base64
import json
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest
from django_entrance.contrib.graphene import (
    SignedInMiddleware,
    app_role_required,
    authentication_context_required,
    scope_required,
    signed_in_required,
)
from django_entrance.live.request_in_scope import KEY
from django_entrance.middleware import EntraRequest
from django_entrance.verification.identify import identify
from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    MiddlewareManager,
    graphql,
    graphql_sync,
)
from scripted import K1, NOW, ScriptedAuthority, claims_v2, token, trust

UNAUTHENTICATED = {"code": "UNAUTHENTICATED", "reason": "not_signed_in"}
SCOPE_MISSING = {"code": "FORBIDDEN", "reason": "scope_missing"}
CONTEXT_MISSING = {"code": "FORBIDDEN", "reason": "authentication_context_missing"}
CLAIMS = {"access_token": {"acrs": {"essential": True, "value": "c1"}}}
APP_ROLE_MISSING = {"code": "FORBIDDEN", "reason": "app_role_missing"}


@signed_in_required
def signed_in(root: Any, info: Any) -> str:
    return "yes"


@scope_required("access_as_user")
def scope(root: Any, info: Any) -> str:
    return "yes"


@authentication_context_required("delete", because="Deleting needs a second proof.")
def delete(root: Any, info: Any) -> str:
    return "yes"


class Mutation:
    @classmethod
    @app_role_required("Writer", "Admin")
    def mutate(cls, root: Any, info: Any) -> str:
        return "yes"


@signed_in_required
async def later(root: Any, info: Any) -> str:
    return "yes"


def public(root: Any, info: Any) -> str:
    return "yes"


def inner(root: Any, info: Any) -> dict[str, str]:
    return {"public": "yes"}


def field(resolver: Any) -> GraphQLField:
    return GraphQLField(GraphQLString, resolve=resolver)


FIELDS = {
    "signedIn": signed_in,
    "scope": scope,
    "appRole": Mutation.mutate,
    "delete": delete,
    "later": later,
    "public": public,
}
Inner = GraphQLObjectType("Inner", {"public": GraphQLField(GraphQLString)})
fields = {name: field(resolver) for name, resolver in FIELDS.items()}
schema = GraphQLSchema(GraphQLObjectType("Query", {**fields, "inner": GraphQLField(Inner, resolve=inner)}))


def request_of(claims: dict[str, Any] | None, user: Any) -> HttpRequest:
    request = EntraRequest()
    request.user = user
    authority = trust(ScriptedAuthority(keys=[K1.jwk()]))
    request.entra = identify(token(claims), [authority], now=NOW) if claims else None
    return request


ADMIN = request_of(claims_v2(roles=["Admin"]), User(username="ada"))
READER = request_of(claims_v2(roles=["Reader"]), User(username="alan"))
PROVED = request_of(claims_v2(acrs=["c1"]), User(username="ada"))
CAPABLE = request_of(claims_v2(xms_cc=["cp1"]), User(username="ada"))
PASSWORD = request_of(None, User(username="barbara"))
ANONYMOUS = request_of(None, AnonymousUser())


@pytest.fixture(autouse=True)
def contexts(settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"AUTHENTICATION_CONTEXTS": {"delete": "c1"}}


class Socket:
    """What a server of GraphQL over WebSockets has as request."""

    def __init__(self) -> None:
        self.scope = {KEY: ADMIN}


@pytest.mark.parametrize(
    ("name", "context", "extensions"),
    [
        ("signedIn", ADMIN, None),
        ("signedIn", PASSWORD, None),
        ("signedIn", {"request": PASSWORD}, None),
        ("signedIn", {"request": Socket()}, None),
        ("signedIn", ANONYMOUS, UNAUTHENTICATED),
        ("scope", READER, None),
        ("scope", PASSWORD, SCOPE_MISSING),
        ("scope", ANONYMOUS, UNAUTHENTICATED),
        ("appRole", ADMIN, None),
        ("appRole", READER, APP_ROLE_MISSING),
        ("appRole", PASSWORD, APP_ROLE_MISSING),
        ("appRole", ANONYMOUS, UNAUTHENTICATED),
        ("delete", PROVED, None),
        ("delete", ADMIN, CONTEXT_MISSING),
        ("delete", PASSWORD, CONTEXT_MISSING),
        ("delete", ANONYMOUS, UNAUTHENTICATED),
        ("public", ANONYMOUS, None),
    ],
)
def test_who_may_ask(name: str, context: Any, extensions: dict[str, str] | None) -> None:
    result = graphql_sync(schema, f"{{ {name} }}", context_value=context)
    assert [error.extensions for error in result.errors or []] == ([extensions] if extensions else [])
    assert result.data == {name: None if extensions else "yes"}


def test_a_client_that_answers_challenges_is_told_the_claims() -> None:
    result = graphql_sync(schema, "{ delete }", context_value=CAPABLE)
    [error] = result.errors or []
    extensions = dict(error.extensions or {})
    assert json.loads(base64.b64decode(extensions.pop("claims"))) == CLAIMS
    assert (error.message, extensions) == ("Deleting needs a second proof.", CONTEXT_MISSING)


@pytest.mark.parametrize(("context", "extensions"), [(PASSWORD, []), (ANONYMOUS, [UNAUTHENTICATED])])
def test_async_resolvers(context: Any, extensions: list[Any]) -> None:
    result = asyncio.run(graphql(schema, "{ later }", context_value=context))
    assert [error.extensions for error in result.errors or []] == extensions


@pytest.mark.parametrize(
    ("context", "extensions"), [(PASSWORD, []), (ANONYMOUS, [UNAUTHENTICATED, UNAUTHENTICATED, UNAUTHENTICATED])]
)
def test_the_middleware_closes_a_whole_schema(context: Any, extensions: list[Any]) -> None:
    middleware = MiddlewareManager(SignedInMiddleware())
    query = "{ public inner { public } __typename }"
    result = graphql_sync(schema, query, context_value=context, middleware=middleware)
    assert [error.extensions for error in result.errors or []] == extensions
