"""Draws applications for hypothesis."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives import serialization
from entra_double._world.principals import Tenant
from entra_double._world.registration import (
    AppRegistration,
    AppRole,
    Audience,
    Certificate,
    DelegatedScope,
    FederatedCredential,
    GroupClaims,
    OptionalClaim,
    Platform,
    PreAuthorised,
    RedirectUri,
    RequiredAccess,
    Secret,
)
from hypothesis import strategies as st

from .drawn_values import flags, guids, loose, moments, seconds, some, texts, unique, words
from .machine import CERTIFICATE, KEY

PUBLIC_KEY = KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def _redirect_uris() -> Any:
    """Draw addresses in the file's order of platforms."""
    platforms = (Platform.SPA, Platform.WEB, Platform.PUBLIC_CLIENT)
    groups = st.tuples(*(unique(words.map(f"https://{name}.example/{{}}".format), most=2) for name in platforms))
    return groups.map(
        lambda drawn: tuple(
            RedirectUri(platform=platform, uri=uri)
            for platform, uris in zip(platforms, drawn, strict=True)
            for uri in uris
        )
    )


def _roles() -> Any:
    return st.builds(
        AppRole,
        id=guids,
        value=texts,
        for_people=flags,
        for_applications=flags,
        enabled=flags,
        name=loose,
        description=loose,
    )


def _federated() -> Any:
    return st.builds(
        FederatedCredential,
        id=guids,
        name=loose,
        issuer=texts,
        subject=texts,
        audience=texts,
        public_key=st.none() | st.just(PUBLIC_KEY),
    )


def _value_of(known: AppRole | DelegatedScope) -> str:
    return known.value


def applications_of(tenant: Tenant) -> Any:
    claims = unique(
        st.builds(OptionalClaim, name=texts, additional_properties=st.frozensets(texts, max_size=2)),
        lambda known: known.name,
    )
    scopes = st.builds(
        DelegatedScope, id=guids, value=texts, admin_consent=flags, enabled=flags, name=loose, description=loose
    )
    application = st.builds(
        AppRegistration,
        name=texts | st.sampled_from(["Logbook API", "Microsoft Graph", "ada"]),
        client_id=guids,
        tenant_id=st.just(tenant.id),
        object_id=st.just("") | guids,
        audience=st.sampled_from([Audience.ONE, Audience.MANY]),
        app_id_uris=guids.map(lambda known: (f"api://{known}",)) | st.just(()),
        scopes=unique(scopes, _value_of),
        app_roles=unique(_roles(), _value_of),
        access_token_version=st.sampled_from([1, 2, None]),
        access_token_lifetime=seconds,
        header_nonce=flags,
        access_token_claims=claims,
        id_token_claims=claims,
        group_claims=st.frozensets(st.sampled_from(list(GroupClaims))),
        redirect_uris=_redirect_uris(),
        logout_uri=st.none() | texts,
        implicit_id_token=flags,
        implicit_access_token=flags,
        public_client=flags,
        secrets=unique(st.builds(Secret, key_id=guids, value=texts, name=loose, starts_at=moments, ends_at=moments)),
        certificates=unique(
            st.builds(Certificate, key_id=guids, der=st.just(CERTIFICATE), name=loose, ends_at=moments), most=1
        ),
        federated=unique(_federated(), most=1),
    )
    return unique(application, lambda known: known.client_id)


@st.composite
def referring(draw: Any, known: AppRegistration, apis: list[AppRegistration]) -> AppRegistration:
    required = tuple(
        RequiredAccess(
            resource_id=api.client_id,
            scopes=draw(some(scope.value for scope in api.scopes)),
            roles=draw(some(role.value for role in api.app_roles if role.for_applications)),
        )
        for api in draw(some(apis))
    )
    clients = st.sampled_from([api.client_id for api in apis]) | guids
    pre_authorised = tuple(
        PreAuthorised(client_id=client, scopes=frozenset(draw(some(scope.value for scope in known.scopes))))
        for client in draw(unique(clients, most=2))
    )
    return replace(
        known, required_access=required, pre_authorised=pre_authorised, known_clients=draw(unique(clients, most=2))
    )
