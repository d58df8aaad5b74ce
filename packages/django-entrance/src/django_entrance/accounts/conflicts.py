"""Finds the existing users that a new person may be: same user name or e-mail address, and no Entra account yet."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import CharField, Q, QuerySet, TextField

from django_entrance.accounts.addresses import SIGN_IN_NAMES, first_own_address, home_name, verified_address
from django_entrance.accounts.application_users import application_names
from django_entrance.accounts.free_usernames import users
from django_entrance.conf.loading import current_settings
from django_entrance.verification.identity import Identity


def existing_users(identity: Identity) -> QuerySet[Any]:
    """Return the users without an Entra account that have this person's name or address.

    Users who are linked to another identity are other people. So are users with a name that only looks the same: the
    new user's name will not look like theirs (``free_usernames``).
    """
    return users_named(own_names(identity)).filter(entra_accounts__isnull=True)


def users_named(names: Iterable[str]) -> QuerySet[Any]:
    """Return the users with one of the names as user name or e-mail address.

    Names are compared as the database does, in any case; a dot may end a domain.
    """
    same = Q(pk__in=())
    for field in name_fields():
        for name in names:
            same |= Q(**{f"{field.name}__iexact": name}) | Q(**{f"{field.name}__iexact": f"{name}."})
    return people().filter(same)


def people() -> QuerySet[Any]:
    """Return all users but those of ``APPLICATIONS``."""
    user_model = get_user_model()
    rows: QuerySet[Any] = users(user_model._meta.get_field(user_model.USERNAME_FIELD))
    return rows.exclude(**{f"{user_model.USERNAME_FIELD}__in": application_names()})


def name_fields() -> list[Any]:
    """Return the fields of the user model that name a person: the user name, ``username`` beside it, and the e-mail."""
    user_model = get_user_model()
    names = dict.fromkeys((user_model.USERNAME_FIELD, "username", email_field()))
    fields = {field.name: field for field in user_model._meta.concrete_fields}
    return [fields[name] for name in names if isinstance(fields.get(name), CharField | TextField)]


def email_field() -> str:
    """Return the name of the e-mail field; a user model that is not an ``AbstractBaseUser`` need not name one."""
    return getattr(get_user_model(), "EMAIL_FIELD", "email") or "email"


def own_names(identity: Identity) -> set[str]:
    """Return the names and addresses that the tenant vouches for.

    Of an authority of several tenants that is a verified address alone: with a tenant of their own, people could
    otherwise ask for any name, and learn who has an account here.
    """
    if has_several_tenants(identity):
        return comparable_names({verified_address(identity, has_several_tenants=True)})
    addresses = {first_own_address(identity, [claim]) for claim in (*SIGN_IN_NAMES, "email")}
    return comparable_names({identity.username, home_name(identity.username), *addresses})


def has_several_tenants(identity: Identity) -> bool:
    """Return whether the authority lets in several tenants; one that the settings do not name counts as such."""
    authority = current_settings().AUTHORITIES.get(identity.authority)
    return authority is None or authority.has_several_tenants


def comparable_names(names: Iterable[str | None]) -> set[str]:
    """Return names without what people do not see: compatibility forms, invisible signs, dots that end a domain."""
    return {comparable_name(name) for name in names if name} - {""}


def comparable_name(name: str) -> str:
    seen = "".join(each for each in name if unicodedata.category(each) not in ("Cf", "Cc"))
    return unicodedata.normalize("NFKC", seen).strip().rstrip(".")
