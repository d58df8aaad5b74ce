"""Adopts an existing user at a person's first sign-in, by rules that the settings write out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import router
from django.db.models import Q
from django.utils import timezone

from django_entrance.accounts.addresses import EDOV, first_own_address
from django_entrance.accounts.conflicts import email_field, has_several_tenants, users_named
from django_entrance.conf.loading import current_settings
from django_entrance.models import ExpectedPerson
from django_entrance.verification.identity import Identity

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User

UPN_NEEDED = "the optional claim upn, by which ADOPT_DOMAINS and expected people are found"


def expected_user(identity: Identity) -> User | None:
    """Return the user that an administrator has named for this person, by user principal name.

    A user who has a Microsoft account by now is expected no longer.
    """
    name = principal_name(identity)
    if name is None or has_several_tenants(identity):
        return None
    rows = ExpectedPerson.objects.using(router.db_for_write(ExpectedPerson)).select_related("user")
    unlinked = rows.filter(is_open(), user__entra_accounts=None)
    found = unlinked.filter(tenant_id=identity.tenant_id, username=name).first()
    if found is not None and is_staff(found.user) and not found.may_be_staff:
        return None
    return None if found is None else found.user


def forget_name(identity: Identity) -> None:
    """Expect a person no longer who has come as another user: the name may be given to another person later."""
    if (name := principal_name(identity)) is not None:
        rows = ExpectedPerson.objects.using(router.db_for_write(ExpectedPerson))
        rows.filter(tenant_id=identity.tenant_id, username=name).delete()


def adoptable_user(identity: Identity) -> User | None:
    """Return the one existing user that ``ADOPT_DOMAINS`` lets this person be, or None.

    The person is a member of the one configured tenant, with a ``upn`` (or an ``email`` that Entra has verified,
    ``xms_edov``) in one of the domains.
    """
    domains = current_settings().ADOPT_DOMAINS
    if not domains or identity.is_guest or has_several_tenants(identity):
        return None
    name = principal_name(identity) or verified_email(identity)
    if name is None or not lies_in(name, domains):
        return None
    fitting = [
        user
        for user in users_named([name]).select_related("entra_disconnected").prefetch_related("entra_accounts")
        if name in names_of(user)
    ]
    return None if why_not(fitting) else unlinked(fitting)[0]


def needed_claim(identity: Identity) -> str:
    """Return which claim a member's token lacks for the rules that find an existing user, or an empty text."""
    if identity.is_guest or has_several_tenants(identity) or identity.claims.all.get("upn"):
        return ""
    has_domains = current_settings().ADOPT_DOMAINS and verified_email(identity) is None
    return UPN_NEEDED if has_domains or expects_people(identity.tenant_id) else ""


def expects_people(tenant_id: str) -> bool:
    """Return whether an administrator has named a person of the tenant who has not come yet."""
    rows = ExpectedPerson.objects.using(router.db_for_write(ExpectedPerson))
    return rows.filter(is_open(), tenant_id=tenant_id).exists()


def is_open() -> Q:
    return Q(ends_at=None) | Q(ends_at__gt=timezone.now())


def why_not(fitting: Iterable[User]) -> str:
    """Return why none of the users with a person's name is adopted, or an empty text where one is.

    The user is the only one without an Entra account, never had one, is active, and is staff only with ``ADOPT_STAFF``.
    """
    found, free = list(fitting), unlinked(fitting)
    if not free:
        return "the user has another Microsoft account" if found else "no user has this name"
    if len(free) > 1:
        return f"{len(free)} users have this name"
    if not free[0].is_active:
        return "the user is deactivated"
    if hasattr(free[0], "entra_disconnected"):
        return "the user had a Microsoft account before, which was disconnected"
    if is_staff(free[0]) and not current_settings().ADOPT_STAFF:
        return "the user is staff, and ADOPT_STAFF is not written"
    return ""


def unlinked(users: Iterable[User]) -> list[User]:
    return [user for user in users if not user.entra_accounts.all()]


def lies_in(name: str, domains: Iterable[str]) -> bool:
    local, at, domain = name.rpartition("@")
    return bool(local and at) and domain in domains


def principal_name(identity: Identity) -> str | None:
    """Return the ``upn`` of a member, in lower case. Guests' names are made by the directory.

    A name with invisible signs, which are dropped elsewhere, is another name.
    """
    name = None if identity.is_guest else first_own_address(identity, ["upn"])
    return None if name is None or name != identity.claims.all["upn"] else plain_lower(name)


def verified_email(identity: Identity) -> str | None:
    """Return the ``email`` in lower case, if Entra says that its domain's owner has verified it."""
    email = first_own_address(identity, ["email"])
    return plain_lower(email) if email and identity.claims.all.get(EDOV) in (True, "1", "true", "True") else None


def plain_lower(name: str) -> str | None:
    """Return a name in lower case, or None if it is not ASCII: other letters may become those of another name.

    Entra allows ASCII alone in user principal names.
    """
    return name.lower() if name.isascii() else None


def names_of(user: Any) -> set[str]:
    """Return the user name and the e-mail address of a user, in lower case, as far as they are ASCII."""
    written = (str(name) for name in (user.get_username(), getattr(user, email_field(), "")) if name)
    return {name.lower() for name in written if name.isascii()}


def is_staff(user: Any) -> bool:
    """Return whether a user has more rights than others, by Django's own flags."""
    return bool(getattr(user, "is_staff", False) or getattr(user, "is_superuser", False))
