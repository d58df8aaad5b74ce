"""Makes the account picker: which people are shown, in which order, and with which labels.

A tenant may have ten thousand people: the picker shows some, and a search finds the others.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from entra_double._browser.browser import Browser, PendingRequest
from entra_double._browser.pages import AccountPicker, Answered, Choice, Page
from entra_double._tokens.memory.sessions import is_meant
from entra_double._world.directory import Directory
from entra_double._world.principals import Person, Tenant
from entra_double._world.requests.lookup import Parameters

MOST = 50


def pick(browser: Browser, request: PendingRequest, *, transaction: str = "", query: str = "") -> AccountPicker:
    """Show the account picker, in a new transaction unless one goes on."""
    tenants = hinted_tenants(browser.directory, request.tenants, request.domain_hint)
    signed_in = {account.person.object_id for account in browser.accounts()}
    people, is_cut = people_for(browser.directory, tenants, query=query, hint=request.hint, signed_in=signed_in)
    return AccountPicker(
        transaction=transaction or browser.wait(request),
        request=request,
        tenant=tenants[0].name if len(tenants) == 1 else "Any account",
        choices=tuple(_choice(browser.directory, request, tenants, person, signed_in) for person in people),
        is_cut=is_cut,
        query=query,
    )


Answer = Callable[[Browser, Parameters], Page | Answered]


def answer_forms(kind: type[PendingRequest], otherwise: Answer, actions: Mapping[str | None, Answer]) -> Answer:
    """Give the function that answers the forms of a flow's pages, by their `action`; the picker has none."""

    def pick_again(browser: Browser, form: Parameters) -> AccountPicker:
        request = browser.waiting(form, kind)
        return pick(browser, request, transaction=form["transaction"], query=form.get("query", ""))

    known = {"another": pick_again, **actions}
    return lambda browser, form: known.get(form.get("action"), otherwise)(browser, form)


def hinted_tenants(directory: Directory, tenants: tuple[Tenant, ...], hint: str | None) -> tuple[Tenant, ...]:
    """Keep the tenants that `domain_hint` means; a hint to others changes nothing."""
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
    everybody = _people(directory, tenants)
    if query:
        named = (person for person in everybody if person.is_called(query.strip()))
        found = chain(named, _in(directory, directory.tenants, [query.strip()]))
    else:
        found = chain(_hinted(directory, tenants, hint), _in(directory, tenants, signed_in), everybody)
    people = list(islice(_each_once(found), MOST + 1))
    return people[:MOST], len(people) > MOST


def _choice(
    directory: Directory, request: PendingRequest, tenants: Sequence[Tenant], person: Person, signed_in: set[str]
) -> Choice:
    is_of_one = len(tenants) == 1 and person.tenant_id == tenants[0].id
    tenant = None if is_of_one else directory.tenant(person.tenant_id)
    apis = [asked.resource for asked in request.scopes.resources] if request.scopes else []
    return Choice(
        person=person,
        roles=tuple(role for api in apis for role in directory.roles_of(person, api)),
        assigned=not apis or directory.closed_to(person, request.client, *apis) is None,
        signed_in=person.object_id in signed_in,
        place=tenant.name if tenant else None,
    )


def _people(directory: Directory, tenants: tuple[Tenant, ...]) -> Iterator[Person]:
    """Give all people; where several tenants stand together, guests are left out: they sign in at home."""
    is_shared = len(tenants) > 1
    everybody = chain.from_iterable(directory.people_of(tenant) for tenant in tenants)
    return (person for person in everybody if not (is_shared and person.is_guest))


def _in(directory: Directory, tenants: Iterable[Tenant], names: Iterable[str]) -> Iterator[Person]:
    """Give the people that the tenants know by these object ids or user names."""
    found = (directory.person(tenant, name) for name in names for tenant in tenants)
    return (person for person in found if person)


def _hinted(directory: Directory, tenants: tuple[Tenant, ...], hint: str | None) -> Iterator[Person]:
    if hint is None:
        return iter(())
    return (person for person in _in(directory, tenants, (hint, _object_id_in(hint))) if is_meant(person, hint))


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
