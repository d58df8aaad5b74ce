"""People with password and Entra logins, and GraphQL requests through WSGI and ASGI."""

from collections.abc import Callable, Iterator
from typing import Any, Protocol

import pytest
from accounts.tokens import issue_token
from asgiref.sync import async_to_sync
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.http import HttpResponse
from django.test import AsyncClient, Client
from entra_double import Entra, EntraServer
from logbook.entries import add_entry
from logbook.models import Entry
from pytest_django import Settings

PASSWORD = "correct horse"


class Post(Protocol):
    def __call__(self, query: str, token: str | None = None, **variables: object) -> HttpResponse: ...


class Ask(Protocol):
    def __call__(self, query: str, token: str | None = None, **variables: object) -> dict[str, Any]: ...


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    yield
    cache.clear()


@pytest.fixture(params=["wsgi", "asgi"])
def post(request: pytest.FixtureRequest) -> Post:
    """Send a GraphQL document through Django's WSGI or ASGI handler."""
    send: Any = Client().post if request.param == "wsgi" else async_to_sync(AsyncClient().post)

    def post(query: str, token: str | None = None, **variables: object) -> HttpResponse:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        body = {"query": query, "variables": variables}
        response: HttpResponse = send("/graphql/", body, content_type="application/json", headers=headers)
        return response

    return post


@pytest.fixture
def ask(post: Post) -> Ask:
    """Send a document; return the JSON of the response, which has status 200."""

    def ask(query: str, token: str | None = None, **variables: object) -> dict[str, Any]:
        response = post(query, token, **variables)
        assert response.status_code == 200, response.content
        answer: dict[str, Any] = response.json()  # type: ignore[attr-defined]
        return answer

    return ask


def make_person(username: str, role: str | None = None, **fields: str) -> User:
    person = User.objects.create_user(username, password=PASSWORD, **fields)
    if role:
        person.groups.add(Group.objects.get(name=role))
    return person


@pytest.fixture
def writer(db: None) -> User:
    return make_person("barbara", "Writer", first_name="Barbara", last_name="Liskov", email="barbara@contoso.example")


@pytest.fixture
def writer_token(writer: User) -> str:
    return issue_token(writer).token


@pytest.fixture
def admin_token(db: None) -> str:
    return issue_token(make_person("edsger", "Admin")).token


@pytest.fixture
def entry(writer: User) -> Entry:
    return add_entry(writer, "Certificate renewed.", ["security"])


@pytest.fixture(scope="session")
def entra_server() -> Iterator[EntraServer]:
    with EntraServer() as server:
        yield server


@pytest.fixture
def entra_token(entra_server: EntraServer, settings: Settings, db: None) -> Callable[..., str]:
    """Return a function that makes an access token for a user name in Contoso, with other claims if given."""
    settings.DEBUG = True
    settings.ENTRANCE = settings.ENTRANCE | {"AUTHORITY_HOST": entra_server.base_url}
    entra_server.emulator.reset()
    return Entra(entra_server.emulator).token


def code_of(answer: dict[str, Any]) -> str:
    """Return the code of the one error."""
    (error,) = answer["errors"]
    code: str = error["extensions"]["code"]
    return code
