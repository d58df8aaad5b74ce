"""Links an identity to an existing user, and ends that again, under a lock on the user's row."""

from __future__ import annotations

from copy import copy
from functools import partial
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import IntegrityError, models, router, transaction

from django_entrance.accounts.application_users import is_reserved
from django_entrance.accounts.user_rows import unchanged, user_row
from django_entrance.accounts.ways_in import has_password, lets_in_tenant
from django_entrance.models import DisconnectedUser, EntraAccount, ExpectedPerson
from django_entrance.signals import connected, disconnected
from django_entrance.verification.errors import (
    AccountExists,
    AlreadyConnected,
    LastWayIn,
    UserDisabled,
    UserNotCreatable,
)
from django_entrance.verification.identity import Identity

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User


def link_user(
    user: User,
    tenant_id: str,
    object_id: str,
    *,
    how: str = "connected",
    door: str = "",
    as_first: bool = False,
    identity: Identity | None = None,
) -> EntraAccount:
    """Make an identity the user's own, and tell ``connected`` after commit if it was not. ``as_first`` wants no other.

    ``identity`` is the token's that asked for it, if one did.

    Raises:
        UserNotCreatable: the user is one of ``APPLICATIONS``, and so never a person's.
        AlreadyConnected: the identity belongs to another user. Nothing is changed.
        AccountExists: ``as_first``, and another identity was quicker.
        UserDisabled: the user was deactivated or deleted meanwhile.
    """
    if is_reserved(user.get_username()):
        raise UserNotCreatable(expected="a user that is not one of APPLICATIONS")
    people = router.db_for_write(get_user_model())
    with transaction.atomic(using=people):
        locked = lock_user(user, people)
        if not locked.is_active:
            raise UserDisabled()
        account, is_new = make_account(locked, tenant_id, object_id)
        if account.user_id != user.pk:
            raise AlreadyConnected()
        if as_first and accounts_of(locked).exclude(pk=account.pk).exists():
            raise AccountExists(expected="a user that no other identity belongs to")
        forget_expected(locked)
        if is_new:
            told = {"user": user, "account": account, "how": how, "door": door, "identity": identity}
            send = partial(connected.send, sender=type(user), **told)
            transaction.on_commit(send, using=people)
    return account


def unlink_user(user: User, account: EntraAccount, *, door: str = "", may_lock_out: bool = False) -> None:
    """Delete an account of the user with the rights that it gave, and tell ``disconnected`` after commit.

    ``may_lock_out`` is for administrators: it deletes the last way in as well.

    Raises:
        LastWayIn: the user has no password and no other Microsoft account.
        UserDisabled: the user was deleted meanwhile.
    """
    people = router.db_for_write(get_user_model())
    gone = copy(account)  # which keeps its key
    with transaction.atomic(using=people):
        user_row(user.pk, people).update(**unchanged())
        if not may_lock_out:
            refuse_last_way_in(lock_user(user, people), account)
        account.delete()
        send = partial(disconnected.send, sender=type(user), user=user, account=gone, door=door)
        transaction.on_commit(send, using=people)


def forget_expected(user: User) -> None:
    """Remove the names under which the user was expected: a name may be given to another person later."""
    ExpectedPerson.objects.using(router.db_for_write(ExpectedPerson)).filter(user=user.pk).delete()


def note_disconnected(*, instance: EntraAccount, using: str, origin: object = None, **_: object) -> None:
    """Receive ``pre_delete`` of an account: remember its user, unless the user is what is deleted, or is gone.

    Names under which the user was expected since end, too.
    """
    is_account = getattr(origin, "model", type(origin)) is EntraAccount
    if is_account and (user := user_row(instance.user_id, using).first()) is not None:
        DisconnectedUser.objects.using(using).get_or_create(user_id=user.pk)
        forget_expected(user)


def refuse_last_way_in(user: User, account: EntraAccount) -> None:
    others = accounts_of(user).exclude(pk=account.pk).values_list("tenant_id", flat=True)
    if not has_password(user) and not any(map(lets_in_tenant, others)):
        raise LastWayIn()


def lock_user(user: User, alias: str) -> User:
    locked = get_user_model()._default_manager.using(alias).select_for_update().filter(pk=user.pk).first()
    if locked is None:
        raise UserDisabled()
    return locked


def accounts_of(user: User) -> models.QuerySet[EntraAccount]:
    return EntraAccount.objects.using(router.db_for_write(EntraAccount)).filter(user_id=user.pk)


def make_account(user: User, tenant_id: str, object_id: str) -> tuple[EntraAccount, bool]:
    """Return the account of the identity, and whether it is a new one of this user or was there."""
    alias = router.db_for_write(EntraAccount)
    ids = {"tenant_id": tenant_id, "object_id": object_id}
    try:
        with transaction.atomic(using=alias):
            return EntraAccount.objects.using(alias).create(user=user, **ids), True
    except IntegrityError:
        return EntraAccount.objects.using(alias).get(**ids), False
