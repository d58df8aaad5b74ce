"""Builds the world that stands there at start: Contoso, its people and groups, and Logbook's registrations."""

from __future__ import annotations

from entra_double._world.directory import Directory
from entra_double._world.ids import GRAPH_CLIENT_ID, derived_id
from entra_double._world.microsoft_graph import microsoft_graph
from entra_double._world.policies import Assignment, PermissionGrant
from entra_double._world.principals import PERSONAL, Group, Person, ServicePrincipal, Tenant
from entra_double._world.redirect_uris import Platform, RedirectUri
from entra_double._world.registration import (
    AccessTokenVersion,
    AppRegistration,
    AppRole,
    DelegatedScope,
    OptionalClaim,
    RequiredAccess,
    Secret,
)

CONTOSO = Tenant(id="c0470500-0000-4000-a000-000000000001", domain="contoso.example", name="Contoso")
FABRIKAM = Tenant(id="fab00000-0000-4000-a000-000000000009", domain="fabrikam.example", name="Fabrikam")

API_CLIENT_ID = "a9100000-0000-4000-a000-000000000002"
SPA_CLIENT_ID = "5ba00000-0000-4000-a000-000000000003"
DAEMON_CLIENT_ID = "dae00000-0000-4000-a000-000000000004"
SITE_CLIENT_ID = "517e0000-0000-4000-a000-000000000005"
API_SCOPE = f"api://{API_CLIENT_ID}/access_as_user"

API_SECRET = "entra-local-not-a-secret-api"
DAEMON_SECRET = "entra-local-not-a-secret-daemon"
SITE_SECRET = "entra-local-not-a-secret-site"

_ADA = "ada00000-0000-4000-a000-000000000011"
_GRACE = "96ace000-0000-4000-a000-000000000012"
_ALAN = "a1a00000-0000-4000-a000-000000000013"
_KATHERINE = "9e570000-0000-4000-a000-000000000014"
_MALLORY = "bad00000-0000-4000-a000-000000000015"

_ROLES = {
    "Reader": "40010000-0000-4000-a000-000000000021",
    "Writer": "40010000-0000-4000-a000-000000000022",
    "Admin": "40010000-0000-4000-a000-000000000023",
}
_READ_ALL = AppRole(
    id="40010000-0000-4000-a000-000000000024", value="Logbook.Read.All", for_people=False, for_applications=True
)
_OPENID_SCOPES = ("openid", "profile", "email", "offline_access")
_SIGN_IN = (
    RequiredAccess(resource_id=API_CLIENT_ID, scopes=("access_as_user",)),
    RequiredAccess(resource_id=GRAPH_CLIENT_ID, scopes=_OPENID_SCOPES),
)
_READ_ME = (RequiredAccess(resource_id=GRAPH_CLIENT_ID, scopes=("User.Read",)),)
_DAEMON = ServicePrincipal(tenant_id=CONTOSO.id, client_id=DAEMON_CLIENT_ID)
_EDITORS = derived_id("group", CONTOSO.domain, "Editors")


def seed(*, api_token_version: AccessTokenVersion = 2) -> Directory:
    """Give the documented world; `api_token_version` is the version of Logbook API's access tokens."""
    return Directory(
        tenants=(CONTOSO, FABRIKAM, PERSONAL),
        applications=(
            _logbook_api(api_token_version),
            _logbook_web(),
            _logbook_daemon(),
            _logbook_site(),
            microsoft_graph(CONTOSO.id),
        ),
        people=(
            _member(_ADA, "ada", "Ada", "Lovelace"),
            _member(_GRACE, "grace", "Grace", "Hopper"),
            _member(_ALAN, "alan", "Alan", "Turing"),
            _guest(_KATHERINE, "katherine", "Katherine", "Johnson"),
            _member(_MALLORY, "mallory", "Mallory", "Malone"),
        ),
        service_principals=(ServicePrincipal(tenant_id=CONTOSO.id, client_id=API_CLIENT_ID, assignment_required=True),),
        groups=(
            Group(object_id=_EDITORS, tenant_id=CONTOSO.id, name="Editors", members=frozenset({_GRACE})),
            Group(
                object_id=derived_id("group", CONTOSO.domain, "Everybody"),
                tenant_id=CONTOSO.id,
                name="Everybody",
                members=frozenset({_EDITORS, _ADA}),
            ),
        ),
        assignments=(
            _role(_ADA, _ROLES["Admin"]),
            _role(_GRACE, _ROLES["Writer"]),
            _role(_ALAN, _ROLES["Reader"]),
            _role(_KATHERINE, _ROLES["Writer"]),
            _role(_DAEMON.id, _READ_ALL.id),
        ),
        grants=(
            *_granted_to(SPA_CLIENT_ID, _SIGN_IN),
            *_granted_to(SITE_CLIENT_ID, _SIGN_IN),
            *_granted_to(API_CLIENT_ID, _READ_ME),
        ),
    )


def _logbook_api(version: AccessTokenVersion) -> AppRegistration:
    return AppRegistration(
        name="Logbook API",
        client_id=API_CLIENT_ID,
        tenant_id=CONTOSO.id,
        app_id_uris=(f"api://{API_CLIENT_ID}",),
        scopes=(DelegatedScope(id=derived_id("scope", API_CLIENT_ID, "access_as_user"), value="access_as_user"),),
        app_roles=(*(AppRole(id=role_id, value=value) for value, role_id in _ROLES.items()), _READ_ALL),
        access_token_version=version,
        access_token_claims=tuple(
            OptionalClaim(name=name) for name in ("email", "family_name", "given_name", "upn", "acct")
        ),
        secrets=(_secret(API_CLIENT_ID, API_SECRET),),
        required_access=_READ_ME,
    )


def _logbook_web() -> AppRegistration:
    paths = ("/entrance/redirect/", "/redirect.html", "/")
    return AppRegistration(
        name="Logbook web",
        client_id=SPA_CLIENT_ID,
        tenant_id=CONTOSO.id,
        id_token_claims=(OptionalClaim(name="login_hint"),),
        redirect_uris=tuple(RedirectUri(platform=Platform.SPA, uri=f"http://localhost{path}") for path in paths),
        required_access=_SIGN_IN,
    )


def _logbook_daemon() -> AppRegistration:
    """Make a service that comes as itself, without a person."""
    return AppRegistration(
        name="Logbook daemon",
        client_id=DAEMON_CLIENT_ID,
        tenant_id=CONTOSO.id,
        secrets=(_secret(DAEMON_CLIENT_ID, DAEMON_SECRET),),
        required_access=(RequiredAccess(resource_id=API_CLIENT_ID, roles=(_READ_ALL.value,)),),
    )


def _logbook_site() -> AppRegistration:
    """Make a web site whose server redeems the codes, and proves itself with a secret."""
    return AppRegistration(
        name="Logbook site",
        client_id=SITE_CLIENT_ID,
        tenant_id=CONTOSO.id,
        redirect_uris=(RedirectUri(platform=Platform.WEB, uri="http://localhost/callback"),),
        secrets=(_secret(SITE_CLIENT_ID, SITE_SECRET),),
        required_access=_SIGN_IN,
    )


def _granted_to(client_id: str, accesses: tuple[RequiredAccess, ...]) -> tuple[PermissionGrant, ...]:
    """Grant a client what it asks for, for everybody, as an administrator would have done."""
    return tuple(
        PermissionGrant(
            tenant_id=CONTOSO.id, client_id=client_id, resource_id=asked.resource_id, scopes=frozenset(asked.scopes)
        )
        for asked in accesses
    )


def _secret(client_id: str, value: str) -> Secret:
    return Secret(key_id=derived_id("secret", client_id, value), value=value, name="for development")


def _member(object_id: str, user: str, given_name: str, family_name: str) -> Person:
    username = f"{user}@{CONTOSO.domain}"
    return Person(
        object_id=object_id,
        tenant_id=CONTOSO.id,
        username=username,
        name=f"{given_name} {family_name}",
        given_name=given_name,
        family_name=family_name,
        user_principal_name=username,
        home_tenant_id=CONTOSO.id,
        home_object_id=object_id,
    )


def _guest(object_id: str, user: str, given_name: str, family_name: str) -> Person:
    return Person(
        object_id=object_id,
        tenant_id=CONTOSO.id,
        username=f"{user}@{FABRIKAM.domain}",
        name=f"{given_name} {family_name}",
        given_name=given_name,
        family_name=family_name,
        user_principal_name=f"{user}_{FABRIKAM.domain}#EXT#@{CONTOSO.domain}",
        home_tenant_id=FABRIKAM.id,
        home_object_id="fab00000-0000-4000-a000-000000000014",
    )


def _role(principal_id: str, role_id: str) -> Assignment:
    return Assignment(principal_id=principal_id, tenant_id=CONTOSO.id, client_id=API_CLIENT_ID, role_id=role_id)
