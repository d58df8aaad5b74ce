"""Where a grant may be redeemed, and what its `claims` parameter asks for."""

from __future__ import annotations

import json
from collections.abc import Awaitable
from dataclasses import replace

import httpx
import pytest
from entra_double import Emulator
from entra_double._world.ids import GRAPH_CLIENT_ID
from entra_double._world.policies import Demand, PermissionGrant
from entra_double._world.principals import Person
from entra_double._world.registration import Audience, OptionalClaim

from ..policies import demand
from ..single_page_app import (
    API,
    FABRIKAM,
    GRACE,
    KATHERINE,
    NOW,
    REDIRECT_URI,
    SPA,
    TENANT,
    VERIFIER,
    SinglePageApp,
    aadsts,
    answer,
    payload,
)
from ..worlds import change, change_person

# Addresses that stand for several tenants


def through(app: SinglePageApp, tenant: str, **form: str) -> Awaitable[httpx.Response]:
    return app.http.post(
        f"/{tenant}/oauth2/v2.0/token", data={"client_id": SPA, **form}, headers={"Origin": app.origin}
    )


def code_form(code: str) -> dict[str, str]:
    return {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": REDIRECT_URI,
        "code_verifier": VERIFIER,
    }


@pytest.mark.parametrize("tenant", ["common", "organizations", "contoso.example"])
async def test_a_grant_knows_its_tenant(app: SinglePageApp, emulator: Emulator, tenant: str) -> None:
    change(emulator, SPA, audience=Audience.MANY)
    code = (await app.sign_in())["code"]
    for elsewhere in (FABRIKAM, "fabrikam.example"):
        refused = await through(app, elsewhere, **code_form(code))
        assert (refused.json()["error"], aadsts(refused)) == ("invalid_grant", 70000)
    tokens = (await through(app, tenant, **code_form(code))).json()
    assert payload(tokens["access_token"])["tid"] == TENANT
    renewed = await through(app, tenant, grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert payload(renewed.json()["id_token"])["tid"] == TENANT


async def test_an_application_of_one_tenant_is_refused_there(app: SinglePageApp) -> None:
    code = (await app.sign_in())["code"]
    refused = await through(app, "common", **code_form(code))
    assert (refused.json()["error"], aadsts(refused)) == ("invalid_request", 50194)
    assert (await app.redeem(code)).status_code == 200


async def test_personal_accounts_alone_come_through_consumers(app: SinglePageApp, emulator: Emulator) -> None:
    change(emulator, SPA, audience=Audience.EVERYBODY)
    code = (await app.sign_in())["code"]
    assert aadsts(await through(app, "consumers", **code_form(code))) == 70000
    change(emulator, SPA, audience=Audience.MANY)
    assert aadsts(await through(app, "consumers", **code_form(code))) == 500208


async def test_a_refresh_token_opens_another_tenant_where_its_person_is_a_guest(
    app: SinglePageApp, emulator: Emulator
) -> None:
    """It is bound to the person and the client, not to a tenant."""
    change(emulator, SPA, audience=Audience.MANY)
    token = str((await app.tokens(KATHERINE, scope="openid profile offline_access"))["refresh_token"])
    form = {"grant_type": "refresh_token", "refresh_token": token, "scope": "openid"}
    unknown = await through(app, FABRIKAM, **form)
    assert (unknown.json()["error"], aadsts(unknown)) == ("invalid_grant", 50020)
    home = at_home(emulator)
    claims = payload((await through(app, FABRIKAM, **form)).json()["id_token"])
    assert (claims["tid"], claims["oid"]) == (FABRIKAM, home.object_id)
    assert payload((await app.refresh(token)).json()["id_token"])["tid"] == TENANT


def at_home(emulator: Emulator) -> Person:
    """Give Katherine the account that she visits Contoso with, and let the application know who she is."""
    guest = next(known for known in emulator.directory.people if known.object_id == KATHERINE)
    home = replace(
        guest,
        tenant_id=FABRIKAM,
        object_id=guest.home_object_id,
        user_principal_name=guest.username,
    )
    granted = PermissionGrant(
        tenant_id=FABRIKAM, client_id=SPA, resource_id=GRAPH_CLIENT_ID, scopes=frozenset({"openid", "profile"})
    )
    emulator.directory = emulator.directory.put(home, granted)
    return home


@pytest.mark.parametrize(("enabled", "code"), [(True, None), (False, 50057)])
async def test_who_is_disabled_at_home_is_no_guest_either(
    app: SinglePageApp, emulator: Emulator, enabled: bool, code: int | None
) -> None:
    change(emulator, SPA, audience=Audience.MANY)
    token = str((await app.tokens(KATHERINE))["refresh_token"])
    home = at_home(emulator)
    change_person(emulator, home.object_id, enabled=enabled)
    for tenant in (TENANT, FABRIKAM):
        form = {"grant_type": "refresh_token", "refresh_token": token, "scope": "openid"}
        assert code_in(await through(app, tenant, **form)) == code
    told = answer(await app.authorize(prompt="none"))
    assert ("code" in told) == enabled


@pytest.mark.parametrize("object_id", [KATHERINE, "fab00000-0000-4000-a000-000000000014"])
@pytest.mark.parametrize(("valid_from", "code"), [(NOW, None), (NOW + 1, 50173)])
async def test_neither_of_a_guests_accounts_takes_a_grant_from_before_its_time(
    app: SinglePageApp, emulator: Emulator, object_id: str, valid_from: int, code: int | None
) -> None:
    change(emulator, SPA, audience=Audience.MANY)
    token = str((await app.tokens(KATHERINE))["refresh_token"])
    at_home(emulator)
    change_person(emulator, object_id, valid_from=valid_from)
    form = {"grant_type": "refresh_token", "refresh_token": token, "scope": "openid"}
    assert code_in(await through(app, FABRIKAM, **form)) == code


def code_in(response: httpx.Response) -> int | None:
    """Read the number of a refusal; None of an answer."""
    return aadsts(response) if response.is_error else None


# The claims parameter


def asking(**access_token: object) -> str:
    return json.dumps({"access_token": access_token})


CAPABLE = asking(xms_cc={"values": ["CP1"]})
GRAPH = "https://graph.microsoft.com"
STEP_UP = asking(acrs={"essential": True, "value": "c2"})


@pytest.fixture
def wishes(emulator: Emulator) -> None:
    change(emulator, API, access_token_claims=(OptionalClaim(name="xms_cc"), OptionalClaim(name="acrs")))


@pytest.mark.usefixtures("wishes")
async def test_what_the_client_can_do_is_said_in_the_token(app: SinglePageApp) -> None:
    plain = await app.tokens()
    assert "xms_cc" not in payload(str(plain["access_token"]))
    capable = (await app.refresh(str(plain["refresh_token"]), claims=CAPABLE)).json()
    assert payload(capable["access_token"])["xms_cc"] == ["CP1"]
    later = (await app.refresh(capable["refresh_token"])).json()
    assert payload(later["access_token"])["xms_cc"] == ["CP1"]
    code = (await app.sign_in(GRACE))["code"]
    assert payload((await app.redeem(code, claims=CAPABLE)).json()["access_token"])["xms_cc"] == ["CP1"]


@pytest.mark.usefixtures("wishes")
async def test_a_context_without_a_policy_is_met_at_once(app: SinglePageApp) -> None:
    plain = await app.tokens()
    assert "acrs" not in payload(str(plain["access_token"]))
    stepped = (await app.refresh(str(plain["refresh_token"]), claims=STEP_UP)).json()
    assert payload(stepped["access_token"])["acrs"] == ["c2"]


@pytest.mark.usefixtures("wishes")
async def test_a_context_with_a_policy_needs_its_proof(app: SinglePageApp, emulator: Emulator) -> None:
    token = str((await app.tokens())["refresh_token"])
    demand(emulator, Demand.MFA, context="c2")
    refused = await app.refresh(token, claims=STEP_UP)
    body = refused.json()
    assert (refused.status_code, body["error"], aadsts(refused), body["suberror"]) == (
        400,
        "invalid_grant",
        50076,
        "basic_action",
    )
    assert json.loads(body["claims"]) == json.loads(STEP_UP)
    assert (await app.refresh(token)).status_code == 200


async def test_claims_that_cannot_be_read_are_refused(app: SinglePageApp) -> None:
    code = (await app.sign_in())["code"]
    refused = await app.redeem(code, claims="{")
    assert (refused.json()["error"], aadsts(refused)) == ("invalid_request", 9002313)
    assert (await app.redeem(code, claims="{}")).status_code == 200


# Spelling of scopes


@pytest.mark.parametrize(
    ("asked", "granted", "names"),
    [
        ("User.Read", "User.Read openid profile", "User.Read openid profile"),
        (f"{GRAPH}/User.Read openid", f"{GRAPH}/User.Read openid profile", "User.Read openid profile"),
        (f"User.Read {GRAPH}/profile", f"User.Read {GRAPH}/profile openid", "User.Read profile openid"),
        (f"{GRAPH}/.default", f"{GRAPH}/.default openid profile {GRAPH}/User.Read", "openid profile User.Read"),
        (f"{GRAPH}//User.Read", f"{GRAPH}//User.Read openid profile", "User.Read openid profile"),
    ],
)
async def test_graphs_scopes_are_spelled_as_they_were_asked_for(
    app: SinglePageApp, emulator: Emulator, asked: str, granted: str, names: str
) -> None:
    emulator.directory = emulator.directory.put(
        PermissionGrant(
            tenant_id=TENANT,
            client_id=SPA,
            resource_id=GRAPH_CLIENT_ID,
            scopes=frozenset({"openid", "profile", "User.Read"}),
        )
    )
    tokens = await app.tokens(scope=asked)
    assert (tokens["scope"], payload(str(tokens["access_token"]))["scp"]) == (granted, names)
