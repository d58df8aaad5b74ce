"""Sends calls to Microsoft Graph, to its own host alone, and reads what it answers."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

from django_entrance.conf.options import GRAPH_HOSTS, AuthoritySettings
from django_entrance.entra.graph_faults import GraphFault, retry_after
from django_entrance.entra.http_client import Answer, HttpClient, https_label, plain_origin
from django_entrance.metrics import GRAPH_CALLS, measure
from django_entrance.verification.metadata.fetch import TooLarge

LONGEST = 10.0
"""Seconds after which no further call of Graph begins."""

GRAPH_ID = "00000003-0000-0000-c000-000000000000"
"""The client id of Microsoft Graph in every cloud, for hosts that are none of Graph's own names."""


class GraphHttp:
    """Calls of Microsoft Graph, none of which begins after ``longest`` seconds (LONGEST).

    ``purpose`` is what they are measured as.
    """

    purpose = "person"

    def __init__(self, own: AuthoritySettings, *, longest: float | None = None) -> None:
        self.host = https_label(own.graph_host)
        self.client = HttpClient(own)
        self.longest = LONGEST if longest is None else longest
        self.ends_at = time.monotonic() + self.longest

    @property
    def seconds_left(self) -> float:
        return self.ends_at - time.monotonic()

    def send(self, method: str, address: str, token: str, **options: Any) -> Answer:
        """Return what Graph answers to one call, whatever its status.

        Raises:
            GraphFault: it is late, or the answer is too large.
            OSError: there is no answer.
        """
        if self.seconds_left < 0:
            raise GraphFault(f"Graph took more than {self.longest:g} seconds", is_late=True)
        headers = {"Authorization": f"Bearer {token}", "ConsistencyLevel": "eventual", **options.pop("headers", {})}
        began, status, error = time.monotonic(), None, None
        try:
            answer = self.client.request(method, address, headers=headers, **options)
            status = answer.status_code
            return answer
        except TooLarge as fault:
            error = type(fault).__name__
            raise GraphFault("Graph answered with too much") from fault
        except OSError as fault:
            error = type(fault).__name__
            raise
        finally:
            measure(GRAPH_CALLS, self.purpose, method, status, error, amount=time.monotonic() - began)

    def next_page(self, answer: Mapping[str, Any]) -> str:
        """Return the address of the next page, or an empty text. Only links to the same host are followed."""
        link = answer.get("@odata.nextLink", "")
        if not isinstance(link, str) or (link and https_label(plain_origin(link)) != self.host):
            raise GraphFault("Graph linked to another host")
        return link


class Graph(GraphHttp):
    """Calls with one token, of our own application."""

    def __init__(self, own: AuthoritySettings, token: str, *, longest: float | None = None) -> None:
        super().__init__(own, longest=longest)
        self.token = token

    def ask(self, method: str, address: str, **options: Any) -> dict[str, Any]:
        """Return the JSON object that Graph answers.

        Raises:
            GraphFault: Graph answers with another status, or another shape.
            OSError: there is no answer.
        """
        answer = self.send(method, address, self.token, **options)
        if answer.status_code != 200:
            raise GraphFault(
                f"Graph answered {answer.status_code}", status=answer.status_code, retry_after=retry_after(answer)
            )
        return read_object(answer)


def read_object(answer: Answer) -> dict[str, Any]:
    try:
        body = answer.json()
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise GraphFault("Graph answered with another shape")
    return body


def rows(value: object) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise GraphFault("Graph answered with another shape")
    return value


def ids(value: object) -> Iterable[str]:
    """Return object ids in lower case."""
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise GraphFault("Graph answered with another shape")
    return [each.lower() for each in value]


def graph_scope(own: AuthoritySettings) -> str:
    """Return the scope of everything that was granted at Graph: by its host, or by its id where the host is another."""
    is_graphs = own.graph_host in GRAPH_HOSTS.values() or own.graph_host.endswith("-graph.microsoft.us")
    return f"{own.graph_host if is_graphs else GRAPH_ID}/.default"
