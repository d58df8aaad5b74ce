"""Writes the one line of log that each refusal gets: who, through what, where, and why."""

from __future__ import annotations

import logging
import re
from urllib.parse import quote

from django.http import HttpRequest

from django_entrance.verification.errors import AccessRefused, Caller, NotSignedIn, Refused, TokenExpired, shown

log = logging.getLogger("django_entrance")

LONGEST_PATH = 200
TOKEN = re.compile(r"eyJ[\w-]{8}[\w.-]+", re.ASCII)
"""What a token looks like, for those that are sent in a path."""

UNKNOWN = Caller("", "", "", "")


def log_refusal(request: HttpRequest, refusal: Refused) -> None:
    """Log a refusal: at WARNING when the caller is known, else and for tokens that have merely expired at INFO.

    So only people and applications with a proved token, and users who are signed in, can cause a warning. A request
    that is refused the same thing many times, as GraphQL may be, gets one line. ``extra`` has each fact by its name
    after ``entrance_``: a record factory of the project may use the bare names.
    """
    logged = request.__dict__.setdefault("_entrance_logged", set())
    if (refusal.reason, refusal.expected) in logged:
        return
    logged.add((refusal.reason, refusal.expected))
    who = caller_facts(request, refusal)
    where = {"method": shown(request.method or "", at_most=16), "path": shown_path(request)}
    facts = {"reason": refusal.reason, "status": refusal.status, **who, **where}
    is_known = any(who[name] for name in ("object_id", "client_id", "user"))
    log.log(
        logging.WARNING if is_known and not isinstance(refusal, TokenExpired) else logging.INFO,
        "Refused %s (%s) at %s to %s: %s",
        refusal.reason,
        refusal.status,
        " ".join(filter(None, where.values())) or "no request",
        ", ".join(f"{name} {value}" for name, value in who.items() if value) or "an unknown caller",
        refusal.detail,
        extra={f"entrance_{name}": value for name, value in facts.items()},
    )


def caller_facts(request: HttpRequest, refusal: Refused) -> dict[str, str]:
    """Return the ids of who was refused: those of the token, and the key of the Django user who is signed in."""
    if refusal.caller is not None or isinstance(refusal, NotSignedIn) or not isinstance(refusal, AccessRefused):
        return {**(refusal.caller or UNKNOWN)._asdict(), "user": ""}
    identity = getattr(request, "entra", None)
    caller = UNKNOWN if identity is None else identity.caller
    user = getattr(request, "user", None)
    key = getattr(user, "pk", None)
    return {**caller._asdict(), "user": "" if key is None else shown(str(key))}


def shown_path(request: HttpRequest) -> str:
    """Return the path without its query, spelled as in a URL, so that no words in it pass for facts of the line."""
    path = TOKEN.sub("(token)", request.path)
    return shown(quote(path, safe="/()", errors="replace"), at_most=LONGEST_PATH)
