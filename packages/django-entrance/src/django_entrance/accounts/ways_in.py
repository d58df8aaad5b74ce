"""Finds users that could not sign in any more without some of their Microsoft accounts."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_backends
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import identify_hasher

from django_entrance.conf.loading import current_settings
from django_entrance.conf.options import AuthoritySettings
from django_entrance.models import EntraAccount
from django_entrance.verification.issuers import GUID
from django_entrance.verification.policy import ANY_TENANT

if TYPE_CHECKING:  # stands for the project's user model
    from django.contrib.auth.models import User


def users_without_another_way(accounts: Iterable[EntraAccount]) -> list[User]:
    """Return the users that have no usable password and no account besides these. Two queries."""
    keys = [account.pk for account in accounts]
    users = {each.user_id: each.user for each in EntraAccount.objects.filter(pk__in=keys).select_related("user")}
    passwordless = {key: user for key, user in users.items() if not has_password(user)}
    others = EntraAccount.objects.filter(user__in=passwordless).exclude(pk__in=keys)
    elsewhere = {user for user, tenant in others.values_list("user", "tenant_id") if lets_in_tenant(tenant)}
    return [user for key, user in passwordless.items() if key not in elsewhere]


def lets_in_tenant(tenant_id: object) -> bool:
    """Return whether an authority lets in people of a tenant; one that is configured by its domain may be any."""
    return any(is_of(own, str(tenant_id)) for own in current_settings().AUTHORITIES.values())


def is_of(own: AuthoritySettings, tenant_id: str) -> bool:
    if own.has_several_tenants:
        return ANY_TENANT in own.ALLOWED_TENANTS or tenant_id in own.ALLOWED_TENANTS
    return tenant_id == own.TENANT_ID or not GUID.fullmatch(own.TENANT_ID)


def has_password(user: User) -> bool:
    """Return whether a password can let the user in. Django calls an empty or unreadable one usable, too."""
    try:
        identify_hasher(user.password)
    except ValueError:
        return False
    return user.has_usable_password() and any(map(takes_password, get_backends()))


def takes_password(backend: Any) -> bool:
    """Return whether a backend of ``AUTHENTICATION_BACKENDS`` may let in a user with a password.

    Django's base class takes any credentials, and refuses all.
    """
    if getattr(type(backend), "authenticate", None) is BaseBackend.authenticate:
        return False
    parameters = inspect.signature(backend.authenticate).parameters
    return "password" in parameters or any(each.kind is each.VAR_KEYWORD for each in parameters.values())
