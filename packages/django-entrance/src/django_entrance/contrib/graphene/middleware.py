"""The middleware that closes a whole schema of Graphene."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django_entrance.contrib.graphene.asking import check
from django_entrance.permissions import require_signed_in


class SignedInMiddleware:
    """Requires a signed-in user for every operation: ``GRAPHENE = {"MIDDLEWARE": [… this class …]}``."""

    def resolve(self, next: Callable[..., Any], root: Any, info: Any, **arguments: Any) -> Any:
        """Resolve a field; one of the operation itself (``info.path``) only for a signed-in user."""
        if info.path.prev is None:
            check(info, require_signed_in)
        return next(root, info, **arguments)
