"""Makes the account picker: who may be chosen, in which order, and what is said of each.

Tenants may have ten thousand people: only some are shown, and others are found by a search.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from entra_double._browser.answers import AccountPicker, Choice
from entra_double._browser.authorize_request import AuthorizeRequest
from entra_double._tokens.emulator import Emulator
from entra_double._tokens.sessions import is_meant
from entra_double._world.directory import Directory
from entra_double._world.errors import Refusal
from entra_double._world.ids import CONSUMERS
from entra_double._world.principals import Person, Tenant
from entra_double._world.registration import AppRegistration

MOST = 50


def pick(
    emulator: Emulator, request: AuthorizeRequest, *, transaction: str, browser_id: str, query: str = ""
) -> AccountPicker:
    back, directory = request.back, emulator.directory
    tenants = hinted_tenants(directory, back.tenants, request.domain_hint)
    signed_in = {account.person.object_id for account in emulator.sessions.accounts(browser_id)}
    people, is_cut = people_for(directory, tenants, query=query, hint=request.hint, signed_in=signed_in)
    return AccountPicker(
        transaction=transaction,
        action=f"/{back.authority}/sign-in",
        client_id=back.client.client_id,
        application=back.client.name,
        tenant=tenant_line(tenants),
        choices=tuple(
            Choice(
                person=person,
                roles=_roles(directory, request, person),
                assigned=_is_assigned(directory, request, person),
                signed_in=person.object_id in signed_in,
                place=place_of(directory, tenants, person),
            )
            for person in people
        ),
        is_cut=is_cut,
        query=query,
    )


def choices_for(
    emulator: Emulator, tenants: tuple[Tenant, ...], browser_id: str, query: str
) -> tuple[tuple[Choice, ...], bool]:
    """Give the rows of a picker that is about no API in particular, and whether there are more people."""
    directory = emulator.directory
    signed_in = {account.person.object_id for account in emulator.sessions.accounts(browser_id)}
    people, is_cut = people_for(directory, tenants, query=query, signed_in=signed_in)
    rows = (
        Choice(
            person=person,
            signed_in=person.object_id in signed_in,
            place=place_of(directory, tenants, person),
        )
        for person in people
    )
    return tuple(rows), is_cut


def tenant_line(tenants: Sequence[Tenant]) -> str:
    return tenants[0].name if len(tenants) == 1 else "Any account"


def hinted_tenants(directory: Directory, tenants: tuple[Tenant, ...], hint: str | None) -> tuple[Tenant, ...]:
    """Keep the tenants that `domain_hint` means; a hint to others says nothing."""
    match hint:
        case None:
            return tenants
        case "consumers":
            meant = tuple(tenant for tenant in tenants if tenant.is_personal)
        case "organizations":
            meant = tuple(tenant for tenant in tenants if not tenant.is_personal)
        case _:
            meant = tuple(tenant for tenant in tenants if tenant == directory.tenant(hint))
    return meant or tenants


def people_for(
    directory: Directory,
    tenants: tuple[Tenant, ...],
    *,
    query: str = "",
    hint: str | None = None,
    signed_in: Iterable[str] = (),
) -> tuple[list[Person], bool]:
    """Give the people to show, those who are hinted at and signed in first, and whether there are more.

    A search finds names and user names that contain `query`, and in other tenants the one user name that is `query`.
    """
    if query:
        found = chain(_search(directory, tenants, query.strip()), _elsewhere(directory, query.strip()))
    else:
        known = (directory.person(tenant, object_id) for object_id in signed_in for tenant in tenants)
        first = (person for person in known if person)
        found = chain(_hinted(directory, tenants, hint), first, _people(directory, tenants))
    people = list(islice(_each_once(found), MOST + 1))
    return people[:MOST], len(people) > MOST


def place_of(directory: Directory, tenants: Sequence[Tenant], person: Person) -> str | None:
    """Name the person's tenant where it does not go without saying."""
    if len(tenants) == 1 and person.tenant_id == tenants[0].id:
        return None
    tenant = directory.tenant(person.tenant_id)
    return tenant.name if tenant else None


def find_person(directory: Directory, tenants: Sequence[Tenant], object_id: str) -> Person:
    """Find who was chosen, in whatever tenant; `tenants` are named when there is nobody (50034)."""
    found = directory.principal(object_id)
    if isinstance(found, Person):
        return found
    raise Refusal(50034, person=object_id, tenant=_names(tenants))


def refusal_of_stranger(tenants: Sequence[Tenant], client: AppRegistration, person: Person) -> Refusal | None:
    """Refuse somebody of another tenant (50020), or with another kind of account (500208), than those asked for."""
    if any(tenant.id == person.tenant_id for tenant in tenants):
        return None
    if person.tenant_id == CONSUMERS:
        return Refusal(500208, person=person.username, client=client.name)
    return Refusal(50020, person=person.username, tenant=_names(tenants))


def _names(tenants: Sequence[Tenant]) -> str:
    return " or ".join(tenant.name for tenant in tenants)


def _people(directory: Directory, tenants: tuple[Tenant, ...]) -> Iterator[Person]:
    """Give everybody; where several tenants stand together, guests sign in at home."""
    is_shared = len(tenants) > 1
    everybody = chain.from_iterable(directory.people_of(tenant) for tenant in tenants)
    return (person for person in everybody if not (is_shared and person.is_guest))


def _search(directory: Directory, tenants: tuple[Tenant, ...], query: str) -> Iterator[Person]:
    return (person for person in _people(directory, tenants) if person.is_called(query))


def _elsewhere(directory: Directory, username: str) -> Iterator[Person]:
    found = (directory.person(tenant, username) for tenant in directory.tenants)
    return (person for person in found if person)


def _hinted(directory: Directory, tenants: tuple[Tenant, ...], hint: str | None) -> Iterator[Person]:
    names = () if hint is None else (hint, _object_id_in(hint))
    found = (directory.person(tenant, name) for tenant in tenants for name in names)
    return (person for person in found if person and hint is not None and is_meant(person, hint))


def _object_id_in(hint: str) -> str:
    """Read the opaque `login_hint` claim; empty if it is none."""
    text = hint.removeprefix("O.")
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except (binascii.Error, ValueError):
        return ""


def _each_once(people: Iterable[Person]) -> Iterator[Person]:
    seen: set[str] = set()
    for person in people:
        if person.object_id not in seen:
            seen.add(person.object_id)
            yield person


def _roles(directory: Directory, request: AuthorizeRequest, person: Person) -> tuple[str, ...]:
    return tuple(role for asked in request.scopes.resources for role in directory.roles_of(person, asked.resource))


def _is_assigned(directory: Directory, request: AuthorizeRequest, person: Person) -> bool:
    resources = (asked.resource for asked in request.scopes.resources)
    return directory.closed_to(person, request.back.client, *resources) is None
