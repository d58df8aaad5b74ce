"""Tells whether an authority answers at this moment, before a browser is sent there that need not go.

An authority counts as down only when a question of our own fails: what it answers to a code says nothing, since the
browser brought the code and may have made it up. So an outage lengthens sessions, and no browser can cause one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from django_entrance.conf.loading import current_settings
from django_entrance.entra.http_client import Answer, HttpClient, WrongHost, https_label

SECONDS = 2.0
"""How long the authority may take for one answer."""

REMEMBERED_UP, REMEMBERED_DOWN = 10, 60
"""Seconds for which a process remembers the answer."""

LONGEST_ASKING = 4 * SECONDS
"""Seconds after which a question counts as lost, such as one of a thread that a fork has left in its parent."""

CODES = "codes of "
"""Stands before an authority's name in ``seen``, where its token endpoint is meant, too."""


class Seen(NamedTuple):
    """Whether an authority answered, and until when this counts, by the monotonic clock."""

    answers: bool
    until: float


class Asking:
    """A question that a thread has sent, and when, by the monotonic clock."""

    def __init__(self) -> None:
        self.at = time.monotonic()


seen: dict[str, Seen] = {}
asking: dict[str, Asking] = {}


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
    return answers(name, lambda: asks(name))


def answers_codes(name: str) -> bool:
    """Return whether the authority answers at its token endpoint, too, by a question that has nothing of a browser.

    Without it one code that the token endpoint cannot bear would be an outage.
    """
    return not is_known_down(name) and answers(CODES + name, lambda: asks_for_tokens(name))


def answers(name: str, ask: Callable[[], bool]) -> bool:
    """Return what is remembered, or ask; one thread does, while the others go on with the answer of before."""
    known = remembered(name)
    if known is not None:
        return known.answers
    if not is_first(name):
        last = seen.get(name)
        return last is None or last.answers
    try:
        is_up = ask()
        seen[name] = Seen(is_up, time.monotonic() + (REMEMBERED_UP if is_up else REMEMBERED_DOWN))
    finally:
        asking.pop(name, None)
    return is_up


def is_first(name: str) -> bool:
    """Return whether no other thread is asking. There is no lock, which a fork could leave locked."""
    own = Asking()
    found = asking.setdefault(name, own)
    if found is not own and own.at - found.at >= LONGEST_ASKING:
        asking[name] = found = own
    return found is own


def remember_down(name: str) -> None:
    """Note that an authority did not answer another question of ours. What is remembered already lasts no longer."""
    if not is_known_down(name):
        seen[name] = Seen(False, time.monotonic() + REMEMBERED_DOWN)


def forget_down(name: str) -> None:
    """Note that an authority has just answered, so that it is not taken for down any longer."""
    if is_known_down(name):
        seen.pop(name, None)


def asks(name: str) -> bool:
    try:
        return ask_for_document(name).status_code < 500
    except OSError:
        return False


def ask_for_document(name: str) -> Answer:
    own = current_settings().AUTHORITIES[name]
    path = "/".join([own.TENANT_ID, *own.USER_FLOWS[:1]])
    url = f"{https_label(own.AUTHORITY_HOST)}/{path}/v2.0/.well-known/openid-configuration"
    return HttpClient(own, seconds=SECONDS).get(url)


def asks_for_tokens(name: str) -> bool:
    """Redeem nothing, which Entra refuses with 400 as long as it is up (RFC 6749 section 5.2)."""
    own = current_settings().AUTHORITIES[name]
    try:
        document = ask_for_document(name)
        if document.status_code != 200:
            return document.status_code < 500
        endpoint = document.json()["token_endpoint"]
        if not isinstance(endpoint, str):
            return False
        sent = {"grant_type": "authorization_code", "client_id": own.CLIENT_ID}
        return HttpClient(own, seconds=SECONDS).post(endpoint, data=sent).status_code < 500
    except WrongHost:  # the document is wrong, which is no outage
        return True
    except (OSError, ValueError, TypeError, KeyError):
        return False
