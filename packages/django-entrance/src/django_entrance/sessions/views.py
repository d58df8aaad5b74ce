"""The address of the Django session: ``entrance/session/`` starts it with a token, tells who I am, and ends it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from django_entrance.conf.loading import current_settings
from django_entrance.conf.rights_validation import has_groups
from django_entrance.frontend.account import of_account
from django_entrance.frontend.origins import require_own_origin
from django_entrance.frontend.public import REFUSED_TOKEN, public, starts_sessions
from django_entrance.sessions.late_answers import CSRF_COOKIE, CSRF_COOKIE_IS_NEW
from django_entrance.sessions.record import read_record
from django_entrance.sessions.starting import exchange_token
from django_entrance.verification.errors import NotSignedIn, Refused
from django_entrance.verification.identity import Identity


@starts_sessions
@public
@of_account
@csrf_exempt  # a session is ended by csrf_protect below, and started by a token from the site's own pages only
@never_cache
@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
def session(request: HttpRequest) -> HttpResponse:
    """Start a Django session with a bearer token (POST), tell who is signed in (GET), or end the session (DELETE).

    Raises:
        NotSignedIn: POST without a token of Entra's.
        OriginRefused: the page of another site sent the POST.
        ApplicationRefused: the token is an application's own.
    """
    if request.method == "POST":
        return begin(request)
    return end(request) if request.method == "DELETE" else tell(request)


def tell(request: HttpRequest) -> HttpResponse:
    """Tell who is signed in. The browser's cookies stay as they are.

    Django would delete the cookie of a session that is gone, and send the CSRF cookie again. An answer that is late
    would then overwrite those of the next session, which another tab or window has begun meanwhile.
    """
    has_csrf_cookie = CSRF_COOKIE in request.META and not request.META.get(CSRF_COOKIE_IS_NEW)
    told = describe(request)
    if has_csrf_cookie:
        request.META[CSRF_COOKIE_IS_NEW] = False
    if request.session.is_empty():
        request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
    return JsonResponse(told)


def begin(request: HttpRequest) -> HttpResponse:
    refusal: Refused | None = request.__dict__.get(REFUSED_TOKEN)
    if refusal is not None:
        raise refusal
    identity: Identity | None = getattr(request, "entra", None)
    if identity is None or identity.door != "bearer":
        raise NotSignedIn(expected="an access token of Microsoft Entra ID")
    require_own_origin(request)
    exchange_token(request, request.user, identity)  # type: ignore[arg-type]  # the middleware's, not anonymous
    return JsonResponse(describe(request))


@csrf_protect
def end(request: HttpRequest) -> HttpResponse:
    logout(request)
    return HttpResponse(status=204)


def describe(request: HttpRequest) -> dict[str, Any]:
    """Return who is signed in and how: ``via`` is ``"entra"``, or ``"password"`` for any own login of the project.

    ``groups`` has the names of the user's Django groups: those of ``ACCESS`` and those given by hand.
    """
    user = request.user
    if not user.is_authenticated:
        no_one: dict[str, Any] = {"signed_in": False, "user": None, "via": None, "entra": None, "groups": []}
        return {**no_one, "csrf_token": get_token(request)}
    identity, recheck_at = proved(request)
    entra = None if identity is None else describe_entra(identity, recheck_at)
    shown = {"username": user.get_username(), "name": full_name(user) or user.get_username()}
    via = "password" if entra is None else "entra"
    who = {"signed_in": True, "user": shown, "via": via, "entra": entra, "groups": django_groups(user)}
    return {**who, "csrf_token": get_token(request)}


def django_groups(user: Any) -> list[str]:
    """Return the names of the user's Django groups; a user model of a project's own may have none."""
    return sorted(user.groups.values_list("name", flat=True)) if has_groups(user) else []


def full_name(user: Any) -> str:
    """Return the user's full name; a user model of a project's own may have none."""
    return str(user.get_full_name()) if hasattr(user, "get_full_name") else ""


def proved(request: HttpRequest) -> tuple[Identity | None, int | None]:
    """Return who Entra says the user is: by the session that has just begun, or by what let the request in.

    With it, for a session, when Entra must be asked again.
    """
    identity: Identity | None = getattr(request, "entra", None)
    is_begun = request.method == "POST" or (identity is not None and identity.door != "bearer")
    record = read_record(request) if is_begun else None
    if record is None:
        return identity, None
    return record.identity, record.checked_at + current_settings().SESSION_RECHECK


def describe_entra(identity: Identity, recheck_at: int | None) -> dict[str, Any]:
    """Return what is known of the person, with times in seconds since 1970."""
    return {
        "door": identity.door,
        "authority": identity.authority,
        "tenant_id": identity.tenant_id,
        "object_id": identity.object_id,
        "username": identity.username,
        "scopes": sorted(identity.scopes),
        "app_roles": sorted(identity.app_roles),
        "authentication_contexts": sorted(identity.authentication_contexts),
        "signed_in_at": identity.signed_in_at,
        "expires_at": identity.expires_at,
        "recheck_at": recheck_at,
    }
