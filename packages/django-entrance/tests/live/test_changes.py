"""Which changes are announced, when, and to which layer."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_out
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.http import HttpRequest
from django.test import Client
from django_entrance.accounts.session_index import prune_sessions
from django_entrance.live import announcing
from django_entrance.live.announcing import announce, session_mark
from django_entrance.models import EntraAccount, EntraSession
from django_entrance.signals import access_changed
from scripted import ScriptedAuthority
from sign_ins import start_entra_session, start_session

pytestmark = pytest.mark.django_db(transaction=True)


class Ear:
    """Hears what this process announces."""

    def __init__(self) -> None:
        self.heard: list[Any] = []

    def hear(self, message: Any) -> None:
        self.heard.append((message["users"], message["sessions"]))


@pytest.fixture
def heard() -> Iterator[Ear]:
    ear = Ear()
    announcing.hearers.add(ear)
    yield ear
    announcing.hearers.discard(ear)


class Layer:
    def __init__(self, error: Exception | None = None) -> None:
        self.sent: list[Any] = []
        self.error = error

    async def group_send(self, group: str, message: Any) -> None:
        if self.error is not None:
            raise self.error
        self.sent.append((group, message))


@pytest.fixture
def layer(monkeypatch: pytest.MonkeyPatch) -> Layer:
    found = Layer()
    monkeypatch.setattr(announcing, "channel_layer", lambda: found)
    return found


def test_a_sign_out_names_the_session_without_its_key(heard: Ear, client: Client) -> None:
    start_session(client)
    key = client.cookies["sessionid"].value
    heard.heard.clear()
    client.logout()
    assert heard.heard == [([], [session_mark(key)])]
    assert key not in str(heard.heard)


def test_a_sign_out_of_entra_names_its_row(authority: ScriptedAuthority, heard: Ear, client: Client) -> None:
    start_entra_session(client, authority)
    row, key = str(EntraSession.objects.get().pk), client.cookies["sessionid"].value
    heard.heard.clear()
    client.logout()
    assert sorted(heard.heard) == sorted([([], [row]), ([], [session_mark(key)])])


def test_a_sign_out_without_a_session_announces_nothing(heard: Ear) -> None:
    user_logged_out.send(sender=User, request=None, user=None)
    request = HttpRequest()
    request.session = SessionStore()
    logout(request)
    assert heard.heard == []


def test_changes_of_users(heard: Ear) -> None:
    user = User.objects.create_user("barbara")
    user.save(update_fields=["last_login"])
    assert heard.heard == []
    user.save(update_fields=["is_active"])
    user.save()
    key = str(user.pk)
    user.delete()
    assert heard.heard == [([key], [])] * 3


def test_an_account_that_goes(authority: ScriptedAuthority, heard: Ear, client: Client) -> None:
    start_entra_session(client, authority)
    row, user = str(EntraSession.objects.get().pk), str(User.objects.get().pk)
    heard.heard.clear()
    EntraAccount.objects.all().delete()
    assert sorted(heard.heard) == sorted([([], [row]), ([user], [])])


def test_rights_that_entra_takes(heard: Ear) -> None:
    user = User.objects.create_user("barbara")
    heard.heard.clear()
    access_changed.send(sender=User, user=user, identity=None, gained={"group:editors"}, lost=set())
    assert heard.heard == []
    access_changed.send(sender=User, user=user, identity=None, gained=set(), lost={"group:editors"})
    assert heard.heard == [([str(user.pk)], [])]


def test_a_transaction_announces_when_it_ends(heard: Ear) -> None:
    user = User.objects.create_user("barbara")
    with transaction.atomic():
        user.save()
        transaction.set_rollback(True)
    assert heard.heard == []
    with transaction.atomic():
        user.save()
        assert heard.heard == []
    assert heard.heard == [([str(user.pk)], [])]


def test_old_sessions_go_without_a_word(authority: ScriptedAuthority, heard: Ear, client: Client) -> None:
    start_entra_session(client, authority)
    EntraSession.objects.update(expires_at="2020-01-01T00:00Z")
    heard.heard.clear()
    assert prune_sessions() == 1
    assert heard.heard == []


SENT = ("django-entrance", {"type": "entrance.changed", "users": ["1"], "sessions": ["2"]})


def test_it_is_sent_from_a_thread(layer: Layer) -> None:
    announce(users=[1], sessions=[2])
    assert layer.sent == [SENT]


async def test_it_is_sent_from_an_event_loop(layer: Layer) -> None:
    announce(users=[1], sessions=[2])
    await asyncio.gather(*announcing.sending)
    assert layer.sent == [SENT]
    await sync_to_async(announce)(users=[1], sessions=[2])
    assert layer.sent == [SENT, SENT]


def test_a_layer_that_fails_costs_a_line_of_the_log(layer: Layer, caplog: pytest.LogCaptureFixture) -> None:
    layer.error = OSError("redis://:password@host")
    announce(users=[1])
    [record] = [each for each in caplog.records if each.name == "django_entrance"]
    assert record.getMessage() == "Other processes were not told that a live connection ends: OSError"


def test_a_layer_that_hangs_costs_the_end_of_many_sessions_no_more_than_that_of_one(
    layer: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A layer that answers again is told, after a while."""
    layer.error = OSError()
    announce(users=[1])
    layer.error = None
    announce(users=[2])
    assert layer.sent == []
    monkeypatch.setattr(announcing, "SEND_AGAIN", 0)
    announce(users=[1], sessions=[2])
    assert layer.sent == [SENT]
