"""What ends the watch over open connections, and what it costs."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from threading import Event
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import PermissionDenied
from django.core.handlers.asgi import ASGIRequest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_entrance.live import watching
from django_entrance.live.authentication import authenticate, in_thread
from django_entrance.live.closing import Close
from django_entrance.live.handshake import read_handshake
from django_entrance.live.watched import Watched
from django_entrance.live.watching import CHECK_AGAIN, CHECK_EVERY, Watch
from django_entrance.sessions.record import KEY
from live_clients import HandClock, entra_page, in_header, password_page
from scripted import ScriptedAuthority

pytestmark = pytest.mark.django_db(transaction=True)

RIGHTS_CHANGED = Close(4401, "rights_changed")


@contextmanager
def without_users() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE auth_user RENAME TO elsewhere")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE elsewhere RENAME TO auth_user")


async def opened(headers: Any, own_login: Any = None) -> ASGIRequest:
    request = read_handshake({"type": "websocket", "path": "/ws/", "headers": headers})
    await in_thread(authenticate, request, own_login)
    return request


class Open:
    """Connections under one watch."""

    def __init__(self, own_login: Any = None) -> None:
        self.clock = HandClock()
        self.own_login = own_login
        self.watch = Watch(self.clock, own_login)
        self.all: list[Watched] = []

    async def add(self, headers: Any) -> Watched:
        watched = await in_thread(Watched, await opened(headers, self.own_login))
        self.watch.add(watched)
        self.all.append(watched)
        return watched

    async def after(self, seconds: float, watched: Watched) -> Close | None:
        """Return how the connection is closed after some seconds, or None once it was looked at."""
        await self.clock.advance(seconds)
        asleep: asyncio.Future[Any] = asyncio.ensure_future(self.clock.all_asleep())
        ends: set[asyncio.Future[Any]] = {asleep, watched.end}
        await asyncio.wait(ends, timeout=10, return_when=asyncio.FIRST_COMPLETED)
        asleep.cancel()
        return watched.end.result() if watched.end.done() else None

    async def at_once(self, watched: Watched) -> Close:
        return await asyncio.wait_for(asyncio.shield(watched.end), 10)


@asynccontextmanager
async def connections(own_login: Any = None) -> AsyncIterator[Open]:
    found = Open(own_login)
    try:
        yield found
    finally:
        for each in found.all:
            found.watch.remove(each)


@sync_to_async
def in_groups(*names: str) -> None:
    """Put the users into groups, without a signal."""
    through = User.groups.through
    through._default_manager.all().delete()
    groups = [Group.objects.get_or_create(name=name)[0] for name in names]
    through._default_manager.bulk_create(
        [through(user=user, group=each) for user in User.objects.all() for each in groups]
    )


async def test_the_end_of_the_token(authority: ScriptedAuthority) -> None:
    async with connections() as site:
        first, second = await site.add(in_header(authority)), await site.add(in_header(authority))
        assert await site.after(3_600, first) is None
        assert await site.after(59 + 3_600, first) == Close(4401, "token_expired")
        assert await site.at_once(second) == Close(4401, "token_expired")


async def test_a_token_that_ends_before_the_next_look(authority: ScriptedAuthority) -> None:
    async with connections() as site:
        lasting = await site.add(in_header(authority))
        short = await site.add(in_header(authority, exp=int(site.clock.time()) - 50))
        while list(site.clock.sleepers.values()) != [short.ends_at]:
            await asyncio.sleep(0)
        assert await site.after(15, short) == Close(4401, "token_expired")
        assert not lasting.end.done()
        assert await site.after(CHECK_EVERY, lasting) is None


async def test_a_user_that_is_deactivated(authority: ScriptedAuthority) -> None:
    async with connections() as site:
        watched = await site.add(in_header(authority))
        assert await site.after(31, watched) is None
        await User.objects.aupdate(is_active=False)
        assert await site.after(31, watched) == Close(4403, "user_disabled")


async def test_a_saved_user_is_looked_at_at_once(authority: ScriptedAuthority) -> None:
    async with connections() as site:
        watched = await site.add(in_header(authority))
        user = await User.objects.aget()
        user.is_active = False
        await user.asave()
        assert await site.at_once(watched) == Close(4403, "user_disabled")


async def test_a_group_that_was_taken_away(authority: ScriptedAuthority) -> None:
    _, headers = await entra_page(authority)
    await in_groups("editors", "readers")
    async with connections() as site:
        watched = await site.add(headers)
        assert await site.after(31, watched) is None
        await in_groups("readers")
        assert await site.after(31, watched) == RIGHTS_CHANGED


async def test_a_group_that_was_given(authority: ScriptedAuthority) -> None:
    _, headers = await entra_page(authority)
    permission = await Permission.objects.aget(codename="add_user")
    async with connections() as site:
        watched = await site.add(headers)
        assert not await sync_to_async(watched.user.has_perm)("auth.add_user")
        await in_groups("editors")
        await Group.permissions.through._default_manager.acreate(
            group=await Group.objects.aget(), permission=permission
        )
        assert await site.after(31, watched) is None
        assert await sync_to_async(watched.user.has_perm)("auth.add_user"), "the user is as new as the look"
        await in_groups()
        assert await site.after(31, watched) == RIGHTS_CHANGED


async def test_a_group_that_the_admin_takes_ends_it_at_once(authority: ScriptedAuthority) -> None:
    _, headers = await password_page()
    await in_groups("editors")

    def save_as_the_admin() -> None:
        with transaction.atomic():
            user = User.objects.get()
            user.save()
            user.groups.set([])

    async with connections() as site:
        watched = await site.add(headers)
        await sync_to_async(save_as_the_admin)()
        assert await site.at_once(watched) == RIGHTS_CHANGED


async def test_a_flag_that_was_taken_away(authority: ScriptedAuthority) -> None:
    _, headers = await password_page()
    await User.objects.aupdate(is_staff=True)
    async with connections() as site:
        watched = await site.add(headers)
        await User.objects.aupdate(is_staff=False)
        assert await site.after(31, watched) == RIGHTS_CHANGED


def change_roles(client: Client, roles: list[str]) -> None:
    session = client.session
    session[KEY] |= {"identity": session[KEY]["identity"] | {"roles": roles}}
    session.save()


async def test_a_session_that_was_renewed_with_fewer_roles(authority: ScriptedAuthority) -> None:
    client, headers = await entra_page(authority, roles=["Reader"])
    async with connections() as site:
        watched = await site.add(headers)
        await sync_to_async(change_roles)(client, ["Reader", "Editor"])
        assert await site.after(31, watched) is None
        assert watched.request.entra.app_roles == {"Reader", "Editor"}  # type: ignore[attr-defined]
        await sync_to_async(change_roles)(client, ["Reader"])
        assert await site.after(31, watched) == RIGHTS_CHANGED


def set_checked(client: Client, at: float) -> None:
    session = client.session
    session[KEY] |= {"checked": int(at)}
    session.save()


async def test_a_session_that_entra_must_confirm(authority: ScriptedAuthority) -> None:
    client, headers = await entra_page(authority)
    async with connections() as site:
        await sync_to_async(set_checked)(client, site.clock.now - 3_600 + 20)
        watched = await site.add(headers)
        await sync_to_async(set_checked)(client, site.clock.now - 3_600)
        assert await site.after(31, watched) == Close(4401, "session_stale")


async def test_the_user_in_the_scope_is_of_the_latest_look(authority: ScriptedAuthority) -> None:
    async with connections() as site:
        watched = await site.add(in_header(authority))
        await User.objects.aupdate(first_name="Augusta")
        assert watched.user.first_name == ""
        assert await site.after(31, watched) is None
        assert watched.user.first_name == "Augusta"


async def test_one_failure_of_the_database_ends_nothing(
    authority: ScriptedAuthority, caplog: pytest.LogCaptureFixture
) -> None:
    async with connections() as site:
        watched = await site.add(in_header(authority))
        broken = without_users()
        await sync_to_async(broken.__enter__)()
        try:
            assert await site.after(31, watched) is None
        finally:
            await sync_to_async(broken.__exit__)(None, None, None)
        assert "Live connections could not be checked." in caplog.text
        assert await site.after(CHECK_AGAIN, watched) is None
        await User.objects.aupdate(is_active=False)
        assert await site.after(CHECK_EVERY, watched) == Close(4403, "user_disabled")


async def test_a_database_that_fails_again(authority: ScriptedAuthority, caplog: pytest.LogCaptureFixture) -> None:
    async with connections() as site:
        watched = await site.add(in_header(authority))
        broken = without_users()
        await sync_to_async(broken.__enter__)()
        try:
            assert await site.after(31, watched) is None
            assert await site.after(CHECK_AGAIN, watched) == Close(1013, "Try again later")
        finally:
            await sync_to_async(broken.__exit__)(None, None, None)
    assert "could not be checked twice, and are closed." in caplog.text


class Passing(HandClock):
    """Lets the loop go on where there is no time to wait for, as the system's clock does."""

    async def sleep(self, seconds: float) -> None:
        await (super().sleep(seconds) if seconds > 0 else asyncio.sleep(0))


async def test_a_token_ends_while_the_database_is_down(
    authority: ScriptedAuthority, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: Any) -> Any:
        raise OSError

    async with connections() as site:
        site.clock = site.watch.clock = Passing()
        lasting = await site.add(in_header(authority))
        short = await site.add(in_header(authority, exp=int(site.clock.time()) - 50))
        while list(site.clock.sleepers.values()) != [short.ends_at]:
            await asyncio.sleep(0)
        monkeypatch.setattr(watching, "look", broken)
        assert await site.after(15, short) == Close(4401, "token_expired")
        await asyncio.gather(*watching.telling)
        assert not lasting.end.done()
        assert await site.after(CHECK_EVERY, lasting) is None
    assert caplog.text.count("could not be checked") == 1


async def test_a_database_that_hangs_has_failed(
    authority: ScriptedAuthority, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    answers = Event()

    def hang(_: Any) -> None:
        answers.wait(10)

    monkeypatch.setattr(watching, "LOOK_WITHIN", 0.1)
    async with connections() as site:
        watched = await site.add(in_header(authority))
        monkeypatch.setattr(watching, "look", hang)
        assert await site.after(31, watched) is None
        assert await site.after(CHECK_AGAIN, watched) == Close(1013, "Try again later")
        answers.set()
    assert "could not be checked in 0.1 seconds." in caplog.text


async def test_what_fails_for_one_connection_ends_that_one(
    authority: ScriptedAuthority, caplog: pytest.LogCaptureFixture
) -> None:
    asked = []

    def own_login(token: str) -> User:
        asked.append(token)
        if len(asked) > 1:
            raise LookupError
        return User.objects.get_or_create(username="barbara")[0]

    async with connections(own_login) as site:
        entra = await site.add(in_header(authority))
        own = await site.add([(b"authorization", b"Bearer own")])
        assert await site.after(31, own) == Close(1013, "Try again later")
        assert not entra.end.done()
    assert "A live connection could not be checked, and is closed." in caplog.text


OWN_CLOSES = {
    "none": (lambda: None, Close(4401, "session_ended")),
    "another": (lambda: User.objects.get_or_create(username="alan")[0], Close(4401, "session_ended")),
}


class OwnLogin:
    """A login of the project: each token is Barbara's, until it says otherwise."""

    def __init__(self) -> None:
        self.answer: Any = None

    def __call__(self, token: str) -> Any:
        assert token == "own"
        if self.answer is not None:
            return self.answer()
        return User.objects.get_or_create(username="barbara")[0]

    def refuse(self, *reason: str) -> Any:
        raise PermissionDenied(*reason)


@pytest.mark.parametrize(("answer", "close"), OWN_CLOSES.values(), ids=OWN_CLOSES)
async def test_what_a_login_of_ones_own_says_later(authority: ScriptedAuthority, answer: Any, close: Close) -> None:
    login = OwnLogin()
    async with connections(login) as site:
        watched = await site.add([(b"authorization", b"Bearer own")])
        assert await site.after(31, watched) is None
        assert watched.user.username == "barbara"
        login.answer = answer
        assert await site.after(31, watched) == close


@pytest.mark.parametrize(
    ("reason", "text"), [(["token_revoked"], "token_revoked"), ([], "Unauthorized"), (["ä" * 62], "Unauthorized")]
)
async def test_a_token_of_ones_own_that_is_refused_later(
    authority: ScriptedAuthority, reason: list[str], text: str
) -> None:
    login = OwnLogin()
    async with connections(login) as site:
        watched = await site.add([(b"authorization", b"Bearer own")])
        login.answer = lambda: login.refuse(*reason)
        assert await site.after(31, watched) == Close(4401, text)


async def test_a_look_takes_as_many_queries_for_a_hundred_connections_as_for_one(
    authority: ScriptedAuthority, django_assert_max_num_queries: Any
) -> None:
    pages = [await entra_page(authority), await password_page()]
    async with connections() as site:
        for _ in range(3):
            for headers in (in_header(authority), *(headers for _, headers in pages)):
                await site.add(headers)

        def count(some: int) -> int:
            with CaptureQueriesContext(connection) as queries:
                assert site.watch.judge_all(site.all[:some]) == [None] * some
            return len(queries)

        await site.clock.all_asleep()
        few, many = await sync_to_async(count)(3), await sync_to_async(count)(9)
        assert (few, many) == (6, 6)


async def test_what_another_process_announces(authority: ScriptedAuthority, monkeypatch: pytest.MonkeyPatch) -> None:
    class Layer:
        def __init__(self) -> None:
            self.messages: asyncio.Queue[Any] = asyncio.Queue()

        async def new_channel(self) -> str:
            return "channel"

        async def group_add(self, group: str, channel: str) -> None: ...

        async def receive(self, channel: str) -> Any:
            return await self.messages.get()

    layer = Layer()
    monkeypatch.setattr(watching, "channel_layer", lambda: layer)
    _, headers = await password_page()
    async with connections() as site:
        other, watched = await site.add(in_header(authority)), await site.add(headers)
        layer.messages.put_nowait({"users": [], "sessions": list(watched.names)})
        assert await site.at_once(watched) == Close(4401, "session_ended")
        assert not other.end.done()


async def test_a_watch_that_has_ended_hears_nothing(authority: ScriptedAuthority) -> None:
    async with connections() as site:
        watched = await site.add(in_header(authority))
    site.watch.loop = asyncio.new_event_loop()
    site.watch.loop.close()
    site.watch.hear({"users": [], "sessions": []})
    assert not watched.end.done()


class NoticedWatch(Watch):
    """Tells when a look has ended in its thread."""

    def __init__(self) -> None:
        super().__init__(HandClock())
        self.looked = Event()

    def try_to_judge(self, some: Any) -> list[Close | None] | None:
        try:
            return super().try_to_judge(some)
        finally:
            self.looked.set()


@pytest.mark.parametrize("turns", range(10))
async def test_a_watch_that_is_stopped_as_a_look_ends_stops(turns: int) -> None:
    """In whichever turn of the event loop. Otherwise its task went on for ever."""
    watch = NoticedWatch()
    look = asyncio.create_task(watch.check([]))
    while not watch.looked.is_set():
        await asyncio.sleep(0)
    for _ in range(turns):
        await asyncio.sleep(0)
    is_stopped = look.cancel()
    await asyncio.wait({look}, timeout=10)
    assert look.cancelled() == is_stopped
