"""``token_for`` in a live connection, whichever way its caller came in."""

from __future__ import annotations

import base64
import json
from hashlib import sha256
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from calling import GRACE, access_token, grant_types
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client, RequestFactory
from django_entrance.bearer.authentication import authenticate_bearer, remove_bearer
from django_entrance.contrib.channels import EntranceMiddleware
from django_entrance.entra.on_behalf_of import atoken_for, token_for
from django_entrance.entra.session_grants import HELD, bearer_grant, hold_bearer
from django_entrance.identified_request import attach_user
from django_entrance.verification.errors import AccessRefused, TokenMissing
from entra_double import RunningEntra
from live_clients import GRAPHQL, ORIGIN, HandClock, Socket, closing, cookie
from scripted import ScriptedAuthority
from sign_ins import fresh

pytestmark = pytest.mark.django_db(transaction=True)

ON_BEHALF_OF = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SEEN: list[Any] = []
"""The handshakes and the first messages that the application got."""


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Call on for each message: say what the other API's token says, or why there is none."""
    SEEN.append(scope)
    assert (await receive())["type"] == "websocket.connect"
    await send({"type": "websocket.accept", "subprotocol": next(iter(scope["subprotocols"]), None)})
    while (message := await receive())["type"] != "websocket.disconnect":
        SEEN.append(message)
        try:
            token = await atoken_for(scope["entrance.request"], "User.Read")
        except AccessRefused as refused:
            told = {"reason": refused.reason}
        else:
            payload = token.split(".")[1]
            claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
            told = {"oid": claims["oid"], "digest": sha256(token.encode()).hexdigest()}
        await send({"type": "websocket.send", "text": json.dumps(told)})


@pytest.fixture(autouse=True)
def nothing_seen() -> None:
    SEEN.clear()


@pytest.fixture
def site() -> Any:
    return EntranceMiddleware(application, clock=HandClock())


async def initialised(site: Any, bearer: str) -> Socket:
    socket = Socket(site, protocols=[GRAPHQL])
    assert await socket.connect(timeout=10) == (True, GRAPHQL)
    await socket.say({"type": "connection_init", "payload": {"Authorization": f"Bearer {bearer}"}})
    return socket


async def test_the_token_of_connection_init_is_exchanged_once(calling: RunningEntra, site: Any) -> None:
    bearer = await sync_to_async(access_token)(calling, GRACE)
    async with closing(await initialised(site, bearer)) as socket:
        first = await socket.told()
        assert first["oid"] == GRACE
        await socket.say({})
        assert await socket.told() == first
    assert grant_types(calling) == [ON_BEHALF_OF]


async def test_the_application_does_not_get_it(calling: RunningEntra, site: Any) -> None:
    bearer = await sync_to_async(access_token)(calling)
    async with closing(await initialised(site, bearer)) as socket:
        await socket.told()
    [scope, *messages] = SEEN
    handshake = scope["entrance.request"]
    shown = f"{scope} {messages} {vars(handshake)} {handshake.META} {handshake.headers}"
    assert not [part for part in bearer.split(".") if part in shown]


async def test_without_the_setting_nothing_is_held(calling: RunningEntra, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"TOKENS_CACHE": None}
    opened: list[Any] = []

    async def keep(scope: Any, receive: Any, send: Any) -> None:
        opened.append(scope["entrance.request"])
        await send({"type": "websocket.close"})

    bearer = await sync_to_async(access_token)(calling)
    socket = Socket(EntranceMiddleware(keep, clock=HandClock()), protocols=[GRAPHQL])
    await socket.connect(timeout=10)
    await socket.say({"type": "connection_init", "payload": {"Authorization": f"Bearer {bearer}"}})
    await socket.receive_output(timeout=10)
    [handshake] = opened
    assert handshake.entra.door == "bearer"
    assert HELD not in vars(handshake)


@pytest.mark.parametrize("door", ["header", "session"])
async def test_the_other_ways_in_work_as_well(calling: RunningEntra, site: Any, door: str) -> None:
    headers = await headers_of(door, await sync_to_async(access_token)(calling, GRACE))
    async with closing(await Socket(site, headers=headers).opened()) as socket:
        await socket.say({})
        assert (await socket.told())["oid"] == GRACE


async def headers_of(door: str, bearer: str) -> list[tuple[bytes, bytes]]:
    """Return the headers of a handshake with a token, or with the cookie of a session that it has begun."""
    if door == "header":
        return [(b"authorization", f"Bearer {bearer}".encode())]
    client = Client()
    begin = sync_to_async(client.post)
    assert (await begin("/entrance/session/", headers={"authorization": f"Bearer {bearer}"})).status_code == 200
    return [ORIGIN, cookie(client)]


async def test_a_connection_of_no_person_has_none(calling: RunningEntra, site: Any) -> None:
    async with closing(await Socket(site).opened()) as socket:
        await socket.say({})
        assert await socket.told() == {"reason": "not_signed_in"}


async def test_after_a_sign_out_elsewhere_it_is_asked_for_again(calling: RunningEntra, site: Any) -> None:
    bearer = await sync_to_async(access_token)(calling)
    async with closing(await initialised(site, bearer)) as socket:
        await socket.told()
        await sync_to_async(cache.clear)()
        await socket.say({})
        assert "digest" in await socket.told()
    assert grant_types(calling) == [ON_BEHALF_OF, ON_BEHALF_OF]


@pytest.mark.parametrize("scopes", ["User.Read", ".default"])
@pytest.mark.parametrize("door", ["connection_init", "header", "session"])
async def test_who_may_not_stay_gets_no_more_tokens(calling: RunningEntra, door: str, scopes: str) -> None:
    """Whatever the application still does: neither one that is kept, nor another."""
    told: list[Any] = []

    async def lasting(scope: Any, receive: Any, send: Any) -> None:
        assert (await receive())["type"] == "websocket.connect"
        await send({"type": "websocket.accept", "subprotocol": next(iter(scope["subprotocols"]), None)})
        handshake = scope["entrance.request"]
        told.append(await atoken_for(handshake, "User.Read") != "")
        await send({"type": "websocket.send", "text": "{}"})
        while (await receive())["type"] != "websocket.disconnect":
            pass
        try:
            told.append(await atoken_for(handshake, scopes))
        except AccessRefused as refused:
            told.append((refused.reason, scope["user"].get_username()))

    clock = HandClock()
    site = EntranceMiddleware(lasting, clock=clock)
    bearer = await sync_to_async(access_token)(calling, GRACE)
    if door == "connection_init":
        socket = await initialised(site, bearer)
    else:
        socket = await Socket(site, headers=await headers_of(door, bearer)).opened()
    assert await socket.told() == {}
    await User.objects.aupdate(is_active=False)
    await clock.advance(31)
    code, _ = await socket.told()
    assert code in (4401, 4403)
    await socket.wait(timeout=10)
    assert told == [True, ("not_signed_in", "grace@contoso.example")]


def test_a_token_that_ended_is_no_longer_held(authority: ScriptedAuthority, settings: Any, monkeypatch: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"TOKENS_CACHE": "default"}
    request: Any = RequestFactory().get("/", headers={"authorization": f"Bearer {fresh(authority)}"})
    found = authenticate_bearer(request)
    assert found is not None
    attach_user(request, found.user, found.identity)
    hold_bearer(request, found.identity)
    remove_bearer(request)
    assert bearer_grant(request, found.identity) is not None
    monkeypatch.setattr("django_entrance.entra.sealing.time.time", lambda: found.identity.expires_at + 1.0)
    assert bearer_grant(request, found.identity) is None
    with pytest.raises(TokenMissing):
        token_for(request, "User.Read")
