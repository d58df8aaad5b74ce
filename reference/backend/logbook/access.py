"""Rights of the caller: one permission model for Entra and password users."""

from dataclasses import dataclass
from enum import StrEnum

from accounts.signed_in import SignInMethod, identity_of, sign_in_method
from django.contrib.auth.models import User
from django.http import HttpRequest

from logbook.models import Entry
from logbook.refusals import Forbidden


class Right(StrEnum):
    READ = "read"
    WRITE = "write"
    MANAGE = "manage"


RIGHTS_OF_ROLE = {
    "Reader": frozenset({Right.READ}),
    "Writer": frozenset({Right.READ, Right.WRITE}),
    "Admin": frozenset({Right.READ, Right.WRITE, Right.MANAGE}),
}
"""Each role is a Django group. Entra gives it through ``ENTRANCE["ACCESS"]``, an administrator by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A signed-in user with their roles in Logbook."""

    user: User
    signed_in_with: SignInMethod
    full_name: str
    roles: frozenset[str]

    def has(self, right: Right) -> bool:
        return any(right in RIGHTS_OF_ROLE[role] for role in self.roles)

    def require(self, right: Right) -> None:
        """Raise Forbidden unless one of the roles gives the right."""
        if not self.has(right):
            raise Forbidden(f"Your roles do not allow you to {right} here.")

    def may_edit(self, entry: Entry) -> bool:
        """Only the author may edit an entry, administrators included."""
        return self.has(Right.WRITE) and entry.author_id == self.user.pk

    def may_delete(self, entry: Entry) -> bool:
        return self.has(Right.MANAGE)


def caller_of(request: HttpRequest) -> Caller | None:
    """Return the caller, or None: a bearer token, or with ``HAS_DJANGO_SESSION`` a session."""
    method, identity, user = sign_in_method(request), identity_of(request), request.user
    if method is None or not isinstance(user, User):
        return None
    return Caller(
        user=user,
        signed_in_with=method,
        full_name=user.get_full_name() or (identity.name if identity else "") or user.username,
        roles=frozenset(user.groups.values_list("name", flat=True)) & RIGHTS_OF_ROLE.keys(),
    )
