"""Links an identity to an existing user, once, under a lock on the user's row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import IntegrityError, router, transaction

from django_entrance.models import EntraAccount
from django_entrance.verification.errors import AlreadyConnected, UserDisabled

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User


def link_user(user: User, tenant_id: str, object_id: str) -> EntraAccount:
    """Make an identity the user's own.

    Raises:
        AlreadyConnected: the identity belongs to another user. Nothing is changed.
        UserDisabled: the user was deactivated or deleted meanwhile.
    """
    people = router.db_for_write(get_user_model())
    with transaction.atomic(using=people):
        locked = get_user_model()._default_manager.using(people).select_for_update().filter(pk=user.pk).first()
        if locked is None or not locked.is_active:
            raise UserDisabled()
        account = make_account(locked, tenant_id, object_id)
    if account.user_id != user.pk:
        raise AlreadyConnected()
    return account


def make_account(user: User, tenant_id: str, object_id: str) -> EntraAccount:
    """Return the account of the identity: a new one of this user, or the one that another request has made."""
    alias = router.db_for_write(EntraAccount)
    ids = {"tenant_id": tenant_id, "object_id": object_id}
    try:
        with transaction.atomic(using=alias):
            return EntraAccount.objects.using(alias).create(user=user, **ids)
    except IntegrityError:
        return EntraAccount.objects.using(alias).get(**ids)
