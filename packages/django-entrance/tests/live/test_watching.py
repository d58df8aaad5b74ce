"""What ends the watch over an open connection."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.core.handlers.asgi import ASGIRequest
from django.db import connection
from django_entrance.live.authentication import authenticate, in_thread
from django_entrance.live.closing import Close
from django_entrance.live.handshake import read_handshake
from django_entrance.live.watching import watch
from live_clients import HandClock, in_header
from scripted import ScriptedAuthority

pytestmark = pytest.mark.django_db(transaction=True)


class Impatient(HandClock):
    """Time passes as soon as it is waited for."""

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@contextmanager
def without_users() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE auth_user RENAME TO elsewhere")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE elsewhere RENAME TO auth_user")


async def with_token(authority: ScriptedAuthority) -> ASGIRequest:
    request = read_handshake({"type": "websocket", "path": "/ws/", "headers": in_header(authority)})
    await in_thread(authenticate, request)
    return request


async def test_the_end_of_the_token(authority: ScriptedAuthority) -> None:
    request: Any = await with_token(authority)
    clock = Impatient()
    assert await watch(request, clock) == Close(4401, "token_expired")
    assert clock.now == pytest.approx(request.entra.expires_at + 60)


async def test_a_user_that_is_deactivated(authority: ScriptedAuthority) -> None:
    request = await with_token(authority)
    await User.objects.aupdate(is_active=False)
    assert await watch(request, Impatient()) == Close(4403, "user_disabled")


async def test_a_database_that_fails(authority: ScriptedAuthority, caplog: pytest.LogCaptureFixture) -> None:
    request = await with_token(authority)
    broken = without_users()
    await sync_to_async(broken.__enter__)()
    try:
        assert await watch(request, Impatient()) == Close(1013, "Try again later")
    finally:
        await sync_to_async(broken.__exit__)(None, None, None)
    assert "A live connection could not be checked, and is closed." in caplog.text
