"""Writes the registrations for Terraform's provider ``azuread``, in Terraform's JSON syntax.

https://registry.terraform.io/providers/hashicorp/azuread/latest/docs
https://developer.hashicorp.com/terraform/language/syntax/json
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django_entrance.entra.registration.bodies import api_properties, graph_access
from django_entrance.entra.registration.wanted import (
    GRAPH_ID,
    GRAPH_ROLES,
    GRAPH_SCOPES,
    Claim,
    Credential,
    Federation,
    Key,
    NewSecret,
    Wanted,
)

Json = dict[str, Any]

SNAKE = {
    "value": "value",
    "id": "id",
    "isEnabled": "enabled",
    "type": "type",
    "displayName": "display_name",
    "description": "description",
    "allowedMemberTypes": "allowed_member_types",
    "adminConsentDisplayName": "admin_consent_display_name",
    "adminConsentDescription": "admin_consent_description",
    "userConsentDisplayName": "user_consent_display_name",
    "userConsentDescription": "user_consent_description",
}
"""Graph's name of a property → the provider's."""


def terraform_file(wanted: Wanted) -> str:
    """Return ``main.tf.json``. The provider signs in by itself, for example with ``az login``."""
    resources: Json = {
        "azuread_application": {"api": api(wanted)},
        "azuread_application_identifier_uri": {"api": identifier_uri(wanted)},
        "azuread_service_principal": {"api": service_principal("api", wanted)},
    }
    outputs = {"CLIENT_ID": {"value": "${azuread_application.api.client_id}"}}
    if wanted.has_front_end:
        resources["azuread_application"]["front_end"] = front_end(wanted)
        resources["azuread_service_principal"]["front_end"] = service_principal("front_end", wanted)
        resources["azuread_application_pre_authorized"] = {"front_end": pre_authorised(wanted)}
        outputs["SPA_CLIENT_ID"] = {"value": "${azuread_application.front_end.client_id}"}
    resources |= credential(wanted.credential)
    if wanted.consent:
        resources |= consents(wanted)
    document = {
        "terraform": {"required_providers": {"azuread": {"source": "hashicorp/azuread", "version": "~> 3.0"}}},
        "data": {"azuread_service_principal": {"graph": {"client_id": GRAPH_ID}}},
        "resource": resources,
        "output": outputs | secret_output(wanted.credential),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def api(wanted: Wanted) -> Json:
    target = api_properties(wanted, {})
    groups = {"group_membership_claims": ["ApplicationGroup"]} if wanted.has_groups else {}
    return {
        "display_name": text(wanted.name),
        "sign_in_audience": wanted.audience,
        **groups,
        "api": {
            "requested_access_token_version": 2,
            "oauth2_permission_scope": [renamed(each) for each in target["api.oauth2PermissionScopes"]],
        },
        "app_role": [renamed(each) for each in target["appRoles"]],
        "optional_claims": {
            "access_token": [claim(each) for each in wanted.access_token_claims],
            "id_token": [claim(each) for each in wanted.id_token_claims],
        },
        "required_resource_access": [access(GRAPH_ID, graph_access(wanted))],
        "web": {"redirect_uris": texts(wanted.web_redirect_uris), "logout_url": logout_url(wanted)},
        "lifecycle": {"ignore_changes": ["identifier_uris"]},
    }


def front_end(wanted: Wanted) -> Json:
    scopes = [{"id": each.id, "type": "Scope"} for each in wanted.scopes]
    graph = [{"id": each, "type": "Scope"} for each in GRAPH_SCOPES.values()]
    return {
        "display_name": text(f"{wanted.name} (front end)"),
        "sign_in_audience": wanted.audience,
        "single_page_application": {"redirect_uris": texts(wanted.spa_redirect_uris)},
        "optional_claims": {"id_token": [claim(each) for each in wanted.id_token_claims]},
        "required_resource_access": [access("${azuread_application.api.client_id}", scopes), access(GRAPH_ID, graph)],
        "web": {"logout_url": logout_url(wanted)},
    }


def identifier_uri(wanted: Wanted) -> Json:
    uri = text(wanted.app_id_uri) if wanted.app_id_uri else "api://${azuread_application.api.client_id}"
    return {"application_id": "${azuread_application.api.id}", "identifier_uri": uri}


def service_principal(name: str, wanted: Wanted) -> Json:
    required = {"app_role_assignment_required": wanted.assignment_required is not False} if name == "api" else {}
    client_id = f"${{azuread_application.{name}.client_id}}"
    return {"client_id": client_id, "feature_tags": {"enterprise": True}, **required}


def pre_authorised(wanted: Wanted) -> Json:
    return {
        "application_id": "${azuread_application.api.id}",
        "authorized_client_id": "${azuread_application.front_end.client_id}",
        "permission_ids": [each.id for each in wanted.scopes],
    }


def consents(wanted: Wanted) -> Json:
    graph = "${data.azuread_service_principal.graph.object_id}"
    grants = {"api": grant("api", graph, ["openid", "profile"])}
    if wanted.has_front_end:
        own = "${azuread_service_principal.api.object_id}"
        grants["front_end"] = grant("front_end", graph, list(GRAPH_SCOPES))
        grants["front_end_at_api"] = grant("front_end", own, [each.value for each in wanted.scopes])
    roles = {
        f"graph_{number}": {
            "app_role_id": GRAPH_ROLES[name],
            "principal_object_id": "${azuread_service_principal.api.object_id}",
            "resource_object_id": graph,
        }
        for number, name in enumerate(wanted.graph_roles, 1)
    }
    both = {"azuread_service_principal_delegated_permission_grant": grants, "azuread_app_role_assignment": roles}
    return {name: resources for name, resources in both.items() if resources}


def grant(client: str, resource: str, scopes: Iterable[str]) -> Json:
    return {
        "service_principal_object_id": f"${{azuread_service_principal.{client}.object_id}}",
        "resource_service_principal_object_id": resource,
        "claim_values": texts(scopes),
    }


def credential(chosen: Credential | None) -> Json:
    """Return the resource of the credential. A secret stands in Terraform's state, which is secret then."""
    application = {"application_id": "${azuread_application.api.id}"}
    match chosen:
        case Key() as key:
            more = {"type": "AsymmetricX509Cert", "encoding": "base64", "value": key.data, "end_date": key.ends_at}
            return {"azuread_application_certificate": {"api": application | more}}
        case Federation() as workload:
            names = {"display_name": workload.name, "issuer": text(workload.issuer), "subject": text(workload.subject)}
            resource: Json = application | names | {"audiences": [workload.audience]}
            return {"azuread_application_federated_identity_credential": {"api": resource}}
        case NewSecret() as secret:
            more = {"display_name": secret.name, "end_date": secret.ends_at}
            return {"azuread_application_password": {"api": application | more}}
    return {}


def secret_output(chosen: Credential | None) -> Json:
    if not isinstance(chosen, NewSecret):
        return {}
    return {"CLIENT_SECRET": {"value": "${azuread_application_password.api.value}", "sensitive": True}}


def claim(each: Claim) -> Json:
    return {"name": each.name, "essential": False, "additional_properties": list(each.additional)}


def access(resource: str, permissions: Iterable[Json]) -> Json:
    return {"resource_app_id": resource, "resource_access": [dict(each) for each in permissions]}


def renamed(entry: Json) -> Json:
    return {SNAKE[name]: text(value) if isinstance(value, str) else value for name, value in entry.items()}


def logout_url(wanted: Wanted) -> str | None:
    return None if wanted.front_channel is None else text(wanted.front_channel)


def texts(values: Iterable[str]) -> list[str]:
    return [text(value) for value in values]


def text(value: str) -> str:
    """Return a text in which Terraform sees no template."""
    return value.replace("${", "$${").replace("%{", "%%{")
