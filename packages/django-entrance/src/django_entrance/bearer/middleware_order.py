"""Checks that EntraMiddleware comes after AuthenticationMiddleware, for the system checks and for the start."""

from collections.abc import Sequence

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from django_entrance.conf.advice import Problem

DJANGO_MIDDLEWARE = "django.contrib.auth.middleware.AuthenticationMiddleware"

WRONG_ORDER = Problem(
    check_id="E012",
    message="EntraMiddleware comes before AuthenticationMiddleware.",
    hint=f"Put {DJANGO_MIDDLEWARE!r} before it: it would overwrite request.user.",
)


def refuse_wrong_order(kind: type) -> None:
    """Refuse a place in ``MIDDLEWARE`` before Django's own. One that is used outside ``MIDDLEWARE`` has no place.

    Raises:
        ImproperlyConfigured: as the system check E012 reports, unless the project silences it.
    """
    order = list(settings.MIDDLEWARE)
    ours = position_of(kind, order)
    if ours is None or f"entrance.{WRONG_ORDER.check_id}" in settings.SILENCED_SYSTEM_CHECKS:
        return
    if position_of(AuthenticationMiddleware, order[:ours]) is None:
        raise ImproperlyConfigured(f"{WRONG_ORDER.message} {WRONG_ORDER.hint}")


def position_of(kind: type, order: Sequence[str]) -> int | None:
    """Return the index of a middleware class or a subclass of it in ``MIDDLEWARE``, or None."""
    return next((place for place, path in enumerate(order) if is_kind(path, kind)), None)


def is_kind(path: str, kind: type) -> bool:
    try:
        middleware = import_string(path)
    except ImportError:  # Django reports it when it starts
        return False
    return isinstance(middleware, type) and issubclass(middleware, kind)
