"""The look-up of a user reads the unique index, so that it takes as long among a million (``bench_accounts.py``)."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django_entrance.accounts.conflicts import existing_users
from django_entrance.models import EntraAccount
from identities import person
from lookup_plan import lookup_plan, uses_unique_index
from scripted import ADA, TENANT

pytestmark = pytest.mark.django_db

PAGE = Path(__file__).parents[4] / "docs" / "howto" / "your-users-exist-already.md"


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


def test_on_postgresql_a_name_is_found_by_the_documented_indexes() -> None:
    [indexes] = re.findall(r"^```sql\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    looked_for = existing_users(person(upn="ada@contoso.example", email="ada@mail.example"))
    if connection.vendor != "postgresql":
        assert "SCAN auth_user" in looked_for.explain(), "SQLite reads the table, as the page says"
        return
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        assert "BitmapOr" not in looked_for.explain(), "control: no index has the names in upper case"
        cursor.execute(indexes)
    plan = looked_for.explain()
    assert "BitmapOr" in plan
    assert "Bitmap Index Scan on user_username_upper" in plan
    assert "Bitmap Index Scan on user_email_upper" in plan
    assert "Seq Scan on auth_user" not in plan, plan
