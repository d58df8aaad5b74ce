"""A Channels consumer behind the middleware: who it meets, who is refused, and what ends its connection."""

import json
import time
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer, JsonWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.urls import path
from django_entrance.contrib.channels import EntranceMiddleware
from django_entrance.live.request_in_scope import KEY
from django_entrance.models import EntraAccount
from live_clients import (
    EXPIRED,
    GRAPHQL,
    ORIGIN,
    HandClock,
    Socket,
    authorization,
    closing,
    entra_page,
    in_header,
    password_page,
)
from scripted import OTHER_TENANT, ScriptedAuthority

pytestmark = pytest.mark.django_db(transaction=True)

ADA = "ada@contoso.example"


def caller(scope: Any) -> dict[str, Any]:
    entra = scope["entra"]
    roles = sorted(entra.app_roles) if entra else None
    return {"user": scope["user"].get_username(), "door": entra and entra.door, "roles": roles}


class Who(AsyncJsonWebsocketConsumer):
    async def receive_json(self, content: Any, **_: Any) -> None:
        await self.send_json(caller(self.scope))


class SyncWho(JsonWebsocketConsumer):
    def receive_json(self, content: Any, **_: Any) -> None:
        self.send_json(caller(self.scope))


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture(params=[Who, SyncWho], ids=["async consumer", "sync consumer"])
def site(request: pytest.FixtureRequest, clock: HandClock) -> Any:
    router = URLRouter([path("ws/", request.param.as_asgi())])
    return ProtocolTypeRouter({"websocket": EntranceMiddleware(router, clock=clock)})


async def ask(site: Any, headers: Any = ()) -> Any:
    async with closing(await Socket(site, headers=headers).opened()) as socket:
        await socket.say("who?")
        return await socket.told()


async def test_a_session_of_entra(authority: ScriptedAuthority, site: Any) -> None:
    _, headers = await entra_page(authority, roles=["Writer"])
    assert await ask(site, headers) == {"user": ADA, "door": "session", "roles": ["Writer"]}


async def test_a_session_of_another_login(authority: ScriptedAuthority, site: Any) -> None:
    _, headers = await password_page()
    assert await ask(site, headers) == {"user": "barbara", "door": None, "roles": None}


async def test_a_program_with_a_token(authority: ScriptedAuthority, site: Any) -> None:
    assert await ask(site, in_header(authority)) == {"user": ADA, "door": "bearer", "roles": ["Admin"]}


async def test_a_token_counts_before_a_session(authority: ScriptedAuthority, site: Any) -> None:
    _, headers = await password_page()
    assert (await ask(site, [*headers, *in_header(authority)]))["user"] == ADA


async def test_without_a_login(authority: ScriptedAuthority, site: Any) -> None:
    assert await ask(site) == {"user": "", "door": None, "roles": None}


async def test_another_logins_token_is_left_to_it(authority: ScriptedAuthority, site: Any) -> None:
    assert (await ask(site, [(b"authorization", b"Bearer opaque")]))["user"] == ""


async def test_the_scope_has_what_channels_own_stack_gives(authority: ScriptedAuthority) -> None:
    seen: dict[str, Any] = {}

    async def application(scope: Any, receive: Any, send: Any) -> None:
        seen.update(scope)
        await send({"type": "websocket.accept", "subprotocol": "chat"})

    client, headers = await password_page()
    socket = Socket(EntranceMiddleware(application), headers=headers, protocols=["chat"])
    assert await socket.connect() == (True, "chat")
    assert seen["subprotocols"] == ["chat"]
    assert seen["cookies"] == {"sessionid": client.cookies["sessionid"].value}
    session: Any = seen["session"]
    assert session.session_key == client.cookies["sessionid"].value
    assert await session.aget("_auth_user_id") == str(seen["user"].pk)


async def test_other_protocols_pass(authority: ScriptedAuthority) -> None:
    seen = []

    async def application(*arguments: Any) -> None:
        seen.append(arguments)

    await EntranceMiddleware(application)({"type": "lifespan"}, ask, closing)  # type: ignore[arg-type]
    assert seen == [({"type": "lifespan"}, ask, closing)]


@pytest.mark.parametrize(
    ("claims", "close"),
    [
        (EXPIRED, (4401, "token_expired")),
        ({"scp": "other"}, (4403, "scope_missing")),
        ({"tid": OTHER_TENANT}, (4401, "tenant_refused")),
    ],
    ids=["expired", "without scope", "of another tenant"],
)
async def test_a_refused_token_is_told_why(
    authority: ScriptedAuthority, site: Any, claims: dict[str, Any], close: Any
) -> None:
    socket = Socket(site, headers=in_header(authority, **claims))
    assert await socket.refused() == close


async def test_a_refusal_chooses_a_protocol_that_was_offered(authority: ScriptedAuthority, site: Any) -> None:
    socket = Socket(site, headers=in_header(authority, exp=int(time.time()) - 100), protocols=["chat", "other"])
    assert await socket.connect() == (True, "chat")
    assert await socket.told() == (4401, "token_expired")


async def test_two_tokens_in_the_handshake_are_malformed(authority: ScriptedAuthority, site: Any) -> None:
    [(name, value)] = in_header(authority)
    assert await Socket(site, headers=[(name, value), (name, value)]).refused() == (4400, "authorization_malformed")


ORIGINS = {
    "the site's own": (b"http://testserver", True),
    "another scheme": (b"https://testserver", False),
    "another site": (b"https://evil.example", False),
    "a longer name": (b"http://testserver.evil.example", False),
    "none that can be named": (b"null", False),
    "no address": (b"http://[", False),
    "trusted": (b"https://app.example", True),
    "none": (None, False),
}


@pytest.mark.parametrize(("origin", "is_let_in"), ORIGINS.values(), ids=ORIGINS)
async def test_only_pages_of_the_site_open_a_session(
    authority: ScriptedAuthority, site: Any, settings: Any, origin: bytes | None, is_let_in: bool
) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://app.example"]
    _, [_, own_cookie] = await entra_page(authority)
    sent = [] if origin is None else [(b"origin", origin)]
    assert await Socket(site, headers=[own_cookie, *sent]).connect() == (is_let_in, None if is_let_in else 4403)


async def test_another_sites_page_is_refused_without_a_session_too(authority: ScriptedAuthority, site: Any) -> None:
    headers = [(b"origin", b"https://evil.example"), *in_header(authority)]
    assert await Socket(site, headers=headers).connect() == (False, 4403)


async def test_a_communicator_of_a_test_suite_names_no_host(authority: ScriptedAuthority) -> None:
    socket = WebsocketCommunicator(EntranceMiddleware(Who.as_asgi()), "/ws/")
    assert await socket.connect() == (True, None)
    await socket.disconnect()


@pytest.mark.parametrize(
    ("headers", "query"), [([(b"host", b"evil.example")], b""), ([], b"a=\xff")], ids=["host", "query"]
)
async def test_what_django_refuses_as_a_request_opens_nothing(
    authority: ScriptedAuthority, headers: Any, query: bytes
) -> None:
    socket = Socket(EntranceMiddleware(Who.as_asgi()), headers=headers)
    if headers:
        socket.scope["headers"] = headers
    socket.scope["query_string"] = query
    assert await socket.connect() == (False, 4403)


@pytest.mark.parametrize("claims", [{}, {"scp": "other"}], ids=["good", "refused"])
@pytest.mark.parametrize("name", ["access_token", "token", "anything"])
async def test_a_token_in_the_query_is_refused(
    authority: ScriptedAuthority, site: Any, claims: dict[str, Any], name: str
) -> None:
    [(_, value)] = in_header(authority, **claims)
    token = value.decode().removeprefix("Bearer ")
    assert await Socket(site, path=f"/ws/?{name}={token}").refused() == (4400, "token_in_query")


async def test_a_token_as_the_name_of_a_field_is_refused(authority: ScriptedAuthority, site: Any) -> None:
    [(_, value)] = in_header(authority)
    token = value.decode().removeprefix("Bearer ")
    for query in (token, f"tab=1&{token}=", f"{token}=1"):
        assert await Socket(site, path=f"/ws/?{query}").refused() == (4400, "token_in_query")


async def test_an_address_with_more_fields_than_django_reads_is_refused(
    authority: ScriptedAuthority, site: Any, settings: Any
) -> None:
    most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    refused = await Socket(site, path="/ws/?" + "&".join(["a"] * (most + 1))).refused()
    assert refused == (4400, "too_many_fields")
    assert await Socket(site, path="/ws/?" + "&".join(["a"] * most)).connect() == (True, None)


@pytest.mark.parametrize("is_ours", [True, False])
async def test_the_token_of_connection_init_is_not_in_the_handshake(
    authority: ScriptedAuthority, is_ours: bool
) -> None:
    seen: list[Any] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        seen.extend([scope, await receive(), await receive()])
        await send({"type": "websocket.send", "text": "{}"})

    sent = authorization(authority) if is_ours else {"Authorization": "Bearer opaque"}
    socket = await Socket(EntranceMiddleware(application), protocols=[GRAPHQL]).opened()
    await socket.initialise(sent)
    request = seen[0][KEY]
    assert (seen[0]["entra"] is not None) == is_ours
    assert ("HTTP_AUTHORIZATION" in request.META, "Authorization" in request.headers) == (False, False)
    assert json.loads(seen[2]["text"])["payload"] == ({} if is_ours else sent)


async def test_another_logins_token_in_the_query_is_left_to_it(authority: ScriptedAuthority, site: Any) -> None:
    assert await Socket(site, path="/ws/?token=eyJhbGciOi.eyJpc3MiOi.c2ln").connect() == (True, None)


async def still_answers(socket: Socket) -> Any:
    await socket.say("who?")
    return await socket.told()


@pytest.fixture
async def with_token(authority: ScriptedAuthority, site: Any) -> Socket:
    return await Socket(site, headers=in_header(authority)).opened()


async def test_a_token_ends_its_connection(clock: HandClock, with_token: Socket) -> None:
    await clock.advance(3_600 + 50)  # within LEEWAY
    assert (await still_answers(with_token))["user"] == ADA
    await clock.advance(3_600)
    assert await with_token.told() == (4401, "token_expired")
    await with_token.wait()


async def test_deactivation_ends_a_token_connection(clock: HandClock, with_token: Socket) -> None:
    await User.objects.filter(username=ADA).aupdate(is_active=False)
    await clock.advance(29)
    assert (await still_answers(with_token))["user"] == ADA
    await clock.advance(2)
    assert await with_token.told() == (4403, "user_disabled")


async def test_a_disconnected_account_ends_a_token_connection_at_once(with_token: Socket) -> None:
    await EntraAccount.objects.all().adelete()
    assert await with_token.told() == (4403, "account_missing")


async def sign_out(client: Any) -> None:
    await sync_to_async(client.logout)()


async def deactivate(client: Any) -> None:
    await User.objects.all().aupdate(is_active=False)


async def end_rows(client: Any) -> None:
    from django_entrance.models import EntraSession

    await EntraSession.objects.all().adelete()


@pytest.mark.parametrize("end", [sign_out, deactivate, end_rows])
async def test_what_ends_a_session_ends_its_connection(
    authority: ScriptedAuthority, site: Any, clock: HandClock, end: Any
) -> None:
    client, headers = await entra_page(authority)
    socket = await Socket(site, headers=headers).opened()
    await clock.advance(31)
    assert (await still_answers(socket))["user"] == ADA
    await clock.all_asleep()
    await end(client)
    if end is deactivate:  # without a signal
        await clock.advance(31)
    assert await socket.told() == (4401, "session_ended")
    assert await Socket(site, headers=headers).connect() == (True, None)


@pytest.mark.parametrize("end", [sign_out, deactivate])
async def test_so_does_what_ends_another_logins_session(
    authority: ScriptedAuthority, site: Any, clock: HandClock, end: Any
) -> None:
    client, headers = await password_page()
    socket = await Socket(site, headers=headers).opened()
    await clock.advance(31)
    assert (await still_answers(socket))["user"] == "barbara"
    await clock.all_asleep()
    await end(client)
    if end is deactivate:  # without a signal
        await clock.advance(31)
    assert await socket.told() == (4401, "session_ended")


async def test_nobody_stays_nobody(authority: ScriptedAuthority, site: Any, clock: HandClock) -> None:
    socket = await Socket(site, headers=[ORIGIN]).opened()
    await clock.advance(31)
    assert (await still_answers(socket))["user"] == ""


def own_login(token: str) -> User | None:
    """Know one token, refuse one, and leave the others."""
    if token == "refused":
        raise PermissionDenied("token_revoked")
    return User.objects.get_or_create(username="alan")[0] if token == "own" else None


@pytest.fixture
def own_site() -> Any:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept", "subprotocol": None})
        told = {**caller(scope), "own": scope["entrance.own_login"]}
        await send({"type": "websocket.send", "text": json.dumps(told)})

    return EntranceMiddleware(application, own_login=own_login)


async def told_with(site: Any, token: str, headers: Any = ()) -> Any:
    bearer = (b"authorization", f"Bearer {token}".encode())
    return await (await Socket(site, headers=[bearer, *headers]).opened()).told()


async def test_a_token_of_the_projects_own(authority: ScriptedAuthority, own_site: Any) -> None:
    own = {"user": "alan", "door": None, "roles": None, "own": True}
    assert await told_with(own_site, "own") == own
    _, headers = await password_page()
    assert await told_with(own_site, "own", headers) == own
    assert (await told_with(own_site, "another", headers))["user"] == "barbara"
    assert (await told_with(own_site, "another"))["own"] is False
    assert await told_with(own_site, "refused", headers) == (4401, "token_revoked")


async def test_entras_tokens_are_not_asked_of_it(authority: ScriptedAuthority, own_site: Any) -> None:
    [(_, value)] = in_header(authority)
    told = await told_with(own_site, value.decode().removeprefix("Bearer "))
    assert (told["user"], told["own"]) == (ADA, False)
    [(_, value)] = in_header(authority, **EXPIRED)
    assert await told_with(own_site, value.decode().removeprefix("Bearer ")) == (4401, "token_expired")
