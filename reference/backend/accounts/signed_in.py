"""Sign-in method of a request: an Entra token, an own token, a Django session, or none."""

from collections.abc import Callable
from enum import Enum
from functools import wraps

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django_entrance.verification.identity import Identity

View = Callable[..., HttpResponseBase]


class SignInMethod(Enum):
    ENTRA = "ENTRA"
    PASSWORD = "PASSWORD"


def identity_of(request: HttpRequest) -> Identity | None:
    """Return the identity of this request's Entra token or session, or None."""
    identity: Identity | None = getattr(request, "entra", None)
    return identity


def has_bearer(request: HttpRequest) -> bool:
    """Return whether an accepted bearer token came with this request: Entra's or an own one."""
    identity = identity_of(request)
    return (identity is not None and identity.door == "bearer") or getattr(request, "has_own_token", False)


def sign_in_method(request: HttpRequest) -> SignInMethod | None:
    """Return how the caller signed in, or None. Sessions count only with ``HAS_DJANGO_SESSION``."""
    if not has_bearer(request) and not (settings.HAS_DJANGO_SESSION and request.user.is_authenticated):
        return None
    return SignInMethod.PASSWORD if identity_of(request) is None else SignInMethod.ENTRA


def attach_user(request: HttpRequest, user: AbstractBaseUser | AnonymousUser) -> None:
    """Set `user` and `auser` together. Async views call `auser`, which otherwise reads the session."""

    async def auser() -> AbstractBaseUser | AnonymousUser:
        return user

    request.user, request.auser = user, auser  # type: ignore[assignment]


def csrf_by_door(view: View) -> View:
    """Require the CSRF token from a session only. Requests without a token, and without a session, are anonymous."""
    protected = csrf_protect(view)

    @wraps(view)
    def view_for_all_doors(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if has_bearer(request):
            return view(request, *args, **kwargs)
        if sign_in_method(request) is not None:
            return protected(request, *args, **kwargs)
        attach_user(request, AnonymousUser())
        return view(request, *args, **kwargs)

    return csrf_exempt(view_for_all_doors)
