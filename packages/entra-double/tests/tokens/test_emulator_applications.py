"""Tokens of applications that come as themselves, compared with captured ones."""

from __future__ import annotations

from dataclasses import replace

import pytest
from entra_double import Emulator
from entra_double._world.principals import Group
from entra_double._world.registration import GroupClaims
from entra_double._world.requests.delegation import AppOnly, ClientProof
from entra_double._world.requests.scopes import read_application_scope
from entra_double._world.seed import CONTOSO

from ..machine import DAEMON, DEFAULT
from ..single_page_app import API, BASE_URL, NOW, TENANT, header, payload
from ..worlds import change
from .test_claims_optional import wish

OPAQUE = {"aio", "rh", "uti", "xms_ftd"}


def token(emulator: Emulator, *, scope: str = DEFAULT, proof: ClientProof = ClientProof.SECRET) -> str:
    client = emulator.directory.application(CONTOSO, DAEMON)
    entry = emulator.directory.service_principal(TENANT, DAEMON)
    assert client
    assert entry
    asked = read_application_scope(scope, directory=emulator.directory, tenant=CONTOSO)
    app_only = AppOnly(tenant=CONTOSO, client=client, service_principal=entry, proof=proof)
    return emulator.issue_application_token(app_only, asked, emulator.access_validity(asked.resource))


def foretold(claims: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in claims.items() if name not in {*OPAQUE, "exp"}}


def test_a_bare_v2_token(emulator: Emulator) -> None:
    emulator.directory = emulator.directory.remove(*emulator.directory.assignments).remove(
        *emulator.directory.service_principals
    )
    entry = emulator.directory.service_principal(TENANT, DAEMON)
    assert entry
    claims = payload(token(emulator))
    assert claims.keys() >= OPAQUE
    assert foretold(claims) == {
        "aud": API,
        "iss": f"{BASE_URL}/{TENANT}/v2.0",
        "iat": NOW - 300,
        "nbf": NOW - 300,
        "azp": DAEMON,
        "azpacr": "1",
        "oid": entry.id,
        "sub": entry.id,
        "tid": TENANT,
        "ver": "2.0",
    }


def test_roles_and_proof_and_kind_are_told_where_they_are_there(emulator: Emulator) -> None:
    change(emulator, API, access_token_claims=(wish("idtyp"),))
    claims = payload(token(emulator, proof=ClientProof.CERTIFICATE))
    assert (claims["azpacr"], claims["idtyp"], claims["roles"]) == ("2", "app", ["Logbook.Read.All"])


@pytest.mark.parametrize(("scope", "audience"), [(DEFAULT, f"api://{API}"), (f"{API}/.default", API)])
def test_a_v1_token(emulator: Emulator, scope: str, audience: str) -> None:
    emulator.use_access_token_version(1)
    made = token(emulator, scope=scope)
    assert header(made).keys() == {"typ", "alg", "x5t", "kid"}
    claims = payload(made)
    assert claims.keys() >= OPAQUE - {"xms_ftd"}
    assert foretold(claims) == {
        "aud": audience,
        "iss": f"https://sts.windows.net/{TENANT}/",
        "iat": NOW - 300,
        "nbf": NOW - 300,
        "appid": DAEMON,
        "appidacr": "1",
        "idp": f"https://sts.windows.net/{TENANT}/",
        "oid": claims["sub"],
        "roles": ["Logbook.Read.All"],
        "sub": claims["sub"],
        "tid": TENANT,
        "ver": "1.0",
    }


def test_the_v1_audience_may_be_wished_for_as_a_guid(emulator: Emulator) -> None:
    emulator.use_access_token_version(1)
    change(emulator, API, access_token_claims=(wish("aud", "use_guid"),))
    assert payload(token(emulator))["aud"] == API


def test_no_groups_are_named_and_none_hands_its_role_down(emulator: Emulator) -> None:
    entry = emulator.directory.service_principal(TENANT, DAEMON)
    assert entry
    group = Group(object_id="g", tenant_id=TENANT, name="Machines", members=frozenset({entry.id}))
    given = next(known for known in emulator.directory.assignments if known.principal_id == entry.id)
    emulator.directory = emulator.directory.remove(given).put(group, replace(given, principal_id="g"))
    change(emulator, API, group_claims=frozenset({GroupClaims.ALL}))
    required = emulator.directory.service_principal(TENANT, API)
    assert required
    emulator.directory = emulator.directory.put(replace(required, assignment_required=False))
    assert not payload(token(emulator)).keys() & {"groups", "roles", "hasgroups", "_claim_names", "wids"}
