"""Makes the registration of Microsoft Graph, with every permission that is known here.

https://learn.microsoft.com/graph/permissions-reference
"""

from __future__ import annotations

from dataclasses import dataclass

from entra_double._world.ids import GRAPH_CLIENT_ID
from entra_double._world.registration import AppRegistration, AppRole, Audience, DelegatedScope


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphPermission:
    """A permission of Microsoft Graph: for people's clients, for applications themselves, or for both."""

    value: str
    delegated_id: str | None
    application_id: str | None
    admin_consent: bool


def _permission(
    value: str, delegated_id: str | None, application_id: str | None, *, admin_consent: bool = False
) -> GraphPermission:
    return GraphPermission(
        value=value, delegated_id=delegated_id, application_id=application_id, admin_consent=admin_consent
    )


GRAPH_PERMISSIONS = (
    _permission("openid", "37f7f235-527c-4136-accd-4a02d197296e", None),
    _permission("profile", "14dad69e-099b-42c9-810b-d002981feec1", None),
    _permission("email", "64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0", None),
    _permission("offline_access", "7427e0e9-2fba-42fe-b0c0-848c9e6a8182", None),
    _permission("User.Read", "e1fe6dd8-ba31-4d61-89e7-88639da4683d", None),
    _permission("User.ReadBasic.All", "b340eb25-3456-403f-be2f-af7a0d370277", "97235f07-e226-4f63-ace3-39588e11d3a1"),
    _permission(
        "User.Read.All",
        "a154be20-db9c-4678-8ab7-66f6cc099a59",
        "df021288-bdef-4463-88db-98f22de89214",
        admin_consent=True,
    ),
    _permission(
        "GroupMember.Read.All",
        "bc024368-1153-4739-b217-4326f2e966d0",
        "98830695-27a2-44f7-8c18-0c3ebc9698f6",
        admin_consent=True,
    ),
    _permission(
        "Group.Read.All",
        "5f8c59db-677d-491f-a6b8-5f174b11ec1d",
        "5b567255-7703-4780-807c-7be8301ae99b",
        admin_consent=True,
    ),
    _permission(
        "Directory.Read.All",
        "06da0dbc-49e2-44d2-8312-53f166ab848a",
        "7ab1d382-f21e-4acd-a863-ba3e13f7da61",
        admin_consent=True,
    ),
    _permission(
        "Application.Read.All",
        "c79f8feb-a9db-4090-85f9-90d820caa0eb",
        "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30",
        admin_consent=True,
    ),
    _permission(
        "Application.ReadWrite.All",
        "bdfbf15f-ee85-4955-8675-146e8e5296b5",
        "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9",
        admin_consent=True,
    ),
    _permission("Application.ReadWrite.OwnedBy", None, "18a4783c-866b-4cc7-a460-3d5e5662c884"),
    _permission(
        "AppRoleAssignment.ReadWrite.All",
        "84bccea3-f856-4a8a-967b-dbe0a3d53a64",
        "06b708a9-e830-4db3-a914-8e69da51d44f",
        admin_consent=True,
    ),
    _permission(
        "DelegatedPermissionGrant.ReadWrite.All",
        "41ce6ca6-6826-4807-84f1-1c82854f7ee5",
        "8e8e4742-1d95-4f68-9d56-6ee75648c72a",
        admin_consent=True,
    ),
    _permission(
        "Policy.Read.ConditionalAccess",
        "633e0fce-8c58-4cfb-9495-12bbd5a24f7c",
        "37730810-e9ba-4e46-b07e-8ca78d182097",
        admin_consent=True,
    ),
)


def microsoft_graph(tenant_id: str) -> AppRegistration:
    """Make the resource that a request without an API's scope gets its access token for, as in the service."""
    return AppRegistration(
        name="Microsoft Graph",
        client_id=GRAPH_CLIENT_ID,
        tenant_id=tenant_id,
        audience=Audience.EVERYBODY,
        app_id_uris=("https://graph.microsoft.com",),
        scopes=tuple(
            DelegatedScope(id=known.delegated_id, value=known.value, admin_consent=known.admin_consent)
            for known in GRAPH_PERMISSIONS
            if known.delegated_id
        ),
        app_roles=tuple(
            AppRole(id=known.application_id, value=known.value, for_people=False, for_applications=True)
            for known in GRAPH_PERMISSIONS
            if known.application_id
        ),
        header_nonce=True,
    )
