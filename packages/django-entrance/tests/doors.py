"""Sends a person through both doors, a bearer token and ``EntraBackend``, and compares all that the database had."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.test import Client, RequestFactory
from django_entrance.bearer.authentication import identify_token
from django_entrance.verification.errors import Refused
from scripted import ScriptedAuthority
from sign_ins import bearer, fresh

DOORS = ("bearer", "backend")

Rows = dict[Any, dict[str, Any]]


class Answer(NamedTuple):
    """The user that was let in, or the reason of the refusal."""

    user: Any
    reason: str

    @property
    def key(self) -> Any:
        return None if self.user is None else self.user.pk


class Reasons(logging.Handler):
    """Collects the reasons of the refusals that are logged."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if reason := record.__dict__.get("entrance_reason"):
            self.seen.append(reason)


@contextmanager
def logged_reasons() -> Iterator[list[str]]:
    handler, log = Reasons(), logging.getLogger("django_entrance")
    log.addHandler(handler)
    try:
        yield handler.seen
    finally:
        log.removeHandler(handler)


def enter(door: str, authority: ScriptedAuthority, **claims: Any) -> Answer:
    """Send a token with these claims through one of ``DOORS``."""
    return through_middleware(authority, claims) if door == "bearer" else through_backend(authority, claims)


def through_middleware(authority: ScriptedAuthority, claims: dict[str, Any]) -> Answer:
    answer = Client().get("/", headers=bearer(authority, **claims))
    if answer.status_code == 200:
        return Answer(User.objects.get(username=answer.json()["username"]), "")
    assert answer.status_code in (401, 403), answer.status_code
    assert not answer.cookies
    return Answer(None, answer.json()["reason"])


def through_backend(authority: ScriptedAuthority, claims: dict[str, Any]) -> Answer:
    try:
        identity = identify_token(fresh(authority, **claims))
    except Refused as refusal:
        return Answer(None, refusal.reason)
    assert identity is not None
    with logged_reasons() as reasons:
        user = authenticate(RequestFactory().get("/"), identity=identity)
    assert (user is None) == bool(reasons)
    return Answer(user, reasons[0] if reasons else "")


def rows() -> Rows:
    """Return every column of every user, with the groups, permissions and accounts, by primary key."""
    found: Rows = {row["id"]: row | {"groups": [], "permissions": [], "accounts": []} for row in User.objects.values()}
    for name, path in (("groups", "groups__name"), ("permissions", "user_permissions"), ("accounts", "entra_accounts")):
        for key, value in User.objects.exclude(**{path: None}).order_by(path).values_list("pk", path):
            found[key][name].append(value)
    return found
