"""Asks Microsoft Graph, with our own application's token, which groups a person is in.

The address in the token's ``_claim_sources`` is never used: it names a service that was shut down, and whatever a token
says is no place to send credentials to.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.core.signals import setting_changed
from django.dispatch import receiver

from django_entrance.conf.loading import DEPENDS_ON, current_settings
from django_entrance.conf.options import AuthoritySettings
from django_entrance.entra.client import client_of
from django_entrance.entra.credential_errors import with_remedy
from django_entrance.entra.graph_faults import (
    SHORTEST_WAIT,
    GraphFault,
    is_of_all,
    is_outage,
    may_be_of_token,
)
from django_entrance.entra.graph_http import Graph, graph_scope, ids, rows
from django_entrance.entra.shared_work import SharedWork
from django_entrance.verification.errors import GraphUnreachable
from django_entrance.verification.identity import Identity

CHECKED_AT_ONCE = 20
"""Groups in one call of ``checkMemberGroups`` (Microsoft Graph, directoryObject: checkMemberGroups)."""

LARGEST_PAGE = 999
MOST_PAGES = 100

AADSTS = re.compile(r"AADSTS[0-9]{4,8}")

log = logging.getLogger("django_entrance")


class Pause(NamedTuple):
    """Until when Graph is not asked again, by the monotonic clock, and whether that is for an outage."""

    until: float
    is_outage: bool


pauses: dict[tuple[str, str], Pause] = {}
"""By authority and tenant: in an outage one request waits, and not each person's."""


def member_groups(identity: Identity) -> frozenset[str]:
    """Return which of the groups in ``ACCESS`` a person is in, directly or through others; asked once for each token.

    Needs the application permission ``GroupMember.Read.All`` (Microsoft Graph, directoryObject: checkMemberGroups).

    Raises:
        GraphUnreachable: Graph or the token endpoint gave no usable answer.
    """
    return known_groups(identity)


def ask_once(identity: Identity) -> frozenset[str]:
    """Ask, unless Graph has just failed for this tenant; log why there is no answer."""
    place = (identity.authority, identity.tenant_id)
    pause = pauses.get(place)
    if pause is not None and (wait := pause.until - time.monotonic()) > 0:
        raise unreachable(round(wait) or 1, is_outage=pause.is_outage)
    try:
        return groups_of(identity)
    except Exception as fault:  # MSAL raises whatever an answer of another shape makes it raise
        told = str(fault) if isinstance(fault, GraphFault) else type(fault).__name__
        why = with_remedy(told, "GroupMember.Read.All")
        log.warning("Microsoft Graph did not tell the groups of %s: %s", identity.object_id, why)
        again = fault.retry_after if isinstance(fault, GraphFault) else SHORTEST_WAIT
        refusal = unreachable(again, is_outage=is_outage(fault), is_about_person=not is_of_all(fault))
        if is_of_all(fault):
            pauses[place] = Pause(time.monotonic() + again, refusal.is_outage)
        if may_be_of_token(fault):
            client_of.forget(*place)  # it may lack a permission that was given since
    raise refusal


known_groups = SharedWork(ask_once, GraphUnreachable)


def unreachable(retry_after: int, *, is_outage: bool, is_about_person: bool = False) -> GraphUnreachable:
    refusal = GraphUnreachable(expected="an answer of Microsoft Graph")
    refusal.retry_after = retry_after
    refusal.is_outage, refusal.is_about_person = is_outage, is_about_person
    return refusal


@receiver(setting_changed)
def forget_groups(*, setting: str, **_: object) -> None:
    """Drop what is known when a test overrides a setting that it depends on."""
    if setting in DEPENDS_ON:
        known_groups.cache_clear()
        pauses.clear()


def groups_of(identity: Identity) -> frozenset[str]:
    settings = current_settings()
    own = settings.AUTHORITIES[identity.authority]
    asked = sorted(settings.ACCESS.groups)
    graph = MembershipGraph(own, application_token(identity.authority, identity.tenant_id, own))
    try:
        found = frozenset(graph.check(identity.object_id, asked))
    except GraphFault as fault:
        if fault.status != 403:
            raise
        found = frozenset(graph.list_all(identity.object_id))
    return found & settings.ACCESS.groups.keys()


class MembershipGraph(Graph):
    """Calls that ask about a person's groups."""

    purpose = "memberships"

    def check(self, person: str, groups: list[str]) -> Iterator[str]:
        """Yield which of the groups the person is in, 20 at a time."""
        address = f"{self.host}/v1.0/users/{person}/checkMemberGroups"
        for first in range(0, len(groups), CHECKED_AT_ONCE):
            answer = self.ask("POST", address, json={"groupIds": groups[first : first + CHECKED_AT_ONCE]})
            yield from ids(answer.get("value"))

    def list_all(self, person: str) -> Iterator[str]:
        """Yield every group of the person, page by page; only links to the same host are followed.

        More permissions allow this than ``checkMemberGroups`` (Microsoft Graph, List a user's memberships).
        """
        query = urlencode({"$select": "id", "$count": "true", "$top": str(LARGEST_PAGE)}, safe="$")
        address = f"{self.host}/v1.0/users/{person}/transitiveMemberOf/microsoft.graph.group?{query}"
        for _ in range(MOST_PAGES):
            answer = self.ask("GET", address)
            yield from ids([each.get("id") for each in rows(answer.get("value"))])
            address = self.next_page(answer)
            if not address:
                return
        raise GraphFault(f"Graph has more than {MOST_PAGES} pages of groups")


def application_token(name: str, tenant_id: str, own: AuthoritySettings) -> str:
    """Return a token for Graph as the application itself, in a tenant; MSAL keeps it until it ends."""
    client = client_of(name, tenant_id)
    answer: dict[str, Any] = client.acquire_token_for_client([graph_scope(own)])
    if "access_token" not in answer:
        code = AADSTS.search(str(answer.get("error_description")))
        told = f"Entra gave no token: {answer.get('error')} {code[0] if code else ''}".rstrip()
        raise GraphFault(told, is_of_all=True)
    return str(answer["access_token"])
