"""Combines permission classes with ``&`` and ``|`` as REST framework does, and keeps the message of what refused.

REST framework's own operators have no message, so a refusal would lose its reason and its challenge.
"""

from typing import Any

from rest_framework.permissions import AND, OR, BasePermissionMetaclass, OperandHolder, OperationHolderMixin


class Both(AND):
    """``&``: what it says is what the permission that refused says."""

    failed: Any = None

    def has_permission(self, request: Any, view: Any) -> bool:
        self.failed = next((each for each in (self.op1, self.op2) if not each.has_permission(request, view)), None)
        return self.failed is None

    @property
    def message(self) -> Any:
        return getattr(self.failed, "message", None)

    @property
    def code(self) -> Any:
        return getattr(self.failed, "code", None)


class Either(OR):
    """``|``: what it says is what the first of the two says that says anything. Both have refused."""

    @property
    def message(self) -> Any:
        return getattr(self.op1, "message", None) or getattr(self.op2, "message", None)

    @property
    def code(self) -> Any:
        return getattr(self.op1, "code", None) or getattr(self.op2, "code", None)


class Combining(OperationHolderMixin):
    """The operators. Of two permissions it is enough that one is ours."""

    def __and__(self, other: Any) -> OperandHolder:
        return Combined(Both, self, other)

    def __rand__(self, other: Any) -> OperandHolder:
        return Combined(Both, other, self)

    def __or__(self, other: Any) -> OperandHolder:
        return Combined(Either, self, other)

    def __ror__(self, other: Any) -> OperandHolder:
        return Combined(Either, other, self)


class Combined(Combining, OperandHolder):
    """Two permissions that are combined, and combine with more."""


class Combinable(Combining, BasePermissionMetaclass):
    """The class of permission classes that combine."""
