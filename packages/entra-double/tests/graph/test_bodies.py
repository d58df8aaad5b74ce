"""Whatever stands in a body, Graph takes it or refuses it, and nothing else happens."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from entra_double import Emulator
from entra_double._graph import OPERATIONS
from entra_double._graph.bodies import GraphError
from entra_double._graph.call import Call, Caller, Operation, Reply
from entra_double._tokens.signing import KeyRing, SigningKey
from entra_double._world.seed import CONTOSO
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..graph_client import ADMINISTRATOR, GRAPH_PERMISSIONS
from ..single_page_app import ADA, API, BASE_URL, NOW, SPA

WRITES = [operation for operation in OPERATIONS if operation.method in ("POST", "PATCH")]
NAMES = tuple(
    """
    accessToken allowedMemberTypes api appId appRoleId appRoles clientId consentType delegatedPermissionIds displayName
    endDateTime groupIds groupMembershipClaims id identifierUris isEnabled keyId name oauth2PermissionScopes
    optionalClaims passwordCredential preAuthorizedApplications principalId redirectUris requestedAccessTokenVersion
    requiredResourceAccess resourceAccess resourceAppId resourceId scope securityEnabledOnly signInAudience spa
    startDateTime audiences issuer key keyCredentials subject tags type usage value web
    """.split()  # noqa: SIM905  # as a list it would be a page long
)
TEXTS = (
    ADA,
    API,
    SPA,
    "User",
    "AzureADMultipleOrgs",
    "https://[",
    "http://localhost/",
    "9999-12-31T23:59:59-23:59",
    "",
)

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(TEXTS) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=12,
)
bodies = st.dictionaries(st.sampled_from(NAMES), anything, max_size=8)


def call(emulator: Emulator, operation: Operation, body: dict[str, Any]) -> Call:
    """Let Ada do everything, towards Logbook API."""
    person = emulator.directory.person(CONTOSO, ADA)
    permissions = frozenset(GRAPH_PERMISSIONS)
    person = person and replace(person, directory_roles=(ADMINISTRATOR,))
    caller = Caller(tenant=CONTOSO, client_id=SPA, principal_id=ADA, person=person, permissions=permissions)
    api = next(known for known in emulator.directory.applications if known.client_id == API)
    entry = emulator.directory.service_principal(CONTOSO.id, API)
    parts = {"app_id": API} if "{app_id}" in operation.path else {}
    if "{unique_name}" in operation.path:
        parts["unique_name"] = "one"
    if "{id}" in operation.path:
        grant = emulator.directory.grants[0].id
        parts["id"] = {"a": api.id, "s": entry.id if entry else "", "o": grant}[operation.path[1]]
    return Call(
        emulator=emulator,
        caller=caller,
        origin=emulator.base_url,
        path=operation.path,
        parts=parts,
        query={},
        body=body,
        may_create="{unique_name}" in operation.path,
    )


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("operation", WRITES, ids=lambda operation: f"{operation.method} {operation.path}")
@given(body=bodies)
def test_a_body_is_taken_or_refused(signing_key: SigningKey, operation: Operation, body: dict[str, Any]) -> None:
    emulator = Emulator(base_url=BASE_URL, keys=KeyRing(signing_key), clock=lambda: NOW)
    before = emulator.directory
    outcome = run(call(emulator, operation, body), operation)
    assert outcome.status in (200, 201, 204, 400, 404, 409)
    if isinstance(outcome, Reply):
        json.dumps(outcome.body, allow_nan=False)
    else:
        assert emulator.directory == before


def run(asked: Call, operation: Operation) -> Reply | GraphError:
    try:
        return operation.run(asked)
    except GraphError as error:
        return error
