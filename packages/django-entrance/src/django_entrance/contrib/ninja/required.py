"""What an operation of Django Ninja requires of its caller."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest

from django_entrance.permissions import require_app_role, require_authentication_context, require_scope
from django_entrance.verification.errors import AccessRefused, NotSignedIn


@dataclass(frozen=True, slots=True, kw_only=True)
class Required:
    """The scope, one of the app roles and the context, with what it is asked for; None requires nothing."""

    scope: str | None
    app_roles: tuple[str, ...] | None
    authentication_context: str | None
    because: str

    @classmethod
    def of(
        cls, scope: str | None, app_roles: str | Iterable[str] | None, context: str | None, because: str
    ) -> Required:
        roles = (app_roles,) if isinstance(app_roles, str) else app_roles
        app_roles = None if roles is None else tuple(roles)
        return cls(scope=scope, app_roles=app_roles, authentication_context=context, because=because)

    def check(self, request: HttpRequest) -> None:
        """Raise AccessRefused unless the request has what is named. An empty name, or no role, is of no one."""
        if self.scope is not None:
            require_scope(request, self.scope)
        if self.app_roles is not None:
            require_app_role(request, *self.app_roles)
        if self.authentication_context is not None:
            require_authentication_context(request, self.authentication_context, self.because)

    def missing(self, request: HttpRequest) -> AccessRefused:
        """Return what a request of another login, or of none, lacks."""
        try:
            if hasattr(request, "user"):
                self.check(request)
        except AccessRefused as refusal:
            return refusal.with_traceback(None)
        return NotSignedIn()
