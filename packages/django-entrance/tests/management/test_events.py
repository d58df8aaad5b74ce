"""``manage.py entrance events``: the table, its filters, JSON and pruning."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_entrance.models import EntraAccount, SignInEvent
from scripted import ADA, OTHER_TENANT, SPA, TENANT

pytestmark = pytest.mark.django_db


def run(*options: str) -> str:
    output = StringIO()
    call_command("entrance", "events", *options, stdout=output)
    return output.getvalue()


def found(*options: str) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = json.loads(run("--json", *options))
    return events


@pytest.fixture(autouse=True)
def past() -> User:
    """Ada was refused before she was connected, then came in; a program was refused long ago."""
    ada = User.objects.create(username="ada")
    EntraAccount.objects.create(user=ada, tenant_id=TENANT, object_id=ADA)
    now = timezone.now()
    hers = {"tenant_id": TENANT, "object_id": ADA, "client_id": SPA, "door": "bearer", "authority": "default"}
    SignInEvent.objects.create(outcome="refused", reason="account_exists", at=now - timedelta(hours=1), **hers)
    SignInEvent.objects.create(outcome="signed_in", user=ada, at=now, correlation_id="uti-1", **hers)
    long_ago = now - timedelta(days=100)
    SignInEvent.objects.create(outcome="refused", reason="application_refused", at=long_ago, object_id=OTHER_TENANT)
    return ada


def test_the_last_events_are_a_table_with_the_meaning_of_each_reason() -> None:
    head, *rows, blank, first, second = run().splitlines()
    assert head.split() == ["at", "outcome", "reason", "who", "door", "client_id", "correlation_id"]
    assert [row.split()[2:] for row in rows] == [
        ["signed_in", "-", "ada", "bearer", SPA, "uti-1"],
        ["refused", "account_exists", ADA, "bearer", SPA, "-"],
        ["refused", "application_refused", OTHER_TENANT, "-", "-", "-"],
    ]
    assert blank == ""
    assert first.startswith("account_exists: An existing user has this person's address. ")
    assert second.startswith("application_refused: ")


@pytest.mark.parametrize("options", [("--user", "ada"), ("--user", ADA.upper()), ("--since", "2h"), ("--last", "2")])
def test_filters_leave_what_is_asked_for(options: tuple[str, ...]) -> None:
    assert [event["outcome"] for event in found(*options)] == ["signed_in", "refused"]
    assert [event["reason"] for event in found(*options, "--reason", "account_exists")][-1] == "account_exists"


def test_json_has_every_fact() -> None:
    event = found("--reason", "account_exists")[0]
    assert event.pop("at").endswith("+00:00")
    assert event == {
        "user": None,
        "tenant_id": TENANT,
        "object_id": ADA,
        "outcome": "refused",
        "reason": "account_exists",
        "door": "bearer",
        "authority": "default",
        "client_id": SPA,
        "agent_id": "",
        "correlation_id": "",
    }
    assert found("--user", "ada", "--last", "1")[0]["user"] == "ada"


def test_nothing_is_said_plainly() -> None:
    assert run("--reason", "guest_refused") == "No events.\n"
    assert run("--last", "-1") == "No events.\n"
    assert len(run("--user", "ada", "--last", "1").splitlines()) == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--user", "nobody"), "There is no user 'nobody'."),
        (("--reason", "bad_day"), "There is no reason 'bad_day'; docs/reference/refusals.md lists all."),
        (("--since", "2 hours"), "'2 hours' is no period: write a number with m, h, d or w, such as 2h."),
    ],
)
def test_what_cannot_be_meant_is_refused(options: tuple[str, ...], message: str) -> None:
    with pytest.raises(CommandError) as fault:
        run(*options)
    assert str(fault.value) == message


def test_old_events_are_pruned(settings: Any) -> None:
    assert run("--prune") == "1 events deleted.\n"
    assert SignInEvent.objects.count() == 2
    settings.ENTRANCE = settings.ENTRANCE | {"KEEP_EVENTS": 0}
    assert run("--prune") == "2 events deleted.\n"
