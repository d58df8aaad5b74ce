"""Mixins for class-based views, sync and async: a signed-in caller, a scope, an app role or a context is required.

They stand before ``View`` and can be combined. They answer as ``decorators`` do.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from django_entrance.bearer.guard import guard
from django_entrance.permissions import (
    require_app_role,
    require_authentication_context,
    require_scope,
    require_signed_in,
)
from django_entrance.sessions.step_up import lead_to_proof

if TYPE_CHECKING:  # the mixins stand before a class of View
    from django.views import View as OfView
else:
    OfView = object


class SignedInRequiredMixin(OfView):
    """The caller is signed in, through any login."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return guard(require_signed_in)(super().dispatch)(request, *args, **kwargs)


class ScopeRequiredMixin(OfView):
    """The caller has the delegated permission ``scope``, as in ``scp``."""

    scope: str = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer a request that is allowed.

        Raises:
            ImproperlyConfigured: the class names no scope.
        """
        (scope,) = named(self, "scope", self.scope)
        return guard(lambda request: require_scope(request, scope))(super().dispatch)(request, *args, **kwargs)


class AppRoleRequiredMixin(OfView):
    """The caller has at least one of ``app_roles``: a name, or several."""

    app_roles: str | Iterable[str] = ()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer a request that is allowed.

        Raises:
            ImproperlyConfigured: the class names no app role.
        """
        roles = named(self, "app_roles", self.app_roles)
        return guard(lambda request: require_app_role(request, *roles))(super().dispatch)(request, *args, **kwargs)


class AuthenticationContextRequiredMixin(OfView):
    """The caller has satisfied ``authentication_context``, a name of ``AUTHENTICATION_CONTEXTS``.

    ``because`` is a sentence of yours that tells the person what the proof is for.
    """

    authentication_context: str = ""
    because: str = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer a request that is allowed.

        Raises:
            ImproperlyConfigured: the class names no context, or one that the setting has not.
        """
        (name,) = named(self, "authentication_context", self.authentication_context)
        require = guard(lambda request: require_authentication_context(request, name, self.because), lead_to_proof)
        return require(super().dispatch)(request, *args, **kwargs)


def named(view: object, attribute: str, names: str | Iterable[str]) -> tuple[str, ...]:
    found = (names,) if isinstance(names, str) else tuple(names)
    if not all(found) or not found:
        raise ImproperlyConfigured(f"{type(view).__name__} names nothing in {attribute}.")
    return found
