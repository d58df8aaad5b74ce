"""Says how a request's caller proved who they are: with an Entra token, with one of Logbook's own, or not at all."""

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
    """Return what the Entra token of this request says, or None when it has none."""
    identity: Identity | None = getattr(request, "entra", None)
    return identity


def sign_in_method(request: HttpRequest) -> SignInMethod | None:
    """Return how the bearer token of this request was accepted, or None when it has none."""
    if identity_of(request) is not None:
        return SignInMethod.ENTRA
    return SignInMethod.PASSWORD if getattr(request, "has_own_token", False) else None


def attach_user(request: HttpRequest, user: AbstractBaseUser | AnonymousUser) -> None:
    """Set `user` and `auser` together: async views ask `auser`, which would read the session."""

    async def auser() -> AbstractBaseUser | AnonymousUser:
        return user

    request.user, request.auser = user, auser  # type: ignore[assignment]


def bearer_only(view: View) -> View:
    """Let nobody in by cookie, which is what makes it safe to ask for no CSRF token: one is never without the other."""

    @wraps(view)
    def view_for_bearers(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if sign_in_method(request) is None:
            attach_user(request, AnonymousUser())
        return view(request, *args, **kwargs)

    return csrf_exempt(view_for_bearers)
