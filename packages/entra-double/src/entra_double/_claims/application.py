"""Makes the claims of an application that comes as itself: no `scp`, nobody's name, and `sub` is `oid`."""

from __future__ import annotations

from entra_double._claims.issuers import v1_issuer
from entra_double._claims.opaque import marked, traced
from entra_double._claims.optional import idtyp_of_application
from entra_double._claims.versions import newest, of_v1, of_v2
from entra_double._delegation import AppOnly
from entra_double._scopes import ResourceScopes
from entra_double._verifying import Claims


def application_claims(base_url: str, app_only: AppOnly, asked: ResourceScopes, roles: tuple[str, ...]) -> Claims:
    """Give all claims but the times."""
    principal_id, tenant_id, resource = app_only.service_principal.id, app_only.tenant.id, asked.resource
    client_id, proof = app_only.client.client_id, app_only.proof.value
    common: Claims = {
        "oid": principal_id,
        "sub": principal_id,
        "tid": tenant_id,
        **marked(),
        **traced(),
        **({"roles": list(roles)} if roles else {}),
        **idtyp_of_application(frozenset(claim.name for claim in resource.access_token_claims)),
    }
    if resource.access_token_version != 2:
        own = {"idp": v1_issuer(tenant_id), "appid": client_id, "appidacr": proof}
        return common | of_v1(asked, tenant_id) | own
    return common | of_v2(resource, tenant_id, base_url) | {"azp": client_id, "azpacr": proof} | newest()
