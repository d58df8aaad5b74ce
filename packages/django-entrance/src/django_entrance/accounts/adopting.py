"""Adopts an existing user at a person's first sign-in, by rules that the settings write out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import router

from django_entrance.accounts.addresses import EDOV
from django_entrance.accounts.conflicts import existing_users
from django_entrance.conf.loading import current_settings
from django_entrance.models import ExpectedPerson
from django_entrance.verification.identity import Identity, first_text

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User


def expected_user(identity: Identity) -> User | None:
    """Return the user that an administrator has named for this person, by user principal name."""
    name = principal_name(identity)
    if name is None or has_several_tenants(identity):
        return None
    alias = router.db_for_write(ExpectedPerson)
    expected = ExpectedPerson.objects.using(alias).filter(tenant_id=identity.tenant_id, username=name)
    return next((each.user for each in expected.select_related("user")), None)


def forget_expected(identity: Identity) -> None:
    """Remove what an administrator had noted for this person, who has come."""
    name = principal_name(identity)
    if name is not None:
        alias = router.db_for_write(ExpectedPerson)
        ExpectedPerson.objects.using(alias).filter(tenant_id=identity.tenant_id, username=name).delete()


def adoptable_user(identity: Identity) -> User | None:
    """Return the one existing user that ``ADOPT_DOMAINS`` lets this person be, or None.

    The person is a member of the one configured tenant, with a ``upn`` (or an ``email`` that Entra has verified,
    ``xms_edov``) in one of the domains. The user is active, has no Entra account, and is staff only with
    ``ADOPT_STAFF``. Where two users fit, neither is taken.
    """
    settings = current_settings()
    name = principal_name(identity) or verified_email(identity)
    if name is None or identity.is_guest or has_several_tenants(identity):
        return None
    if name.rpartition("@")[2] not in settings.ADOPT_DOMAINS:
        return None
    found = [user for user in existing_users(identity)[:2] if name in names_of(user)]
    if len(found) != 1 or not found[0].is_active:
        return None
    return found[0] if settings.ADOPT_STAFF or not is_staff(found[0]) else None


def principal_name(identity: Identity) -> str | None:
    """Return the ``upn`` of a member, in lower case. Guests' names are made by the directory."""
    name = None if identity.is_guest else first_text(identity.claims, ["upn"])
    return None if name is None else name.lower()


def verified_email(identity: Identity) -> str | None:
    email = first_text(identity.claims, ["email"])
    return email.lower() if email and identity.claims.all.get(EDOV) in (True, "1", "true", "True") else None


def names_of(user: User) -> set[str]:
    """Return the user name and the e-mail address of a user, in lower case."""
    return {str(name).lower() for name in (user.get_username(), getattr(user, user.get_email_field_name(), ""))}


def is_staff(user: User) -> bool:
    return getattr(user, "is_staff", False) or getattr(user, "is_superuser", False)


def has_several_tenants(identity: Identity) -> bool:
    return current_settings().AUTHORITIES[identity.authority].has_several_tenants
