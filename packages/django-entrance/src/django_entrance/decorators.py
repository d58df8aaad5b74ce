"""Decorators for views, sync and async: a signed-in caller, a scope, an app role or a further proof is required.

On a method of a class, use Django's ``method_decorator``. Without a signed-in user, a person is sent to ``LOGIN_URL``
and a program gets 401. A person who lacks what is required is led to Microsoft for a further proof, or gets a page that
says so; a program gets 403, or 401 with the claims to request. ``ends_session`` marks a view that signs out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, overload

from django.http import HttpRequest

from django_entrance.bearer.guard import guard
from django_entrance.frontend.sign_out_views import ends_session
from django_entrance.permissions import (
    require_app_role,
    require_authentication_context,
    require_scope,
    require_signed_in,
)
from django_entrance.sessions.step_up import lead_to_proof

__all__ = [
    "app_role_required",
    "authentication_context_required",
    "ends_session",
    "scope_required",
    "signed_in_required",
]

View = TypeVar("View", bound=Callable[..., Any])


@overload
def signed_in_required(view: View) -> View: ...
@overload
def signed_in_required(view: None = None) -> Callable[[View], View]: ...


def signed_in_required(view: Any = None) -> Any:
    """Require a signed-in user, through any login: ``@signed_in_required``.

    A refusal is answered before the view runs: with a problem document or, where a person sees it, with a page.
    """
    decorate = guard(require_signed_in)
    return decorate if view is None else decorate(view)


def scope_required(scope: str) -> Callable[[View], View]:
    """Require the delegated permission ``scope``, as in ``scp``: ``@scope_required("access_as_user")``.

    A caller without it is answered ``not_signed_in`` or ``scope_missing``, and the view does not run.

    Raises:
        TypeError: at import, no scope is named.
    """
    names = named("scope_required", scope)

    def require(request: HttpRequest) -> None:
        require_scope(request, *names)

    return guard(require)


def app_role_required(*app_roles: str) -> Callable[[View], View]:
    """Require at least one of ``app_roles``, by their values: ``@app_role_required("Writer", "Admin")``.

    A caller without one is answered ``not_signed_in`` or ``app_role_missing``, and the view does not run.

    Raises:
        TypeError: at import, no app role is named.
    """
    names = named("app_role_required", *app_roles)

    def require(request: HttpRequest) -> None:
        require_app_role(request, *names)

    return guard(require)


def authentication_context_required(name: str, *, because: str = "") -> Callable[[View], View]:
    """Require an authentication context by your ``name`` for it: ``@authentication_context_required("delete")``.

    A person with a session of Entra's is led to Microsoft, and back. ``because`` tells what the proof is for. Other
    callers are answered ``authentication_context_missing``: with 401 and the claims to request where the client can do
    that, else with 403.

    Raises:
        TypeError: at import, no context is named.
    """
    [context] = named("authentication_context_required", name)

    def require(request: HttpRequest) -> None:
        require_authentication_context(request, context, because)

    return guard(require, lead_to_proof)


def named(decorator: str, *names: Any) -> tuple[str, ...]:
    """Return the names.

    Raises:
        TypeError: there is none, or the view was decorated without parentheses.
    """
    if not names or not all(isinstance(name, str) and name for name in names):
        raise TypeError(f'Name what is required: @{decorator}("…").')
    return names
