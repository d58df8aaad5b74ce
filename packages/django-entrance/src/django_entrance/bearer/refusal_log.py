"""Logs each refusal in one line: the caller, the request and the reason."""

from __future__ import annotations

import logging
import re
from urllib.parse import quote

from django.http import HttpRequest

from django_entrance.verification.errors import AccessRefused, Caller, NotSignedIn, Refused, TokenExpired, shown

log = logging.getLogger("django_entrance")

LONGEST_PATH = 200
TOKEN = re.compile(r"eyJ[\w-]{8}[\w.-]+", re.ASCII)
"""Matches tokens that are sent in a path."""

UNKNOWN = Caller("", "", "", "")


def log_refusal(request: HttpRequest, refusal: Refused) -> None:
    """Log a refusal: at WARNING if the caller is known and the token has not just expired, else at INFO.

    So only callers with a verified token and signed-in users can cause a warning. Equal refusals of one request, as
    with GraphQL, are logged once. ``extra`` has each fact under its name with the prefix ``entrance_``, because a
    record factory of the project may use the bare names.
    """
    logged = request.__dict__.setdefault("_entrance_logged", set())
    if (refusal.reason, refusal.expected) in logged:
        return
    logged.add((refusal.reason, refusal.expected))
    caller = caller_facts(request, refusal)
    where = {"method": shown(request.method or "", at_most=16), "path": shown_path(request)}
    facts = {"reason": refusal.reason, "status": refusal.status, **caller, **where}
    is_known = any(caller[name] for name in ("object_id", "client_id", "user"))
    log.log(
        logging.WARNING if is_known and not isinstance(refusal, TokenExpired) else logging.INFO,
        "Refused %s (%s) at %s to %s: %s",
        refusal.reason,
        refusal.status,
        " ".join(filter(None, where.values())) or "no request",
        ", ".join(f"{name} {value}" for name, value in caller.items() if value) or "an unknown caller",
        refusal.detail,
        extra={f"entrance_{name}": value for name, value in facts.items()},
    )


def caller_facts(request: HttpRequest, refusal: Refused) -> dict[str, str]:
    """Return the ids of the refused caller: those of the token, and the primary key of the signed-in Django user."""
    if refusal.caller is not None or isinstance(refusal, NotSignedIn) or not isinstance(refusal, AccessRefused):
        return {**(refusal.caller or UNKNOWN)._asdict(), "user": ""}
    identity = getattr(request, "entra", None)
    caller = UNKNOWN if identity is None else identity.caller
    user = getattr(request, "user", None)
    key = getattr(user, "pk", None)
    return {**caller._asdict(), "user": "" if key is None else shown(str(key))}


def shown_path(request: HttpRequest) -> str:
    """Return the path without its query, URL-encoded, so that words in it cannot look like parts of the log line."""
    path = TOKEN.sub("(token)", request.path)
    return shown(quote(path, safe="/()", errors="replace"), at_most=LONGEST_PATH)
