"""Decides who may do what: the one permission model for Entra people and password people."""

from dataclasses import dataclass
from enum import StrEnum

from accounts.signed_in import SignInMethod, identity_of, sign_in_method
from django.contrib.auth.models import User
from django.http import HttpRequest

from logbook.models import Entry


class Right(StrEnum):
    READ = "read"
    WRITE = "write"
    MANAGE = "manage"


RIGHTS_OF_ROLE = {
    "Reader": frozenset({Right.READ}),
    "Writer": frozenset({Right.READ, Right.WRITE}),
    "Admin": frozenset({Right.READ, Right.WRITE, Right.MANAGE}),
}
"""Roles have the same names as Entra app roles and as Django groups."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody who is signed in, with the roles that Logbook knows."""

    user: User
    signed_in_with: SignInMethod
    full_name: str
    roles: frozenset[str]

    def has(self, right: Right) -> bool:
        return any(right in RIGHTS_OF_ROLE[role] for role in self.roles)

    def may_edit(self, entry: Entry) -> bool:
        """Writers edit what is their own, administrators too: nobody puts words into another's mouth."""
        return self.has(Right.WRITE) and entry.author_id == self.user.pk

    def may_delete(self, entry: Entry) -> bool:
        return self.has(Right.MANAGE)


def caller_of(request: HttpRequest) -> Caller | None:
    """Return who calls, or None for the anonymous. A session cookie names nobody here, only a bearer token does."""
    method, identity, user = sign_in_method(request), identity_of(request), request.user
    if method is None or not isinstance(user, User):
        return None
    granted = identity.app_roles if identity else user.groups.values_list("name", flat=True)
    return Caller(
        user=user,
        signed_in_with=method,
        full_name=user.get_full_name() or (identity.name if identity else "") or user.username,
        roles=frozenset(granted) & RIGHTS_OF_ROLE.keys(),
    )
