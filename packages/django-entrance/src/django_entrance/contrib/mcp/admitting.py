"""Lets a request reach the SDK: from a program or a page of this site, with a token of Entra's for this site."""

from __future__ import annotations

from collections.abc import MutableMapping
from io import BytesIO
from typing import Any

from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponse, HttpResponseBadRequest
from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken

from django_entrance.bearer.refusals import refuse
from django_entrance.callers import require_token
from django_entrance.frontend.origins import is_own
from django_entrance.live.request_in_scope import KEY
from django_entrance.resources import RESOURCE_PATH
from django_entrance.verification.errors import OriginRefused, Refused
from django_entrance.verification.identity import Identity

Scope = MutableMapping[str, Any]


def admit(scope: Scope, path: str) -> Scope | HttpResponse:
    """Return the scope for the SDK, or the response to a request that is refused. Nothing of the body was read."""
    try:
        request = ASGIRequest(dict(scope), BytesIO())
        request.get_host()
    except (DisallowedHost, UnicodeDecodeError):
        return HttpResponseBadRequest("The host, or the query, is not acceptable.\n", content_type="text/plain")
    request.__dict__[RESOURCE_PATH] = path
    try:
        require_own_page(request)
        caller = require_token(request)
    except Refused as refused:
        refusal = refused.with_traceback(None)
    else:
        return scope_for_sdk(scope, request, caller.identity)
    return refuse(request, refusal)


def require_own_page(request: ASGIRequest) -> None:
    """Require that no page of another site sent the request (specification of 2026-07-28, "Security warning").

    Raises:
        OriginRefused: one did, and is not in ``CSRF_TRUSTED_ORIGINS``.
    """
    origin = request.headers.get("Origin")
    if origin is not None and not is_own(request, origin):
        raise OriginRefused(expected=request.get_host(), actual=origin)


def scope_for_sdk(scope: Scope, request: ASGIRequest, identity: Identity) -> Scope:
    """Return the scope with the caller and without the token. The SDK lets only its caller use a session of its own."""
    caller = AccessToken(
        token="",
        client_id=identity.client_id,
        scopes=sorted(identity.scopes),
        expires_at=identity.expires_at,
        subject=identity.object_id,
        claims={"iss": f"{identity.authority} {identity.tenant_id}"},
    )
    headers = [(name, value) for name, value in scope["headers"] if name.lower() != b"authorization"]
    return {**scope, "headers": headers, "user": AuthenticatedUser(caller), KEY: request}
