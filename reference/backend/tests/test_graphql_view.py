import json
import time

import pytest
from django.contrib.auth.models import User
from django.test import Client
from graphql import get_introspection_query
from logbook.graphql import queries
from pytest_django import Settings

from tests.conftest import Ask, Post, code_of

WHO = "{ viewer { username } }"
ADD = 'mutation { addEntry(text: "x") { id } }'


def test_a_session_cookie_is_ignored(writer: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(writer, backend="django.contrib.auth.backends.ModelBackend")

    assert client.post("/graphql/", {"query": WHO}, "application/json").json() == {"data": {"viewer": None}}
    assert code_of(client.post("/graphql/", {"query": ADD}, "application/json").json()) == "UNAUTHENTICATED"


def test_a_bearer_needs_no_csrf_token_and_ignores_the_cookie(writer: User, admin_token: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(writer, backend="django.contrib.auth.backends.ModelBackend")

    response = client.post(
        "/graphql/", {"query": WHO}, "application/json", headers={"Authorization": f"Bearer {admin_token}"}
    )

    assert response.json()["data"]["viewer"]["username"] == "edsger"
    assert not response.cookies


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "application/graphql"],
)
def test_only_json_is_read(db: None, content_type: str) -> None:
    body = json.dumps({"query": WHO})

    assert Client().post("/graphql/", body, content_type).status_code == 400
    assert Client().post("/graphql/", body, "application/json").status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH"])
def test_only_post_is_answered(db: None, method: str) -> None:
    assert Client().generic(method, f"/graphql/?query={WHO}").status_code == 405


def test_development_loads_no_page_from_a_cdn(settings: Settings) -> None:
    settings.DEBUG = True
    page = Client().get("/graphql/", headers={"Accept": "text/html"})
    assert (page.status_code, page.content) == (405, b"")


def test_several_operations_in_one_request_are_refused(db: None) -> None:
    response = Client().post("/graphql/", [{"query": WHO}, {"query": WHO}], "application/json")

    assert response.status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "null",
        "1",
        '"x"',
        "{}",
        '{"query": 1}',
        '{"query": "{ viewer"}',
        "[" * 5000,
        '{"query": "{ viewer { email } }", "operationName": []}',
    ],
)
def test_an_invalid_body_is_refused(db: None, body: str) -> None:
    response = Client().post("/graphql/", body, "application/json")

    assert response.status_code in {200, 400}


@pytest.mark.parametrize(
    "query",
    [
        "{ viewer { nothing } }",
        "{ viewer { username }",
        "{ ...Missing }",
        "{ ...F } fragment F on Query { ...F }",
        "query ($first: Int!) { entries(first: $first) { totalCount } }",
        "{" + "a{" * 250 + "}" * 251,
        "{ " + "__schema { types { fields { type { ofType { ofType { name } } } } } } " * 40 + "}",
        "{ " + " ".join(f"a{number}: viewer {{ email }}" for number in range(16)) + " }",
        "{ entries { edges { node { author { username { a { b { c { d } } } } } } } } }",
    ],
    ids=["field", "syntax", "fragment", "cycle", "variable", "nested", "tokens", "aliases", "depth"],
)
def test_a_document_that_breaks_a_rule_is_bad_input(ask: Ask, db: None, query: str) -> None:
    errors = ask(query)["errors"]

    assert {error["extensions"]["code"] for error in errors} == {"BAD_INPUT"}


def test_fifteen_aliases_are_allowed(ask: Ask, db: None) -> None:
    query = "{ " + " ".join(f"a{number}: viewer {{ email }}" for number in range(15)) + " }"

    assert set(ask(query)["data"].values()) == {None}


def test_exponential_fragments_are_refused_quickly(ask: Ask, db: None) -> None:
    fragments = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(45))
    started = time.monotonic()

    answer = ask(f"{{ ...F0 }} {fragments} fragment F45 on Query {{ viewer {{ email }} }}")

    assert answer == {"data": {"viewer": None}}
    assert time.monotonic() - started < 2


def test_depth_inside_fragments_counts(ask: Ask, db: None) -> None:
    fragment = "fragment F on Query { entries { edges { node { author { a { b { c { d { e } } } } } } } } }"

    assert "nested deeper than 8" in str(ask(f"{{ ...F }} {fragment}")["errors"])


def test_an_unexpected_error_is_masked_and_logged(
    ask: Ask, writer_token: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def explode(_: object) -> object:
        raise RuntimeError("SELECT password FROM auth_user")

    monkeypatch.setattr(queries, "viewer_of", explode)

    answer = ask(WHO, writer_token)

    assert answer["errors"][0]["message"] == "Logbook could not do this."
    assert code_of(answer) == "UNEXPECTED"
    assert "SELECT" not in str(answer)
    assert "SELECT password" in caplog.text


def test_a_refusal_is_not_logged_as_an_error(ask: Ask, db: None, caplog: pytest.LogCaptureFixture) -> None:
    assert code_of(ask("{ entries { totalCount } }")) == "UNAUTHENTICATED"
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def test_an_answer_is_never_stored(post: Post, writer_token: str) -> None:
    response = post(WHO, writer_token)

    assert "no-store" in response["Cache-Control"]
    assert "Authorization" in response["Vary"]


def test_tools_can_read_the_schema(ask: Ask, db: None) -> None:
    assert "errors" not in ask(get_introspection_query())


def test_the_front_ends_own_query_fits_the_limits(ask: Ask, writer_token: str) -> None:
    parts = "fragment P on Entry { id author { username fullName } createdAt editedAt text tags canEdit canDelete }"

    answer = ask(
        f"{{ entries {{ edges {{ node {{ ...P }} }} pageInfo {{ endCursor }} totalCount }} }} {parts}", writer_token
    )

    assert answer["data"]["entries"]["totalCount"] == 0
