"""Writes which people ``adopt --from-adfs`` expects at their first sign-in, for a time, and ends that again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import router
from django.db.models import Q, QuerySet
from django.utils import timezone

from django_entrance.accounts.adopting import is_staff
from django_entrance.models import ExpectedPerson

DAYS = 90
"""How long a person is expected: without Microsoft Graph, a name that is given to another person is not noticed."""


def expected_people(tenant_id: str) -> QuerySet[ExpectedPerson]:
    return ExpectedPerson.objects.using(router.db_for_write(ExpectedPerson)).filter(tenant_id=tenant_id)


def open_rows(tenant_id: str) -> QuerySet[ExpectedPerson]:
    """Return the people who are still expected."""
    return expected_people(tenant_id).filter(Q(ends_at=None) | Q(ends_at__gt=timezone.now()))


def expect(tenant_id: str, user: Any, username: str) -> None:
    """Write that the person is expected, unless bound by object id; another name is expected no longer."""
    expected_people(tenant_id).filter(ends_at__lte=timezone.now()).delete()
    of_user = expected_people(tenant_id).filter(user_id=user.pk)
    of_user.exclude(username=username).delete()
    if username and not of_user.exists():
        ends_at = timezone.now() + timedelta(days=DAYS)
        of_user.create(tenant_id=tenant_id, username=username, user=user, ends_at=ends_at, may_be_staff=is_staff(user))


def expect_no_longer(tenant_id: str, user: Any) -> None:
    """Delete what this command has written for the user. What an administrator has written stays."""
    expected_people(tenant_id).filter(user_id=user.pk, ends_at__isnull=False).delete()
