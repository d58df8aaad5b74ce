"""Users of applications, and the system check for missing ones."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django_entrance.accounts.application_users import is_reserved, missing_users
from django_entrance.accounts.provisioning import provision
from django_entrance.checks import check_application_users
from django_entrance.models import EntraAccount
from django_entrance.verification.errors import AccountMissing, UserDisabled
from django_entrance.verification.identify import identify
from django_entrance.verification.identity import Identity
from identities import person
from scripted import ADA, K1, ScriptedAuthority, claims_v2, token, trust

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


OTHER = "0b0e0000-0000-4000-8000-000000000007"


@pytest.fixture
def daemon(settings: Any, db: None) -> Identity:
    """An application with a token of its own, which acts as the user robot."""
    settings.ENTRANCE = settings.ENTRANCE | {"APPLICATIONS": {DAEMON: "robot"}}
    claims = claims_v2(azp=DAEMON, sub=ADA, scp=None, name=None, preferred_username=None)
    authority = trust(ScriptedAuthority(keys=[K1.jwk()]), applications=[DAEMON])
    identity = identify(token(claims), [authority], now=claims["iat"])
    assert identity is not None
    return identity


def test_an_application_acts_as_the_user_that_the_settings_name(daemon: Identity) -> None:
    robot = User.objects.create_user("robot", first_name="R2")
    assert provision(daemon) == robot
    assert (User.objects.count(), EntraAccount.objects.count()) == (1, 0)


def test_no_user_is_created_for_an_application(daemon: Identity) -> None:
    with pytest.raises(AccountMissing, match="the user robot of APPLICATIONS"):
        provision(daemon)
    assert User.objects.count() == 0


@pytest.mark.parametrize("name", ["robot", "ROBOT", "r0bot", "röbot"])
def test_a_person_is_never_given_the_name_of_an_applications_user(daemon: Identity, name: str) -> None:
    user = provision(person(oid=OTHER, preferred_username=name))
    assert user.get_username().startswith(f"{OTHER[:8]}.")
    with pytest.raises(AccountMissing):
        provision(daemon)


def test_a_name_that_is_near_that_of_an_applications_user_is_given(daemon: Identity) -> None:
    assert provision(person(oid=OTHER, preferred_username="robots")).get_username() == "robots"


def test_a_person_with_the_name_is_not_the_applications_user(daemon: Identity) -> None:
    """The person may have been renamed, or had the name before ``APPLICATIONS``."""
    user = provision(person(oid=OTHER))
    User.objects.update(username="robot")
    with pytest.raises(AccountMissing, match="without an Entra account"):
        provision(daemon)
    user.entra_accounts.all().delete()
    assert provision(daemon) == user


def test_an_application_costs_one_query(daemon: Identity, django_assert_num_queries: Callable[[int], Any]) -> None:
    User.objects.create_user("robot")
    with django_assert_num_queries(1):
        provision(daemon)


def test_a_deactivated_user_keeps_its_application_out(daemon: Identity) -> None:
    User.objects.create_user("robot", is_active=False)
    with pytest.raises(UserDisabled):
        provision(daemon)
