"""Measures what happens, for a monitoring system: the code calls ``measure``, and each of ``listeners`` is told.

``contrib.opentelemetry`` and ``contrib.prometheus`` listen. Names and units follow OpenTelemetry's semantic conventions
(https://opentelemetry.io/docs/specs/semconv/general/metrics/). No label tells who was there.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

log = logging.getLogger("django_entrance")

LabelValue = str | int | None
"""None: the label says nothing of this case, such as the status where there was no answer."""

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
"""Upper bounds of the buckets of a duration, in seconds (semantic conventions, "HTTP metrics")."""


@dataclass(frozen=True, slots=True)
class Label:
    """A label of few values: all of ``values``, or what ``bounded_by`` says."""

    name: str
    values: tuple[str, ...] = ()
    bounded_by: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Metric:
    """Something that is counted, or a duration in seconds (unit ``s``). Two are equal only as objects."""

    name: str
    unit: str
    description: str
    labels: tuple[Label, ...]

    @property
    def is_duration(self) -> bool:
        return self.unit == "s"


Listener = Callable[[Metric, tuple[LabelValue, ...], float], None]
"""Is told the metric, a value for each of its labels in order, and by how much a count grows, or the seconds."""

listeners: list[Listener] = []


def measure(metric: Metric, *values: LabelValue, amount: float = 1) -> None:
    """Tell every listener. One that fails is logged and changes no answer."""
    for listener in listeners:
        try:
            listener(metric, values, amount)
        except Exception as error:
            log.warning("%s was not measured by %r (%s).", metric.name, listener, type(error).__name__)


AUTHORITY = Label("entrance.authority", bounded_by="a name of `AUTHORITIES`")
DOOR = Label("entrance.door", ("bearer", "session", "page", "login"))
PRINCIPAL = Label("entrance.principal", ("member", "guest", "application", "agent"))
REASON = Label("entrance.reason", bounded_by="a [reason](../reference/refusals.md)")
SERVER = Label("server.address", bounded_by="the host of an authority")
ERROR = Label("error.type", bounded_by="a reason, or the name of an exception; none after a good answer")

SIGN_INS = Metric(
    "entrance.sign_ins",
    "{sign_in}",
    "Sessions that began or were confirmed, and tokens that a process saw for the first time",
    (AUTHORITY, DOOR, PRINCIPAL),
)
REFUSALS = Metric("entrance.refusals", "{refusal}", "Requests that were refused", (REASON, DOOR))
KEY_FETCHES = Metric(
    "entrance.key_fetch.duration",
    "s",
    "Fetches of signing keys: from the authority, or from `KEYS_CACHE`, where another process has put them",
    (SERVER, Label("entrance.key_fetch.source", ("authority", "cache", "none")), ERROR),
)
OUTAGE_USES = Metric(
    "entrance.signing_key.outage_uses",
    "{use}",
    "Uses of a held signing key while the authority is down and the keys are due for renewal",
    (SERVER,),
)
CACHE_LOOKUPS = Metric(
    "entrance.cache.lookups",
    "{lookup}",
    "Lookups of verified tokens in this process, and of tokens for other APIs in `TOKENS_CACHE`",
    (Label("entrance.cache.name", ("verified_tokens", "api_tokens")), Label("entrance.cache.result", ("hit", "miss"))),
)
GRAPH_CALLS = Metric(
    "entrance.graph.call.duration",
    "s",
    "Calls of Microsoft Graph, each attempt on its own: for a person, for memberships, or for a list of people",
    (
        Label("entrance.graph.purpose", ("person", "memberships", "people")),
        Label("http.request.method", ("GET", "POST")),
        Label("http.response.status_code", bounded_by="Graph's status; none without an answer"),
        ERROR,
    ),
)
GRAPH_RETRIES = Metric(
    "entrance.graph.retries", "{retry}", "Calls of Microsoft Graph that were sent again after its `Retry-After`", ()
)
TOKEN_REQUESTS = Metric(
    "entrance.token_request.duration",
    "s",
    "Requests to Entra for a token to call another API with, for a person",
    (AUTHORITY, Label("entrance.grant", ("on_behalf_of", "refresh_token")), ERROR),
)

METRICS = (
    *(SIGN_INS, REFUSALS, KEY_FETCHES, OUTAGE_USES, CACHE_LOOKUPS, GRAPH_CALLS, GRAPH_RETRIES),
    TOKEN_REQUESTS,
)
"""Every metric, in the order of the documentation."""
