"""Strawberry's subscriptions behind the middleware: the consumer of Channels, and the ASGI application."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import strawberry
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django_entrance.contrib.channels import EntranceMiddleware
from django_entrance.contrib.strawberry import HasAppRole, HasAuthenticationContext, HasScope, IsSignedIn
from django_entrance.models import SignInEvent
from live_clients import EXPIRED, GRAPHQL, HandClock, Socket, authorization, entra_page, in_header, password_page
from scripted import ScriptedAuthority
from strawberry.asgi import GraphQL
from strawberry.channels import GraphQLWSConsumer

pytestmark = pytest.mark.django_db(transaction=True)

ADA = "ada@contoso.example"
ADA_ID = "ada00000-0000-4000-a000-000000000011"
ALAN = "0b1ec700-0000-4000-8000-00000000a1a0"
RUNS: list[str] = []
"""The resolvers that ran."""

UNAUTHENTICATED = {"code": "UNAUTHENTICATED", "reason": "not_signed_in"}


def name_of(info: strawberry.Info) -> str:
    RUNS.append("name")
    return str(info.context["request"].scope["user"].get_username())


@strawberry.type
class Query:
    @strawberry.field
    def anyone(self, info: strawberry.Info) -> str:
        return name_of(info)

    @strawberry.field(permission_classes=[IsSignedIn])
    def name(self, info: strawberry.Info) -> str:
        return name_of(info)

    @strawberry.field(permission_classes=[HasScope("log.read")])
    async def scope(self, info: strawberry.Info) -> str:
        return name_of(info)

    @strawberry.field(permission_classes=[HasAuthenticationContext("delete", because="Deleting needs more proof.")])
    def delete(self, info: strawberry.Info) -> str:
        return name_of(info)

    @strawberry.field
    def params(self, info: strawberry.Info) -> str:
        return str(info.context["connection_params"])


@strawberry.type
class Subscription:
    @strawberry.subscription(permission_classes=[HasAuthenticationContext("delete")])
    async def deletions(self, info: strawberry.Info) -> AsyncIterator[str]:
        yield name_of(info)

    @strawberry.subscription(permission_classes=[HasAppRole("Writer")])
    async def entries(self, info: strawberry.Info) -> AsyncIterator[str]:
        yield name_of(info)
        await asyncio.Event().wait()


schema = strawberry.Schema(Query, subscription=Subscription)
APPLICATIONS = {"channels": GraphQLWSConsumer.as_asgi(schema=schema), "asgi": GraphQL(schema)}


@pytest.fixture(autouse=True)
def no_runs() -> None:
    RUNS.clear()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture(params=APPLICATIONS)
def site(request: pytest.FixtureRequest, clock: HandClock) -> Any:
    return EntranceMiddleware(APPLICATIONS[request.param], clock=clock)


@pytest.fixture(params=[GRAPHQL, "graphql-ws"])
def protocol(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def connect(site: Any, headers: Any = (), protocol: str = GRAPHQL) -> Socket:
    socket = Socket(site, headers=headers, protocols=[protocol])
    assert await socket.connect(timeout=10) == (True, protocol)
    return socket


async def initialised(site: Any, payload: Any = None, headers: Any = ()) -> Socket:
    socket = await connect(site, headers)
    assert (await socket.initialise(payload))["type"] == "connection_ack"
    return socket


async def ask(socket: Socket, query: str, name: str = "1") -> Any:
    """Return data and the extensions of the errors, or a close."""
    await socket.say({"id": name, "type": "subscribe", "payload": {"query": query}})
    told = await socket.told()
    if isinstance(told, tuple):
        return told
    if told["type"] == "error":
        return None, [error["extensions"] for error in told["payload"]]
    if not query.startswith("subscription"):
        assert (await socket.told())["type"] == "complete"
    return told["payload"]["data"], [error["extensions"] for error in told["payload"].get("errors", [])]


async def test_the_token_of_connection_init(authority: ScriptedAuthority, site: Any) -> None:
    socket = await initialised(site, authorization(authority, roles=["Writer"]))
    assert await ask(socket, "{ name }") == ({"name": ADA}, [])
    assert await ask(socket, "subscription { entries }") == ({"entries": ADA}, [])


@pytest.mark.parametrize("name", ["connection_init", "connection\\u005finit"])
@pytest.mark.parametrize("oid", [ADA_ID, ALAN])
async def test_a_connection_is_that_of_one_token(
    authority: ScriptedAuthority, site: Any, protocol: str, oid: str, name: str
) -> None:
    """Strawberry acknowledges another one under graphql-ws, and hands it to resolvers; the caller would not change."""
    socket = await connect(site, protocol=protocol)
    await socket.initialise(authorization(authority, oid=ADA_ID))
    again = json.dumps({"type": "TYPE", "payload": authorization(authority, oid=oid, sub=oid)})
    await socket.send_to(text_data=again.replace("TYPE", name))
    assert await socket.told() == (4429, "Too many initialisation requests")


@pytest.mark.parametrize("text", ["connection_init", "connection\\u005finit", "\\u00e4"])
async def test_a_message_may_name_it(authority: ScriptedAuthority, site: Any, text: str) -> None:
    socket = await initialised(site, authorization(authority))
    sent = {"id": "1", "type": "subscribe", "payload": {"query": "{ name }", "variables": {"x": "TEXT"}}}
    await socket.send_to(text_data=json.dumps(sent).replace("TEXT", text))
    assert (await socket.told())["payload"]["data"] == {"name": ADA}


async def test_a_session_of_entra(authority: ScriptedAuthority, site: Any) -> None:
    _, headers = await entra_page(authority, roles=["Writer"])
    socket = await initialised(site, headers=headers)
    assert await ask(socket, "subscription { entries }") == ({"entries": ADA}, [])


async def test_a_session_of_another_login(authority: ScriptedAuthority, site: Any) -> None:
    _, headers = await password_page()
    socket = await initialised(site, headers=headers)
    assert await ask(socket, "{ name }") == ({"name": "barbara"}, [])
    forbidden = {"code": "FORBIDDEN", "reason": "app_role_missing"}
    assert await ask(socket, "subscription { entries }") == (None, [forbidden])


async def test_without_a_login_what_is_public_is_answered(authority: ScriptedAuthority, site: Any) -> None:
    socket = await initialised(site)
    assert await ask(socket, "{ anyone }") == ({"anyone": ""}, [])
    assert await ask(socket, "{ name }") == (None, [UNAUTHENTICATED])
    assert await ask(socket, "subscription { entries }") == (None, [UNAUTHENTICATED])
    assert RUNS == ["name"]


async def test_a_missing_scope(authority: ScriptedAuthority, site: Any) -> None:
    socket = await initialised(site, authorization(authority, scp="access_as_user log.read"))
    assert await ask(socket, "{ scope }") == ({"scope": ADA}, [])
    socket = await initialised(site, authorization(authority))
    assert await ask(socket, "{ scope }") == (None, [{"code": "FORBIDDEN", "reason": "scope_missing"}])


@pytest.mark.parametrize("by", ["token", "session"])
async def test_a_missing_context_is_told_with_the_challenge(
    authority: ScriptedAuthority, site: Any, settings: Any, by: str
) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"AUTHENTICATION_CONTEXTS": {"delete": "c1"}}

    async def enter(**claims: Any) -> Socket:
        if by == "token":
            return await initialised(site, authorization(authority, **claims))
        return await initialised(site, headers=(await entra_page(authority, **claims))[1])

    missing = {"code": "FORBIDDEN", "reason": "authentication_context_missing"}
    socket = await enter(xms_cc=["cp1"])
    for operation in ("{ delete }", "subscription { deletions }"):
        data, [extensions] = await ask(socket, operation)
        claims = json.loads(base64.b64decode(extensions.pop("claims")))
        assert claims == {"access_token": {"acrs": {"essential": True, "value": "c1"}}}
        assert (data, extensions) == (None, missing)
    assert await ask(await enter(), "{ delete }") == (None, [missing])
    assert RUNS == []
    socket = await enter(acrs=["c1"])
    assert await ask(socket, "{ delete }") == ({"delete": ADA}, [])
    assert await ask(socket, "subscription { deletions }", "2") == ({"deletions": ADA}, [])


async def test_a_refused_operation_is_an_event(authority: ScriptedAuthority, site: Any, clock: HandClock) -> None:
    """The permission is asked in the event loop, where nothing can be written: the next check does."""
    socket = await initialised(site, authorization(authority))
    await ask(socket, "{ scope }")
    await clock.advance(31)
    await clock.all_asleep()
    assert [event.reason async for event in SignInEvent.objects.filter(outcome="refused")] == ["scope_missing"]


async def test_a_connection_that_did_not_pass_the_middleware_says_so(
    authority: ScriptedAuthority,
) -> None:
    socket = await initialised(APPLICATIONS["channels"], {})
    await socket.say({"id": "1", "type": "subscribe", "payload": {"query": "{ name }"}})
    [error] = (await socket.told())["payload"]["errors"]
    assert "Put EntranceMiddleware" in error["message"]


async def test_the_application_does_not_get_the_token(authority: ScriptedAuthority, site: Any) -> None:
    socket = await initialised(site, {**authorization(authority), "tab": 1})
    assert await ask(socket, "{ params }") == ({"params": "{'tab': 1}"}, [])


async def test_another_logins_token_is_left_to_it(authority: ScriptedAuthority, site: Any) -> None:
    socket = await initialised(site, {"Authorization": "Bearer opaque"})
    assert await ask(socket, "{ params }") == ({"params": "{'Authorization': 'Bearer opaque'}"}, [])


PAYLOADS: dict[str, tuple[Any, Any]] = {
    "null": ({"Authorization": None}, (4400, "authorization_malformed")),
    "a number": ({"authorization": 1}, (4400, "authorization_malformed")),
    "nested": ({"Authorization": {"Authorization": "Bearer x"}}, (4400, "authorization_malformed")),
    "two": ({"Authorization": "Bearer x", "authorization": "Bearer x"}, (4400, "authorization_malformed")),
    "two in one": ({"Authorization": "Bearer x,Bearer x"}, (4400, "authorization_malformed")),
    "a list": (["Authorization"], (4400, "Invalid message")),
}


@pytest.mark.parametrize(("payload", "close"), PAYLOADS.values(), ids=PAYLOADS)
async def test_a_malformed_connection_init(authority: ScriptedAuthority, site: Any, payload: Any, close: Any) -> None:
    assert await (await connect(site)).initialise(payload) == close


REFUSED: dict[str, tuple[dict[str, Any], Any]] = {
    "expired": (EXPIRED, (4401, "token_expired")),
    "without scope": ({"scp": "other"}, (4403, "scope_missing")),
    "too large": ({"groups": ["x" * 100] * 500}, (4401, "token_too_large")),
}


@pytest.mark.parametrize(("claims", "close"), REFUSED.values(), ids=REFUSED)
async def test_a_refused_token_is_told_why(
    authority: ScriptedAuthority, site: Any, protocol: str, claims: dict[str, Any], close: Any
) -> None:
    socket = await connect(site, protocol=protocol)
    assert await socket.initialise(authorization(authority, **claims)) == close


async def test_a_refused_token_is_not_replaced_by_a_session(authority: ScriptedAuthority, site: Any) -> None:
    _, headers = await entra_page(authority)
    socket = await connect(site, headers)
    assert await socket.initialise(authorization(authority, scp="other")) == (4403, "scope_missing")


async def test_a_token_in_handshake_and_connection_init(authority: ScriptedAuthority, site: Any) -> None:
    assert await ask(await initialised(site, headers=in_header(authority)), "{ name }") == ({"name": ADA}, [])
    socket = await connect(site, in_header(authority))
    assert await socket.initialise(authorization(authority)) == (4400, "authorization_malformed")


async def test_a_token_in_the_query(authority: ScriptedAuthority, site: Any) -> None:
    token = authorization(authority)["Authorization"].removeprefix("Bearer ")
    socket = Socket(site, path=f"/ws/?access_token={token}", protocols=[GRAPHQL])
    await socket.opened()
    assert await socket.initialise() == (4400, "token_in_query")


async def test_without_entra_a_client_is_to_try_again(authority: ScriptedAuthority, site: Any) -> None:
    authority.down = True
    try:
        close = await (await connect(site)).initialise(authorization(authority))
    finally:
        authority.down = False
    assert close == (1013, "authority_unreachable")


@pytest.mark.parametrize("kind", ["subscribe", "start", "complete", "", None])
async def test_nothing_resolves_before_connection_init(
    authority: ScriptedAuthority, site: Any, protocol: str, kind: Any
) -> None:
    _, headers = await entra_page(authority)
    socket = await connect(site, headers, protocol)
    await socket.say({"id": "1", "type": kind, "payload": {"query": "{ anyone }"}})
    assert await socket.told() == (4401, "Unauthorized")
    assert RUNS == []


async def test_a_second_connection_init_is_refused(authority: ScriptedAuthority, site: Any) -> None:
    socket = await initialised(site)
    assert (await socket.initialise(authorization(authority)))[0] == 4429


@pytest.mark.parametrize("text", [" ", "{", "[]", '"connection_init"', "[" * 100_000])
async def test_no_message_of_graphql(authority: ScriptedAuthority, site: Any, text: str) -> None:
    socket = await connect(site)
    await socket.send_to(text_data=text)
    assert await socket.told() == (4400, "Invalid message")


@pytest.mark.parametrize(("size", "told"), [(131_072, "connection_ack"), (131_073, (4400, "Message too large"))])
async def test_a_huge_first_message_is_not_read(authority: ScriptedAuthority, site: Any, size: int, told: Any) -> None:
    text = json.dumps({"type": "connection_init", "payload": {"tab": ""}})
    socket = await connect(site)
    await socket.send_to(text_data=text.replace('""', '"' + "x" * (size - len(text)) + '"'))
    answer = await socket.told()
    assert (answer if isinstance(answer, tuple) else answer["type"]) == told


async def test_a_subscription_is_of_its_own_person(authority: ScriptedAuthority, site: Any) -> None:
    """Two people in one process, whose operations have the same name."""
    ada = await initialised(site, authorization(authority, roles=["Writer"]))
    alan = await initialised(
        site, authorization(authority, roles=["Writer"], oid=ALAN, preferred_username="alan@contoso.example")
    )
    assert await ask(alan, "subscription { entries }") == ({"entries": "alan@contoso.example"}, [])
    assert await ask(ada, "subscription { entries }") == ({"entries": ADA}, [])
    assert await ada.receive_nothing(timeout=0.1)


async def test_bytes_are_no_message_of_graphql(authority: ScriptedAuthority, site: Any) -> None:
    socket = await connect(site)
    await socket.send_to(bytes_data=b"{}")
    assert await socket.told() == (4400, "Invalid message")


async def test_a_ping_may_come_first(authority: ScriptedAuthority, site: Any) -> None:
    socket = await connect(site)
    await socket.say({"type": "ping"})
    assert await socket.told() == {"type": "pong"}
    assert (await socket.initialise())["type"] == "connection_ack"


async def test_a_client_that_says_nothing_is_not_waited_for(
    authority: ScriptedAuthority, site: Any, clock: HandClock
) -> None:
    socket = await connect(site)
    await clock.advance(11)
    assert await socket.told() == (4408, "Connection initialisation timeout")


async def test_a_client_may_leave_before_connection_init(authority: ScriptedAuthority, site: Any) -> None:
    socket = await connect(site)
    await socket.disconnect()
    assert RUNS == []


async def test_the_end_of_the_token_ends_subscriptions(
    authority: ScriptedAuthority, site: Any, clock: HandClock
) -> None:
    socket = await initialised(site, authorization(authority, roles=["Writer"]))
    await ask(socket, "subscription { entries }")
    await clock.advance(2 * 3_600)
    assert await socket.told() == (4401, "token_expired")
    await socket.wait()


async def test_signing_out_ends_subscriptions_at_once(authority: ScriptedAuthority, site: Any) -> None:
    client, headers = await entra_page(authority, roles=["Writer"])
    socket = await initialised(site, headers=headers)
    await ask(socket, "subscription { entries }")
    await sync_to_async(client.logout)()
    assert await socket.told() == (4401, "session_ended")


async def test_deactivation_ends_subscriptions(authority: ScriptedAuthority, site: Any, clock: HandClock) -> None:
    socket = await initialised(site, authorization(authority, roles=["Writer"]))
    await ask(socket, "subscription { entries }")
    await User.objects.filter(username=ADA).aupdate(is_active=False)
    await clock.advance(31)
    assert await socket.told() == (4403, "user_disabled")
