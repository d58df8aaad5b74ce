"""``entrance doctor`` says that ``migrate`` was forgotten, or that the database does not answer."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django_entrance.management.tables import APP, examine_tables
from doctor_runs import run_doctor
from scripted import ScriptedAuthority

pytestmark = pytest.mark.django_db


def test_control_after_migrate_nothing_is_reported() -> None:
    assert list(examine_tables()) == []


def test_migrations_that_wait_are_named() -> None:
    call_command("migrate", APP, "0002", fake=True, verbosity=0)
    (finding,) = examine_tables()
    waiting = "0003_people_and_rights, 0004_sessions"
    assert finding == ("tables", f"not in the database 'default': {waiting}", "Run: manage.py migrate")


def test_doctor_reports_it(authority: ScriptedAuthority) -> None:
    call_command("migrate", APP, "zero", fake=True, verbosity=0)
    said = run_doctor(problems=1)
    assert "wrong  tables: not in the database 'default': 0001_initial, " in said
    assert "\n       Run: manage.py migrate\n" in said


def test_a_database_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: BaseDatabaseWrapper, *_: Any, **__: Any) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(type(connections["default"]), "cursor", refuse)
    (finding,) = examine_tables()
    assert (finding.what, finding.seen) == ("tables", "the database 'default' does not answer (OperationalError)")
    assert finding.remedy == "Start it, or correct its entry in DATABASES. Without it no one can sign in."
