"""Says which tables and keys a directory file may have, and of which form."""

from __future__ import annotations

from enum import StrEnum

from entra_double._world.directory_file.forms import (
    ADDRESS,
    ANY_TEXT,
    CONTEXT_ID,
    COUNT,
    DOMAIN,
    FLAG,
    GUID,
    MOMENT,
    SECONDS,
    TEXT,
    TEXTS,
    USERNAME,
    VERSION,
    Schema,
    choice,
    each,
    named,
    table,
    text_or,
)
from entra_double._world.policies import Demand
from entra_double._world.registration import Audience, GroupClaims

_SCOPE = Schema(
    name="a scope",
    keys={"value": TEXT, "id": GUID, "admin_consent": FLAG, "enabled": FLAG, "name": ANY_TEXT}
    | {"description": ANY_TEXT},
    required=("value",),
)


class Bearer(StrEnum):
    """Who may have a role."""

    PEOPLE = "people"
    APPLICATIONS = "applications"


_ROLE = Schema(
    name="a role",
    keys={"value": TEXT, "id": GUID, "for": each(choice(Bearer)), "enabled": FLAG, "name": ANY_TEXT}
    | {"description": ANY_TEXT},
    required=("value",),
)
_CLAIM = Schema(name="an optional claim", keys={"name": TEXT, "additional_properties": TEXTS}, required=("name",))
_SECRET = Schema(
    name="a secret",
    keys={"value": TEXT, "id": GUID, "name": ANY_TEXT, "starts": MOMENT, "expires": MOMENT},
    required=("value",),
)
_CERTIFICATE = Schema(
    name="a certificate",
    keys={"file": TEXT, "pem": ANY_TEXT, "id": GUID, "name": ANY_TEXT, "expires": MOMENT},
)
_FEDERATED = Schema(
    name="a federated credential",
    keys={"issuer": TEXT, "subject": TEXT, "audience": TEXT, "name": ANY_TEXT, "id": GUID} | {"public_key": ANY_TEXT},
    required=("issuer", "subject"),
)

PERSON = Schema(
    name="[[tenants.people]]",
    keys={
        **{"name": TEXT, "username": USERNAME, "id": GUID, "given_name": ANY_TEXT, "family_name": ANY_TEXT},
        **{"user_principal_name": ADDRESS, "email": ADDRESS, "email_verified": FLAG, "enabled": FLAG},
        **{"home": TEXT, "home_id": GUID, "identity_provider": TEXT, "country": TEXT, "language": TEXT},
        **{"valid_from": MOMENT, "methods": TEXTS, "directory_roles": TEXTS, "groups": TEXTS},
        **{"roles": named(TEXTS)},
    },
    required=("name", "username"),
)
GROUP = Schema(
    name="[[tenants.groups]]",
    keys={
        **{"name": TEXT, "id": GUID, "members": TEXTS, "security": FLAG, "mail": ADDRESS},
        **{"sam_account_name": TEXT, "dns_domain": TEXT, "netbios_domain": TEXT, "roles": named(TEXTS)},
    },
    required=("name",),
)
APPLICATION = Schema(
    name="[[tenants.applications]]",
    keys={
        **{"name": TEXT, "client_id": GUID, "object_id": GUID, "audience": choice(Audience)},
        **{"spa": TEXTS, "web": TEXTS, "public": TEXTS, "logout_uri": TEXT, "public_client": FLAG},
        **{"implicit_id_token": FLAG, "implicit_access_token": FLAG, "app_id_uris": TEXTS},
        **{"scopes": each(text_or(_SCOPE)), "roles": each(text_or(_ROLE)), "assignment_required": FLAG},
        **{"access_token_version": VERSION, "access_token_lifetime": SECONDS, "header_nonce": FLAG},
        **{"access_token_claims": each(text_or(_CLAIM)), "id_token_claims": each(text_or(_CLAIM))},
        **{"group_claims": each(choice(GroupClaims)), "secrets": each(text_or(_SECRET))},
        **{"certificates": each(text_or(_CERTIFICATE)), "federated": each(table(_FEDERATED))},
        **{"permissions": named(TEXTS), "application_permissions": named(TEXTS), "admin_consent": FLAG},
        **{"pre_authorised": named(TEXTS), "known_clients": TEXTS},
    },
    required=("name",),
)
SERVICE_PRINCIPAL = Schema(
    name="[[tenants.service_principals]]",
    keys={"application": TEXT, "id": GUID, "enabled": FLAG, "assignment_required": FLAG},
    required=("application",),
)
ASSIGNMENT = Schema(
    name="[[tenants.assignments]]", keys={"who": TEXT, "to": TEXT, "role": TEXT}, required=("who", "to")
)
GRANT = Schema(
    name="[[tenants.grants]]",
    keys={"client": TEXT, "api": TEXT, "scopes": TEXTS, "person": TEXT},
    required=("client", "api", "scopes"),
)
POLICY = Schema(
    name="[[tenants.conditional_access]]",
    keys={
        **{"name": TEXT, "id": GUID, "demand": choice(Demand), "people": TEXTS, "except_people": TEXTS},
        **{"applications": TEXTS, "clients": TEXTS, "context": CONTEXT_ID, "enabled": FLAG},
        **{"sign_in_frequency": SECONDS},
    },
    required=("name",),
)
CONTEXT = Schema(name="[[tenants.contexts]]", keys={"id": CONTEXT_ID, "name": TEXT}, required=("id", "name"))
TENANT = Schema(
    name="[[tenants]]",
    keys={
        **{"name": TEXT, "domain": DOMAIN, "id": GUID, "domains": each(DOMAIN), "region": TEXT},
        **{"country": TEXT, "access_token_lifetime": SECONDS, "most_groups": COUNT, "personal": FLAG},
        **{"people": each(table(PERSON)), "groups": each(table(GROUP))},
        **{"applications": each(table(APPLICATION)), "service_principals": each(table(SERVICE_PRINCIPAL))},
        **{"assignments": each(table(ASSIGNMENT)), "grants": each(table(GRANT))},
        **{"conditional_access": each(table(POLICY)), "contexts": each(table(CONTEXT))},
    },
    required=("name", "domain"),
)
FILE = Schema(name="the file", keys={"tenants": each(table(TENANT))}, required=("tenants",))
TABLES = (TENANT, PERSON, GROUP, APPLICATION, SERVICE_PRINCIPAL, ASSIGNMENT, GRANT, POLICY, CONTEXT)
