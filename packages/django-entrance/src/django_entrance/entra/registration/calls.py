"""Calls Microsoft Graph for a registration: waits when it is asked to, and asks again what may be asked twice.

https://learn.microsoft.com/graph/throttling
https://learn.microsoft.com/graph/errors
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from django_entrance.entra.graph_faults import retry_after
from django_entrance.entra.http_client import Answer, WrongHost
from django_entrance.verification.errors import shown
from django_entrance.verification.metadata.fetch import TooLarge

Json = dict[str, Any]

MOST_TRIES = 6
"""How often a call is sent that Graph asks to send again, or that names an object that is not everywhere yet."""

MOST_PAGES = 100

IN_PLACE = re.compile(
    r"already exist|already in use|in use already|ObjectConflict|same value for property", re.IGNORECASE
)
"""What Graph says of an object that is there: besides 409, 400 for app role assignments."""

NOT_EVERYWHERE = re.compile(
    r"does not reference a valid application|does not exist or one of its queried|is not the object id", re.IGNORECASE
)
"""What Graph says, with 400, of an object that was made a moment ago and is not on all its servers yet."""


class Refused(Exception):
    """Graph gave no usable answer. The text is safe to print; ``status`` is 0 if there was none."""

    def __init__(self, told: str, *, status: int = 0, code: str = "") -> None:
        super().__init__(told)
        self.status = status
        self.code = code


class NotThere(Refused):
    """The object is unknown (404)."""


class InPlace(Refused):
    """The object is there already: another run has made it."""


class Unsure(Refused):
    """The answer was lost, and the call may not be sent twice."""


class Send(Protocol):
    """Sends one request, as ``HttpClient.request`` does."""

    def __call__(self, method: str, url: str, **options: Any) -> Answer: ...


class GraphCalls:
    """Calls of Graph with one token. ``send`` and ``sleep`` are values, so that tests lose answers without waiting."""

    def __init__(self, host: str, token: str, send: Send, sleep: Callable[[float], None] = time.sleep) -> None:
        self.host = host
        self.headers = {"Authorization": f"Bearer {token}"}
        self.send = send
        self.sleep = sleep

    def __repr__(self) -> str:
        return f"<GraphCalls to {self.host}>"

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None, **more: Any) -> Json:
        """Return the answer's body, empty if it has none.

        ``more`` are ``headers``, ``once`` (the call may not be sent twice if its answer is lost) and ``is_new`` (it
        names an object that was made a moment ago, which some of Graph's servers may not know yet).

        Raises:
            Refused: of these, ``NotThere``, ``InPlace`` and ``Unsure`` say what to do.
        """
        address = path if path.startswith("https:") else f"{self.host}/v1.0{path}"
        options: dict[str, Any] = {"headers": self.headers | more.get("headers", {})}
        if body is not None:
            options["json"] = body
        is_once, is_new, attempt = bool(more.get("once")), bool(more.get("is_new")), 1
        while True:
            answer = self.send_once(method, address, options, once=is_once)
            wait = seconds_to_wait(answer, attempt, is_new=is_new, once=is_once)
            if wait is None or attempt == MOST_TRIES:
                break
            self.sleep(wait)
            attempt += 1
        if is_once and answer is not None and answer.status_code >= 500:
            raise Unsure(f"Graph answered {answer.status_code}", status=answer.status_code)
        return body_of(answer, method, path)

    def send_once(self, method: str, address: str, options: Mapping[str, Any], *, once: bool) -> Answer | None:
        """Return the answer, or None if none came and the call may be sent again."""
        try:
            return self.send(method, address, **options)
        except (TooLarge, WrongHost) as fault:
            raise Refused(f"{method} {address}: {fault}.") from None
        except OSError as fault:
            if once:
                raise Unsure(f"no answer of Graph ({type(fault).__name__})") from None
            return None

    def every_row(self, path: str) -> Iterator[Json]:
        """Yield a list, page by page; only links to the same host are followed.

        Raises:
            Refused: as ``ask`` does, or there is more that cannot be read: part of a list is not the list.
        """
        for _ in range(MOST_PAGES):
            page = self.ask("GET", path)
            yield from page.get("value", ())
            path = str(page.get("@odata.nextLink") or "")
            if not path:
                return
            if not path.startswith(f"{self.host}/"):
                raise Refused("Graph linked to another host.")
        raise Refused(f"Graph has more than {MOST_PAGES} pages of a list.")


def seconds_to_wait(answer: Answer | None, attempt: int, *, is_new: bool, once: bool) -> float | None:
    """Return how long to wait before the call is sent again, or None if it is not."""
    backoff = float(2**attempt)
    if answer is None:
        return backoff
    if answer.status_code == 429 or (answer.status_code == 503 and "Retry-After" in answer.headers):
        return float(retry_after(answer))
    if answer.status_code >= 500:
        return None if once else backoff
    is_missing = answer.status_code == 404 or (answer.status_code == 400 and NOT_EVERYWHERE.search(answer.text))
    return backoff if is_new and is_missing else None


def body_of(answer: Answer | None, method: str, path: str) -> Json:
    if answer is None:
        raise Refused(f"{method} {path}: no answer of Graph. Compare HTTPS_PROXY and your connection; run again.")
    if answer.status_code == 204:
        return {}
    try:
        body = answer.json()
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise Refused(f"{method} {path}: expected JSON of Graph, got status {answer.status_code} with another body.")
    if answer.status_code < 400:
        return body
    raise refusal(answer.status_code, body, method, path)


def refusal(status: int, body: Json, method: str, path: str) -> Refused:
    error = body.get("error")
    error = error if isinstance(error, dict) else {}
    code, message = str(error.get("code", "")), str(error.get("message", ""))
    told = f"{method} {path}: Graph answered {status} {shown(code)}: {shown(message, at_most=300)}"
    if status == 404:
        return NotThere(told, status=status, code=code)
    if status == 409 or (status == 400 and IN_PLACE.search(f"{code} {message}")):
        return InPlace(told, status=status, code=code)
    return Refused(told, status=status, code=code)
