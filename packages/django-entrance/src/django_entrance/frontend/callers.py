"""Finds the user that an own login of the project let in, and tells whether a browser may have sent the request alone.

The views have to be asked before Django's CSRF check: an own token needs none, and REST framework reads its tokens only
in the view.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_protect

from django_entrance.frontend.confirming import is_from_session
from django_entrance.frontend.origins import require_own_origin, sent_origin
from django_entrance.verification.errors import NotSignedIn

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User

SWITCHES = frozenset({"everywhere", "all_sessions"})
"""Fields that a program may send as ``true``."""

HALF = re.compile("[\ud800-\udfff]")
"""One half of a surrogate pair, which JSON can escape and UTF-8 cannot hold."""

SAFE = frozenset({"GET", "HEAD"})
"""The methods of these views that change nothing (RFC 9110 section 9.2.1)."""

SENT_BY_BROWSERS = frozenset({"basic", "digest", "negotiate", "ntlm"})
"""Schemes of credentials that a browser keeps, and sends on its own (RFC 9110 section 11)."""

IDS = frozenset({"account"})
"""What a program may send as a number, as the list of accounts has it."""


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
    """Answer a request; where it changes something and a browser may have sent it alone, only with a CSRF token.

    Raises:
        OriginRefused: the user came neither from a cookie nor from a token, and another site's page sent what changes
            something, or its script wants to read the answer. A link of another site may lead here.
    """
    if needs_csrf_token(request, user):
        return csrf_protect(answer)(request)
    if "Authorization" not in request.headers and asking_origin(request) is not None:
        require_own_origin(request)  # what lets the user in may come by itself, such as a client certificate
    return answer(request)


def asking_origin(request: HttpRequest) -> str | None:
    """Return the origin that counts. Of what changes nothing only scripts name one: a link has ``Referer`` alone."""
    return request.headers.get("Origin") if request.method in SAFE else sent_origin(request)


def needs_csrf_token(request: HttpRequest, user: User) -> bool:
    """Return whether the user came from the session, or from something else that a browser sends on its own."""
    scheme = request.headers.get("Authorization", "").partition(" ")[0].lower()
    if is_from_session(request, user) or scheme in SENT_BY_BROWSERS:
        return True
    return bool(request.COOKIES) and not scheme


def sent_texts(request: HttpRequest) -> Mapping[str, str]:
    """Return the texts that came as JSON or as a form, and ``true`` as a form sends it.

    Anything else says nothing. A half of a character becomes U+FFFD, so that a wrong password stays a wrong one.
    """
    if request.content_type != "application/json":
        return {name: str(value) for name, value in request.POST.items()}
    texts = {name: as_in_a_form(name, value) for name, value in sent_object(request)}
    return {
        name: HALF.sub("\N{REPLACEMENT CHARACTER}", value) for name, value in texts.items() if isinstance(value, str)
    }


def as_in_a_form(name: str, value: Any) -> Any:
    if value is True and name in SWITCHES:
        return "1"
    return str(value) if name in IDS and type(value) is int else value


def sent_object(request: HttpRequest) -> Iterable[tuple[str, Any]]:
    """Return the items of the JSON object that came; anything else has none."""
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError):
        return ()
    return sent.items() if isinstance(sent, dict) else ()


def is_unreadable(request: HttpRequest) -> bool:
    """Return whether something came as JSON that is no JSON object. No body at all says nothing, and is none."""
    if request.content_type != "application/json" or not request.body:
        return False
    try:
        return not isinstance(json.loads(request.body), dict)
    except (ValueError, RecursionError):
        return True
