"""Linking and unlinking where the user is gone, and what it changes of nothing else."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django_entrance.accounts.linking import link_user, unlink_user
from django_entrance.models import DisconnectedUser, EntraAccount, ExpectedPerson
from django_entrance.signals import connected, disconnected
from django_entrance.verification.errors import (
    AccountExists,
    AlreadyConnected,
    LastWayIn,
    UserDisabled,
    UserNotCreatable,
)
from scripted import ADA, SPA, TENANT

pytestmark = pytest.mark.django_db


@pytest.fixture
def grace() -> User:
    return User.objects.create_user("grace", password="pw")


def test_a_user_may_have_several_identities_but_not_as_the_first(grace: User) -> None:
    first = link_user(grace, TENANT, ADA, as_first=True)
    assert link_user(grace, TENANT, ADA, as_first=True) == first
    with pytest.raises(AccountExists):
        link_user(grace, TENANT, SPA, as_first=True)
    assert EntraAccount.objects.get() == first
    assert link_user(grace, TENANT, SPA) != first


def test_an_identity_has_one_user(grace: User) -> None:
    first = link_user(grace, TENANT, ADA)
    with pytest.raises(AlreadyConnected):
        link_user(User.objects.create_user("other"), TENANT, ADA)
    assert EntraAccount.objects.get() == first


@pytest.mark.django_db(transaction=True)
def test_only_a_new_account_is_told(grace: User) -> None:
    heard: list[str] = []

    def hear(*, how: str, **_: Any) -> None:
        heard.append(how)

    connected.connect(hear)
    for how in ("adopted", "connected"):
        link_user(grace, TENANT, ADA, how=how)
    connected.disconnect(hear)
    assert heard == ["adopted"]


@pytest.mark.django_db(transaction=True)
def test_it_is_told_after_the_commit_or_not_at_all(grace: User) -> None:
    heard: list[str] = []

    def hear(*, account: EntraAccount, how: str = "disconnected", door: str, **_: Any) -> None:
        assert account.pk is not None
        assert EntraAccount.objects.filter(pk=account.pk).exists() is (how == "connected")
        heard.append(f"{how} {door}")

    connected.connect(hear)
    disconnected.connect(hear)
    with transaction.atomic():
        unlink_user(grace, link_user(grace, TENANT, ADA))
        transaction.set_rollback(True)
    assert heard == []
    account = link_user(grace, TENANT, ADA, door="admin")
    unlink_user(grace, account, door="admin")
    connected.disconnect(hear)
    disconnected.disconnect(hear)
    assert heard == ["connected admin", "disconnected admin"]


def test_a_user_of_applications_is_no_persons(grace: User, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"APPLICATIONS": {SPA: "Grace"}}
    with pytest.raises(UserNotCreatable, match="not one of APPLICATIONS"):
        link_user(grace, TENANT, ADA)
    assert not EntraAccount.objects.exists()
    link_user(User.objects.create_user("other"), TENANT, ADA)
    assert EntraAccount.objects.exists()


def test_an_administrator_may_take_the_last_way_in(grace: User) -> None:
    account = link_user(grace, TENANT, ADA)
    grace.set_unusable_password()
    grace.save()
    unlink_user(grace, account, may_lock_out=True)
    assert not EntraAccount.objects.exists()


def test_a_deleted_user_is_neither_linked_nor_unlinked(grace: User) -> None:
    account = link_user(grace, TENANT, ADA)
    User.objects.filter(pk=grace.pk).delete()
    with pytest.raises(UserDisabled):
        link_user(grace, TENANT, SPA)
    with pytest.raises(UserDisabled):
        unlink_user(grace, account)
    assert not EntraAccount.objects.exists()


def test_a_refused_unlinking_leaves_the_account(grace: User) -> None:
    account = link_user(grace, TENANT, ADA)
    grace.set_unusable_password()
    grace.save()
    with pytest.raises(LastWayIn):
        unlink_user(grace, account)
    assert EntraAccount.objects.filter(tenant_id=TENANT, object_id=ADA, user=grace).exists()


def test_who_was_disconnected_is_remembered(grace: User) -> None:
    unlink_user(grace, link_user(grace, TENANT, ADA))
    assert DisconnectedUser.objects.get().user == grace
    assert str(DisconnectedUser.objects.get()) == str(grace.pk)


def test_who_is_disconnected_is_expected_no_longer(grace: User) -> None:
    account = link_user(grace, TENANT, ADA)
    other = User.objects.create_user("other")
    for user in (grace, other):
        ExpectedPerson.objects.create(tenant_id=TENANT, username=f"{user.username}@contoso.example", user=user)
    unlink_user(grace, account)
    assert ExpectedPerson.objects.get().user == other


def test_who_is_deleted_is_not(grace: User) -> None:
    link_user(grace, TENANT, ADA)
    grace.delete()
    assert not DisconnectedUser.objects.exists()
    assert not EntraAccount.objects.exists()
