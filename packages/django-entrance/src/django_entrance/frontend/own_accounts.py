"""Lists the Microsoft accounts of a user, and finds the one that the user chose."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from django.http import HttpRequest

from django_entrance.accounts.linking import accounts_of
from django_entrance.models import EntraAccount
from django_entrance.verification.identity import Identity

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User

ACCOUNT_ID = re.compile("[0-9]{1,18}")


class OwnAccount(NamedTuple):
    """An account of the user, and its user name, which only a session or token of the account tells."""

    row: EntraAccount
    name: str

    def as_json(self) -> dict[str, Any]:
        row = self.row
        ids = {"tenant_id": str(row.tenant_id), "object_id": str(row.object_id)}
        return {"id": row.pk, **ids, "connected_at": row.created_at.isoformat()}


def list_accounts(request: HttpRequest, user: User) -> list[OwnAccount]:
    return [OwnAccount(each, name_of(each, request)) for each in accounts_of(user).order_by("pk")]


def name_of(account: EntraAccount, request: HttpRequest) -> str:
    """Return the user name of the account that the request came with. No other is kept, since names change."""
    identity: Identity | None = getattr(request, "entra", None)
    ids = (str(account.tenant_id), str(account.object_id))
    return identity.username if identity is not None and (identity.tenant_id, identity.object_id) == ids else ""


def own_account(user: User, key: str) -> EntraAccount | None:
    return accounts_of(user).filter(pk=int(key)).first() if ACCOUNT_ID.fullmatch(key) else None
