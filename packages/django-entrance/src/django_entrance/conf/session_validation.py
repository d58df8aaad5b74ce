"""Validates how long sessions live, and the address of the site that people see."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from django_entrance.conf.advice import Problem, quoted
from django_entrance.verification.issuers import LOOPBACK

SHORTEST_RECHECK = 60
"""Seconds. A shorter time would send each page first to Microsoft."""


def session_problems(raw: Mapping[str, Any]) -> Iterator[Problem]:
    yield from lifetime_problems(raw)
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
