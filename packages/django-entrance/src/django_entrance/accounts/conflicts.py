"""Finds the existing users that a new person may be: same user name or e-mail address, and no Entra account yet."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db.models import CharField, Q, QuerySet, TextField

from django_entrance.accounts.addresses import SIGN_IN_NAMES, first_own_address, home_name, vouched_address
from django_entrance.accounts.application_users import application_names
from django_entrance.accounts.free_usernames import users
from django_entrance.conf.loading import current_settings
from django_entrance.verification.identity import Identity

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User


def existing_users(identity: Identity) -> QuerySet[User]:
    """Return the users without an Entra account whose user name or e-mail address is this person's.

    Names are compared as the database does, in any case, and in every compatibility form of Unicode. Users who are
    linked to another identity are other people; users of ``APPLICATIONS`` are no people.
    """
    user_model = get_user_model()
    names = own_names(identity)
    rows: Any = users(user_model._meta.get_field(user_model.USERNAME_FIELD))
    if not names:
        return rows.none()
    same = Q()
    for field in name_fields():
        for name in names:
            same |= Q(**{f"{field.name}__iexact": name})
    applications = {f"{user_model.USERNAME_FIELD}__in": application_names()}
    return rows.filter(same, entra_accounts__isnull=True).exclude(**applications)


def name_fields() -> list[Any]:
    """Return the fields of the user model that name a person: the user name, ``username`` beside it, and the e-mail."""
    user_model = get_user_model()
    names = dict.fromkeys((user_model.USERNAME_FIELD, "username", user_model.get_email_field_name()))
    fields = {field.name: field for field in user_model._meta.concrete_fields}
    return [fields[name] for name in names if isinstance(fields.get(name), CharField | TextField)]


def own_names(identity: Identity) -> set[str]:
    """Return the names and addresses that the tenant vouches for.

    Of an authority of several tenants that is a verified address alone: with a tenant of their own, people could
    otherwise ask for any name, and learn who has an account here.
    """
    if current_settings().AUTHORITIES[identity.authority].has_several_tenants:
        return comparable_names({vouched_address(identity, has_several_tenants=True)})
    addresses = {first_own_address(identity, [claim]) for claim in (*SIGN_IN_NAMES, "email")}
    return comparable_names({identity.username, home_name(identity.username), *addresses})


def comparable_names(names: set[str | None]) -> set[str]:
    """Return names without what people do not see: compatibility forms of Unicode, and dots that end a domain."""
    return {unicodedata.normalize("NFKC", name).rstrip(".").strip() for name in names if name} - {""}
