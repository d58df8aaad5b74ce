"""Tells each refusal once: a line of the log with caller, request and reason, and the signal ``refused``."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from django.http import HttpRequest

from django_entrance.metrics import REFUSALS, measure
from django_entrance.signals import refused
from django_entrance.verification.errors import (
    AccessRefused,
    ApplicationRefused,
    Caller,
    ClaimsChallenged,
    DeviceRefused,
    NotSignedIn,
    ProvisioningRefused,
    Refused,
    SessionStale,
    SessionWithoutAuthenticationContext,
    TokenExpired,
    shown,
)

log = logging.getLogger("django_entrance")

LONGEST_PATH = 200
TOKEN = re.compile(r"eyJ[\w-]{8}[\w.-]+", re.ASCII)
"""Matches tokens that are sent in a path."""

UNKNOWN = Caller("", "", "", "")

OF_NO_PERSON = (
    *(TokenExpired, SessionStale, ClaimsChallenged, SessionWithoutAuthenticationContext),
    *(ApplicationRefused, DeviceRefused),
)
"""Refusals that are no warning: an expired token, a session or a person to confirm, an application, a device."""


def log_refusal(request: HttpRequest, refusal: Refused, *, door: str | None = None) -> None:
    """Log a refusal and send ``refused``. The level is WARNING if a person is known and the token has not just expired.

    ``door`` is how the caller came in, where the refusal does not tell.
    So only people with a verified token and signed-in users can cause a warning. Equal refusals of one request, as with
    GraphQL, are told once. ``extra`` has each fact under its name with the prefix ``entrance_``, because a record
    factory of the project may use the bare names.
    """
    logged = request.__dict__.setdefault("_entrance_logged", set())
    if (refusal.reason, refusal.expected) in logged:
        return
    logged.add((refusal.reason, refusal.expected))
    who = refused_caller(request, refusal)
    if door is not None:
        who = RefusedCaller(refusal.caller or UNKNOWN, None, door)
    write_line(request, refusal, who)
    measure(REFUSALS, refusal.reason, who.door)
    refused.send_robust(sender=type(refusal), refusal=refusal, request=request, **who._asdict())


class RefusedCaller(NamedTuple):
    """Who was refused: the ids of the token, the signed-in Django user, and the door."""

    caller: Caller
    user: Any
    door: str


def refused_caller(request: HttpRequest, refusal: Refused) -> RefusedCaller:
    """Return who was refused. A refusal of a token names its caller; ``permissions`` and views refuse the user."""
    is_of_user = isinstance(refusal, AccessRefused | ProvisioningRefused) and not isinstance(refusal, NotSignedIn)
    if isinstance(refusal, SessionStale):
        return RefusedCaller(refusal.caller or UNKNOWN, None, "session")
    if refusal.caller is not None or not is_of_user:
        return RefusedCaller(refusal.caller or UNKNOWN, None, "bearer")
    identity = getattr(request, "entra", None)
    user = getattr(request, "user", None)
    if identity is not None:
        return RefusedCaller(identity.caller, user, identity.door)
    return RefusedCaller(UNKNOWN, user, "login")


def write_line(request: HttpRequest, refusal: Refused, who: RefusedCaller) -> None:
    key = getattr(who.user, "pk", None)
    caller = {**who.caller._asdict(), "user": "" if key is None else shown(str(key))}
    where = {"method": shown(request.method or "", at_most=16), "path": shown_path(request)}
    facts = {"reason": refusal.reason, "status": refusal.status, **caller, **where}
    log.log(
        logging.WARNING if is_warning(request, refusal, caller) else logging.INFO,
        "Refused %s (%s) at %s to %s: %s",
        refusal.reason,
        refusal.status,
        " ".join(filter(None, where.values())) or "no request",
        ", ".join(f"{name} {value}" for name, value in caller.items() if value) or "an unknown caller",
        refusal.detail,
        extra={f"entrance_{name}": value for name, value in facts.items()},
    )


def is_warning(request: HttpRequest, refusal: Refused, caller: Mapping[str, str]) -> bool:
    """Tell whether a known person was refused. Programs repeat what is refused, and expired tokens are everyday."""
    is_known = any(caller[name] for name in ("object_id", "client_id", "user"))
    identity = getattr(request, "entra", None)
    is_program = identity is not None and identity.is_application
    return is_known and not is_program and not isinstance(refusal, OF_NO_PERSON)


def shown_path(request: HttpRequest) -> str:
    """Return the path without its query, URL-encoded, so that words in it cannot look like parts of the log line."""
    path = TOKEN.sub("(token)", request.path)
    return shown(quote(path, safe="/()", errors="replace"), at_most=LONGEST_PATH)
