"""The live list over a WebSocket: who gets it, what it says, and what a client that was away has missed."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from accounts.tokens import issue_token
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from config.asgi import application
from django.contrib.auth.models import Group, User
from django.test import Client
from logbook.entries import add_entry
from logbook.models import Entry

from tests.conftest import Post, code_of, make_person

pytestmark = pytest.mark.django_db(transaction=True)

ADDED = "subscription ($after: ID) { entryAdded(after: $after) { id text tags canEdit canDelete author { fullName } } }"


@pytest.fixture(autouse=True)
def roles(transactional_db: None) -> None:
    """Between these tests the tables are emptied, with the groups that a migration made."""
    for name in ("Reader", "Writer", "Admin"):
        Group.objects.get_or_create(name=name)


class Live(WebsocketCommunicator):
    """A client of graphql-transport-ws."""

    def __init__(self, *, cookie: str = "") -> None:
        headers = [(b"host", b"testserver"), (b"origin", b"http://testserver")]
        headers += [(b"cookie", f"sessionid={cookie}".encode())] if cookie else []
        super().__init__(application, "/graphql/", headers=headers, subprotocols=["graphql-transport-ws"])

    async def say(self, **message: Any) -> None:
        await self.send_to(text_data=json.dumps(message))

    async def told(self) -> Any:
        message = await self.receive_output(timeout=10)
        if message["type"] == "websocket.close":
            return message["code"], message["reason"]
        return json.loads(message["text"])

    async def opened(self, token: str | None = None) -> "Live":
        assert await self.connect(timeout=10) == (True, "graphql-transport-ws")
        await self.say(type="connection_init", payload={"Authorization": f"Bearer {token}"} if token else {})
        assert await self.told() == {"type": "connection_ack"}
        return self

    async def subscribe(self, query: str = ADDED, **variables: Any) -> None:
        await self.say(type="subscribe", id="1", payload={"query": query, "variables": variables})

    async def entry(self) -> Any:
        return (await self.told())["payload"]["data"]["entryAdded"]

    async def code(self) -> str:
        told = await self.told()
        errors = told["payload"] if told["type"] == "error" else told["payload"]["errors"]
        return code_of({"errors": errors})

    async def is_listening(self) -> None:
        """Wait until the subscription is in the group of the channel layer."""
        from channels.layers import get_channel_layer

        while not get_channel_layer().groups:
            await sync_to_async(lambda: None)()


add = sync_to_async(add_entry)


@pytest.fixture
def barbara(roles: None) -> User:
    return make_person("barbara", "Writer", first_name="Barbara", last_name="Liskov")


async def test_a_person_with_a_password_gets_new_entries(barbara: User) -> None:
    live = await Live().opened(issue_token(barbara).token)
    await live.subscribe()
    await live.is_listening()
    entry = await add(barbara, "Certificate renewed.", ["security"])
    assert await live.entry() == {
        "id": str(entry.pk),
        "text": "Certificate renewed.",
        "tags": ["security"],
        "canEdit": True,
        "canDelete": False,
        "author": {"fullName": "Barbara Liskov"},
    }
    await live.disconnect()


async def test_a_person_of_entra_gets_them(barbara: User, entra_token: Callable[..., str]) -> None:
    live = await Live().opened(await sync_to_async(entra_token)("alan"))
    await live.subscribe()
    await live.is_listening()
    await add(barbara, "Certificate renewed.", [])
    told = await live.entry()
    assert (told["text"], told["canEdit"]) == ("Certificate renewed.", False)
    await live.disconnect()


@pytest.mark.parametrize("has_session", [True, False])
async def test_a_session_counts_where_the_front_end_keeps_one(barbara: User, settings: Any, has_session: bool) -> None:
    settings.HAS_DJANGO_SESSION = has_session
    client = Client()
    await sync_to_async(client.force_login)(barbara, backend="django.contrib.auth.backends.ModelBackend")
    live = await Live(cookie=client.cookies["sessionid"].value).opened()
    await live.subscribe()
    if has_session:
        await live.is_listening()
        await add(barbara, "Certificate renewed.", [])
        assert (await live.entry())["text"] == "Certificate renewed."
    else:
        assert await live.code() == "UNAUTHENTICATED"
    await live.disconnect()


async def test_without_a_role_there_is_no_list(barbara: User) -> None:
    live = await Live().opened(issue_token(await sync_to_async(make_person)("alan")).token)
    await live.subscribe()
    assert await live.code() == "FORBIDDEN"
    await live.disconnect()


async def test_a_role_that_was_taken_ends_the_list(barbara: User) -> None:
    live = await Live().opened(issue_token(barbara).token)
    await live.subscribe()
    await live.is_listening()
    await User.groups.through._default_manager.all().adelete()
    await add(barbara, "Certificate renewed.", [])
    assert await live.code() == "FORBIDDEN"
    await live.disconnect()


async def test_a_client_that_was_away_gets_what_it_missed_once(barbara: User) -> None:
    first, second, third = [await add(barbara, f"Entry {number}.", []) for number in range(3)]
    live = await Live().opened(issue_token(barbara).token)
    await live.subscribe(after=str(first.pk))
    assert [(await live.entry())["id"] for _ in range(2)] == [str(second.pk), str(third.pk)]
    fourth = await add(barbara, "Entry 3.", [])
    assert (await live.entry())["id"] == str(fourth.pk)
    await live.disconnect()


async def test_many_are_missed(barbara: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("logbook.graphql.subscriptions.AT_ONCE", 2)
    entries = [await add(barbara, f"Entry {number}.", []) for number in range(5)]
    live = await Live().opened(issue_token(barbara).token)
    await live.subscribe(after="0")
    assert [(await live.entry())["id"] for _ in range(5)] == [str(each.pk) for each in entries]
    await live.disconnect()


async def test_an_entry_that_is_gone_when_it_is_read(barbara: User) -> None:
    live = await Live().opened(issue_token(barbara).token)
    await live.subscribe()
    await live.is_listening()
    await sync_to_async(add_and_delete)(barbara)
    entry = await add(barbara, "Certificate renewed.", [])
    assert (await live.entry())["id"] == str(entry.pk)
    await live.disconnect()


def add_and_delete(author: User) -> None:
    from django.db import transaction

    with transaction.atomic():
        add_entry(author, "A mistake.", [])
        Entry.objects.all().delete()


async def test_a_name_that_is_no_entry(barbara: User) -> None:
    live = await Live().opened(issue_token(barbara).token)
    await live.subscribe(after="x")
    assert await live.code() == "BAD_INPUT"
    await live.disconnect()


@pytest.mark.parametrize("query", ["{ viewer { username } }", "mutation { deleteEntry(id: 1) }"])
async def test_only_subscriptions_come_over_a_websocket(barbara: User, query: str) -> None:
    live = await Live().opened(issue_token(barbara).token)
    await live.subscribe(query)
    assert await live.code() == "BAD_INPUT"
    await live.disconnect()


async def test_errors_are_masked(barbara: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise LookupError("secret")

    monkeypatch.setattr("logbook.graphql.subscriptions.caller_of", fail)
    live = await Live().opened(issue_token(barbara).token)
    await live.subscribe()
    assert await live.code() == "UNEXPECTED"
    await live.disconnect()


def test_no_subscription_comes_over_http(post: Post, barbara: User) -> None:
    answer = post("subscription { entryAdded { id } }", issue_token(barbara).token)
    assert code_of(answer.json()) == "BAD_INPUT"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"password": "another"}, "token_revoked"), ({"is_active": False}, "user_disabled")],
    ids=["password", "deactivated"],
)
async def test_a_refused_token_is_told_why(barbara: User, change: dict[str, Any], reason: str) -> None:
    token = issue_token(barbara).token
    await User.objects.aupdate(**change)
    live = Live()
    assert await live.connect(timeout=10) == (True, "graphql-transport-ws")
    await live.say(type="connection_init", payload={"Authorization": f"Bearer {token}"})
    assert await live.told() == (4401, reason)


async def test_deactivation_ends_the_list_of_a_person_with_a_password(barbara: User) -> None:
    live = await Live().opened(issue_token(barbara).token)
    await live.subscribe()
    await live.is_listening()
    barbara.is_active = False
    await barbara.asave()
    assert await live.told() == (4401, "user_disabled")
