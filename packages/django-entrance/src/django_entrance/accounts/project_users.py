"""Lets the project's own function of ``PROVISIONING`` choose or create the user of a new person, and links it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import DatabaseError, router, transaction
from django.utils.module_loading import import_string

from django_entrance.accounts.application_users import is_reserved
from django_entrance.accounts.linked_users import find_known_user
from django_entrance.accounts.user_fields import is_refusal, update_user
from django_entrance.models import EntraAccount
from django_entrance.signals import person_created
from django_entrance.verification.errors import AccountMissing, ProvisioningRefused, UserDisabled, UserNotCreatable
from django_entrance.verification.identity import Identity

if TYPE_CHECKING:  # stands for the project's user model
    from django.contrib.auth.models import User


class Provisioner(Protocol):
    """A function for ``PROVISIONING``: returns the user of a new person, saved, or None to refuse the person.

    It runs in a transaction, for a person without an account only, and never twice for one who got a user. It may call
    ``create_user``, and raise any ``ProvisioningRefused``. We link the user, then write the mapped claims.
    """

    def __call__(self, identity: Identity, /) -> Any:
        """Return a saved instance of the user model, or None."""


def user_of_project(identity: Identity, path: str) -> User:
    """Return the user that the project's function returns. Concurrent first requests all get the same user.

    Raises:
        AccountMissing: the function returned None.
        UserNotCreatable: the database or the user model refused a row of the function.
        UserDisabled: the user is deactivated or hidden.
        ImproperlyConfigured: the function returned something other than a saved user or None.
    """
    is_known = False
    try:
        with transaction.atomic(using=router.db_for_write(get_user_model())):
            is_known = is_linked(identity) or link_returned(identity, path)
    except ProvisioningRefused:
        if find_known_user(identity) is None:
            raise
        is_known = True
    except (ValidationError, DatabaseError) as conflict:
        if not is_refusal(conflict):
            raise
        if find_known_user(identity) is None:
            raise UserNotCreatable(expected="a user that the database accepts") from conflict
        is_known = True
    if not is_known:
        raise AccountMissing(expected="a person that the function of PROVISIONING admits")
    user = find_known_user(identity)
    if user is None:  # the account was deleted at this moment
        raise UserDisabled()
    return update_user(user, identity)


def is_linked(identity: Identity) -> bool:
    """Return whether another request has linked the person meanwhile.

    It is an update without a change, since SQLite lets a transaction that begins with a read fail at its first write.
    """
    return bool(accounts(identity).update(object_id=identity.object_id))


def accounts(identity: Identity) -> Any:
    alias = router.db_for_write(EntraAccount)
    return EntraAccount.objects.using(alias).filter(tenant_id=identity.tenant_id, object_id=identity.object_id)


def link_returned(identity: Identity, path: str) -> bool:
    """Call the project's function and link its user; return whether there is one."""
    function: Provisioner = import_string(path)
    try:
        user = function(identity)
    except UserDisabled:
        if accounts(identity).exists():  # the user that create_user created waits for approval
            return True
        raise
    if user is None:
        return False
    if not isinstance(user, get_user_model()) or user._state.adding:
        raise ImproperlyConfigured(f"{path} returned no saved user. Return one, or None to refuse the person.")
    linked = accounts(identity).values_list("user_id", flat=True).first()
    if linked is None:
        link_new(user, identity)
    elif linked != user.pk:
        raise ImproperlyConfigured(f"{path} called create_user and returned another user.")
    return True


def link_new(user: User, identity: Identity) -> None:
    """Link a user that ``create_user`` has not linked already. A user of ``APPLICATIONS`` is never a person's."""
    if is_reserved(user.get_username()):
        raise UserNotCreatable(expected="a user that is not one of APPLICATIONS")
    EntraAccount.objects.create(tenant_id=identity.tenant_id, object_id=identity.object_id, user=user)
    tell_created(user, identity, router.db_for_write(type(user)))


def tell_created(user: User, identity: Identity, alias: str) -> None:
    """Send ``person_created`` when the transaction is committed."""
    send = partial(person_created.send, sender=type(user), user=user, identity=identity)
    transaction.on_commit(send, using=alias)
