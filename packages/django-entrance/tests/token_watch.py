"""Finds parts of tokens and claim sets in logs, refusals and responses of the tests."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_and_async_middleware
from django_entrance.verification.errors import Refused

SHORTEST = 20
"""Number of characters of a segment that are already secret."""

SECRETS: set[str] = set()
"""Beginnings of the segments of every token that a test has made, and values of claims that are never shown."""

RUN = re.compile(rf"[A-Za-z0-9_-]{{{SHORTEST},}}")


def keep_secret(*texts: str) -> None:
    SECRETS.update(text[:SHORTEST] for text in texts if len(text) >= SHORTEST)


def tells(text: str) -> bool:
    """Return whether a text has a part of a token, a claim set, or the project's secret key."""
    return settings.SECRET_KEY in text or any(run[:SHORTEST] in SECRETS for run in RUN.findall(text))


class TokenWatch(logging.Handler):
    """Collects the sources that show a secret."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.tellers: list[str] = []

    def look_at(self, teller: str, *texts: str) -> None:
        if any(map(tells, texts)):
            self.tellers.append(teller)

    def emit(self, record: logging.LogRecord) -> None:
        self.look_at(f"the log of {record.name}", self.format(record), repr(record.args))


@contextmanager
def watching() -> Iterator[TokenWatch]:
    """Watch every log record at DEBUG, every refusal, and every response of the tests' project."""
    watch, root, make = TokenWatch(), logging.getLogger(), Refused.__init__
    level = root.level

    def made(refusal: Refused, **facts: object) -> None:
        make(refusal, **facts)  # type: ignore[arg-type]  # passed on as it came
        name = type(refusal).__name__
        watch.look_at(name, str(refusal), repr(refusal), refusal.detail, repr(refusal.args), repr(vars(refusal)))

    root.addHandler(watch)
    root.setLevel(logging.DEBUG)
    Refused.__init__ = made  # type: ignore[method-assign, assignment]  # it sees them all
    responses.append(watch)
    try:
        yield watch
    finally:
        responses.remove(watch)
        Refused.__init__ = make  # type: ignore[method-assign]
        root.setLevel(level)
        root.removeHandler(watch)


responses: list[TokenWatch] = []


@sync_and_async_middleware
def watch_responses(get_response: Any) -> Any:
    """The outermost middleware of the tests' project. A response that echoes on purpose has ``echoes``."""

    def look(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        for watch in responses if not getattr(response, "echoes", False) else ():
            content = "" if response.streaming else response.content.decode()
            watch.look_at(f"the response at {request.path}", content, str(response.headers))
        return response

    if iscoroutinefunction(get_response):

        async def amiddleware(request: HttpRequest) -> HttpResponse:
            return look(request, await get_response(request))

        return amiddleware
    return lambda request: look(request, get_response(request))
