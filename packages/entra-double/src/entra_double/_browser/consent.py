"""Says what a person has to consent to, asks them, and remembers the answer.

https://learn.microsoft.com/entra/identity-platform/permissions-consent-overview
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from entra_double._browser.answers import Permission
from entra_double._world.directory import Directory
from entra_double._world.errors import Refusal
from entra_double._world.ids import GRAPH_CLIENT_ID
from entra_double._world.policies import PermissionGrant
from entra_double._world.principals import Person, ServicePrincipal, Tenant
from entra_double._world.registration import AppRegistration
from entra_double._world.requests.scopes import DEFAULT, Scopes

ADMINISTRATORS = frozenset(
    {
        "62e90394-69f5-4237-9190-012177145e10",  # Global Administrator
        "e8611ab8-c189-46e8-94e1-60213ab1f814",  # Privileged Role Administrator
        "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",  # Application Administrator
        "158c047a-c907-4556-b7ef-446551a6b5f7",  # Cloud Application Administrator
    }
)
"""Template ids of the directory roles that may consent for everybody.

https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
"""

_OPENID: Mapping[str, tuple[str, str]] = {
    "openid": ("Recognise you", "The application learns that it is you each time you sign in."),
    "profile": ("Read your profile", "Your name and your user name."),
    "email": ("Read your e-mail address", "The address that the directory has of you."),
    "offline_access": ("Keep what you allow while you are away", "The application need not ask you again each time."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Scopes of one API that a client would like to have."""

    client_id: str
    resource: AppRegistration
    scopes: tuple[str, ...]


def is_administrator(person: Person) -> bool:
    return not ADMINISTRATORS.isdisjoint(person.directory_roles)


def acts_as_administrator(directory: Directory, person: Person) -> bool:
    """Say whether a person may decide for everybody: in a tenant without an administrator anybody may."""
    if is_administrator(person):
        return True
    tenant = directory.tenant(person.tenant_id)
    return tenant is not None and not any(is_administrator(known) for known in directory.people_of(tenant))


def publisher_of(directory: Directory, client: AppRegistration) -> str:
    home = directory.tenant(client.tenant_id)
    return home.name if home else client.tenant_id


def newcomers(directory: Directory, tenant: Tenant, client: AppRegistration) -> tuple[ServicePrincipal, ...]:
    """Give the identities that a tenant does not have yet, and that consent to `client` makes.

    They are the client's own, and those of the APIs it requires, as far as they know the client, or the accounts are
    personal (https://learn.microsoft.com/entra/identity-platform/howto-convert-app-to-be-multi-tenant).
    """
    required = (directory.application(tenant, access.resource_id) for access in client.required_access)
    brought = (api for api in required if api and (client.client_id in api.known_clients or tenant.is_personal))
    return tuple(
        ServicePrincipal(tenant_id=tenant.id, client_id=known.client_id)
        for known in (client, *brought)
        if directory.service_principal(tenant.id, known.client_id) is None
    )


def wishes(directory: Directory, tenant: Tenant, client: AppRegistration, scopes: Scopes) -> tuple[Wish, ...]:
    """Give all that a request asks consent for; `.default` stands for what the registration lists, or has been granted.

    Raises:
        Refusal: `.default` of an API that the registration does not list and nobody has granted (650057).
    """
    found: list[Wish] = []
    for asked in scopes.resources:
        names = asked.names
        if names == (DEFAULT,):
            names = _listed(directory, tenant, client, asked.resource)
            found += of_known_api(directory, tenant, client, asked.resource)
        found.append(Wish(client_id=client.client_id, resource=asked.resource, scopes=names))
    graph = directory.resource(tenant, GRAPH_CLIENT_ID)
    if graph and scopes.openid:
        found.append(
            Wish(
                client_id=client.client_id,
                resource=graph,
                scopes=tuple(name for name in _OPENID if name in scopes.openid),
            )
        )
    return tuple(found)


def permissions(wanted: tuple[Wish, ...]) -> tuple[Permission, ...]:
    """Describe what is wished for, each scope once."""
    lines = {(wish.resource.client_id, name): _describe(wish.resource, name) for wish in wanted for name in wish.scopes}
    return tuple(lines.values())


def needing_administrator(directory: Directory, tenant: Tenant, wanted: tuple[Wish, ...], person: Person) -> str | None:
    """Give a scope that only an administrator can grant and nobody has granted yet, if there is any."""
    for wish in wanted:
        client = directory.application(tenant, wish.client_id)
        granted = client and directory.granted_scopes(tenant.id, client, wish.resource, person.object_id)
        for name in wish.scopes:
            scope = wish.resource.scope(name)
            if scope and scope.admin_consent and name not in (granted or ()):
                return name
    return None


def consented(
    directory: Directory, tenant: Tenant, client: AppRegistration, wanted: tuple[Wish, ...], person: Person | None
) -> Directory:
    """Give the world in which `person`, or an administrator for everybody (None), has granted what is wished for."""
    grants: dict[str, PermissionGrant] = {}
    known = {grant.id: grant for grant in directory.grants}
    for wish in wanted:
        fresh = PermissionGrant(
            tenant_id=tenant.id,
            client_id=wish.client_id,
            resource_id=wish.resource.client_id,
            scopes=frozenset(wish.scopes),
            person_id=person.object_id if person else None,
        )
        before = grants.get(fresh.id) or known.get(fresh.id) or fresh
        grants[fresh.id] = replace(fresh, scopes=fresh.scopes | before.scopes)
    return directory.put(*newcomers(directory, tenant, client), *grants.values())


def _listed(
    directory: Directory, tenant: Tenant, client: AppRegistration, resource: AppRegistration
) -> tuple[str, ...]:
    names = tuple(
        resource.spelled(name)
        for access in client.required_access
        if access.resource_id == resource.client_id
        for name in access.scopes
        if resource.scope(name)
    )
    names = names or tuple(sorted(directory.granted_scopes(tenant.id, client, resource, None)))
    if not names:
        raise Refusal(650057, client=client.name, resource=resource.name)
    return names


def of_known_api(
    directory: Directory, tenant: Tenant, client: AppRegistration, api: AppRegistration
) -> tuple[Wish, ...]:
    """Give what an API wants for itself, if it says that consent to `client` is consent to it too."""
    if client.client_id not in api.known_clients:
        return ()
    found = ((directory.resource(tenant, access.resource_id), access) for access in api.required_access)
    return tuple(
        Wish(client_id=api.client_id, resource=resource, scopes=access.scopes)
        for resource, access in found
        if resource and access.scopes
    )


def _describe(resource: AppRegistration, name: str) -> Permission:
    scope = resource.scope(name)
    title, description = _OPENID.get(name, (f"Use {resource.name} on behalf of the signed-in person", ""))
    return Permission(
        api=resource.name,
        value=name,
        title=(scope.name if scope else "") or title,
        description=(scope.description if scope else "") or description,
        needs_administrator=bool(scope and scope.admin_consent),
    )
