"""Runs a registration against entra-double's Graph, and lets its calls be killed, delayed or refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django_entrance.conf.loading import settings_to_register
from django_entrance.conf.options import AuthoritySettings
from django_entrance.entra.http_client import Answer, HttpClient, https_label
from django_entrance.entra.registration.applying import Application, Outcome
from django_entrance.entra.registration.calls import GraphCalls, Send
from django_entrance.entra.registration.changes import Change
from django_entrance.entra.registration.wanted import (
    Choices,
    Federation,
    NewSecret,
    Site,
    Wanted,
    wanted_registrations,
)
from empty_tenant import ADA, admin_token
from entra_double import RunningEntra
from own_credentials import pem_of
from scripted import Key as TestKey
from token_watch import keep_secret

WHERE = Site(
    callback="http://localhost:8000/entrance/callback/",
    bridge="http://localhost:8000/entrance/redirect/",
    signed_out="http://localhost:8000/",
    front_channel="http://localhost:8000/entrance/front-channel-logout/",
)
SECRET = NewSecret(name="django-entrance", ends_at="2099-01-01T00:00:00Z")
WORKLOAD = Federation(
    name="django-entrance-pod", issuer="https://issuer.example", subject="pod", audience="api://AzureADTokenExchange"
)
API = "django-entrance-localhost-api"
CHOICES: dict[str, Any] = {"name": "Logbook", "sites": (WHERE,), "credential": SECRET}


class Killed(BaseException):
    """The process ends here."""


def wanted_of(**choices: Any) -> Wanted:
    """Return what the settings of the test want."""
    settings, new = settings_to_register("contoso.example")
    name = next(iter(settings.AUTHORITIES))
    return wanted_registrations(settings, name, Choices(**CHOICES | choices), is_new=name in new)


def own_settings() -> AuthoritySettings:
    settings, _ = settings_to_register("contoso.example")
    return next(iter(settings.AUTHORITIES.values()))


def answer(status: int, code: str = "", message: str = "", **headers: str) -> Answer:
    """Return an answer of Graph's."""
    body = {"error": {"code": code, "message": message}} if code else {}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, named, json.dumps(body))


@dataclass
class Calls:
    """Sends the calls of one run. ``before`` may answer in Graph's place, ``after`` may change or lose an answer."""

    send: Send
    before: Callable[[int, str, str], Answer | None] = lambda number, method, url: None
    after: Callable[[int, str, str, Answer], Answer] = lambda number, method, url, answer: answer
    writes: list[tuple[str, str]] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def __call__(self, method: str, url: str, **options: Any) -> Answer:
        if method != "GET":
            self.writes.append((method, url))
            self.bodies.append(options.get("json"))
        number = len(self.writes) if method != "GET" else 0
        replaced = self.before(number, method, url)
        if replaced is not None:
            return replaced
        given = self.send(method, url, **options)
        secret = json.loads(given.text or "{}").get("secretText") if given.status_code == 200 else None
        if secret:
            keep_secret(secret)
        return self.after(number, method, url, given)


def calls_of(entra: RunningEntra, **faults: Any) -> Calls:
    return Calls(HttpClient(own_settings(), seconds=30).request, **faults)


def graph_of(entra: RunningEntra, calls: Calls, *scopes: str) -> GraphCalls:
    host = https_label(own_settings().graph_host)
    return GraphCalls(host, admin_token(entra, *scopes), calls, calls.waits.append)


def somebody(entra: RunningEntra) -> GraphCalls:
    """Return the calls of a person without a directory role, who may register applications."""
    return GraphCalls(https_label(own_settings().graph_host), admin_token(entra, person=ADA), calls_of(entra))


def take(graph: GraphCalls, name: str = API, **body: Any) -> Any:
    """Register an application under our name, before we do."""
    headers = {"Prefer": "create-if-missing"}
    return graph.ask("PATCH", f"/applications(uniqueName='{name}')", {"displayName": "x", **body}, headers=headers)


def run(entra: RunningEntra, calls: Calls | None = None, *scopes: str, **choices: Any) -> Outcome:
    """Register with the choices, as the administrator."""
    graph = graph_of(entra, calls or calls_of(entra), *scopes)
    return Application(wanted_of(**choices), graph, nothing).run()


def nothing(change: Change) -> None:
    """Print nothing."""


def certificate_file(path: Path, key: TestKey) -> Path:
    """Write a PEM file with the private key and a new certificate, and return its path."""
    path.write_bytes(b"".join(pem_of(key)))
    return path
