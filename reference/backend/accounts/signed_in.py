"""Sign-in method of a request: an Entra token, an own token, or none."""

from collections.abc import Callable
from enum import Enum
from functools import wraps

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django_entrance.verification.identity import Identity

View = Callable[..., HttpResponseBase]


class SignInMethod(Enum):
    ENTRA = "ENTRA"
    PASSWORD = "PASSWORD"


def identity_of(request: HttpRequest) -> Identity | None:
    """Return the identity of this request's Entra token, or None."""
    identity: Identity | None = getattr(request, "entra", None)
    return identity


def sign_in_method(request: HttpRequest) -> SignInMethod | None:
    """Return the issuer of this request's bearer token as a sign-in method, or None without a token."""
    if identity_of(request) is not None:
        return SignInMethod.ENTRA
    return SignInMethod.PASSWORD if getattr(request, "has_own_token", False) else None


def attach_user(request: HttpRequest, user: AbstractBaseUser | AnonymousUser) -> None:
    """Set `user` and `auser` together. Async views call `auser`, which otherwise reads the session."""

    async def auser() -> AbstractBaseUser | AnonymousUser:
        return user

    request.user, request.auser = user, auser  # type: ignore[assignment]


def bearer_only(view: View) -> View:
    """Ignore session cookies, so that the view needs no CSRF token. Never use one without the other."""

    @wraps(view)
    def view_for_bearers(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if sign_in_method(request) is None:
            attach_user(request, AnonymousUser())
        return view(request, *args, **kwargs)

    return csrf_exempt(view_for_bearers)
