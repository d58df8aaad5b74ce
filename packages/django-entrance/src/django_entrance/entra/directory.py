"""Lists the people of a tenant as Microsoft Graph knows them, with our own application's token, page by page."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django_entrance.conf.loading import current_settings
from django_entrance.conf.options import AuthoritySettings
from django_entrance.entra.client import https_label, session_for
from django_entrance.entra.graph import application_token
from django_entrance.verification.errors import GraphUnreachable
from django_entrance.verification.issuers import origin

LARGEST_PAGE = 999
SEEN = ("id", "userPrincipalName", "userType", "accountEnabled", "mail", "onPremisesSamAccountName")


class DirectoryPerson(NamedTuple):
    """A person of a tenant, all in lower case. Only a member's user principal name is the person's own."""

    username: str
    object_id: str
    is_guest: bool
    is_enabled: bool
    mail: str = ""
    sam_account_name: str = ""


def people_of_tenant(name: str, tenant_id: str) -> Iterator[DirectoryPerson]:
    """Yield all people of the tenant of the authority of that name.

    Needs the application permission ``User.Read.All`` (Microsoft Graph, List users).

    Raises:
        GraphUnreachable: Graph or the token endpoint gave no usable answer.
    """
    own = current_settings().AUTHORITIES[name]
    try:
        for row in every_row(name, own):
            yield read_person(row)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise GraphUnreachable(expected="a list of users by Microsoft Graph", actual=type(error).__name__) from None


def every_row(name: str, own: AuthoritySettings) -> Iterator[Mapping[str, Any]]:
    session = session_for(own)
    session.headers["Authorization"] = f"Bearer {application_token(name, own)}"
    query = urlencode({"$select": ",".join(SEEN), "$top": str(LARGEST_PAGE)}, safe="$,")
    address = f"{https_label(own.graph_host)}/v1.0/users?{query}"
    while address:
        answer = session.get(address)
        if answer.status_code != 200:
            raise OSError(f"Graph answered {answer.status_code}")
        page = answer.json()
        yield from page["value"]
        address = next_page(page, own)


def next_page(page: Mapping[str, Any], own: AuthoritySettings) -> str:
    """Return the address of the next page, or an empty string. Our token is sent to no other host."""
    link = str(page.get("@odata.nextLink") or "")
    if link and https_label(origin(link.lower())) != https_label(own.graph_host):
        raise ValueError("Graph linked to another host")
    return https_label(link) if link else ""


def read_person(row: Mapping[str, Any]) -> DirectoryPerson:
    return DirectoryPerson(
        username=str(row["userPrincipalName"]).lower(),
        object_id=str(row["id"]).lower(),
        is_guest=row["userType"] != "Member",
        is_enabled=row["accountEnabled"] is not False,
        mail=str(row.get("mail") or "").lower(),
        sam_account_name=str(row.get("onPremisesSamAccountName") or "").lower(),
    )
