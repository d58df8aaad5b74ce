"""Lists the people of a tenant as Microsoft Graph knows them, with our own application's token, page by page."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django_entrance.conf.loading import current_settings
from django_entrance.entra.graph_faults import GraphFault
from django_entrance.entra.graph_groups import application_token
from django_entrance.entra.graph_http import Graph, rows
from django_entrance.verification.errors import GraphUnreachable

LARGEST_PAGE = 999

LONGEST = 3600.0
"""Seconds for all pages of a tenant."""

SEEN = ("id", "userPrincipalName", "userType", "accountEnabled", "mail", "onPremisesSamAccountName")


class DirectoryPerson(NamedTuple):
    """A person of a tenant, with names in lower case. Only a member's user principal name is the person's own."""

    username: str
    object_id: str
    is_guest: bool
    is_enabled: bool
    mail: str = ""
    sam_account_name: str = ""


def people_of_tenant(name: str, tenant_id: str) -> Iterator[DirectoryPerson]:
    """Yield all people of a tenant, asked through the authority of that name.

    Needs the application permission ``User.Read.All`` (Microsoft Graph, List users).

    Raises:
        GraphUnreachable: Graph or the token endpoint gave no usable answer.
    """
    own = current_settings().AUTHORITIES[name]
    try:
        graph = PeopleGraph(own, application_token(name, tenant_id, own), longest=LONGEST)
        for row in every_row(graph):
            yield read_person(row)
    except Exception as problem:  # MSAL raises whatever an answer of another shape makes it raise
        told = str(problem) if isinstance(problem, GraphFault) else type(problem).__name__
        raise GraphUnreachable(expected="a list of users by Microsoft Graph", actual=told) from None


class PeopleGraph(Graph):
    """Calls that list people."""

    purpose = "people"


def every_row(graph: Graph) -> Iterator[Mapping[str, Any]]:
    query = urlencode({"$select": ",".join(SEEN), "$top": str(LARGEST_PAGE)}, safe="$,")
    address = f"{graph.host}/v1.0/users?{query}"
    while address:
        page = graph.ask("GET", address)
        yield from rows(page.get("value"))
        address = graph.next_page(page)


def read_person(row: Mapping[str, Any]) -> DirectoryPerson:
    return DirectoryPerson(
        username=str(row["userPrincipalName"]).lower(),
        object_id=str(row["id"]).lower(),
        is_guest=row["userType"] != "Member",
        is_enabled=row["accountEnabled"] is not False,
        mail=str(row.get("mail") or "").lower(),
        sam_account_name=str(row.get("onPremisesSamAccountName") or "").lower(),
    )
