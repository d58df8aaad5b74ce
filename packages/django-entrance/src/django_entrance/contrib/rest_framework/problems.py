"""Answers refusals in REST framework as problem documents, the form that the middleware answers with."""

from typing import Any

from django.http import HttpResponseBase
from rest_framework.exceptions import NotAuthenticated
from rest_framework.views import exception_handler as answer_in_own_shape
from rest_framework.views import set_rollback

from django_entrance.bearer.refusal_log import log_refusal
from django_entrance.bearer.refusals import problem
from django_entrance.contrib.rest_framework.refusals import EntranceRefused
from django_entrance.verification.errors import AccessRefused, CallUnanswered, NotSignedIn, Refused


def exception_handler(exc: Exception, context: dict[str, Any]) -> HttpResponseBase | None:
    """Answer refusals with a problem document, and all else as REST framework does. For ``EXCEPTION_HANDLER``.

    A refusal that a view got from ``permissions`` is one of them, and so is a request that is not signed in.
    """
    refusal = refusal_of(exc)
    if refusal is None:
        return answer_in_own_shape(exc, context)
    if not isinstance(exc, EntranceRefused):
        log_refusal(context["request"]._request, refusal)
    set_rollback()
    response = problem(context["request"]._request, refusal)
    response["WWW-Authenticate"] = getattr(exc, "auth_header", response["WWW-Authenticate"])
    return response


def refusal_of(exc: Exception) -> Refused | None:
    """Return the refusal of an exception, or None for REST framework's others.

    Without a challenge of the first authentication class, a request that is not signed in is 403, which stays.
    """
    if isinstance(exc, EntranceRefused):
        return exc.refusal
    if isinstance(exc, NotAuthenticated) and exc.status_code == 401:
        return NotSignedIn()
    return exc if isinstance(exc, AccessRefused | CallUnanswered) and exc.caller is None else None
