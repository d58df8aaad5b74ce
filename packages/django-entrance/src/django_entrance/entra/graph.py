"""Asks Microsoft Graph, with our own application's token, which groups a person is in."""

import logging
from collections.abc import Iterable, Iterator
from typing import Any

import requests

from django_entrance.conf.loading import current_settings
from django_entrance.conf.options import AuthoritySettings
from django_entrance.entra.client import client_of, https_label, session_for
from django_entrance.entra.shared_work import SharedWork
from django_entrance.verification.errors import GraphUnreachable
from django_entrance.verification.identity import Identity

CHECKED_AT_ONCE = 20
"""Groups in one call of ``checkMemberGroups`` (Microsoft Graph, directoryObject: checkMemberGroups)."""

log = logging.getLogger("django_entrance")


def member_groups(identity: Identity, groups: frozenset[str]) -> frozenset[str]:
    """Return which of the groups a person is in, directly or through others; asked once for each token.

    Needs the application permission ``GroupMember.Read.All`` (Microsoft Graph, directoryObject: checkMemberGroups).

    Args:
        groups: Object ids in lower case.

    Raises:
        GraphUnreachable: Graph or the token endpoint gave no usable answer.
    """
    return frozenset(each for each in known_groups(identity) if each in groups)


@SharedWork
def known_groups(identity: Identity) -> frozenset[str]:
    settings = current_settings()
    own = settings.AUTHORITIES[identity.authority]
    try:
        session = session_for(own)
        session.headers["Authorization"] = f"Bearer {application_token(identity.authority, own)}"
        return frozenset(ask_for_groups(session, own, identity.object_id, sorted(settings.ACCESS.groups)))
    except (OSError, ValueError, KeyError) as fault:  # requests' errors are OSErrors; MSAL raises ValueError
        log.warning("Microsoft Graph did not tell the groups of %s: %s", identity.object_id, type(fault).__name__)
        raise GraphUnreachable(expected="an answer of Microsoft Graph") from None


def ask_for_groups(session: requests.Session, own: AuthoritySettings, person: str, groups: list[str]) -> Iterator[str]:
    address = f"{https_label(own.graph_host)}/v1.0/users/{person}/checkMemberGroups"
    for first in range(0, len(groups), CHECKED_AT_ONCE):
        answer = session.post(address, json={"groupIds": groups[first : first + CHECKED_AT_ONCE]})
        if answer.status_code != 200:
            raise OSError(f"Graph answered {answer.status_code}")
        yield from lower_case(answer.json()["value"])


def lower_case(ids: Iterable[Any]) -> Iterator[str]:
    return (each.lower() for each in ids if isinstance(each, str))


def application_token(name: str, own: AuthoritySettings) -> str:
    """Return a token for Graph as the application itself; MSAL keeps it until it ends."""
    answer: dict[str, Any] = client_of(name).acquire_token_for_client([f"{https_label(own.graph_host)}/.default"])
    if "access_token" not in answer:
        raise OSError(f"Entra gave no token: {answer.get('error')}")
    return str(answer["access_token"])
