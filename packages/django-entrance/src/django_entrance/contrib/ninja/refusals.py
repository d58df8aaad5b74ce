"""Answers refusals in Django Ninja: in its own shape, or as the problem documents of the middleware."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError

from django_entrance.bearer.refusals import as_shown, problem, refuse
from django_entrance.verification.errors import AccessRefused, CallUnanswered, NotSignedIn, Refused

NOT_ENTRA = "_entrance_ninja_refusal"
"""Where a request of another login keeps what it lacks, in case that no other class lets it in."""


class EntranceRefused(HttpError):
    """A refusal. Ninja answers ``{"detail": …}`` with its status; with ``answer_refusals`` a problem document."""

    def __init__(self, refusal: Refused) -> None:
        shown = as_shown(refusal)
        super().__init__(shown.status, shown.title)
        self.refusal = refusal


def answer_refusals(api: NinjaAPI) -> None:
    """Let an API answer refusals with problem documents, also those of ``permissions`` in an operation."""
    api.add_exception_handler(EntranceRefused, answer_refused)
    api.add_exception_handler(AuthenticationError, answer_not_signed_in)
    api.add_exception_handler(AccessRefused, answer_refused_inside)
    api.add_exception_handler(CallUnanswered, answer_refused_inside)


def answer_refused(request: HttpRequest, refused: Any) -> HttpResponse:
    return problem(request, refused.refusal)


def answer_not_signed_in(request: HttpRequest, error: Any) -> HttpResponse:
    """Answer a request that no class has let in: what its login lacks, or that there is none."""
    return refuse(request, request.__dict__.get(NOT_ENTRA) or NotSignedIn())


def answer_refused_inside(request: HttpRequest, refusal: Any) -> HttpResponse:
    return refuse(request, refusal)
