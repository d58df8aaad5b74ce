"""Examines, for ``entrance doctor``, whether the tables are in the database."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import DatabaseError, connections, router
from django.db.migrations.executor import MigrationExecutor

from django_entrance.entra.registration.examining import Comparison
from django_entrance.models import EntraAccount

APP = EntraAccount._meta.app_label


def examine_tables() -> Iterator[Comparison]:
    """Yield the migrations that wait, or that the database does not answer."""
    alias = router.db_for_write(EntraAccount)
    try:
        waiting = waiting_migrations(alias)
    except DatabaseError as error:
        remedy = "Start it, or correct its entry in DATABASES. Without it no one can sign in."
        yield Comparison("tables", f"the database {alias!r} does not answer ({type(error).__name__})", remedy)
        return
    if waiting:
        yield Comparison("tables", f"not in the database {alias!r}: {', '.join(waiting)}", "Run: manage.py migrate")


def waiting_migrations(alias: str) -> list[str]:
    """Return the names of our migrations that are not applied."""
    executor = MigrationExecutor(connections[alias])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes(APP))
    return [migration.name for migration, _ in plan if migration.app_label == APP]
