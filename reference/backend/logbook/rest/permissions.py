"""Permission classes for the views."""

from typing import Any, ClassVar

from django_entrance.permissions import require_signed_in
from django_entrance.verification.errors import NotSignedIn
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from logbook.access import Caller, Right, caller_of
from logbook.deletion import require_second_proof


class IsCaller(BasePermission):
    """The caller is signed in, by one of the ways that Logbook knows."""

    def has_permission(self, request: Request, view: Any) -> bool:
        signed_in(request)
        return True


class RightPermission(BasePermission):
    right: ClassVar[Right]

    def has_permission(self, request: Request, view: Any) -> bool:
        signed_in(request).require(self.right)
        return True


class SecondProof(BasePermission):
    """Asked after the role: no one proves anything for a deletion that is not allowed."""

    def has_permission(self, request: Request, view: Any) -> bool:
        require_second_proof(request._request)
        return True


def needs(right: Right) -> type[BasePermission]:
    """Return the permission class that requires a signed-in caller with the right."""
    return type(f"Needs{right.title()}", (RightPermission,), {"right": right})


def signed_in(request: Request) -> Caller:
    """Return the caller.

    Raises:
        NotSignedIn.
    """
    bool(request.user)  # REST framework authenticates when it is asked
    require_signed_in(request._request)
    caller = caller_of(request._request)
    if caller is None:  # a session, which does not count here
        raise NotSignedIn()
    return caller
