"""Builds the world that stands there at start: Contoso, its people, and Logbook's two registrations."""

from __future__ import annotations

from entra_local._directory import (
    AccessTokenVersion,
    AppRegistration,
    AppRole,
    Assignment,
    DelegatedPermission,
    Directory,
    OptionalClaim,
    Person,
    Platform,
    RedirectUri,
    Secret,
    Tenant,
)
from entra_local._scopes import GRAPH_CLIENT_ID

CONTOSO = Tenant(id="c0470500-0000-4000-a000-000000000001", domain="contoso.example", name="Contoso")
FABRIKAM = Tenant(id="fab00000-0000-4000-a000-000000000009", domain="fabrikam.example", name="Fabrikam")

API_CLIENT_ID = "a9100000-0000-4000-a000-000000000002"
SPA_CLIENT_ID = "5ba00000-0000-4000-a000-000000000003"
DAEMON_CLIENT_ID = "dae00000-0000-4000-a000-000000000004"
DAEMON_SECRET = "entra-local-not-a-secret-daemon"
SITE_CLIENT_ID = "517e0000-0000-4000-a000-000000000005"
SITE_SECRET = "entra-local-not-a-secret-site"
API_SCOPE = f"api://{API_CLIENT_ID}/access_as_user"

API_SECRET = "entra-local-not-a-secret-api"

_GRAPH_SCOPES = ("openid", "profile", "email", "offline_access")


def seed(*, api_token_version: AccessTokenVersion = 2) -> Directory:
    """Give the documented world; `api_token_version` is the version of Logbook API's access tokens."""
    return Directory(
        tenants=(CONTOSO, FABRIKAM),
        applications=(
            _logbook_api(api_token_version),
            _logbook_web(),
            _logbook_daemon(),
            _logbook_site(),
            _microsoft_graph(),
        ),
        people=(
            _member("ada00000-0000-4000-a000-000000000011", "ada", "Ada", "Lovelace"),
            _member("96ace000-0000-4000-a000-000000000012", "grace", "Grace", "Hopper"),
            _member("a1a00000-0000-4000-a000-000000000013", "alan", "Alan", "Turing"),
            _guest("9e570000-0000-4000-a000-000000000014", "katherine", "Katherine", "Johnson"),
            _member("bad00000-0000-4000-a000-000000000015", "mallory", "Mallory", "Malone"),
        ),
        assignments=(
            _role("ada00000-0000-4000-a000-000000000011", "Admin"),
            _role("96ace000-0000-4000-a000-000000000012", "Writer"),
            _role("a1a00000-0000-4000-a000-000000000013", "Reader"),
            _role("9e570000-0000-4000-a000-000000000014", "Writer"),
            _role(_logbook_daemon().service_principal_id, "Logbook.Read.All"),
        ),
    )


def _logbook_api(version: AccessTokenVersion) -> AppRegistration:
    return AppRegistration(
        name="Logbook API",
        client_id=API_CLIENT_ID,
        tenant_id=CONTOSO.id,
        app_id_uri=f"api://{API_CLIENT_ID}",
        scopes=("access_as_user",),
        app_roles=(
            AppRole(id="40010000-0000-4000-a000-000000000021", value="Reader"),
            AppRole(id="40010000-0000-4000-a000-000000000022", value="Writer"),
            AppRole(id="40010000-0000-4000-a000-000000000023", value="Admin"),
            AppRole(
                id="40010000-0000-4000-a000-000000000024",
                value="Logbook.Read.All",
                for_people=False,
                for_applications=True,
            ),
        ),
        assignment_required=True,
        access_token_version=version,
        access_token_claims=tuple(
            OptionalClaim(name=name) for name in ("email", "family_name", "given_name", "upn", "acct")
        ),
        permissions=(DelegatedPermission(resource_id=GRAPH_CLIENT_ID, scope="User.Read"),),
        secrets=(Secret(value=API_SECRET),),
    )


def _logbook_web() -> AppRegistration:
    paths = ("/entrance/redirect/", "/redirect.html", "/")
    return AppRegistration(
        name="Logbook web",
        client_id=SPA_CLIENT_ID,
        tenant_id=CONTOSO.id,
        id_token_claims=(OptionalClaim(name="login_hint"),),
        redirect_uris=tuple(RedirectUri(platform=Platform.SPA, uri=f"http://localhost{path}") for path in paths),
        permissions=(
            DelegatedPermission(resource_id=API_CLIENT_ID, scope="access_as_user"),
            *(DelegatedPermission(resource_id=GRAPH_CLIENT_ID, scope=scope) for scope in _GRAPH_SCOPES),
        ),
    )


def _logbook_daemon() -> AppRegistration:
    """Make a service that comes as itself, without a person."""
    return AppRegistration(
        name="Logbook daemon",
        client_id=DAEMON_CLIENT_ID,
        tenant_id=CONTOSO.id,
        secrets=(Secret(value=DAEMON_SECRET),),
    )


def _logbook_site() -> AppRegistration:
    """Make a web site whose server redeems the codes, and proves itself with a secret."""
    return AppRegistration(
        name="Logbook site",
        client_id=SITE_CLIENT_ID,
        tenant_id=CONTOSO.id,
        redirect_uris=(RedirectUri(platform=Platform.WEB, uri="http://localhost/callback"),),
        permissions=_logbook_web().permissions,
        secrets=(Secret(value=SITE_SECRET),),
    )


def _microsoft_graph() -> AppRegistration:
    """Make the resource that a request without an API's scope gets its access token for, as in the service."""
    return AppRegistration(
        name="Microsoft Graph",
        client_id=GRAPH_CLIENT_ID,
        tenant_id=CONTOSO.id,
        app_id_uri="https://graph.microsoft.com",
        scopes=(*_GRAPH_SCOPES, "User.Read"),
        header_nonce=True,
    )


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


def _role(object_id: str, role: str) -> Assignment:
    return Assignment(object_id=object_id, client_id=API_CLIENT_ID, role=role)
