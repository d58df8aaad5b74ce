"""The compiled insert writes the same rows as the ORM, with undocumented parts of Django that a release may change."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, models, transaction
from django.db.models.signals import post_save, pre_save
from django.test.utils import CaptureQueriesContext
from django_entrance.accounts.compiled_insert import CompiledInsert, is_heard
from django_entrance.models import EntraAccount, EntraSession, SignInEvent, UsedTicket

pytestmark = pytest.mark.django_db

TENANT = UUID("7e4a0000-0000-4000-8000-000000000001")
AT = datetime(2026, 11, 29, 2, tzinfo=UTC)
EVENT: dict[str, Any] = {
    "at": AT, "outcome": "signed_in", "reason": "100 %s", "tenant_id": TENANT, "object_id": None,
    "correlation_id": "one", "user_id": 7,
}  # fmt: skip


def values(row: models.Model, *left_out: str) -> dict[str, Any]:
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.attname not in left_out}


def test_an_event_is_the_row_that_the_orm_writes() -> None:
    SignInEvent.objects.create(**EVENT)
    CompiledInsert(SignInEvent, "default").insert([SignInEvent(**EVENT | {"correlation_id": ""})])
    orm, compiled = (values(row, "id", "correlation_id") for row in SignInEvent.objects.order_by("pk"))
    assert compiled == orm


def test_a_session_is_the_row_that_the_orm_writes() -> None:
    user = User.objects.create_user("ada")
    account = EntraAccount.objects.create(tenant_id=TENANT, object_id=TENANT, user=user)
    facts: dict[str, Any] = {"account": account, "user": user, "door": "page", "started_at": AT, "expires_at": AT}
    orm, written = EntraSession.objects.create(**facts), EntraSession(**facts)
    CompiledInsert(EntraSession, "default").insert([written])
    read = EntraSession.objects.get(pk=written.pk)
    assert values(read) == values(written)
    assert values(read, "id") == values(orm, "id")


def test_a_field_that_fills_itself_is_filled() -> None:
    CompiledInsert(UsedTicket, "default").insert([UsedTicket(digest="d")])
    assert UsedTicket.objects.get().used_at.tzinfo == UTC


@pytest.mark.parametrize("ignores", [True, False])
def test_a_row_that_is_there_is_ignored_or_refused(ignores: bool) -> None:
    insert = CompiledInsert(SignInEvent, "default", ignores_conflicts=ignores)
    insert.insert([SignInEvent(**EVENT)])
    with transaction.atomic():
        if ignores:
            insert.insert([SignInEvent(**EVENT)])
        else:
            with pytest.raises(IntegrityError), transaction.atomic():
                insert.insert([SignInEvent(**EVENT)])
    assert SignInEvent.objects.count() == 1


def test_each_row_is_one_statement() -> None:
    rows = [SignInEvent(**EVENT | {"correlation_id": str(number)}) for number in range(3)]
    with CaptureQueriesContext(connection) as queries:
        CompiledInsert(SignInEvent, "default").insert(rows)
    assert len(queries) == SignInEvent.objects.count() == 3


@pytest.mark.parametrize("signal", [pre_save, post_save])
def test_receivers_of_the_project_are_noticed(signal: Any) -> None:
    def hear(**_: object) -> None: ...

    assert not is_heard(EntraSession)
    signal.connect(hear, sender=EntraSession)
    try:
        assert is_heard(EntraSession)
        assert not is_heard(SignInEvent)
    finally:
        signal.disconnect(hear, sender=EntraSession)
