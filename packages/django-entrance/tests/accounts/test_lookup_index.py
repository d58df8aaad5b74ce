"""The look-up of a user reads the unique index, so that it takes as long among a million (``bench_accounts.py``)."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django_entrance.models import EntraAccount
from lookup_plan import lookup_plan, uses_unique_index
from scripted import ADA, TENANT

pytestmark = pytest.mark.django_db


def test_the_lookup_uses_the_unique_index() -> None:
    EntraAccount.objects.create(tenant_id=TENANT, object_id=ADA, user=User.objects.create_user("ada"))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")  # the table is too small for an index to be worth it
    assert uses_unique_index("default"), lookup_plan("default")


def test_without_the_index_the_plan_says_so() -> None:
    """The control, where SQLite lets us: an index is dropped only there."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE django_entrance_entraaccount DROP CONSTRAINT entrance_one_account_per_identity")
        assert not uses_unique_index("default")
    else:
        assert "sqlite_autoindex_django_entrance_entraaccount_1" in lookup_plan("default")
