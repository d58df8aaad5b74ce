"""Says what the portal's screens have to show. Names and values are those that ``entrance register`` would write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import python_page  # noqa: F401  # it configures Django
from django.urls import include, path, reverse
from django_entrance.conf.default_mapping import default_mapping
from django_entrance.conf.loading import settings_of
from django_entrance.entra.client import TOKEN_EXCHANGE
from django_entrance.entra.registration.bodies import api_properties, spa_properties
from django_entrance.entra.registration.consents import SIGN_IN_SCOPES
from django_entrance.entra.registration.examining import SCREENS, SECRETS
from django_entrance.entra.registration.wanted import (
    GRAPH_SCOPES,
    SECRET_NAME,
    Choices,
    NewSecret,
    Site,
    Wanted,
    wanted_registrations,
)
from django_entrance.management.registering_credential import DAYS
from portal_drawing import Button, Choice, Code, Field, Rows, Screen, Tabs

SITE = "https://<your site>"
GROUP = "0f3c0000-0000-4000-a000-000000000001"
SETTINGS: Mapping[str, Any] = {
    "TENANT_ID": "<directory (tenant) id>",
    "CLIENT_ID": "<application (client) id>",
    "ACCESS": {"app_roles": {"Editor": {}, "Admin": {}}, "groups": {GROUP: {}}},
    "AUTHENTICATION_CONTEXTS": {"delete": "c1"},
    "CLAIM_MAPPING": default_mapping(),
}
"""A site that uses everything."""

REGISTRATIONS = "App registrations"
NEW, YOURS, ITS_FRONT_END = "New registration", "<your site>", "<your site>, front end"


def address(name: str) -> str:
    """Return the address of a URL of ours on the site."""
    urls = (path("entrance/", include("django_entrance.urls")),)
    return SITE + reverse(f"entrance:{name}", urlconf=urls)  # type: ignore[arg-type]  # patterns are one, too


def wanted() -> Wanted:
    """Return what ``entrance register`` wants for the site."""
    site = Site(
        callback=address("callback"),
        bridge=address("redirect"),
        signed_out=f"{SITE}/",
        front_channel=address("front-channel-logout"),
    )
    secret = NewSecret(name=SECRET_NAME, ends_at="")
    choices = Choices(name=YOURS, sites=(site,), credential=secret, assignment_required=True)
    return wanted_registrations(settings_of(SETTINGS), "default", choices, is_new=False)


def screens() -> Iterator[Screen]:
    """Yield the screens in the order of the page."""
    want = wanted()
    app_id = SETTINGS["CLIENT_ID"]
    api = api_properties(want, {"appId": app_id})
    known = {"appId": app_id, "api": {"oauth2PermissionScopes": api["api.oauth2PermissionScopes"]}}
    spa = spa_properties(want, {}, known)
    (scope,) = want.scopes
    yield new_registration()
    yield overview()
    yield manifest(api["api.requestedAccessTokenVersion"])
    yield exposed(api["identifierUris"][0], scope.value)
    yield app_role(api["appRoles"][0])
    yield optional_claims(api)
    yield groups_claim()
    yield authentication("web", YOURS, "Web", api["web.redirectUris"], api["web.logoutUrl"])
    yield credentials()
    yield federated_credential()
    yield graph_permissions(want)
    yield assignment()
    yield contexts()
    yield authentication("spa", ITS_FRONT_END, "Single-page application", spa["spa.redirectUris"], spa["web.logoutUrl"])
    yield front_end_permissions(scope.value)
    yield pre_authorised(f"{api['identifierUris'][0]}/{scope.value}")


def new_registration() -> Screen:
    kinds = "Accounts in this organizational directory only", "Accounts in any organizational directory"
    return Screen(
        "new-registration",
        (REGISTRATIONS, NEW),
        "The form of a new registration: a name, accounts in this organizational directory only, no redirect URI.",
        (
            Field("Name", YOURS),
            Choice("Supported account types", kinds, kinds[:1], is_one=True),
            Button("Register"),
        ),
    )


def overview() -> Screen:
    return Screen(
        "overview",
        (REGISTRATIONS, YOURS, "Overview"),
        "The overview of a registration: the application (client) id goes to CLIENT_ID, the directory (tenant) id to"
        " TENANT_ID.",
        (
            Field("Application (client) ID", SETTINGS["CLIENT_ID"], "CLIENT_ID"),
            Field("Directory (tenant) ID", SETTINGS["TENANT_ID"], "TENANT_ID"),
        ),
    )


def manifest(version: int) -> Screen:
    line = f'"requestedAccessTokenVersion": {version}'
    return Screen(
        "manifest",
        (REGISTRATIONS, YOURS, SCREENS["api.requestedAccessTokenVersion"]),
        f"The manifest, with the line that asks for tokens of version {version}.",
        (Code(("{", '  "api": {', f"    {line},", '    "oauth2PermissionScopes": […]', "  }", "}"), (line,)),),
    )


def exposed(uri: str, scope: str) -> Screen:
    who = "Admins and users", "Admins only"
    return Screen(
        "expose-an-api",
        (REGISTRATIONS, YOURS, SCREENS["api.oauth2PermissionScopes"]),
        f"The Application ID URI, and the form of the scope {scope}, which admins and users may consent to.",
        (
            Field("Application ID URI", uri),
            Button("Add a scope", is_link=True),
            Field("Scope name", scope),
            Choice("Who can consent?", who, who[:1], is_one=True),
            Choice("State", ("Enabled", "Disabled"), ("Enabled",), is_one=True),
        ),
    )


def app_role(role: Mapping[str, Any]) -> Screen:
    kinds = "Users/Groups", "Applications"
    return Screen(
        "app-roles",
        (REGISTRATIONS, YOURS, SCREENS["appRoles"], "Create app role"),
        f"The form of an app role for users and groups, with the value {role['value']}.",
        (
            Field("Display name", role["displayName"]),
            Choice("Allowed member types", kinds, kinds[:1], is_one=True),
            Field("Value", role["value"]),
            Button("Apply"),
        ),
    )


def optional_claims(api: Mapping[str, Any]) -> Screen:
    kinds = {"ID": api["optionalClaims.idToken"], "Access": api["optionalClaims.accessToken"]}
    named = {kind: {claim["name"] for claim in claims} for kind, claims in kinds.items()}
    names = dict.fromkeys(claim["name"] for claims in kinds.values() for claim in claims)
    rows = tuple((name, *(kind if name in named[kind] else "" for kind in kinds)) for name in names)
    return Screen(
        "token-configuration",
        (REGISTRATIONS, YOURS, SCREENS["optionalClaims.accessToken"]),
        "The table of optional claims, each for ID tokens and access tokens; idtyp and xms_cc for access tokens alone.",
        (Button("Add optional claim", is_link=True), Rows(("Claim", "Token type", ""), rows, (0.5, 0.25, 0.25))),
    )


def groups_claim() -> Screen:
    kinds = "Security groups", "Directory roles", "All groups", "Groups assigned to the application"
    return Screen(
        "groups-claim",
        (REGISTRATIONS, YOURS, SCREENS["groupMembershipClaims"], "Edit groups claim"),
        "The choice of groups in tokens: those assigned to the application, by their ids.",
        (
            Choice("Select group types to include", kinds, kinds[-1:]),
            Choice("ID", ("Group ID",), ("Group ID",), is_one=True),
            Choice("Access", ("Group ID",), ("Group ID",), is_one=True),
            Button("Add"),
        ),
    )


def authentication(kind: str, name: str, platform: str, uris: list[str], front_channel: str) -> Screen:
    boxes = "Access tokens", "ID tokens"
    return Screen(
        f"authentication-{kind}",
        (REGISTRATIONS, name, SCREENS[f"{kind}.redirectUris"], platform),
        f"The platform {platform} with its redirect URIs, the front-channel logout URL, and no tokens from the"
        " authorization endpoint.",
        (
            *(Field("Redirect URI", uri) for uri in uris),
            Field("Front-channel logout URL", front_channel),
            Choice("Implicit grant and hybrid flows", boxes),
        ),
    )


def credentials() -> Screen:
    tabs = "Certificates", "Client secrets", "Federated credentials"
    secret = (SECRET_NAME, f"{DAYS} days", "shown once")
    return Screen(
        "certificates-and-secrets",
        (REGISTRATIONS, YOURS, SECRETS),
        "The client secrets: the value of a new one is shown once, and goes to ENTRANCE_CLIENT_SECRET.",
        (
            Tabs(tabs, "Client secrets"),
            Button("New client secret", is_link=True),
            Rows(("Description", "Expires", "Value"), (secret,), (0.42, 0.29, 0.29)),
            Field("Value", "<the secret>", "ENTRANCE_CLIENT_SECRET"),
        ),
    )


def federated_credential() -> Screen:
    return Screen(
        "federated-credential",
        (REGISTRATIONS, YOURS, SECRETS, "Federated credentials"),
        "The form of a federated credential: issuer, subject, name and audience of the workload's tokens.",
        (
            Field("Issuer", "<issuer of the workload>"),
            Field("Subject identifier", "<subject of the workload>"),
            Field("Name", SECRET_NAME),
            Field("Audience", TOKEN_EXCHANGE),
            Button("Add"),
        ),
    )


def permissions(name: str, of: str, alt: str, rows: list[tuple[str, str]]) -> Screen:
    return Screen(
        name,
        (REGISTRATIONS, of, SCREENS["requiredResourceAccess"]),
        alt,
        (
            Button("Add a permission", is_link=True),
            Rows(("Permission", "Type", "Status"), tuple((*row, "Granted") for row in rows), (0.54, 0.26, 0.2)),
            Button("Grant admin consent"),
        ),
    )


def graph_permissions(want: Wanted) -> Screen:
    delegated = [(scope, "Delegated") for scope in SIGN_IN_SCOPES]
    rows = [*delegated, *((role, "Application") for role in want.graph_roles)]
    alt = "The API's permissions of Microsoft Graph, each granted by an administrator."
    return permissions("api-permissions", YOURS, alt, rows)


def front_end_permissions(scope: str) -> Screen:
    rows = [(each, "Delegated") for each in (scope, *GRAPH_SCOPES)]
    alt = "The front end's permissions, of the API and of Microsoft Graph, each granted by an administrator."
    return permissions("front-end-permissions", ITS_FRONT_END, alt, rows)


def assignment() -> Screen:
    return Screen(
        "enterprise-application",
        (SCREENS["appId"], YOURS, "Properties"),
        "The properties of the enterprise application: people can sign in, and assignment is required.",
        (
            Choice("Enabled for users to sign-in?", ("Yes", "No"), ("Yes",), is_one=True),
            Choice("Assignment required?", ("Yes", "No"), ("Yes",), is_one=True),
            Button("Save"),
        ),
    )


def contexts() -> Screen:
    ((name, context),) = SETTINGS["AUTHENTICATION_CONTEXTS"].items()
    return Screen(
        "authentication-context",
        ("Conditional Access", "Authentication contexts", "New authentication context"),
        f"The form of an authentication context: a name, published to apps, and the id {context}.",
        (
            Field("Name", name, "AUTHENTICATION_CONTEXTS"),
            Choice("Publish to apps", ("Publish to apps",), ("Publish to apps",)),
            Field("ID", context, "AUTHENTICATION_CONTEXTS"),
            Button("Save"),
        ),
    )


def pre_authorised(scope: str) -> Screen:
    return Screen(
        "authorized-client-applications",
        (REGISTRATIONS, YOURS, SCREENS["api.preAuthorizedApplications"], "Add a client application"),
        "The form of an authorized client application: the front end's client id, with the API's scope.",
        (
            Field("Client ID", "<client id of the front end>"),
            Choice("Authorized scopes", (scope,), (scope,)),
            Button("Add application"),
        ),
    )
