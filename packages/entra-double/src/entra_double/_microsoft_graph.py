"""Makes the registration of Microsoft Graph, with every permission that is known here."""

from __future__ import annotations

from entra_double._registration import AppRegistration, AppRole, Audience, DelegatedScope
from entra_double._well_known import GRAPH_CLIENT_ID, GRAPH_PERMISSIONS


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
