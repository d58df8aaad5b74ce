"""Validates how long sessions live, the address of the site that people see, and the names of contexts."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from django_entrance.conf.advice import Problem, quoted
from django_entrance.verification.issuers import LOOPBACK

SHORTEST_RECHECK = 60
"""Seconds. A shorter time would send each page first to Microsoft."""


CONTEXT = re.compile(r"c[1-9][0-9]?")
"""Entra's ids of authentication contexts (Microsoft Graph, authenticationContextClassReference)."""


def session_problems(raw: Mapping[str, Any]) -> Iterator[Problem]:
    yield from lifetime_problems(raw)
    yield from context_problems(raw.get("AUTHENTICATION_CONTEXTS") or {})
    address = raw.get("PUBLIC_URL")
    if address is not None and not is_site(address):
        hint = 'Write scheme and host as people see them, such as "https://app.contoso.com"; http only for localhost.'
        message = f"ENTRANCE['PUBLIC_URL'] is not the address of a site: the string {quoted(address)}."
        yield Problem(check_id="E027", message=message, hint=hint)


def lifetime_problems(raw: Mapping[str, Any]) -> Iterator[Problem]:
    for key in ("SESSION_LIFETIME", "SESSION_RECHECK"):
        value = raw.get(key)
        if value is not None and value < SHORTEST_RECHECK:
            hint = f"Write seconds, at least {SHORTEST_RECHECK}."
            yield Problem(check_id="E026", message=f"ENTRANCE[{key!r}] is out of range: {value}.", hint=hint)


def context_problems(contexts: Mapping[Any, Any]) -> Iterator[Problem]:
    for name, value in contexts.items():
        if not isinstance(name, str) or not name or not isinstance(value, str) or not CONTEXT.fullmatch(value.lower()):
            hint = 'Write a name of yours and the id that the Entra admin center shows: {"delete": "c1"}; c1 to c99.'
            message = f"ENTRANCE['AUTHENTICATION_CONTEXTS'][{name!r}] is not the id of an authentication context."
            yield Problem(check_id="E028", message=message, hint=hint)


def is_site(address: str) -> bool:
    """Return whether this is scheme and host alone: https, or http for localhost, as Entra registers redirect URIs."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    rest = parts.path.strip("/") or parts.query or parts.fragment or parts.username or parts.password
    is_allowed = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    return bool(host) and is_allowed and not rest and not any(map(str.isspace, address))
