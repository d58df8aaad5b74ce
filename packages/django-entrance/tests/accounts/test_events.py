"""What happened at sign-ins: rows after the response, once a token, and few in a storm."""

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from agent_claims import AGENT, FOR_A_PERSON
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.contrib.auth.models import User
from django.core.asgi import get_asgi_application
from django.core.signals import request_finished
from django.db import DatabaseError, connection, connections
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext
from django.urls import path
from django.utils import timezone
from django_entrance.accounts import events
from django_entrance.accounts.compiled_insert import CompiledInsert
from django_entrance.accounts.event_limits import Daily, PerMinute
from django_entrance.accounts.events import Outcome, end_request, keep, record, record_refusal, taken
from django_entrance.accounts.provisioning import provision
from django_entrance.models import EntraAccount, SignInEvent
from django_entrance.signals import connected, disconnected, person_created, refused, signed_in
from django_entrance.verification.errors import Caller, ScopeMissing
from identities import person
from scripted import ADA, SPA, STRANGER, TENANT, ScriptedAuthority
from sign_ins import bearer, expired, start_session

pytestmark = pytest.mark.django_db

CALLER = Caller("default", TENANT, ADA, SPA)
ENTERED = asyncio.Event()
FACTS = ("outcome", "door", "tenant_id", "object_id", "user")
Queries = Callable[[int], Any]


@pytest.fixture
def heard() -> Any:
    """Collect the signals that are sent."""
    told: list[tuple[str, dict[str, Any]]] = []

    def of(name: str) -> Callable[..., None]:
        return lambda **facts: told.append((name, facts))

    receivers = {signal: of(name) for name, signal in (("signed_in", signed_in), ("refused", refused))}
    for signal, receiver in receivers.items():
        signal.connect(receiver)
    yield told
    for signal, receiver in receivers.items():
        signal.disconnect(receiver)


async def asks_long(request: HttpRequest) -> HttpResponse:
    ENTERED.set()
    await asyncio.sleep(60)
    raise AssertionError("it is cancelled")


urlpatterns = [path("", asks_long)]


def rows(*names: str) -> list[tuple[Any, ...]]:
    return list(SignInEvent.objects.order_by("pk").values_list(*names))


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records if each.name == "django_entrance"]


def test_the_first_use_of_a_token_is_an_event(authority: ScriptedAuthority, client: Client, heard: Any) -> None:
    client.get("/", headers=bearer(authority, uti="Abc-1"))
    user = User.objects.get()
    [event] = SignInEvent.objects.all()
    assert (event.outcome, event.reason, event.door, event.correlation_id) == ("signed_in", "", "bearer", "Abc-1")
    assert (event.authority, str(event.tenant_id), str(event.object_id)) == ("default", TENANT, ADA)
    assert (event.client_id, event.user) == (SPA, user)
    [(name, facts)] = heard
    assert (name, facts["sender"], facts["user"], facts["door"]) == ("signed_in", User, user, "bearer")
    assert facts["identity"].object_id == ADA


def test_a_warm_request_reads_once_and_writes_nothing(
    authority: ScriptedAuthority, client: Client, heard: Any, django_assert_num_queries: Queries
) -> None:
    headers = bearer(authority)
    client.get("/", headers=headers)
    with django_assert_num_queries(1):
        client.get("/", headers=headers)
    assert (len(heard), SignInEvent.objects.count()) == (1, 1)


def test_a_process_that_remembers_no_tokens_records_each_once(
    authority: ScriptedAuthority, client: Client, settings: Any, django_assert_num_queries: Queries
) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"REMEMBERED_TOKENS": 0}
    headers = bearer(authority)
    client.get("/", headers=headers)
    with django_assert_num_queries(1):
        client.get("/", headers=headers)


def test_several_processes_write_one_row_a_token(authority: ScriptedAuthority) -> None:
    identity = person(uti="one")
    for _ in range(2):
        record(Outcome.SIGNED_IN, identity=identity, door="bearer")
    record(Outcome.CREATED, identity=identity)
    without = person(uti=None)
    for _ in range(2):
        record(Outcome.SIGNED_IN, identity=without)
    assert rows("outcome", "correlation_id") == [
        ("signed_in", "one"),
        ("created", "one"),
        ("signed_in", ""),
        ("signed_in", ""),
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", ["/", "/async/"])
async def test_sign_ins_and_refusals_under_asgi(
    authority: ScriptedAuthority, async_client: AsyncClient, address: str
) -> None:
    headers = bearer(authority)
    for _ in range(2):
        assert (await async_client.get(address, headers=headers)).status_code == 200
    assert (await async_client.get(address, headers=bearer(authority, scp="other"))).status_code == 403
    found = [(event.outcome, event.reason) async for event in SignInEvent.objects.order_by("pk")]
    assert found == [("created", ""), ("signed_in", ""), ("refused", "scope_missing")]
    await sync_to_async(connections.close_all)()  # of the thread: PostgreSQL drops no database that is in use


@pytest.mark.django_db(transaction=True)
async def test_a_client_that_hangs_up_is_recorded_all_the_same(authority: ScriptedAuthority, settings: Any) -> None:
    """Django then cancels the request and never closes a response."""
    settings.ROOT_URLCONF = __name__
    ENTERED.clear()
    headers = [(b"host", b"testserver"), (b"authorization", bearer(authority)["authorization"].encode())]
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": headers}
    communicator: Any = ApplicationCommunicator(get_asgi_application(), scope)  # type: ignore[no-untyped-call]  # no types
    await communicator.send_input({"type": "http.request", "body": b""})
    await asyncio.wait_for(ENTERED.wait(), 10)
    await communicator.send_input({"type": "http.disconnect"})
    await communicator.wait()
    assert communicator.output_queue.empty(), "control: nothing was answered"
    assert [event.outcome async for event in SignInEvent.objects.all()] == ["signed_in", "created"]
    await sync_to_async(connections.close_all)()


@pytest.mark.django_db(transaction=True)
def test_events_are_written_when_the_response_was_sent(authority: ScriptedAuthority, client: Client) -> None:
    """Nothing is written before the response is closed, and no connection stays open that Django would have closed."""
    seen = []

    def look(**_: object) -> None:
        seen.append(len(events.waiting.events))

    request_finished.connect(look)
    request_finished.receivers.insert(0, request_finished.receivers.pop())
    try:
        with CaptureQueriesContext(connection):
            client.get("/", headers=bearer(authority))
    finally:
        request_finished.disconnect(look)
    assert seen == [2], "created and signed in"
    assert SignInEvent.objects.count() == 2
    connection.close()
    keep(Outcome.REFUSED, CALLER, user=None)
    end_request()
    assert connection.connection is None
    assert SignInEvent.objects.count() == 3


def written(queries: CaptureQueriesContext) -> list[str]:
    """Return what the queries did, as far as it says where an event was written."""
    table = SignInEvent._meta.db_table
    said = ["event" if table in query["sql"] else query["sql"].split()[0] for query in queries]
    return [each for each in said if each in {"event", "COMMIT"}]


@pytest.mark.django_db(transaction=True)
def test_the_event_of_a_session_is_part_of_its_transaction(
    authority: ScriptedAuthority, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the second session of a process costs one commit less than the first, after which old events are deleted."""
    client.get("/", headers=bearer(authority, uti="a person with a user"))
    monkeypatch.setattr(events, "pruning", Daily())
    found = {}
    for name in ("first", "second"):
        with CaptureQueriesContext(connection) as queries:
            assert client.post("/entrance/session/", headers=bearer(authority, uti=name)).status_code == 200
            found[name] = written(queries)
        client.logout()
    assert found["first"][:3] == ["COMMIT", "COMMIT", "event"], "the session, its data"
    assert found["second"] == ["event", "COMMIT", "COMMIT"]
    doors = SignInEvent.objects.filter(outcome="signed_in", door="session")
    assert sorted(doors.values_list("correlation_id", flat=True)) == ["first", "second"]


@pytest.mark.django_db(transaction=True)
def test_a_session_whose_event_fails_begins_all_the_same(
    authority: ScriptedAuthority, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    client.get("/", headers=bearer(authority, uti="a person with a user"))
    with connection.schema_editor() as editor:
        editor.alter_db_table(SignInEvent, "django_entrance_signinevent", "elsewhere")
    try:
        assert client.post("/entrance/session/", headers=bearer(authority, uti="unseen")).status_code == 200
    finally:
        with connection.schema_editor() as editor:
            editor.alter_db_table(SignInEvent, "elsewhere", "django_entrance_signinevent")
    assert client.get("/entrance/session/").json()["via"] == "entra"
    [line] = lines(caplog)
    assert line.startswith("Sign-in events were not recorded: ")
    assert client.post("/entrance/session/", headers=bearer(authority, uti="seen")).status_code == 200
    assert [each for (each,) in rows("correlation_id") if "seen" in each] == ["seen"]


def test_who_was_refused_and_why(authority: ScriptedAuthority, client: Client, settings: Any, heard: Any) -> None:
    settings.ROOT_URLCONF = "permission_urls"
    client.get("/whoami/", headers=bearer(authority, scp="other"))
    client.get("/app-role/", headers=bearer(authority, roles=["Reader"]))
    barbara = start_session(client)
    client.get("/scope/")
    client.get("/scope/", headers=bearer(authority, key=STRANGER))
    ada = User.objects.exclude(pk=barbara.pk).get()
    assert rows("outcome", "reason", "door", "user", "client_id") == [
        ("refused", "scope_missing", "bearer", None, SPA),
        ("signed_in", "", "bearer", ada.pk, SPA),
        ("refused", "app_role_missing", "bearer", ada.pk, SPA),
        ("refused", "scope_missing", "login", barbara.pk, ""),
    ]
    told = [(facts["refusal"].reason, facts["door"]) for name, facts in heard if name == "refused"]
    assert told == [
        ("scope_missing", "bearer"),
        ("app_role_missing", "bearer"),
        ("scope_missing", "login"),
        ("signature_wrong", "bearer"),
    ]
    assert heard[0][1]["sender"] is ScopeMissing
    assert heard[0][1]["request"].path == "/whoami/"


def test_unknown_callers_and_expired_tokens_are_no_events(authority: ScriptedAuthority, client: Client) -> None:
    client.get("/", headers=bearer(authority, key=STRANGER))
    client.get("/", headers=expired(authority))
    client.get("/", headers={"authorization": "Bearer one two"})
    assert rows("reason") == []
    client.get("/", headers=bearer(authority, aud="other"))
    assert rows("reason") == [("audience_refused",)]


def test_a_storm_of_refusals_writes_few_rows_and_one_line(
    authority: ScriptedAuthority, client: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(events, "refusals", PerMinute(events.MOST_REFUSALS, lambda: now[0]))
    headers = bearer(authority, scp="other")
    for _ in range(1_000):
        client.get("/", headers=headers)
    assert SignInEvent.objects.count() == 60
    now[0] = 61.0
    client.get("/", headers=headers)
    client.get("/", headers=headers)
    assert SignInEvent.objects.count() == 62
    [line] = [each for each in lines(caplog) if not each.startswith("Refused ")]
    assert line.startswith("940 refusals in the minute from ")


def test_no_events_are_kept_where_none_are_wanted(
    authority: ScriptedAuthority, client: Client, settings: Any, heard: Any
) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"KEEP_EVENTS": 0}
    client.get("/", headers=bearer(authority))
    client.get("/", headers=bearer(authority, scp="other"))
    assert rows("outcome") == []
    assert [name for name, _ in heard] == ["signed_in", "refused"]


def test_a_receiver_that_fails_changes_no_answer(authority: ScriptedAuthority, client: Client) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("the project's own")

    signed_in.connect(fail)
    refused.connect(fail)
    try:
        assert client.get("/", headers=bearer(authority)).status_code == 200
        assert client.get("/", headers=bearer(authority, scp="other")).status_code == 403
    finally:
        signed_in.disconnect(fail)
        refused.disconnect(fail)


def test_the_other_signals_are_recorded(authority: ScriptedAuthority) -> None:
    identity = person(uti="u")
    user = provision(identity)
    SignInEvent.objects.all().delete()
    account = EntraAccount.objects.get()
    person_created.send(sender=User, user=user, identity=identity)
    by_hand = {"user": user, "account": account, "identity": None}
    connected.send(sender=User, how="connected", door="admin", **by_hand)
    connected.send(sender=User, how="adopted", door="", **by_hand)
    disconnected.send(sender=User, user=user, account=account, door="")
    record(Outcome.SIGNED_IN)
    ids = TENANT, ADA
    assert [(*each[:2], *map(str, each[2:4]), each[4]) for each in rows(*FACTS)] == [
        ("created", "", *ids, user.pk),
        ("connected", "admin", *ids, user.pk),
        ("adopted", "", *ids, user.pk),
        ("disconnected", "", *ids, user.pk),
        ("signed_in", "", "None", "None", None),
    ]


def test_the_agent_that_calls_is_recorded(authority: ScriptedAuthority, client: Client, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"ALLOW_AGENTS": True, "ALLOWED_CLIENTS": [AGENT, SPA]}
    settings.ROOT_URLCONF = "permission_urls"
    through_agent = {"azp": AGENT} | FOR_A_PERSON
    for changes in (through_agent, {"uti": "own"}):
        client.get("/signed-in/", headers=bearer(authority, **changes))
    client.get("/scope/", headers=bearer(authority, **through_agent))
    User.objects.update(is_active=False)
    client.get("/signed-in/", headers=bearer(authority, **through_agent))
    assert rows("outcome", "reason", "agent_id") == [
        ("signed_in", "", AGENT),
        ("signed_in", "", ""),
        ("refused", "scope_missing", AGENT),
        ("refused", "user_disabled", AGENT),
    ]


def test_the_user_who_needs_a_password_is_recorded(client: Client) -> None:
    boss = start_session(client)
    User.objects.update(is_staff=True)
    assert client.post("/entrance/account/connect/").status_code == 403
    assert rows("outcome", "reason", "door", "user") == [("refused", "password_needed", "login", boss.pk)]


def test_a_user_that_is_gone_leaves_an_event(authority: ScriptedAuthority) -> None:
    user = User.objects.create(username="gone")
    events.waiting.answers_requests = True
    keep(Outcome.REFUSED, CALLER, user=user, reason="user_disabled")
    user.delete()
    end_request()
    [event] = SignInEvent.objects.select_related("user")
    assert event.user is None
    connection.check_constraints()


def test_a_database_that_fails_costs_a_line(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise DatabaseError("eyJ secret")

    with monkeypatch.context() as patch:
        patch.setattr(CompiledInsert, "insert", fail)
        keep(Outcome.REFUSED, CALLER, user=None)
    assert lines(caplog) == ["Sign-in events were not recorded: DatabaseError"]
    keep(Outcome.REFUSED, CALLER, user=None)
    assert SignInEvent.objects.count() == 1


def test_events_that_wait_are_bounded() -> None:
    events.waiting.answers_requests = True
    for number in range(1_010):
        keep(Outcome.REFUSED, CALLER, user=None, reason=str(number))
    end_request()
    assert SignInEvent.objects.count() == 1_000
    assert SignInEvent.objects.order_by("pk")[0].reason == "10"
    assert taken(events.waiting.events) == []


def test_old_events_are_deleted_once_a_day(settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"KEEP_EVENTS": 3_600}
    old = timezone.now() - timedelta(hours=2)
    SignInEvent.objects.create(outcome="refused", reason="old", at=old)
    SignInEvent.objects.create(outcome="refused", reason="young", at=old + timedelta(hours=1.5))
    keep(Outcome.REFUSED, CALLER, user=None, reason="new")
    assert rows("reason") == [("young",), ("new",)]
    SignInEvent.objects.create(outcome="refused", reason="old", at=old)
    keep(Outcome.REFUSED, CALLER, user=None, reason="newer")
    assert rows("reason") == [("young",), ("new",), ("old",), ("newer",)]


def test_a_name_that_is_no_id_is_shown_as_one_line() -> None:
    record_refusal(
        refusal=ScopeMissing(), caller=Caller("a" * 200, "", "", "x\n\0" + "y" * 100), user=None, door="bearer"
    )
    [event] = SignInEvent.objects.all()
    assert (event.client_id, event.authority) == ("x\ufffd\ufffd" + "y" * 33, "a" * 100)


def test_the_time_is_that_of_the_event_not_of_the_end_of_the_request() -> None:
    events.waiting.answers_requests = True
    keep(Outcome.REFUSED, CALLER, user=None)
    time.sleep(0.02)
    ended = timezone.now()
    end_request()
    assert SignInEvent.objects.get().at < ended
