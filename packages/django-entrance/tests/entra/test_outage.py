"""A site while its authority is down or does not answer, through the real middleware."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.contrib.auth.models import User
from django.core.handlers.asgi import ASGIHandler
from django.test import Client
from django_entrance.bearer.authentication import aidentify_token
from django_entrance.entra.authorities import configured_authorities
from django_entrance.verification.errors import AuthorityUnreachable
from django_entrance.verification.metadata.fetch import Fetch
from django_entrance.verification.metadata.key_set import LIFETIME, RENEWAL
from django_entrance.verification.metadata.signing_keys import RETRY, SigningKeys
from django_entrance.verification.metadata.waiting import MOST_WAITING
from held_keys import Clock
from scripted import ADA, K1, STRANGER, TENANT, Key, ScriptedAuthority, claims_v2, token

ONE_FETCH = [f"/{TENANT}/v2.0/.well-known/openid-configuration", f"/{TENANT}/discovery/v2.0/keys"]


@pytest.fixture
def keys(authority: ScriptedAuthority) -> Iterator[SigningKeys]:
    """The project's signing keys; the test waits for background fetches at its end."""
    keys = configured_authorities()[0].keys
    yield keys
    for fetch in list(keys.state.pending):
        assert fetch.done.wait(20)


@pytest.fixture
def clock(keys: SigningKeys) -> Clock:
    """The clock of the signing keys; tokens use the real one."""
    keys.clock = clock = Clock()
    return clock


def bearer(authority: ScriptedAuthority, key: Key = K1, **changes: Any) -> dict[str, str]:
    claims = claims_v2(host=authority.host, now=int(time.time()))
    return {"authorization": f"Bearer {token(claims | changes, key=key)}"}


@pytest.fixture
def signed_in(client: Client, db: None) -> Client:
    """A user with a password."""
    User.objects.create_user("barbara", password="a password")
    assert client.login(username="barbara", password="a password")
    return client


@pytest.fixture(params=["/", "/async/"])
def address(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def asked(authority: ScriptedAuthority) -> list[str]:
    return [url.removeprefix(authority.host) for url in authority.requests]


def test_down_at_the_start_only_bearer_tokens_are_told_to_come_back(
    authority: ScriptedAuthority, clock: Clock, client: Client, db: None, address: str
) -> None:
    authority.down = True
    response = client.get(address, headers=bearer(authority))
    assert (response.status_code, response.json()["reason"]) == (503, "authority_unreachable")
    assert response["Retry-After"] == "10"
    assert asked(authority) == ONE_FETCH[:1]
    authority.down = False
    clock.now += RETRY - 1
    assert client.get(address, headers=bearer(authority)).status_code == 503
    assert asked(authority) == ONE_FETCH[:1], "not yet"
    clock.now += 1
    assert client.get(address, headers=bearer(authority)).json()["object_id"] == ADA, "within thirty seconds"
    assert asked(authority) == ONE_FETCH[:1] + ONE_FETCH


def test_down_at_the_start_own_logins_go_on_and_ask_for_nothing(
    authority: ScriptedAuthority, clock: Clock, signed_in: Client, address: str
) -> None:
    authority.down = True
    assert signed_in.get(address).json()["username"] == "barbara"
    assert Client().get(address).json()["username"] == ""
    assert authority.requests == []


@pytest.mark.parametrize(
    "header", ["Bearer no-token-at-all", "Token 123", "Basic YTpi"], ids=lambda header: header.partition(" ")[0]
)
def test_down_at_the_start_other_credentials_go_on_and_ask_for_nothing(
    authority: ScriptedAuthority, clock: Clock, client: Client, db: None, address: str, header: str
) -> None:
    authority.down = True
    assert client.get(address, headers={"authorization": header}).json()["header"] == header
    assert authority.requests == []


def test_down_at_the_start_a_foreign_token_goes_on_and_asks_for_nothing(
    authority: ScriptedAuthority, clock: Clock, client: Client, db: None, address: str
) -> None:
    authority.down = True
    foreign = bearer(authority, iss="https://accounts.example/")
    response = client.get(address, headers=foreign)
    assert (response.status_code, response.json()["username"]) == (200, "")
    assert response.json()["header"] == foreign["authorization"], "it is for the site's other login"
    assert authority.requests == []


def test_down_later_nobody_notices(
    authority: ScriptedAuthority, clock: Clock, client: Client, db: None, address: str
) -> None:
    assert client.get(address, headers=bearer(authority)).json()["object_id"] == ADA
    authority.down = True
    for _ in range(3):
        clock.now += LIFETIME
        assert client.get(address, headers=bearer(authority)).json()["object_id"] == ADA


class Silent:
    """A connection to the authority that answers only when allowed."""

    def __init__(self, fetch: Fetch) -> None:
        self.fetch = fetch
        self.asked, self.may_answer = threading.Event(), threading.Event()

    def wait(self, url: str) -> bytes:
        self.asked.set()
        assert self.may_answer.wait(20)
        return self.fetch(url)


@pytest.fixture
def silent(keys: SigningKeys) -> Iterator[Silent]:
    silent = Silent(keys.source.fetch)
    keys.source = replace(keys.source, fetch=silent.wait)
    yield silent
    silent.may_answer.set()


async def get(address: str, **headers: str) -> tuple[int, dict[str, Any]]:
    """Send a request as an ASGI server does, in its own context."""
    names = [(name.encode(), value.encode()) for name, value in {"host": "testserver", **headers}.items()]
    scope = {"type": "http", "method": "GET", "path": address, "query_string": b"", "headers": names}
    server: Any = ApplicationCommunicator(ASGIHandler(), scope)  # type: ignore[no-untyped-call]
    await server.send_input({"type": "http.request", "body": b""})
    start = await server.receive_output(20)
    body = await server.receive_output(20)
    await server.wait(20)
    return start["status"], json.loads(body["body"])


@pytest.mark.django_db(transaction=True)
async def test_while_the_authority_is_silent_the_event_loop_serves_everybody_else(
    authority: ScriptedAuthority, silent: Silent, address: str
) -> None:
    waiting = [asyncio.create_task(get(address, **bearer(authority))) for _ in range(MOST_WAITING)]
    assert await asyncio.to_thread(silent.asked.wait, 20)
    for foreign in ({}, bearer(authority, iss="https://accounts.example/"), {"authorization": "Token 123"}):
        status, told = await asyncio.wait_for(get(address, **foreign), 20)
        assert (status, told["username"]) == (200, "")
    assert not any(task.done() for task in waiting)
    silent.may_answer.set()
    assert [(status, told["object_id"]) for status, told in await asyncio.gather(*waiting)] == [
        (200, ADA)
    ] * MOST_WAITING
    assert asked(authority) == ONE_FETCH


@pytest.mark.django_db(transaction=True)
async def test_while_the_authority_is_silent_forged_tokens_hold_a_few_threads_only(
    authority: ScriptedAuthority, silent: Silent, address: str
) -> None:
    forged = bearer(authority, key=STRANGER)
    crowd = {asyncio.create_task(get(address, **forged)) for _ in range(40)}
    while len(crowd) > MOST_WAITING:
        done, crowd = await asyncio.wait(crowd, timeout=20, return_when=asyncio.FIRST_COMPLETED)
        assert {(status, told["reason"]) for status, told in (task.result() for task in done)} == {
            (503, "authority_unreachable")
        }
    status, told = await asyncio.wait_for(get(address), 20)
    assert (status, told["username"]) == (200, ""), "others are served"
    silent.may_answer.set()
    answers = await asyncio.gather(*crowd)
    assert [(status, told["reason"]) for status, told in answers] == [(401, "signature_wrong")] * MOST_WAITING
    assert (await get(address, **bearer(authority)))[1]["object_id"] == ADA


async def test_while_the_authority_is_silent_a_consumer_in_an_event_loop_has_threads_left(
    authority: ScriptedAuthority, silent: Silent
) -> None:
    text = bearer(authority)["authorization"].removeprefix("Bearer ")
    crowd = {asyncio.create_task(aidentify_token(text)) for _ in range(40)}
    while len(crowd) > MOST_WAITING:
        done, crowd = await asyncio.wait(crowd, timeout=20, return_when=asyncio.FIRST_COMPLETED)
        assert {type(task.exception()) for task in done} == {AuthorityUnreachable}
    assert await asyncio.to_thread(lambda: "free") == "free"
    silent.may_answer.set()
    assert [identity and identity.object_id for identity in await asyncio.gather(*crowd)] == [ADA] * MOST_WAITING


@pytest.mark.django_db(transaction=True)
async def test_while_a_renewal_is_silent_the_event_loop_serves_everybody(
    authority: ScriptedAuthority, clock: Clock, silent: Silent, address: str
) -> None:
    silent.may_answer.set()
    assert (await get(address, **bearer(authority)))[0] == 200
    silent.may_answer.clear()
    silent.asked.clear()
    clock.now += RENEWAL
    for _ in range(3):
        status, told = await asyncio.wait_for(get(address, **bearer(authority)), 20)
        assert (status, told["object_id"]) == (200, ADA)
    assert await asyncio.to_thread(silent.asked.wait, 20)
    assert asked(authority) == ONE_FETCH, "the renewal has had no answer yet"
