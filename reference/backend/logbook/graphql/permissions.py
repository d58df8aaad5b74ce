"""Asks `access` on behalf of the schema's fields."""

from typing import Any, ClassVar

from django_entrance.contrib.strawberry import IsSignedIn
from strawberry.permission import BasePermission

from logbook.access import Caller, Right
from logbook.graphql.context import Info
from logbook.graphql.errors import forbidden


class RightPermission(BasePermission):
    right: ClassVar[Right]

    def has_permission(self, source: Any, info: Info, **kwargs: Any) -> bool:
        if not signed_in(info).has(self.right):
            raise forbidden(f"Your roles do not allow you to {self.right} here.")
        return True


def needs(right: Right) -> list[type[BasePermission]]:
    """Return the permission classes of a field: somebody is signed in, and has the right."""
    return [IsSignedIn, type(f"Needs{right.title()}", (RightPermission,), {"right": right})]


def signed_in(info: Info) -> Caller:
    """Return the caller of a field that `needs` something."""
    caller = info.context.caller
    assert caller is not None, "the field lets anonymous callers in"
    return caller
