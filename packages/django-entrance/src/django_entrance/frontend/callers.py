"""Finds the user that an own login of the project let in, and tells whether a browser may have sent the request alone.

The views have to be asked before Django's CSRF check: an own token needs none, and REST framework reads its tokens only
in the view.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_protect

from django_entrance.frontend.confirming import is_from_session
from django_entrance.verification.errors import NotSignedIn

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User

SENT_BY_BROWSERS = frozenset({"basic", "digest", "negotiate", "ntlm"})
"""Schemes of credentials that a browser keeps, and sends on its own (RFC 9110 section 11)."""


def own_user(request: HttpRequest) -> User:
    """Return the user of the request, whichever login has let it in.

    Raises:
        NotSignedIn: there is none.
    """
    user = request.user
    if not user.is_authenticated and apps.is_installed("rest_framework"):
        user = rest_framework_user(request)
    if not user.is_authenticated:
        raise NotSignedIn()
    return user


def rest_framework_user(request: HttpRequest) -> Any:
    """Return the user that the default authenticators of REST framework let in.

    Raises:
        NotSignedIn: one of them refuses what was sent.
    """
    from django.contrib.auth.models import AnonymousUser

    exceptions = import_string("rest_framework.exceptions.APIException")
    kinds = import_string("rest_framework.settings.api_settings").DEFAULT_AUTHENTICATION_CLASSES
    asked = import_string("rest_framework.request.Request")(request, authenticators=[kind() for kind in kinds])
    try:
        return asked.user or AnonymousUser()
    except exceptions:
        raise NotSignedIn() from None


def protected(request: HttpRequest, user: User, answer: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    """Answer a request that changes something; where a browser may have sent it alone, only with a CSRF token."""
    return csrf_protect(answer)(request) if needs_csrf_token(request, user) else answer(request)


def needs_csrf_token(request: HttpRequest, user: User) -> bool:
    """Return whether the user came from the session, or from something else that a browser sends on its own."""
    scheme = request.headers.get("Authorization", "").partition(" ")[0].lower()
    if is_from_session(request, user) or scheme in SENT_BY_BROWSERS:
        return True
    return bool(request.COOKIES) and not scheme


def sent_texts(request: HttpRequest) -> Mapping[str, str]:
    """Return the texts that came as JSON or as a form, and ``true`` as a form sends it; anything else says nothing."""
    if request.content_type != "application/json":
        return {name: str(value) for name, value in request.POST.items()}
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError):
        return {}
    texts = sent.items() if isinstance(sent, dict) else ()
    return {name: "1" if value is True else value for name, value in texts if isinstance(value, str) or value is True}
