"""A check says which users of ``APPLICATIONS`` are missing, where it may ask the database."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django_entrance.accounts.application_users import is_reserved, missing_users
from django_entrance.accounts.provisioning import provision
from django_entrance.checks import check_application_users
from people import person

DAEMON, OTHER_DAEMON = "dae00000-0000-4000-8000-000000000009", "dae00000-0000-4000-8000-00000000000a"


@pytest.fixture(autouse=True)
def applications(settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"APPLICATIONS": {DAEMON: "robot", OTHER_DAEMON: "clerk"}}


def found(databases: list[str] | None) -> list[tuple[str | None, str]]:
    return [(message.id, message.msg) for message in check_application_users(None, databases=databases)]


def warning(name: str) -> tuple[str, str]:
    return "entrance.W007", f"ENTRANCE['APPLICATIONS'] names '{name}', which is not a user."


@pytest.mark.django_db
def test_missing_users_are_named() -> None:
    assert found(["default"]) == [warning("clerk"), warning("robot")]
    User.objects.create_user("robot")
    assert found(["default"]) == [warning("clerk")]
    User.objects.create_user("clerk")
    assert found(["default"]) == []


@pytest.mark.django_db
def test_a_person_is_no_applications_user() -> None:
    User.objects.create_user("clerk")
    provision(person())
    User.objects.filter(username="ada@contoso.example").update(username="robot")
    assert found(["default"]) == [warning("robot")]


def test_without_leave_no_database_is_asked() -> None:
    """pytest-django refuses a query here."""
    assert found(None) == found(["people"]) == []


def test_settings_that_are_wrong_are_for_the_other_checks(settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"TENANT_ID": "no tenant"}
    assert found(["default"]) == []


@pytest.mark.django_db
def test_before_there_are_tables_nothing_is_missing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE auth_user RENAME TO elsewhere")
    assert list(missing_users()) == []


@pytest.mark.django_db(databases=["default", "people"])
def test_manage_check_says_it(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check", databases=["default"])
    assert "(entrance.W007)" in capsys.readouterr().err
    call_command("check")
    assert "(entrance.W007)" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "reserved"), [("robot", True), ("Robot", True), ("rob0t", True), ("róbot ", True), ("robots", False)]
)
def test_a_name_is_reserved_however_a_database_compares(name: str, reserved: bool) -> None:
    assert is_reserved(name) == reserved
