"""Django groups that ACCESS names are made by migrate, and a check names those that are missing."""

import sys
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection
from django_entrance.accounts.django_groups import make_missing_groups, missing_groups
from django_entrance.accounts.provisioning import provision
from django_entrance.checks import check_groups
from identities import person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def access(settings: Any) -> None:
    grants = {"Editor": {"groups": ["editors"]}, "Admin": {"groups": ["editors", "admins"], "is_staff": True}}
    settings.ENTRANCE = settings.ENTRANCE | {"ACCESS": {"app_roles": grants}}


def names() -> list[str]:
    return list(Group.objects.order_by("name").values_list("name", flat=True))


def test_migrate_makes_what_is_missing_and_nothing_else() -> None:
    kept = Group.objects.create(name="editors")
    for _ in range(2):
        call_command("migrate", verbosity=0)
        assert names() == ["admins", "editors"]
    assert Group.objects.get(name="editors") == kept


def test_who_lacked_a_group_has_it_at_the_next_request() -> None:
    user = provision(person(roles=["Editor"]))
    assert not user.groups.exists()
    make_missing_groups(using="default")
    assert [group.name for group in provision(person(roles=["Editor"])).groups.all()] == ["editors"]


class PeopleElsewhere:
    def db_for_write(self, model: Any, **hints: Any) -> str:
        return "people"

    db_for_read = db_for_write


class NoGroupsHere:
    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return app_label != "auth"


@pytest.mark.parametrize("router", [PeopleElsewhere, NoGroupsHere])
def test_groups_are_made_only_where_people_are(settings: Any, router: type) -> None:
    settings.DATABASE_ROUTERS = [router()]
    make_missing_groups(using="default")
    settings.DATABASE_ROUTERS = []
    assert names() == []


def test_wrong_settings_make_no_groups(settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"LEEWAY": 900}
    make_missing_groups(using="default")
    assert names() == []


def test_before_the_tables_nothing_is_made_or_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Group._meta, "db_table", "not_there_yet")
    make_missing_groups(using="default")
    assert missing_groups() == []
    monkeypatch.undo()
    assert names() == []
    assert connection.is_usable()


def test_missing_groups_are_named_by_a_check() -> None:
    Group.objects.create(name="editors")
    (found,) = check_groups(None, databases=["default"])
    assert (found.id, found.msg) == ("entrance.W008", "ENTRANCE['ACCESS'] gives 'admins', which is no Django group.")
    assert "manage.py migrate makes it" in str(found.hint)
    Group.objects.create(name="admins")
    assert check_groups(None, databases=["default"]) == []


def test_migrate_is_not_told_what_it_is_about_to_make(monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_groups(None, databases=["default"]) != []
    monkeypatch.setattr(sys, "argv", ["manage.py", "migrate"])
    assert check_groups(None, databases=["default"]) == []
    monkeypatch.setattr(sys, "argv", ["manage.py", "check", "--database", "default"])
    assert check_groups(None, databases=["default"]) != []


def test_the_check_asks_no_database_that_it_may_not_ask(settings: Any) -> None:
    assert check_groups(None) == check_groups(None, databases=["people"]) == []
    settings.ENTRANCE = settings.ENTRANCE | {"LEEWAY": 900}
    assert check_groups(None, databases=["default"]) == []
