"""Strawberry's views, sync and async, under WSGI and ASGI, with sessions, with tokens and with neither."""

import logging
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import uvicorn
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.db import connections
from django.test import AsyncClient, Client
from scripted import ScriptedAuthority
from sign_ins import ENTRA_BACKEND, bearer, start_entra_session, start_session

pytestmark = pytest.mark.django_db

VIEWS = ["/graphql/", "/async/graphql/"]
UNAUTHENTICATED = {"code": "UNAUTHENTICATED", "reason": "not_signed_in"}
SUBSCRIBE = {"accept": "multipart/mixed;boundary=graphql;subscriptionSpec=1.0"}


@pytest.fixture(autouse=True)
def permission_urls(settings: Any) -> None:
    settings.ROOT_URLCONF = "permission_urls"


@pytest.fixture(params=VIEWS, ids=["sync view", "async view"])
def view(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["name", "aname"], ids=["sync resolver", "async resolver"])
def field(request: pytest.FixtureRequest, view: str) -> str:
    return "name" if view == "/graphql/" else str(request.param)


def ask(client: Client, view: str, field: str, **headers: str) -> Any:
    return client.post(view, {"query": f"{{ {field} }}"}, content_type="application/json", headers=headers).json()


async def aask(client: AsyncClient, view: str, field: str, **headers: str) -> Any:
    body = {"query": f"{{ {field} }}"}
    return (await client.post(view, body, content_type="application/json", headers=headers)).json()


def test_a_session_user_is_let_in(authority: ScriptedAuthority, client: Client, view: str, field: str) -> None:
    start_session(client)
    assert ask(client, view, field)["data"] == {field: "barbara"}


def test_a_token_is_let_in(authority: ScriptedAuthority, client: Client, view: str, field: str) -> None:
    assert ask(client, view, field, **bearer(authority))["data"] == {field: "ada@contoso.example"}


def test_an_anonymous_caller_is_refused(authority: ScriptedAuthority, client: Client, view: str, field: str) -> None:
    assert [error["extensions"] for error in ask(client, view, field)["errors"]] == [UNAUTHENTICATED]


@pytest.mark.django_db(transaction=True)
async def test_under_asgi(authority: ScriptedAuthority, async_client: AsyncClient, view: str, field: str) -> None:
    assert [error["extensions"] for error in (await aask(async_client, view, field))["errors"]] == [UNAUTHENTICATED]
    assert (await aask(async_client, view, field, **bearer(authority)))["data"] == {field: "ada@contoso.example"}
    await sync_to_async(start_session)(async_client)
    assert (await aask(async_client, view, field))["data"] == {field: "barbara"}


@pytest.fixture
def asgi_server(transactional_db: None) -> Iterator[str]:
    """The project under uvicorn: a real server, its event loop in a thread of its own."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(ASGIHandler(), lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        connections.close_all()


@pytest.mark.parametrize("place", ["/async/graphql/", "/async/wrapped-graphql/", "/async/own-graphql/"])
def test_no_caller_is_read_in_the_event_loop(
    authority: ScriptedAuthority, settings: Any, asgi_server: str, place: str
) -> None:
    """Strawberry asks the permissions of a sync resolver in the event loop, where Django forbids queries."""
    settings.ALLOWED_HOSTS = ["127.0.0.1", "testserver"]
    own, entra = Client(), Client()
    start_session(own)
    start_entra_session(entra, authority, roles=["Writer"])
    people: list[tuple[str | None, dict[str, str]]] = [
        (None, {}),
        (None, {"cookie": "sessionid=abcdefghijklmnopqrstuvwxyz012345"}),
        ("barbara", cookie_of(own)),
        ("ada@contoso.example", cookie_of(entra)),
        ("ada@contoso.example", bearer(authority)),
        ("ada@contoso.example", cookie_of(own) | bearer(authority)),
    ]
    for user, headers in people:
        for field in ("name", "aname"):
            answer = requests.post(asgi_server + place, json={"query": f"{{ {field} }}"}, headers=headers, timeout=30)
            if user is None:
                assert [error["extensions"] for error in answer.json()["errors"]] == [UNAUTHENTICATED]
            else:
                assert answer.json() == {"data": {field: user}}


def cookie_of(client: Client) -> dict[str, str]:
    return {"cookie": f"sessionid={client.cookies['sessionid'].value}"}


@pytest.mark.django_db(transaction=True)
async def test_nothing_fails_silently(authority: ScriptedAuthority, async_client: AsyncClient, view: str) -> None:
    answer = await aask(async_client, view, "names")
    assert [error["extensions"] for error in answer["errors"]] == [UNAUTHENTICATED]
    await sync_to_async(start_session)(async_client)
    assert (await aask(async_client, view, "names"))["data"] == {"names": ["ada"]}


@pytest.mark.django_db(transaction=True)
async def test_subscriptions(authority: ScriptedAuthority, async_client: AsyncClient) -> None:
    async def subscribe() -> str:
        body = {"query": "subscription { names }"}
        url = "/async/graphql/"
        response: Any = await async_client.post(url, body, content_type="application/json", headers=SUBSCRIBE)
        assert response.streaming
        return b"".join([part async for part in response.streaming_content]).decode()

    assert "not_signed_in" in await subscribe()
    await sync_to_async(start_session)(async_client)
    assert '{"names": "ada"}' in (await subscribe()).replace('":"', '": "')


@pytest.mark.parametrize(
    ("field", "backend", "message"),
    [
        ("scope", None, "This login has no scopes"),
        ("appRole", None, "This login has no app roles"),
        ("scope", ENTRA_BACKEND, "This session lacks a required scope"),
        ("appRole", ENTRA_BACKEND, "This session lacks a required app role"),
    ],
)
def test_a_session_is_not_told_of_a_token(
    authority: ScriptedAuthority, client: Client, field: str, backend: str | None, message: str
) -> None:
    if backend is None:
        start_session(client)
    else:
        start_entra_session(client, authority, roles=["Reader"])
    [error] = ask(client, "/async/graphql/", field)["errors"]
    assert error["message"] == message
    assert error["extensions"]["reason"] in {"scope_missing", "app_role_missing"}
    [error] = ask(client, "/async/graphql/", field, **bearer(authority, roles=["Reader"]))["errors"]
    assert error["message"] in {"This token lacks a required scope", "This token lacks a required app role"}


def test_a_refused_field_is_one_line_of_log_however_often_it_is_asked(
    authority: ScriptedAuthority, client: Client, view: str, caplog: pytest.LogCaptureFixture
) -> None:
    user = start_session(client)
    caplog.set_level(logging.INFO, "django_entrance")
    ask(client, "/async/graphql/", "a: scope b: scope c: appRole")
    lines = [record for record in caplog.records if record.name == "django_entrance"]
    assert [(line.levelname, line.entrance_reason) for line in lines] == [  # type: ignore[attr-defined]
        ("WARNING", "scope_missing"),
        ("WARNING", "app_role_missing"),
    ]
    assert f"at POST /async/graphql/ to user {user.pk}:" in lines[0].getMessage()
