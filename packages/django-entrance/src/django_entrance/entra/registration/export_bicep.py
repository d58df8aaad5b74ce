"""Writes the registrations for Bicep with Microsoft's extension for Graph, which finds them by the same unique names.

https://learn.microsoft.com/graph/templates/bicep/overview-bicep-templates-for-graph
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django_entrance.entra.registration.bodies import api_properties, nested, spa_properties
from django_entrance.entra.registration.difference import IN_PORTAL
from django_entrance.entra.registration.wanted import (
    GRAPH_ID,
    GRAPH_ROLES,
    GRAPH_SCOPES,
    Federation,
    Key,
    Wanted,
)

HEAD = """// Written by: manage.py entrance register --export bicep
// In bicepconfig.json, under "extensions":
//   "microsoftGraphV1": "br:mcr.microsoft.com/bicep/extensions/microsoftgraph/v1.0:1.0.0"
// First: look whether these unique names are free. Anyone who may register applications can have taken them, and Bicep
// goes on with what is there.
// Deploy: az deployment group create --resource-group GROUP --template-file main.bicep
extension microsoftGraphV1
"""


class Expression(str):
    """A text that Bicep evaluates, such as ``api.appId``."""


GRAPH = Expression("graph.id")


def bicep_file(wanted: Wanted) -> str:
    """Return ``main.bicep``. A registration cannot name its own client id there, so its URI has the tenant's id.

    Bicep makes no secret: it would stand in the deployment. And the front end is not pre-authorised: each of the two
    registrations would need the other's id. Consent for the whole tenant has the same effect.
    """
    uri = Expression(literal(wanted.app_id_uri)) if wanted.app_id_uri else Expression("appIdUri")
    api = {"uniqueName": wanted.api_unique_name, "displayName": wanted.name, "identifierUris": [uri]}
    api |= kept(api_properties(wanted, {})) | key_of(wanted)
    parts = [HEAD]
    if not wanted.app_id_uri:
        parts.append(f"var appIdUri = 'api://${{tenant().tenantId}}/{wanted.api_unique_name}'\n")
    parts.append(f"resource graph 'Microsoft.Graph/servicePrincipals@v1.0' existing = {{\n  appId: '{GRAPH_ID}'\n}}\n")
    parts.append(resource("api", "applications", api))
    entry: dict[str, Any] = {"appId": Expression("api.appId"), "tags": list(IN_PORTAL)}
    entry["appRoleAssignmentRequired"] = wanted.assignment_required is not False
    parts.append(resource("apiEntry", "servicePrincipals", entry))
    if wanted.has_front_end:
        parts += front_end(wanted)
    if isinstance(wanted.credential, Federation):
        parts.append(resource("workload", "applications/federatedIdentityCredentials", federated(wanted.credential)))
    if wanted.consent:
        parts += consents(wanted)
    return "\n".join([*parts, *outputs(wanted)])


def front_end(wanted: Wanted) -> list[str]:
    scopes = [{"value": each.value, "id": each.id} for each in wanted.scopes]
    api = {"appId": Expression("api.appId"), "api": {"oauth2PermissionScopes": scopes}}
    names = {"uniqueName": wanted.spa_unique_name, "displayName": f"{wanted.name} (front end)"}
    entry = {"appId": Expression("frontEnd.appId"), "tags": list(IN_PORTAL)}
    return [
        resource("frontEnd", "applications", names | kept(spa_properties(wanted, {}, api))),
        resource("frontEndEntry", "servicePrincipals", entry),
    ]


def consents(wanted: Wanted) -> list[str]:
    own = Expression("apiEntry.id")
    parts = [grant("apiSignIn", own, GRAPH, "openid profile")]
    if wanted.has_front_end:
        client = Expression("frontEndEntry.id")
        parts.append(grant("frontEndSignIn", client, GRAPH, " ".join(GRAPH_SCOPES)))
        parts.append(grant("frontEndAtApi", client, own, " ".join(each.value for each in wanted.scopes)))
    for number, name in enumerate(wanted.graph_roles, 1):
        body = {"principalId": own, "resourceId": GRAPH, "appRoleId": GRAPH_ROLES[name]}
        parts.append(resource(f"graphRole{number}", "appRoleAssignedTo", body))
    return parts


def grant(name: str, client: str, api: str, scope: str) -> str:
    body = {"clientId": client, "consentType": "AllPrincipals", "resourceId": api, "scope": scope}
    return resource(name, "oauth2PermissionGrants", body)


def key_of(wanted: Wanted) -> dict[str, Any]:
    if not isinstance(wanted.credential, Key):
        return {}
    key = {"displayName": wanted.credential.name, "type": "AsymmetricX509Cert", "usage": "Verify"}
    return {"keyCredentials": [key | {"key": wanted.credential.data}]}


def federated(workload: Federation) -> dict[str, Any]:
    return {
        "name": Expression(f"'${{api.uniqueName}}/{workload.name}'"),
        "issuer": workload.issuer,
        "subject": workload.subject,
        "audiences": [workload.audience],
    }


def outputs(wanted: Wanted) -> list[str]:
    names = {"CLIENT_ID": "api.appId"} | ({"SPA_CLIENT_ID": "frontEnd.appId"} if wanted.has_front_end else {})
    if not wanted.app_id_uri:
        names["APP_ID_URI"] = "appIdUri"
    return [f"output {name} string = {value}" for name, value in names.items()] + [""]


def resource(name: str, kind: str, body: Mapping[str, Any]) -> str:
    return f"resource {name} 'Microsoft.Graph/{kind}@v1.0' = {value_of(body)}\n"


def kept(properties: Mapping[str, Any]) -> dict[str, Any]:
    return nested({path: value for path, value in properties.items() if value not in (None, [])})


def value_of(value: Any, indent: str = "") -> str:
    """Return a value in Bicep's syntax."""
    inner = f"{indent}  "
    if isinstance(value, Mapping):
        rows = [f"{inner}{name}: {value_of(each, inner)}" for name, each in value.items()]
        return "\n".join(["{", *rows, f"{indent}}}"]) if rows else "{}"
    if isinstance(value, list):
        rows = [f"{inner}{value_of(each, inner)}" for each in value]
        return "\n".join(["[", *rows, f"{indent}]"]) if rows else "[]"
    if isinstance(value, Expression):
        return str(value)
    return literal(value) if isinstance(value, str) else str(value).lower()


def literal(text: str) -> str:
    """Return a text in which Bicep sees no expression."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("${", "\\${").replace("\n", "\\n")
    return f"'{escaped}'"
