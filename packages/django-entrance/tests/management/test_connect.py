"""``manage.py entrance connect USER OBJECT_ID``."""

from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django_entrance.accounts.linking import link_user
from django_entrance.models import EntraAccount
from django_entrance.signals import connected
from scripted import ADA, OTHER_TENANT, SPA, TENANT

pytestmark = pytest.mark.django_db

TWO: dict[str, dict[str, str]] = {"a": {}, "b": {"TENANT_ID": OTHER_TENANT}}
SEVERAL = {"TENANT_ID": "organizations", "ALLOWED_TENANTS": "*"}


def connect(*arguments: str) -> str:
    said = StringIO()
    call_command("entrance", "connect", *arguments, stdout=said)
    return said.getvalue()


@pytest.fixture(autouse=True)
def grace() -> User:
    return User.objects.create_user("grace", is_staff=True)


@pytest.mark.django_db(transaction=True)
def test_a_user_is_connected_staff_or_not(grace: User) -> None:
    heard: list[str] = []

    def hear(*, how: str, **_: Any) -> None:
        heard.append(how)

    connected.connect(hear)
    assert connect("grace", ADA.upper()) == f"grace is connected with {ADA} in {TENANT}.\n"
    connected.disconnect(hear)
    assert heard == ["connected"]
    assert grace.entra_accounts.get() == EntraAccount.objects.get()
    assert connect("grace", ADA), "once more changes nothing"
    assert EntraAccount.objects.count() == 1


@pytest.mark.parametrize("settings_of_tenant", [SEVERAL, {"TENANT_ID": TENANT}, {"AUTHORITIES": TWO}])
def test_the_tenant_can_be_named(settings: Any, settings_of_tenant: dict[str, Any]) -> None:
    settings.ENTRANCE = settings.ENTRANCE | settings_of_tenant
    assert (
        connect("grace", ADA, "--tenant", OTHER_TENANT.upper()) == f"grace is connected with {ADA} in {OTHER_TENANT}.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "changes", "told"),
    [
        (["nobody", ADA], {}, "There is no user 'nobody'."),
        (["grace", "ada"], {}, "'ada' is no object id: expected a GUID."),
        (["grace", ADA, "--tenant", "contoso"], {}, "'contoso' is no tenant id: expected a GUID."),
        (["grace", ADA], {"APPLICATIONS": {SPA: "grace"}}, "'grace' is a user of APPLICATIONS, and so not a person's."),
        (["grace", ADA], SEVERAL, "name it with --tenant"),
        (["grace", ADA], {"AUTHORITIES": TWO}, "name the tenant with --tenant"),
    ],
    ids=str,
)
def test_what_does_not_name_two_is_refused(settings: Any, arguments: Any, changes: Any, told: str) -> None:
    settings.ENTRANCE = settings.ENTRANCE | changes
    with pytest.raises(CommandError, match=told):
        connect(*arguments)
    assert not EntraAccount.objects.exists()


def test_the_identity_of_another_user_stays_that_users() -> None:
    other = User.objects.create_user("other")
    link_user(other, TENANT, ADA)
    with pytest.raises(CommandError, match="is connected to another user, 'other'"):
        connect("grace", ADA)
    assert EntraAccount.objects.get().user == other


def test_a_deactivated_user_is_not_connected() -> None:
    User.objects.update(is_active=False)
    with pytest.raises(CommandError, match="deactivated"):
        connect("grace", ADA)
    assert not EntraAccount.objects.exists()
