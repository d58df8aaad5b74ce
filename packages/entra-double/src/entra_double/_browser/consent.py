"""Says what a person has to consent to, asks them, and remembers the answer.

https://learn.microsoft.com/entra/identity-platform/permissions-consent-overview
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from entra_double._browser.browser import Browser, PendingRequest
from entra_double._browser.pages import ConsentPage, Page, Permission, turn_away
from entra_double._world.directory import Directory
from entra_double._world.errors import Refusal
from entra_double._world.ids import GRAPH_CLIENT_ID
from entra_double._world.policies import PermissionGrant
from entra_double._world.principals import Person, ServicePrincipal, Tenant
from entra_double._world.registration import AppRegistration, AppRole, RequiredAccess
from entra_double._world.requests.scopes import DEFAULT, Scopes, permit, read_scopes

ADMINISTRATORS = frozenset(
    {
        "62e90394-69f5-4237-9190-012177145e10",  # Global Administrator
        "e8611ab8-c189-46e8-94e1-60213ab1f814",  # Privileged Role Administrator
        "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",  # Application Administrator
        "158c047a-c907-4556-b7ef-446551a6b5f7",  # Cloud Application Administrator
    }
)
"""Template ids of the directory roles that may consent for the whole tenant.

https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
"""

_OPENID: Mapping[str, tuple[str, str]] = {
    "openid": ("Recognise you", "The application learns that it is you each time you sign in."),
    "profile": ("Read your profile", "Your name and your user name."),
    "email": ("Read your e-mail address", "The address that the directory has of you."),
    "offline_access": ("Keep what you allow while you are away", "The application need not ask you again each time."),
}
_TEMPLATES = {"sign-in": "consent", "device": "device_approval", "admin consent": "admin_consent"}


WantedRole = tuple[AppRegistration, AppRole]


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedScopes:
    """Scopes of one API that a client would like to have."""

    client_id: str
    resource: AppRegistration
    scopes: tuple[str, ...]

    def described(self) -> Iterator[Permission]:
        for name in self.scopes:
            scope = self.resource.scope(name)
            title, description = _OPENID.get(name, (f"Use {self.resource.name} on behalf of the signed-in person", ""))
            yield Permission(
                api=self.resource.name,
                value=name,
                title=(scope and scope.name) or title,
                description=(scope and scope.description) or description,
                needs_administrator=bool(scope and scope.admin_consent),
            )


@dataclass(frozen=True, slots=True)
class Consent:
    """Consent to one application in one tenant."""

    directory: Directory
    tenant: Tenant
    client: AppRegistration

    def newcomers(self) -> tuple[ServicePrincipal, ...]:
        """Give the service principals that consent makes: the client's own, and those of APIs that it brings along.

        https://learn.microsoft.com/entra/identity-platform/howto-convert-app-to-be-multi-tenant
        """
        ids = (access.resource_id for access in self.client.required_access)
        required = (self.directory.application(self.tenant, resource_id) for resource_id in ids)
        brought = (api for api in required if api and (self._knows_client(api) or self.tenant.is_personal))
        return tuple(
            ServicePrincipal(tenant_id=self.tenant.id, client_id=known.client_id)
            for known in (self.client, *brought)
            if self.directory.service_principal(self.tenant.id, known.client_id) is None
        )

    def with_newcomers(self) -> Consent:
        """Give the same in the directory that consent makes, as far as service principals go."""
        newcomers = self.newcomers()
        return replace(self, directory=self.directory.put(*newcomers)) if newcomers else self

    def read_scopes(self, text: str) -> Scopes:
        """Understand `text` as the tenant knows the APIs, or will when a person there has consented."""
        directory = self.with_newcomers().directory
        return read_scopes(text, directory=directory, tenant=self.tenant, client=self.client)

    def permit(self, scopes: Scopes, person: Person) -> Scopes:
        """Make sure that a person lets the client have everything it asks for (65001)."""
        ids = {"tenant_id": person.tenant_id, "person_id": person.object_id}
        permitted = (permit(asked, directory=self.directory, client=self.client, **ids) for asked in scopes.resources)
        return replace(scopes, resources=tuple(permitted))

    def permitted_or_none(self, scopes: Scopes, person: Person) -> Scopes | None:
        try:
            return self.permit(scopes, person)
        except Refusal:
            return None

    def wanted(self, scopes: Scopes) -> tuple[WantedScopes, ...]:
        """Give all that a request asks consent for; `.default` stands for the registered or the granted scopes."""
        found: list[WantedScopes] = []
        for asked in scopes.resources:
            names = asked.names
            if names == (DEFAULT,):
                names = self._listed(asked.resource)
                found += self._wanted_by(asked.resource)
            found.append(self._of_client(asked.resource, names))
        graph = self.directory.resource(self.tenant, GRAPH_CLIENT_ID)
        if graph and scopes.openid:
            found.append(self._of_client(graph, tuple(name for name in _OPENID if name in scopes.openid)))
        return tuple(found)

    def registered(self) -> tuple[tuple[WantedScopes, ...], tuple[WantedRole, ...]]:
        """Give the scopes, and the APIs' roles, that the client's registration asks for."""
        known = list(self._required(self.client))
        own = (self._of_client(resource, access.scopes) for resource, access in known if access.scopes)
        brought = (each for resource, _ in known for each in self._wanted_by(resource))
        roles = tuple(
            (resource, role)
            for resource, access in known
            for role in resource.app_roles
            if role.value in access.roles and role.for_applications
        )
        return (*own, *brought), roles

    def needing_administrator(self, wanted: tuple[WantedScopes, ...], person: Person) -> str | None:
        """Give a scope that only an administrator can grant and that is not granted yet, if there is any."""
        for each in wanted:
            client = self.directory.application(self.tenant, each.client_id)
            granted = client and self.directory.granted_scopes(self.tenant.id, client, each.resource, person.object_id)
            for name in each.scopes:
                scope = each.resource.scope(name)
                if scope and scope.admin_consent and name not in (granted or ()):
                    return name
        return None

    def given(self, wanted: tuple[WantedScopes, ...], person: Person | None) -> Directory:
        """Give the directory in which a person, or an administrator for the tenant (None), has granted the scopes."""
        grants: dict[str, PermissionGrant] = {}
        known = {grant.id: grant for grant in self.directory.grants}
        for each in wanted:
            fresh = PermissionGrant(
                tenant_id=self.tenant.id,
                client_id=each.client_id,
                resource_id=each.resource.client_id,
                scopes=frozenset(each.scopes),
                person_id=person.object_id if person else None,
            )
            before = grants.get(fresh.id) or known.get(fresh.id) or fresh
            grants[fresh.id] = replace(fresh, scopes=fresh.scopes | before.scopes)
        return self.directory.put(*self.newcomers(), *grants.values())

    def _of_client(self, resource: AppRegistration, scopes: tuple[str, ...]) -> WantedScopes:
        return WantedScopes(client_id=self.client.client_id, resource=resource, scopes=scopes)

    def _required(self, application: AppRegistration) -> Iterator[tuple[AppRegistration, RequiredAccess]]:
        for access in application.required_access:
            if resource := self.directory.resource(self.tenant, access.resource_id):
                yield resource, access

    def _knows_client(self, api: AppRegistration) -> bool:
        return self.client.client_id in api.known_clients

    def _wanted_by(self, api: AppRegistration) -> list[WantedScopes]:
        """Give what an API wants for itself, if it says that consent to the client is consent to it too."""
        if not self._knows_client(api):
            return []
        return [
            WantedScopes(client_id=api.client_id, resource=resource, scopes=access.scopes)
            for resource, access in self._required(api)
            if access.scopes
        ]

    def _listed(self, resource: AppRegistration) -> tuple[str, ...]:
        names = tuple(
            resource.spelled(name)
            for access in self.client.required_access
            if access.resource_id == resource.client_id
            for name in access.scopes
            if resource.scope(name)
        )
        names = names or tuple(sorted(self.directory.granted_scopes(self.tenant.id, self.client, resource, None)))
        if not names:
            raise Refusal(650057, client=self.client.name, resource=resource.name)
        return names


def is_administrator(person: Person) -> bool:
    return not ADMINISTRATORS.isdisjoint(person.directory_roles)


def consent_of(browser: Browser, request: PendingRequest, person: Person) -> Consent:
    return Consent(browser.directory, browser.tenant_of(person), request.client)


def ask(browser: Browser, request: PendingRequest, person: Person, wanted: tuple[WantedScopes, ...]) -> Page:
    """Ask a person for consent, or turn them away where only an administrator can give it."""
    scope = consent_of(browser, request, person).needing_administrator(wanted, person)
    if scope and not is_administrator(person):
        return turn_away(browser, request, person, Refusal(90094, client=request.client.name, scope=scope))
    return consent_page(browser, request, person, wanted)


def consent_page(
    browser: Browser,
    request: PendingRequest,
    person: Person,
    wanted: tuple[WantedScopes, ...],
    roles: tuple[WantedRole, ...] = (),
) -> ConsentPage:
    """Show what is wanted, each scope once."""
    home = browser.directory.tenant(request.client.tenant_id)
    scopes = {(each.resource.client_id, line.value): line for each in wanted for line in each.described()}
    return ConsentPage(
        template=_TEMPLATES[request.purpose],
        transaction=browser.wait(request),
        request=request,
        person=person,
        publisher=home.name if home else request.client.tenant_id,
        permissions=(*scopes.values(), *(_describe_role(*role) for role in roles)),
        may_decide_for_all=is_administrator(person),
    )


def _describe_role(resource: AppRegistration, role: AppRole) -> Permission:
    return Permission(
        api=resource.name,
        value=role.value,
        title=role.name or f"Use {resource.name} as itself, without a signed-in person",
        description=role.description,
        needs_administrator=True,
    )
