"""A small client of Microsoft Graph for the person who calls: ``graph(request)`` and ``agraph(request)``.

For everything else hand ``on_behalf_of.token_for`` to Microsoft's own SDK.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from asgiref.sync import sync_to_async
from django.http import HttpRequest

from django_entrance.conf.loading import current_settings
from django_entrance.entra.calling_errors import interaction, unanswered_by_graph
from django_entrance.entra.claims_challenges import claims_of_challenge
from django_entrance.entra.graph_batches import BatchAnswer, batches_of, in_order, is_plain_path, read_batch
from django_entrance.entra.graph_faults import GraphError, GraphFault, retry_after
from django_entrance.entra.graph_http import GraphHttp, graph_scope, read_object
from django_entrance.entra.http_client import Answer
from django_entrance.entra.on_behalf_of import forget_token, identity_of_person, token_for
from django_entrance.metrics import GRAPH_RETRIES, measure
from django_entrance.verification.errors import OnBehalfExpired, SessionStale

AGAIN = frozenset({429, 503, 504})
"""Statuses after which Graph may be asked again (Microsoft Graph, "Throttling guidance")."""

OPTIONS = frozenset({"select", "filter", "expand", "orderby", "top", "skip", "count", "search", "format"})
"""Options of OData that are written with a dollar sign."""

VERSIONS = ("v1.0", "beta")

pause = time.sleep


def graph(request: HttpRequest, scopes: str | Iterable[str] | None = None, *, seconds: float = 10.0) -> GraphClient:
    """Return a client of Microsoft Graph that calls it for the person of the request.

    ``scopes`` are those that the calls need; without them it is everything that was granted. None of its calls begins
    after ``seconds``, and it waits at most so long when Graph says that it should (``Retry-After``).

    Raises:
        NotSignedIn, TokenMissing, ApplicationRefused: as ``token_for`` does; the other refusals come with a call.
    """
    return GraphClient(request, scopes, seconds=seconds)


def agraph(
    request: HttpRequest, scopes: str | Iterable[str] | None = None, *, seconds: float = 10.0
) -> AsyncGraphClient:
    """Do what ``graph`` does, for async views: the calls of the client are awaited, and run in a thread."""
    return AsyncGraphClient(lambda: graph(request, scopes, seconds=seconds))


class GraphClient:
    """Calls Microsoft Graph for a person, at ``GRAPH_HOST`` alone.

    A call raises what ``token_for`` raises; ``InteractionChallenged`` where Graph itself asks for a newer sign-in
    (continuous access evaluation); ``GraphUnanswered`` where Graph is down or limits calls; and ``GraphError`` for its
    other answers.
    """

    def __init__(self, request: HttpRequest, scopes: str | Iterable[str] | None, *, seconds: float) -> None:
        self.request = request
        self.identity = identity_of_person(request)
        own = current_settings().AUTHORITIES[self.identity.authority]
        self.scopes = graph_scope(own) if scopes is None else scopes
        self.http = GraphHttp(own, longest=seconds)
        self.pause: Callable[[float], None] = pause

    def get(self, path: str, *, version: str = "v1.0", **query: Any) -> dict[str, Any]:
        """Return the JSON object at a path: ``graph(request).get("/me", select="displayName,mail")``.

        Args:
            path: Begins with a slash, without a query.
            version: Of Graph: ``v1.0`` or ``beta``.
            query: Options of OData, without their dollar sign, and any others.

        Raises:
            Refused: as ``token_for`` does; ``InteractionChallenged`` also where Graph asks for a newer sign-in.
            GraphUnanswered: Graph is down, limits calls, or answers with another shape.
            GraphError: Graph answers with an error; its ``status`` and ``code`` say which.
            ValueError: ``path`` or ``version`` is none.
        """
        with as_refusals():
            return read_object(self.call("GET", self.address(path, version, query)))

    def pages(self, path: str, *, version: str = "v1.0", **query: Any) -> Iterator[dict[str, Any]]:
        """Yield each page of a list, with its rows under ``value``. Only links to Graph itself are followed.

        It takes ``path``, ``version`` and ``query`` as ``get`` does.

        Raises:
            Refused, GraphUnanswered, GraphError, ValueError: as ``get`` does, with the page that is asked for.
        """
        address = self.address(path, version, query)
        while address:
            with as_refusals():
                page = read_object(self.call("GET", address))
            yield page
            with as_refusals():
                address = self.http.next_page(page)

    def batch(self, requests: Iterable[str | Mapping[str, Any]], *, version: str = "v1.0") -> list[BatchAnswer]:
        """Return the answers to several requests in their order, with 20 in one call.

        Each of ``requests`` is a path to get, or a dict with ``method``, ``url``, ``body`` and ``headers`` (Microsoft
        Graph, "JSON batching"). Requests that Graph limits are sent once more, while there is time. ``version`` is as
        in ``get``. An error of one request is its ``BatchAnswer``, and is not raised.

        Raises:
            Refused, GraphUnanswered, GraphError: as ``get`` does, for the batch as a whole.
            ValueError, TypeError: a request has no path, or cannot be written as JSON.
        """
        answers: dict[str, BatchAnswer] = {}
        batches = batches_of(requests)
        with as_refusals():
            for batch in batches:
                found, limited = self.send_batch(batch, version)
                if limited and self.waits(max(found[each["id"]].retry_after for each in limited)):
                    found |= self.send_batch(limited, version)[0]
                answers |= found
            return in_order(batches, answers)

    def send_batch(
        self, batch: list[dict[str, Any]], version: str
    ) -> tuple[dict[str, BatchAnswer], list[dict[str, Any]]]:
        """Return the answers to a batch by id, and the requests that Graph has limited."""
        answer = self.call("POST", self.address("/$batch", version, {}), json={"requests": batch})
        found = read_batch(read_object(answer))
        return found, [each for each in batch if each["id"] in found and found[each["id"]].status in AGAIN]

    def address(self, path: str, version: str, query: Mapping[str, Any]) -> str:
        """Return the address of a path.

        Raises:
            ValueError: the path leads elsewhere than it seems to, or has a query.
        """
        if version not in VERSIONS or not is_plain_path(path):
            raise ValueError('Expected a path such as "/me/messages", with its query as arguments: top=10.')
        named = {f"${name}" if name in OPTIONS else name: as_text(value) for name, value in query.items()}
        return f"{self.http.host}/{version}{path}" + (f"?{urlencode(named, safe='$,')}" if named else "")

    def call(self, method: str, address: str, **options: Any) -> Answer:
        """Return a good answer."""
        claims = None
        for is_last in (False, True):
            answer = self.send(method, address, claims, **options)
            if answer.status_code != 401:
                return good(answer)
            claims = claims_of_challenge(answer.headers)
            forget_token(self.request, self.scopes)
            if is_last and claims is not None:
                raise interaction(self.identity, claims)
        return good(answer)

    def send(self, method: str, address: str, claims: str | None, **options: Any) -> Answer:
        """Return an answer, once Graph no longer limits calls."""
        token = self.token(claims)
        while True:
            answer = self.http.send(method, address, token, **options)
            if answer.status_code not in AGAIN or not self.waits(retry_after(answer, shortest=1)):
                return answer

    def token(self, claims: str | None) -> str:
        """Return a token; after a challenge of Graph's one that Entra gives for its claims."""
        try:
            return token_for(self.request, self.scopes, claims=claims)
        except (OnBehalfExpired, SessionStale):
            if claims is None:
                raise
        raise interaction(self.identity, claims)

    def waits(self, seconds: float) -> bool:
        """Wait, if there is time to."""
        has_time = seconds < self.http.seconds_left
        if has_time:
            self.pause(seconds)
            measure(GRAPH_RETRIES)
        return has_time


class AsyncGraphClient:
    """``GraphClient`` in a thread."""

    def __init__(self, make: Callable[[], GraphClient]) -> None:
        self.make = make

    async def get(self, path: str, **query: Any) -> dict[str, Any]:
        """Do what ``GraphClient.get`` does."""
        return await sync_to_async(lambda: self.make().get(path, **query))()

    async def pages(self, path: str, **query: Any) -> AsyncIterator[dict[str, Any]]:
        """Do what ``GraphClient.pages`` does."""
        pages = await sync_to_async(lambda: self.make().pages(path, **query))()
        while (page := await sync_to_async(lambda: next(pages, None))()) is not None:
            yield page

    async def batch(self, requests: Iterable[str | Mapping[str, Any]], **version: Any) -> list[BatchAnswer]:
        """Do what ``GraphClient.batch`` does."""
        return await sync_to_async(lambda: self.make().batch(requests, **version))()


@contextmanager
def as_refusals() -> Iterator[None]:
    """Turn what can go wrong between us and Graph into a refusal.

    Raises:
        GraphUnanswered: Graph does not answer, or nothing that can be read.
    """
    refusal = None
    try:
        yield
    except OSError as fault:
        refusal = unanswered_by_graph(fault)
        fault.__cause__ = fault.__context__ = fault.__traceback__ = None  # their frames have the token
    if refusal is not None:
        raise refusal from None


def as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def good(answer: Answer) -> Answer:
    """Return an answer, if it is a good one.

    Raises:
        GraphFault: Graph is down, or limits calls.
        GraphError: it is another one.
    """
    if 200 <= answer.status_code < 300:
        return answer
    if answer.status_code == 429 or answer.status_code >= 500:
        told = f"Graph answered {answer.status_code}"
        fault = GraphFault(told, status=answer.status_code, retry_after=retry_after(answer))
        raise fault
    raise GraphError.of(answer)
