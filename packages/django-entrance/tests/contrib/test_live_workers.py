"""What ends subscriptions in every worker: two processes of uvicorn, a third one that changes something, and Redis."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from channels.layers import channel_layers
from django.contrib.auth.models import Group, User
from django.test import Client
from django_entrance.accounts.session_index import end_sessions_at_microsoft
from django_entrance.models import EntraAccount, EntraSession
from live_clients import authorization
from live_servers import Site, assert_closed, say, serving, subscribe, told
from redis_server import redis_layers, redis_url, running
from scripted import TENANT, ScriptedAuthority
from sign_ins import bearer, start_entra_session, start_session
from websockets.sync.client import ClientConnection

__all__ = ["redis_url"]

pytestmark = pytest.mark.django_db(transaction=True)

SID = "5e550000-0000-4000-8000-000000000001"


@contextmanager
def two_workers(host: str, redis: str) -> Iterator[list[Site]]:
    with ExitStack() as stack:
        workers = [stack.enter_context(serving("uvicorn", host, LIVE_SITE_REDIS=redis)) for _ in range(2)]
        for each in workers:
            each.move_clock("")
        yield workers


@pytest.fixture(scope="module")
def served_workers(django_db_setup: None, served: ScriptedAuthority, redis_url: str) -> Iterator[list[Site]]:
    with two_workers(served.host, redis_url) as workers:
        yield workers


@pytest.fixture
def layer(settings: Any, redis_url: str) -> Iterator[None]:
    """Let the process of the test announce by Redis, too."""
    settings.CHANNEL_LAYERS = redis_layers(redis_url)
    channel_layers.backends.clear()
    yield
    channel_layers.backends.clear()


@pytest.fixture
def workers(layer: None, served_workers: list[Site]) -> list[Site]:
    return served_workers


@contextmanager
def subscribed(workers: list[Site], *, session: Client | None = None, payload: Any = None) -> Iterator[Any]:
    """Subscribe to both workers."""
    with ExitStack() as stack:
        browsers = [stack.enter_context(each.open(session=session)) for each in workers]
        for each in browsers:
            assert "data" in subscribe(each, payload)
        yield browsers


def assert_all_closed(workers: list[Site], browsers: list[ClientConnection], code: int, reason: str) -> None:
    for browser, site in zip(browsers, workers, strict=True):
        assert_closed(browser, site, code, reason)


def sign_out_here(client: Client) -> None:
    assert client.post("/entrance/sign-out/").status_code == 302


def sign_out_everywhere(client: Client) -> None:
    other = Client()
    other.cookies.update(client.cookies)
    assert other.post("/entrance/sign-out/", {"all_sessions": "1", "everywhere": "1"}).status_code == 302


def sign_out_at_microsoft(client: Client) -> None:
    """End it as the front channel does."""
    EntraSession.objects.update(sid=SID)
    assert end_sessions_at_microsoft(SID, TENANT, ["default"]) == 1


def end_in_the_admin(client: Client) -> None:
    EntraSession.objects.get().delete()


@pytest.mark.parametrize("end", [sign_out_here, sign_out_everywhere, sign_out_at_microsoft, end_in_the_admin])
def test_what_ends_a_session_ends_its_subscriptions_at_once(
    authority: ScriptedAuthority, workers: list[Site], end: Callable[[Client], None]
) -> None:
    client = Client()
    start_entra_session(client, authority)
    with subscribed(workers, session=client) as browsers:
        end(client)
        assert_all_closed(workers, browsers, 4401, "session_ended")


def test_a_sign_out_of_another_login_does_too(authority: ScriptedAuthority, workers: list[Site]) -> None:
    client = Client()
    start_session(client)
    with subscribed(workers, session=client) as browsers:
        client.logout()
        assert_all_closed(workers, browsers, 4401, "session_ended")


def deactivate() -> None:
    user = User.objects.get()
    user.is_active = False
    user.save()


def disconnect() -> None:
    EntraAccount.objects.get().delete()


CHANGES = {
    "deactivated": (deactivate, 4403, "user_disabled"),
    "disconnected": (disconnect, 4403, "account_missing"),
}


@pytest.mark.parametrize(("change", "code", "reason"), CHANGES.values(), ids=CHANGES)
def test_what_changes_a_person_closes_subscriptions_by_token_at_once(
    authority: ScriptedAuthority, workers: list[Site], change: Callable[[], None], code: int, reason: str
) -> None:
    Client().get("/public/", headers=bearer(authority))
    with subscribed(workers, payload=authorization(authority)) as browsers:
        change()
        assert_all_closed(workers, browsers, code, reason)


def test_a_role_that_entra_took_away(authority: ScriptedAuthority, workers: list[Site], settings: Any) -> None:
    settings.ENTRANCE |= {"ACCESS": {"app_roles": {"Editor": {"groups": ["editors"]}}}}
    Group.objects.create(name="editors")
    client = Client()
    start_entra_session(client, authority, roles=["Editor"])
    assert User.objects.get().groups.count() == 1
    with subscribed(workers, session=client) as browsers:
        Client().get("/public/", headers=bearer(authority, roles=["Reader"]))
        assert User.objects.get().groups.count() == 0
        assert_all_closed(workers, browsers, 4401, "rights_changed")


def test_other_people_stay(authority: ScriptedAuthority, workers: list[Site]) -> None:
    barbara, ada = Client(), Client()
    start_session(barbara)
    start_entra_session(ada, authority)
    with subscribed(workers, session=barbara) as hers, subscribed(workers, session=ada) as browsers:
        ada.logout()
        assert_all_closed(workers, browsers, 4401, "session_ended")
        for each in hers:
            say(each, type="ping")
            assert told(each) == {"type": "pong"}


def test_without_redis_the_next_look_finds_it(
    authority: ScriptedAuthority, settings: Any, redis_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    program = shutil.which("redis-server")
    assert program is not None
    client = Client()
    start_entra_session(client, authority)
    with ExitStack() as stack:
        with running(program) as url:
            settings.CHANNEL_LAYERS = redis_layers(url)
            channel_layers.backends.clear()
            workers = stack.enter_context(two_workers(authority.host, url))
            browsers = stack.enter_context(subscribed(workers, session=client))
        client.logout()
        for each in workers:
            each.advance(31)
        assert_all_closed(workers, browsers, 4401, "session_ended")
    channel_layers.backends.clear()
    assert "Other processes were not told that a live connection ends" in caplog.text
