"""Permission classes for the fields of the schema."""

from typing import Any, ClassVar

from django.http import HttpRequest
from django_entrance.contrib.strawberry import EntrancePermission, IsSignedIn
from strawberry.permission import BasePermission

from logbook.access import Caller, Right
from logbook.deletion import require_second_proof
from logbook.graphql.context import Info


class RightPermission(BasePermission):
    right: ClassVar[Right]

    def has_permission(self, source: Any, info: Info, **kwargs: Any) -> bool:
        signed_in(info).require(self.right)
        return True


class SecondProof(EntrancePermission):
    """Asked after the role: no one proves anything for a deletion that is not allowed."""

    def require(self, request: HttpRequest) -> None:
        require_second_proof(request)


def needs(right: Right) -> list[type[BasePermission]]:
    """Return the permission classes that require a signed-in caller with the right."""
    return [IsSignedIn, type(f"Needs{right.title()}", (RightPermission,), {"right": right})]


def signed_in(info: Info) -> Caller:
    """Return the caller of a field with `needs` permissions."""
    caller = info.context.caller
    assert caller is not None, "the field lets anonymous callers in"
    return caller
