"""A refusal as a response."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from django_entrance.bearer.refusal_log import log_refusal
from django_entrance.conf.loading import current_settings
from django_entrance.verification.bearer import challenge
from django_entrance.verification.errors import AuthorityUnreachable, Refused


def refuse(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Log a refusal, and return it as a problem document."""
    log_refusal(request, refusal)
    return problem(refusal)


def problem(refusal: Refused) -> HttpResponse:
    """Return a refusal as a problem document (RFC 9457) with its challenge (RFC 6750 section 3).

    Without ``EXPLAIN_REFUSALS`` a caller is told nothing of the settings.
    """
    is_explained = current_settings().EXPLAIN_REFUSALS
    told = refusal if is_explained else refusal.redacted()
    response = JsonResponse(
        {
            "type": f"urn:django-entrance:{told.reason}",
            "title": told.title,
            "status": told.status,
            "detail": told.detail if is_explained else told.advice,
            "reason": told.reason,
        },
        status=told.status,
        content_type="application/problem+json",
        headers={"WWW-Authenticate": challenge(told), "Cache-Control": "no-store"},
    )
    if isinstance(refusal, AuthorityUnreachable):
        response["Retry-After"] = str(refusal.retry_after)
    return response
