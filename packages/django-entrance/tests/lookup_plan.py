"""Asks the database by which index it would find the user of an identity."""

from django.contrib.auth.models import User
from django.db import connections
from django_entrance.accounts.linked_users import linked_user
from scripted import ADA, TENANT

IDS = {"entra_accounts__tenant_id": TENANT, "entra_accounts__object_id": ADA}
BY_INDEX = {
    "sqlite": "USING INDEX sqlite_autoindex_django_entrance_entraaccount_1 (tenant_id=? AND object_id=?)",
    "postgresql": "Index Scan using entrance_one_account_per_identity on django_entrance_entraaccount",
}
SCANS = {"sqlite": "SCAN ", "postgresql": "Seq Scan"}


def lookup_plan(alias: str) -> str:
    lookup = linked_user(User, alias, ())
    explain = "EXPLAIN QUERY PLAN" if connections[alias].vendor == "sqlite" else "EXPLAIN"
    with connections[alias].cursor() as cursor:
        cursor.execute(f"{explain} {lookup.sql}", lookup.params(IDS))
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def uses_unique_index(alias: str) -> bool:
    """Return whether the look-up reads one account by the unique index, and no table row by row."""
    plan, vendor = lookup_plan(alias), connections[alias].vendor
    return BY_INDEX[vendor] in plan and SCANS[vendor] not in plan
