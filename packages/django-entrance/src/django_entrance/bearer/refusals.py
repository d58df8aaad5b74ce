"""Turns a refusal into a response."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from django_entrance.bearer.challenges import challenge_to
from django_entrance.bearer.refusal_log import log_refusal
from django_entrance.conf.loading import current_settings
from django_entrance.verification.errors import (
    AuthenticationContextMissing,
    AuthorityUnreachable,
    ClaimsChallenged,
    Refused,
)


def refuse(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Log a refusal and return it as a problem document."""
    log_refusal(request, refusal)
    return problem(request, refusal)


def problem(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Return a refusal as a problem document (RFC 9457) with its challenge (RFC 6750 section 3)."""
    members = members_of(refusal)
    return JsonResponse(
        members,
        status=members["status"],
        content_type="application/problem+json",
        headers=headers_of(request, refusal),
    )


def members_of(refusal: Refused) -> dict[str, Any]:
    """Return the members of the problem document. Without ``EXPLAIN_REFUSALS`` they reveal nothing of the settings.

    ``claims`` is there for front ends on another origin, which read no header that CORS does not name; ``because`` is
    the project's sentence for the person.
    """
    is_explained = current_settings().EXPLAIN_REFUSALS
    shown = as_shown(refusal)
    return {
        "type": f"urn:django-entrance:{shown.reason}",
        "title": shown.title,
        "status": shown.status,
        "detail": shown.detail if is_explained else shown.advice,
        "reason": shown.reason,
    } | challenge_members(shown)


def challenge_members(refusal: Refused) -> dict[str, str]:
    """Return what a front end needs to have a further proof given, and to tell the person what it is for."""
    if not isinstance(refusal, AuthenticationContextMissing):
        return {}
    members = {"because": refusal.because, "claims": refusal.claims if isinstance(refusal, ClaimsChallenged) else ""}
    return {name: text for name, text in members.items() if text}


def headers_of(request: HttpRequest, refusal: Refused) -> dict[str, str]:
    shown = as_shown(refusal)
    headers = {"WWW-Authenticate": challenge_to(request, shown), "Cache-Control": "no-store"}
    if isinstance(refusal, AuthorityUnreachable):
        headers["Retry-After"] = str(refusal.retry_after)
    return headers


def as_shown(refusal: Refused) -> Refused:
    """Return the refusal that a caller may see: without ``EXPLAIN_REFUSALS`` one that reveals no settings."""
    return refusal if current_settings().EXPLAIN_REFUSALS else refusal.redacted()
