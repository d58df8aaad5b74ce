"""Asks Entra over HTTP for page sign-in: only for JSON, and with few threads that wait while Entra is slow.

Anyone can begin a sign-in and come back with a made-up code, so these requests may not hold all threads while Entra
hangs. But people who come back at the same moment have to be served, since their codes cannot be sent twice. So a
process asks in two ways:

- As long as Entra answers, all may ask: a few wait long, ``MOST_BRIEF`` more for ``BRIEF`` seconds each.
- Once an answer took that long, or the authority is remembered to be down (``reachable``), one request asks at a time,
  until Entra is quick again. The others are refused at once.
"""

from __future__ import annotations

import json
import time
from typing import Any

from django.core.signals import setting_changed
from django.dispatch import receiver

from django_entrance.conf.loading import DEPENDS_ON
from django_entrance.conf.options import AuthoritySettings
from django_entrance.entra.http_client import Answer, HttpClient
from django_entrance.entra.reachable import forget_down, is_known_down
from django_entrance.verification.metadata.waiting import (
    BRIEF,
    MOST_WAITING,
    MOST_WAITING_AFTER_FAILURE,
    waiting_place,
)

slow: set[str] = set()
"""Names of authorities whose last answer took ``BRIEF`` seconds or more, or did not come."""


class NoAnswer(OSError):
    """There is no usable answer, or the question was not sent. The text is safe to log."""

    def __init__(self, told: str, *, is_outage: bool, retry_after: int = 10) -> None:
        super().__init__(told)
        self.is_outage = is_outage
        self.retry_after = retry_after


class SignInHttpClient(HttpClient):
    """Refuses an answer that is no JSON object: MSAL would log its text. Notes whether the authority sends ``iss``."""

    def __init__(self, name: str, own: AuthoritySettings) -> None:
        super().__init__(own)
        self.name = name
        self.sends_issuer = False

    def request(self, method: str, url: str, **options: Any) -> Answer:
        """Ask, and return an answer that is a JSON object.

        What answers to a code cannot be read is no outage, since the browser brought the code; a document is one.

        Raises:
            OSError: as ``HttpClient`` does.
            NoAnswer: the status tells of an outage, a redirect or too many requests, the answer is another one, or
                the question was not sent.
        """
        answer = self.ask_in_turn(method, url, **options)
        if answer.status_code == 429 or answer.status_code >= 500:
            raise NoAnswer(f"the answer has status {answer.status_code}", is_outage=answer.status_code >= 500)
        is_document = method == "GET"
        body = read_json_object(answer, is_outage=is_document and answer.status_code == 200)
        if is_document and answer.status_code == 200:
            check_endpoints(body)
            self.sends_issuer = body.get("authorization_response_iss_parameter_supported") is True
        return answer

    def ask_in_turn(self, method: str, url: str, **options: Any) -> Answer:
        """Ask when there is a place to wait in, and note whether Entra is slow."""
        is_slow = self.name in slow or is_known_down(self.name)
        most = MOST_WAITING_AFTER_FAILURE if is_slow else MOST_WAITING
        with waiting_place(self.seconds, most=most, may_be_brief=not is_slow) as seconds:
            if seconds is None:
                raise NoAnswer("too many sign-ins wait for the authority", is_outage=False, retry_after=1)
            began = time.monotonic()
            try:
                answer = super().request(method, url, seconds=seconds, **options)
                if answer.status_code < 500:
                    forget_down(self.name)
                return answer
            finally:
                (slow.add if time.monotonic() - began >= BRIEF else slow.discard)(self.name)


def read_json_object(answer: Answer, *, is_outage: bool) -> dict[str, Any]:
    try:
        body = None if 300 <= answer.status_code < 400 else json.loads(answer.text)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        told = f"expected a JSON object, got another answer with status {answer.status_code}"
        raise NoAnswer(told, is_outage=is_outage)
    return body


def check_endpoints(document: dict[str, Any]) -> None:
    if not all(isinstance(document.get(name), str) for name in ("authorization_endpoint", "token_endpoint")):
        raise NoAnswer("expected a discovery document with its endpoints", is_outage=True)


@receiver(setting_changed)
def forget_slowness(*, setting: str, **_: object) -> None:
    """Forget what was slow when a test overrides a setting that it depends on."""
    if setting in DEPENDS_ON:
        slow.clear()
