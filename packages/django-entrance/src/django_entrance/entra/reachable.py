"""Tells whether an authority answers at this moment, before a browser is sent there that need not go."""

from __future__ import annotations

import time
from typing import NamedTuple

from django_entrance.conf.loading import current_settings
from django_entrance.entra.http_client import HttpClient, https_label

SECONDS = 2.0
"""How long the authority may take."""

REMEMBERED_UP, REMEMBERED_DOWN = 10, 60
"""Seconds for which a process remembers the answer."""


class Seen(NamedTuple):
    """Whether an authority answered, and until when this counts, by the monotonic clock."""

    answers: bool
    until: float


seen: dict[str, Seen] = {}


def remembered(name: str) -> Seen | None:
    """Return what the process still remembers of an authority."""
    known = seen.get(name)
    return known if known is not None and time.monotonic() < known.until else None


def is_known_down(name: str) -> bool:
    """Return whether the authority did not answer a moment ago, without asking it."""
    known = remembered(name)
    return known is not None and not known.answers


def is_reachable(name: str) -> bool:
    """Return whether the authority of that name answers. A process asks at most once in REMEMBERED_… seconds."""
    known = remembered(name)
    if known is not None:
        return known.answers
    answers = asks(name)
    seen[name] = Seen(answers, time.monotonic() + (REMEMBERED_UP if answers else REMEMBERED_DOWN))
    return answers


def remember_down(name: str) -> None:
    """Note that an authority did not answer another request. This does not lengthen what is remembered already."""
    if not is_known_down(name):
        seen[name] = Seen(False, time.monotonic() + REMEMBERED_DOWN)


def forget_down(name: str) -> None:
    """Note that an authority has just answered, so that it is not taken for down any longer."""
    if is_known_down(name):
        seen.pop(name, None)


def asks(name: str) -> bool:
    own = current_settings().AUTHORITIES[name]
    path = "/".join([own.TENANT_ID, *own.USER_FLOWS[:1]])
    url = f"{https_label(own.AUTHORITY_HOST)}/{path}/v2.0/.well-known/openid-configuration"
    try:
        answer = HttpClient(own, seconds=SECONDS).get(url)
    except OSError:
        return False
    return answer.status_code < 500
