"""Answers refusals as problem documents (RFC 9457): those of the sign-in, and Logbook's own."""

from typing import Any

from django.http import HttpResponseBase, JsonResponse
from django_entrance.contrib.rest_framework.problems import exception_handler as answer_refusal
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.views import set_rollback

from logbook.refusals import LogbookRefused


def exception_handler(exc: Exception, context: dict[str, Any]) -> HttpResponseBase | None:
    """Answer an exception of a view."""
    if not isinstance(exc, LogbookRefused):
        return answer_refusal(exc, context)
    set_rollback()
    told = {"title": exc.message, "status": exc.status, "reason": exc.reason} | exc.facts
    problem = {"type": f"urn:logbook:{exc.reason}"} | told
    headers = {"Cache-Control": "no-store"}
    content_type = "application/problem+json"
    return JsonResponse(problem, status=exc.status, content_type=content_type, headers=headers)


class BoundedJSONParser(JSONParser):
    """Reads JSON, and refuses what is nested too deeply, at which REST framework's parser fails."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError("The JSON is nested too deeply.") from None
