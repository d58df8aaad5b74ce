"""Graphene's view with sessions, with tokens and with neither, in an environment of its own."""

from typing import Any

import graphene
import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest
from django.test import Client
from django.urls import include, path
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt
from django_entrance.contrib.graphene import (
    SignedInMiddleware,
    app_role_required,
    authentication_context_required,
    scope_required,
    signed_in_required,
)
from graphene_django.views import GraphQLView
from sampling import HOWTO, samples
from scripted import ScriptedAuthority
from sign_ins import bearer, start_entra_session, start_session

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

CODES = {"not_signed_in": "UNAUTHENTICATED", "scope_missing": "FORBIDDEN", "app_role_missing": "FORBIDDEN"}


class Query(graphene.ObjectType):
    name = graphene.String()
    scope = graphene.String()
    public = graphene.String()

    @signed_in_required
    def resolve_name(root: Any, info: graphene.ResolveInfo) -> str:  # Graphene has no self here
        return name_of(info.context)

    @scope_required("log.read")
    def resolve_scope(root: Any, info: graphene.ResolveInfo) -> str:
        return name_of(info.context)

    def resolve_public(root: Any, info: graphene.ResolveInfo) -> str:
        return name_of(info.context)


class Write(graphene.Mutation):
    by = graphene.String()

    @app_role_required("Writer", "Admin")
    def mutate(root: Any, info: graphene.ResolveInfo) -> "Write":
        return Write(by=name_of(info.context))


class Delete(graphene.Mutation):
    by = graphene.String()

    @authentication_context_required("delete")
    def mutate(root: Any, info: graphene.ResolveInfo) -> "Delete":
        return Delete(by=name_of(info.context))


class Mutation(graphene.ObjectType):
    write = Write.Field()
    delete = Delete.Field()


def name_of(request: HttpRequest) -> str:
    return str(request.user.get_username())


schema = graphene.Schema(query=Query, mutation=Mutation)
urlpatterns = [
    path("graphql/", csrf_exempt(GraphQLView.as_view(schema=schema))),
    path("closed/", csrf_exempt(GraphQLView.as_view(schema=schema, middleware=[SignedInMiddleware()]))),
    path("entrance/", include("django_entrance.urls")),
]


def ask(client: Client, query: str, address: str = "/graphql/", **headers: str) -> Any:
    """Return the data, or code and reason of each error."""
    answer = client.post(address, {"query": query}, content_type="application/json", headers=headers).json()
    if "errors" in answer:
        return [(error["extensions"]["code"], error["extensions"]["reason"]) for error in answer["errors"]]
    return answer["data"]


def refused(reason: str) -> list[tuple[str, str]]:
    return [(CODES[reason], reason)]


def test_without_a_login(authority: ScriptedAuthority, client: Client) -> None:
    assert ask(client, "{ public }") == {"public": ""}
    for query in ("{ name }", "{ scope }", "mutation { write { by } }"):
        assert ask(client, query) == refused("not_signed_in")


def test_with_a_token(authority: ScriptedAuthority, client: Client) -> None:
    headers = bearer(authority, scp="access_as_user log.read", roles=["Writer"])
    assert ask(client, "{ name scope }", **headers) == {"name": "ada@contoso.example", "scope": "ada@contoso.example"}
    assert ask(client, "mutation { write { by } }", **headers) == {"write": {"by": "ada@contoso.example"}}
    headers = bearer(authority, roles=["Reader"])
    assert ask(client, "{ scope }", **headers) == refused("scope_missing")
    assert ask(client, "mutation { write { by } }", **headers) == refused("app_role_missing")


def test_with_a_session_of_entra(authority: ScriptedAuthority, client: Client) -> None:
    start_entra_session(client, authority, roles=["Admin"])
    assert ask(client, "mutation { write { by } }") == {"write": {"by": "ada@contoso.example"}}
    assert ask(client, "{ scope }") == refused("scope_missing")


def test_with_another_login(authority: ScriptedAuthority, client: Client) -> None:
    start_session(client)
    assert ask(client, "{ name }") == {"name": "barbara"}
    assert ask(client, "mutation { write { by } }") == refused("app_role_missing")


def test_a_further_proof(authority: ScriptedAuthority, client: Client, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"AUTHENTICATION_CONTEXTS": {"delete": "c1"}}
    delete, missing = "mutation { delete { by } }", [("FORBIDDEN", "authentication_context_missing")]
    assert ask(client, delete, **bearer(authority, acrs=["c1"])) == {"delete": {"by": "ada@contoso.example"}}
    assert ask(client, delete, **bearer(authority, xms_cc=["cp1"])) == missing
    start_entra_session(client, authority)
    assert ask(client, delete) == missing
    start_entra_session(client, authority, acrs=["c1"])
    assert ask(client, delete) == {"delete": {"by": "ada@contoso.example"}}


def test_the_middleware_closes_a_whole_schema(authority: ScriptedAuthority, client: Client) -> None:
    assert ask(client, "{ public }", "/closed/") == refused("not_signed_in")
    assert ask(client, "{ __schema { description } }", "/closed/") == refused("not_signed_in")
    start_session(client)
    assert ask(client, "{ public }", "/closed/") == {"public": "barbara"}


def test_a_refused_token_is_answered_before_graphql(authority: ScriptedAuthority, client: Client) -> None:
    headers = bearer(authority, scp="other")
    answer = client.post("/graphql/", {"query": "{ public }"}, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.json()["reason"]) == (403, "scope_missing")


def test_the_samples_of_the_documentation(client: Client, settings: Any, rf: Any) -> None:
    names: dict[str, Any] = {}
    for code in samples(HOWTO / "graphene.md", "python"):
        exec(compile(code, "sample", "exec"), names)
    [path] = names["GRAPHENE"]["MIDDLEWARE"]
    assert import_string(path) is SignedInMiddleware
    request = rf.get("/")
    request.user = AnonymousUser()
    mutations = type("Mutations", (graphene.ObjectType,), {"write": names["Write"].Field()})
    documented = graphene.Schema(query=names["Query"], mutation=mutations)
    for query in ("{ name }", "{ log }", "mutation { write { ok } }"):
        [error] = documented.execute(query, context_value=request).errors
        assert error.extensions == {"code": "UNAUTHENTICATED", "reason": "not_signed_in"}
    request.user = User(username="barbara")
    assert documented.execute("{ name }", context_value=request).data == {"name": "barbara"}
