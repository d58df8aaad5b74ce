"""How many connections a person, and those without one, may have."""

import asyncio
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django_entrance.contrib.channels import EntranceMiddleware
from live_clients import GRAPHQL, HandClock, Socket, authorization, closing, in_header, password_page
from scripted import ScriptedAuthority

pytestmark = pytest.mark.django_db(transaction=True)

TOO_MANY = (4429, "too_many_connections")


@pytest.fixture
def site() -> Any:
    return EntranceMiddleware(AsyncJsonWebsocketConsumer.as_asgi(), per_person=2, unproved=2, clock=HandClock())


async def test_a_person_has_so_many(authority: ScriptedAuthority, site: Any) -> None:
    _, headers = await password_page()
    first, second = [await Socket(site, headers=in_header(authority)).opened() for _ in range(2)]
    assert await Socket(site, headers=in_header(authority)).refused() == TOO_MANY
    assert await Socket(site, headers=headers).connect(timeout=10) == (True, None), "another person"
    await second.disconnect()
    third = await Socket(site, headers=in_header(authority)).opened()
    assert await third.receive_nothing(timeout=0.1)
    await first.disconnect()


class Customer:
    """A user of another model, with a key that a user of the site has, too."""

    class _meta:
        fields = ()

    is_active = is_authenticated = True

    def __init__(self, key: int) -> None:
        self.pk = key

    def get_session_auth_hash(self) -> str:
        return ""


async def test_users_of_two_models_have_a_limit_each(authority: ScriptedAuthority) -> None:
    consumer = AsyncJsonWebsocketConsumer.as_asgi()
    site = EntranceMiddleware(consumer, per_person=1, own_login=lambda key: Customer(int(key)), clock=HandClock())
    client, headers = await password_page()
    key = await sync_to_async(lambda: client.session["_auth_user_id"])()
    token = [(b"authorization", f"Bearer {key}".encode())]
    async with closing(await Socket(site, headers=token).opened()):
        assert await Socket(site, headers=token).refused() == TOO_MANY
        async with closing(await Socket(site, headers=headers).opened()) as of_user:
            assert await of_user.receive_nothing(timeout=0.1)
            assert await Socket(site, headers=headers).refused() == TOO_MANY


async def test_a_client_of_graphql_is_told(authority: ScriptedAuthority, site: Any) -> None:
    async with (
        closing(await Socket(site, headers=in_header(authority)).opened()),
        closing(await Socket(site, headers=in_header(authority)).opened()),
    ):
        third = await Socket(site, protocols=[GRAPHQL]).opened()
        assert await third.initialise(authorization(authority)) == TOO_MANY


async def test_so_do_those_without_a_person(authority: ScriptedAuthority, site: Any) -> None:
    async with closing(await Socket(site).opened()), closing(await Socket(site).opened()):
        assert await Socket(site).refused() == TOO_MANY
        assert await Socket(site, headers=in_header(authority)).connect(timeout=10) == (True, None)


async def test_what_has_proved_nothing_yet_has_a_limit_of_its_own(authority: ScriptedAuthority, site: Any) -> None:
    waiting = [await Socket(site, protocols=[GRAPHQL]).opened() for _ in range(2)]
    assert await Socket(site, protocols=[GRAPHQL]).connect(timeout=10) == (False, 1013)
    assert await Socket(site, headers=in_header(authority)).connect(timeout=10) == (False, 1013)
    await waiting[0].disconnect()
    assert await Socket(site, protocols=[GRAPHQL]).connect(timeout=10) == (True, GRAPHQL)
    await asyncio.sleep(0)
