"""``manage.py entrance prune``, and ``clearsessions``, which prunes the rows of sessions as well."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command, get_commands
from django.utils import timezone
from django_entrance.management.commands.clearsessions import Command
from django_entrance.models import EntraAccount, EntraSession, SignInEvent, UsedTicket
from scripted import ADA, TENANT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rows() -> None:
    """One of each that has served, and one that is still needed."""
    now, user = timezone.now(), User.objects.create_user("ada")
    account = EntraAccount.objects.create(user=user, tenant_id=TENANT, object_id=ADA)
    for days in (-1, 1):
        later = now + timedelta(days=days)
        EntraSession.objects.create(user=user, account=account, door="page", expires_at=later)
        SignInEvent.objects.create(outcome="refused", at=now + timedelta(days=100 * min(days, 0)))
        UsedTicket.objects.create(digest=str(days))
        UsedTicket.objects.filter(digest=str(days)).update(used_at=later)
        Session.objects.create(session_key=str(days), expire_date=later)


def counts() -> list[int]:
    return [each.objects.count() for each in (EntraSession, SignInEvent, UsedTicket)]


def test_what_has_served_is_deleted() -> None:
    said = StringIO()
    call_command("entrance", "prune", stdout=said)
    assert said.getvalue() == "Deleted: 1 sessions, 1 events, 1 tickets.\n"
    assert counts() == [1, 1, 1]


def test_clearsessions_prunes_the_rows_of_sessions(settings: Any) -> None:
    """The first app of ``INSTALLED_APPS`` that has the command decides."""
    apps = [each for each in settings.INSTALLED_APPS if each != "django_entrance"]
    settings.INSTALLED_APPS = ["django_entrance", *apps]
    forget: Any = get_commands
    forget.cache_clear()
    try:
        assert get_commands()["clearsessions"] == "django_entrance"
        call_command("clearsessions")
    finally:
        forget.cache_clear()
    assert counts() == [1, 2, 2]
    assert Session.objects.count() == 1


def test_an_engine_that_cannot_clear_is_still_told(settings: Any) -> None:
    settings.SESSION_ENGINE = "no_clearing"
    with pytest.raises(CommandError, match="doesn't support clearing expired sessions"):
        call_command(Command())
    assert EntraSession.objects.count() == 1
