"""Makes the bodies of several calls of Microsoft Graph in one, and reads their answers.

https://learn.microsoft.com/graph/json-batching
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from django_entrance.entra.graph_faults import SHORTEST_WAIT, GraphFault

IN_ONE = 20
"""Requests in one batch."""

Batch = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """What Graph answers to one request of a batch: its status, and its body, which is JSON or a text."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300

    @property
    def retry_after(self) -> int:
        """The seconds to wait before the request is sent again."""
        text = next((value for name, value in self.headers.items() if name.lower() == "retry-after"), "")
        return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else SHORTEST_WAIT


def batches_of(requests: Iterable[str | Mapping[str, Any]]) -> list[Batch]:
    """Return requests as Graph takes them, at most IN_ONE together.

    Raises:
        ValueError: one has no path, or one that leads elsewhere than it seems to.
        TypeError, ValueError: one cannot be written as JSON. Later, the error's frames would have the token.
    """
    every = [as_request(str(number), each) for number, each in enumerate(requests, 1)]
    json.dumps(every, allow_nan=False)
    return [every[first : first + IN_ONE] for first in range(0, len(every), IN_ONE)]


def is_plain_path(text: str) -> bool:
    """Return whether this is a path without a query that leads where it seems to, decoded or not."""
    is_path = text.startswith("/") and text.isprintable() and not any(each in text for each in "\\?#")
    return is_path and {"", ".", ".."}.isdisjoint(unquote(text[1:]).split("/"))


def as_request(number: str, request: str | Mapping[str, Any]) -> dict[str, Any]:
    written = {"url": request} if isinstance(request, str) else dict(request)
    url = written.get("url")
    if not isinstance(url, str) or not is_plain_path(url.partition("?")[0]):
        raise ValueError('Expected a path such as "/me/messages?$top=10" as url.')
    asked = {"method": "GET", **written, "id": number}
    if "body" in asked:
        asked["headers"] = {"Content-Type": "application/json", **asked.get("headers", {})}
    return asked


def read_batch(answer: Mapping[str, Any]) -> dict[str, BatchAnswer]:
    """Return the answers by the ids of their requests.

    Raises:
        GraphFault: the answer has another shape.
    """
    responses = answer.get("responses")
    if not isinstance(responses, list) or not all(isinstance(each, dict) for each in responses):
        raise GraphFault("Graph answered with another shape")
    return {str(each.get("id")): read_answer(each) for each in responses}


def read_answer(each: Mapping[str, Any]) -> BatchAnswer:
    status, headers = each.get("status"), each.get("headers")
    if not isinstance(status, int) or isinstance(status, bool):
        raise GraphFault("Graph answered with another shape")
    texts = {name: str(value) for name, value in headers.items()} if isinstance(headers, dict) else {}
    return BatchAnswer(status, each.get("body"), texts)


def in_order(batches: Iterable[Batch], answers: Mapping[str, BatchAnswer]) -> list[BatchAnswer]:
    """Return the answers in the order of their requests.

    Raises:
        GraphFault: one has no answer.
    """
    numbers = [each["id"] for batch in batches for each in batch]
    if not answers.keys() >= set(numbers):
        raise GraphFault("Graph left requests of a batch unanswered")
    return [answers[number] for number in numbers]
