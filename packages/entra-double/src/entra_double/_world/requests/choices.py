"""Chooses what a test leaves out when it asks for a token: the person, the client and the scope."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from entra_double._world.directory import Directory
from entra_double._world.ids import GRAPH_CLIENT_ID
from entra_double._world.principals import Person
from entra_double._world.registration import AppRegistration
from entra_double._world.seed import API_CLIENT_ID, DAEMON_CLIENT_ID, SPA_CLIENT_ID

_ADA = "ada@contoso.example"

_NO_CLIENT = (
    "no application with a redirect URI has consent for {scope}. Give one `permissions` and `admin_consent = true` in "
    "the directory file, or name another application as the client"
)

Known = TypeVar("Known")


class Unclear(ValueError):
    """There are several choices, or none; the message says what to name."""


def find_person(directory: Directory, name: str) -> Person | None:
    """Find a person by object id or user name in the first tenant that has one, or by a user name without its domain.

    Raises:
        Unclear: Several people have that name before their domains.
    """
    found = (directory.person(tenant, name) for tenant in directory.tenants)
    return next((person for person in found if person is not None), None) or _short_named(directory, name)


def _short_named(directory: Directory, name: str) -> Person | None:
    beginning = f"{name.casefold()}@"
    people = {known.username: known for known in directory.people if known.username.casefold().startswith(beginning)}
    if len(people) > 1:
        raise Unclear(f"{name!r} may be {' or '.join(people)}")
    return next(iter(people.values()), None)


def choose_person(directory: Directory) -> str:
    """Return the user name of Ada, or of the only person."""
    people = {known.username: known for known in directory.people}
    return _usual_or_only(people, _ADA, "say with `person` which user's token it is to be", people).username


def choose_scope(directory: Directory) -> str:
    """Return the first scope of the seed's API, or of the only one."""
    api = _choose_api(known for known in _apis(directory) if known.scopes)
    return f"{_name(api)}/{api.scopes[0].value}"


def choose_client(directory: Directory, person: Person, scope: str) -> str:
    """Return an application with a redirect URI that may ask for the scope: the seed's, or the first one.

    Raises:
        Unclear: There is none.
    """
    clients = [known for known in directory.applications if known.redirect_uris]
    usual = [known for known in clients if known.client_id == SPA_CLIENT_ID]
    able = [known for known in (*usual, *clients) if _may_ask(directory, known, person, scope)]
    for known in (*able, *usual):
        return known.client_id
    raise Unclear(_NO_CLIENT.format(scope=scope))


def _may_ask(directory: Directory, client: AppRegistration, person: Person, scope: str) -> bool:
    name = scope.rpartition("/")[0]
    api = next((known for known in directory.applications if known.is_called(name)), None)
    return api is None or bool(directory.granted_scopes(person.tenant_id, client, api, person.object_id))


def choose_daemon(directory: Directory) -> str:
    """Return the seed's daemon, or the only application that asks for application permissions."""
    applications = (known for known in directory.applications if any(asked.roles for asked in known.required_access))
    daemons = {known.client_id: known for known in applications}
    names = (f"{known.client_id} ({known.name})" for known in daemons.values())
    says = "say with `client` which application's token it is to be"
    return _usual_or_only(daemons, DAEMON_CLIENT_ID, says, names).client_id


def choose_application_scope(directory: Directory, client: AppRegistration) -> str:
    """Return all permissions on the API that an application asks for; on the seed's, or the only one, if on none."""
    wanted = {asked.resource_id for asked in client.required_access}
    apis = _apis(directory)
    return f"{_name(_choose_api([known for known in apis if known.client_id in wanted] or apis))}/.default"


def _apis(directory: Directory) -> list[AppRegistration]:
    known = (known for known in directory.applications if known.client_id != GRAPH_CLIENT_ID)
    return [known for known in known if known.scopes or known.app_roles]


def _choose_api(apis: Iterable[AppRegistration]) -> AppRegistration:
    known = {api.client_id: api for api in apis}
    scopes = (f"{_name(api)}/{scope.value}" for api in known.values() for scope in api.scopes)
    return _usual_or_only(known, API_CLIENT_ID, "say with `scope` for which API", scopes)


def _usual_or_only(known: Mapping[str, Known], usual: str, says: str, names: Iterable[str]) -> Known:
    if usual in known:
        return known[usual]
    if len(known) == 1:
        return next(iter(known.values()))
    raise Unclear(f"{says}: {', '.join(names) or 'there is none in the directory'}")


def _name(api: AppRegistration) -> str:
    return api.app_id_uri or api.client_id
