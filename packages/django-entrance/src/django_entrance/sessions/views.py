"""The address of the Django session: ``entrance/session/`` starts it with a token, tells who I am, and ends it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from django_entrance.conf.loading import current_settings
from django_entrance.frontend.public import public
from django_entrance.sessions.origins import require_own_origin
from django_entrance.sessions.record import is_entra_session, read_record
from django_entrance.sessions.starting import start_session
from django_entrance.verification.errors import NotSignedIn
from django_entrance.verification.identity import Identity


@public
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
    return end(request) if request.method == "DELETE" else JsonResponse(describe(request))


def begin(request: HttpRequest) -> HttpResponse:
    identity: Identity | None = getattr(request, "entra", None)
    if identity is None or identity.door != "bearer":
        raise NotSignedIn(expected="an access token of Microsoft Entra ID")
    require_own_origin(request)
    start_session(request, identity)
    return JsonResponse(describe(request))


@csrf_protect
def end(request: HttpRequest) -> HttpResponse:
    logout(request)
    return HttpResponse(status=204)


def describe(request: HttpRequest) -> dict[str, Any]:
    """Return who is signed in and how: ``via`` is ``"entra"``, or ``"password"`` for any own login of the project."""
    user = request.user
    if not user.is_authenticated:
        return {"signed_in": False, "user": None, "via": None, "entra": None, "csrf_token": get_token(request)}
    is_entra = is_entra_session(request)
    entra = describe_entra(request) if is_entra else None
    shown = {"username": user.get_username(), "name": user.get_full_name() or user.get_username()}
    via = "entra" if is_entra else "password"
    return {"signed_in": True, "user": shown, "via": via, "entra": entra, "csrf_token": get_token(request)}


def describe_entra(request: HttpRequest) -> dict[str, Any] | None:
    """Return what the session knows of its person, with times in seconds since 1970."""
    record = read_record(request)
    if record is None:
        return None
    identity = record.identity
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
        "recheck_at": record.checked_at + current_settings().SESSION_RECHECK,
    }
