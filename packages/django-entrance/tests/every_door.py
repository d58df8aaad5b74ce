"""One way to ask a view of every framework, and to be told status, reason and caller in one form."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

STATUS = {"UNAUTHENTICATED": 401, "FORBIDDEN": 403}
"""Of the codes in a GraphQL error, whose response is 200."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a view has told: ``told`` has ``user`` and ``door``, or ``reason``."""

    status: int
    told: dict[str, Any]
    response: Any

    @property
    def refusal(self) -> tuple[int, str]:
        return self.status, self.told.get("reason", "")


class Door:
    """A view that answers ``user`` and ``door`` as JSON, or GraphQL's field ``me``, which answers that as text.

    ``own_cookies`` are those that the framework sets in every response.
    """

    def __init__(self, client: Any, place: str, own_cookies: Iterable[str] = ()) -> None:
        self.client, self.place, self.own_cookies = client, place, set(own_cookies)
        self.is_graphql = "graphql" in place

    def new(self) -> "Door":
        """Return the same door before another browser."""
        return Door(type(self.client)(), self.place)

    def get(self, query: str = "", **sent: Any) -> Answer:
        address = f"{self.place}?{query}"
        return self.told_by(self.client.get(f"{address}&query={quote('{me}')}" if self.is_graphql else address, **sent))

    def post(self, data: dict[str, str] | None = None, **sent: Any) -> Answer:
        if self.is_graphql:
            body = {"query": "{me}"} | (data or {})
            return self.told_by(self.client.post(self.place, body, content_type="application/json", **sent))
        return self.told_by(self.client.post(self.place, data or {}, **sent))

    def told_by(self, response: Any) -> Answer:
        status = response.status_code
        told = response.json() if "json" in response.get("Content-Type", "") else {}
        if status == 200 and self.is_graphql:
            status, told = told_by_graphql(told)
        return Answer(status=status, told=told, response=response)


def told_by_graphql(told: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    if "errors" not in told:
        return 200, json.loads(told["data"]["me"])
    [extensions] = [error["extensions"] for error in told["errors"]]
    status = 401 if "claims" in extensions else STATUS[extensions["code"]]
    return status, extensions
