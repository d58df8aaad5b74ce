"""Backends of a project beside ours, which take a password or do not."""

from typing import Any

from django.contrib.auth.backends import BaseBackend


class HeaderBackend(BaseBackend):
    def authenticate(self, request: Any, *, certificate: str) -> Any:  # type: ignore[override]
        return None


class RightsBackend(BaseBackend):
    """Gives permissions only."""


class EmailBackend(BaseBackend):
    def authenticate(self, request: Any, email: str, password: str) -> Any:  # type: ignore[override]
        return None


class AnyBackend(BaseBackend):
    def authenticate(self, request: Any, **credentials: Any) -> Any:
        return None
