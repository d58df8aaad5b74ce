"""Combines permission classes with ``&`` and ``|`` as REST framework does, and keeps the message of what refused.

REST framework's own operators have no message, so a refusal would lose its reason and its challenge.
"""

from typing import Any

from rest_framework.permissions import AND, OR, BasePermission, BasePermissionMetaclass


class Combinable(BasePermissionMetaclass):
    """The class of permission classes that combine to a permission class. It is enough that one of two is ours.

    A subclass of REST framework's: so Python asks its operators first, on the right side, too.
    """

    def __and__(cls, other: Any) -> Any:
        return combined(Both, cls, other)

    def __rand__(cls, other: Any) -> Any:
        return combined(Both, other, cls)

    def __or__(cls, other: Any) -> Any:
        return combined(Either, cls, other)

    def __ror__(cls, other: Any) -> Any:
        return combined(Either, other, cls)


class Both(AND, BasePermission, metaclass=Combinable):
    """``&``: what it says is what the permission that refused says."""

    operands: tuple[Any, Any]
    op1: Any
    op2: Any
    failed: Any = None

    def __init__(self) -> None:
        super().__init__(*(each() for each in self.operands))

    def has_permission(self, request: Any, view: Any) -> bool:
        self.failed = next((each for each in (self.op1, self.op2) if not each.has_permission(request, view)), None)
        return self.failed is None

    @property
    def message(self) -> Any:
        return getattr(self.failed, "message", None)

    @property
    def code(self) -> Any:
        return getattr(self.failed, "code", None)


class Either(OR, BasePermission, metaclass=Combinable):
    """``|``: both have refused, and it says what the first of them says that says anything."""

    operands: tuple[Any, Any]
    op1: Any
    op2: Any

    def __init__(self) -> None:
        super().__init__(*(each() for each in self.operands))

    @property
    def message(self) -> Any:
        return getattr(self.op1, "message", None) or getattr(self.op2, "message", None)

    @property
    def code(self) -> Any:
        return getattr(self.op1, "code", None) or getattr(self.op2, "code", None)


def combined(operator: type[Any], first: Any, second: Any) -> type[Any]:
    """Return a permission class of two."""
    return Combinable(operator.__name__, (operator,), {"operands": (first, second)})
