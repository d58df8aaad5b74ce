"""How many connections a person, and those without one, may have."""

import asyncio
from typing import Any

import pytest
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
