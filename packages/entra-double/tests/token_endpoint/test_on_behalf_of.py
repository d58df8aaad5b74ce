"""An API that acts for the person who has called it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest
from entra_double import Emulator, Entra
from entra_double._token_endpoint.on_behalf_of import GRANT_TYPE
from entra_double._tokens.claims.agents import AgentPart
from entra_double._tokens.verifying import BadToken
from entra_double._world.ids import GRAPH_CLIENT_ID
from entra_double._world.policies import Demand
from entra_double._world.registration import AccessTokenVersion, Audience, OptionalClaim
from entra_double._world.requests.delegation import Delegation
from entra_double._world.requests.scopes import ResourceScopes

from ..machine import DAEMON_SECRET, credentials
from ..policies import demand
from ..single_page_app import ADA, API, FABRIKAM, SPA, TENANT, TOKEN, SinglePageApp, aadsts, payload
from ..worlds import change, change_person

SECRET = "entra-local-not-a-secret-api"
GRAPH = "https://graph.microsoft.com/User.Read"


async def exchange(http: httpx.AsyncClient, assertion: str, path: str = TOKEN, **changes: Any) -> httpx.Response:
    form = {
        "grant_type": GRANT_TYPE,
        "client_id": API,
        "client_secret": SECRET,
        "assertion": assertion,
        "requested_token_use": "on_behalf_of",
        "scope": GRAPH,
        **changes,
    }
    return await http.post(path, data={name: value for name, value in form.items() if value is not None})


def called_with(emulator: Emulator) -> str:
    return emulator.access_token("ada@contoso.example")


async def test_the_next_apis_token_speaks_of_the_same_person(http: httpx.AsyncClient, emulator: Emulator) -> None:
    body = (await exchange(http, called_with(emulator))).json()
    claims = payload(body["access_token"])
    assert (claims["oid"], claims["aud"]) == (ADA, "https://graph.microsoft.com")
    assert "User.Read" in str(claims["scp"]).split()
    assert (claims["appid"], claims["appidacr"]) == (API, "1")
    assert (body["token_type"], "refresh_token" in body, "id_token" in body) == ("Bearer", False, False)
    assert (emulator.requests[-1]["person"], emulator.requests[-1]["grant_type"]) == ("ada@contoso.example", GRANT_TYPE)


async def test_a_refresh_token_comes_when_it_is_asked_for(http: httpx.AsyncClient, emulator: Emulator) -> None:
    body = (await exchange(http, called_with(emulator), scope=f"{GRAPH} openid offline_access")).json()
    assert payload(body["id_token"])["oid"] == ADA
    renewed = await http.post(
        TOKEN,
        data={
            "grant_type": "refresh_token",
            "refresh_token": body["refresh_token"],
            "client_id": API,
            "client_secret": SECRET,
        },
    )
    assert payload(renewed.json()["access_token"])["oid"] == ADA


async def test_a_token_that_has_been_forgotten_is_exchanged_all_the_same(
    http: httpx.AsyncClient, emulator: Emulator
) -> None:
    """What stands behind tokens is kept for the last ten thousand."""
    called = called_with(emulator)
    emulator.grants.clear()
    assert payload((await exchange(http, called)).json()["access_token"])["oid"] == ADA


async def test_a_v1_token_may_be_exchanged_too(http: httpx.AsyncClient, emulator: Emulator) -> None:
    emulator.use_access_token_version(1)
    assert (await exchange(http, called_with(emulator))).status_code == 200


@pytest.mark.parametrize(
    ("changes", "status", "error", "code"),
    [
        ({"assertion": None}, 400, "invalid_request", 900144),
        ({"assertion": "nonsense"}, 400, "invalid_grant", 50013),
        ({"requested_token_use": None}, 400, "invalid_request", 900144),
        ({"requested_token_use": "other"}, 400, "invalid_request", 900144),
        ({"scope": None}, 400, "invalid_request", 900144),
        ({"scope": "Nonsense.Read"}, 400, "invalid_client", 650053),
        ({"scope": f"api://{API}/access_as_user"}, 400, "invalid_grant", 65001),
        ({"client_secret": None}, 401, "invalid_client", 7000218),
        ({"client_secret": "wrong"}, 401, "invalid_client", 7000215),
    ],
    ids=str,
)
async def test_a_refusal_is_the_services(
    http: httpx.AsyncClient, emulator: Emulator, changes: dict[str, Any], status: int, error: str, code: int
) -> None:
    refused = await exchange(http, **{"assertion": called_with(emulator), **changes})
    assert (refused.status_code, refused.json()["error"], aadsts(refused)) == (status, error, code)
    assert (await exchange(http, called_with(emulator))).status_code == 200


async def test_an_id_token_cannot_be_exchanged(app: SinglePageApp, http: httpx.AsyncClient) -> None:
    tokens = await app.tokens()
    assert aadsts(await exchange(http, str(tokens["id_token"]))) == 240002
    without_nonce = await app.tokens(nonce=None)
    assert aadsts(await exchange(http, str(without_nonce["id_token"]))) == 240002


async def test_an_applications_token_has_nobody_behind_it(http: httpx.AsyncClient) -> None:
    token = (await credentials(http, client_secret=DAEMON_SECRET)).json()["access_token"]
    assert aadsts(await exchange(http, token)) == 7000114


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("scp", ["/", "", " ", None])
async def test_an_agent_that_comes_as_itself_has_nobody_behind_it(
    http: httpx.AsyncClient, emulator: Emulator, version: AccessTokenVersion, scp: str | None
) -> None:
    emulator.use_access_token_version(version)
    assert aadsts(await exchange(http, Entra(emulator).application_token(agent=True, scp=scp))) == 7000114


@pytest.mark.parametrize("agent", ["acting", "account"])
async def test_an_agents_token_with_a_person_behind_it_is_exchanged(
    http: httpx.AsyncClient, emulator: Emulator, agent: AgentPart
) -> None:
    assert (await exchange(http, Entra(emulator).token("ada", agent=agent))).status_code == 200


async def test_a_token_of_another_api_is_not_ours_to_exchange(app: SinglePageApp, http: httpx.AsyncClient) -> None:
    """Microsoft Graph's tokens cannot even be verified by anybody else."""
    tokens = await app.tokens(scope="openid profile")
    assert aadsts(await exchange(http, str(tokens["access_token"]))) == 50013


async def test_the_wrong_api_cannot_exchange(http: httpx.AsyncClient, emulator: Emulator) -> None:
    site = "517e0000-0000-4000-a000-000000000005"
    refused = await exchange(
        http, called_with(emulator), client_id=site, client_secret="entra-local-not-a-secret-site", scope="openid"
    )
    assert (aadsts(refused), "another application" in refused.text) == (50013, True)


async def test_a_token_that_is_over_is_no_good(http: httpx.AsyncClient, emulator: Emulator) -> None:
    emulator.access_token_lifetime = 60
    token = called_with(emulator)
    emulator.clock_offset = 59
    assert (await exchange(http, token)).status_code == 200
    emulator.clock_offset = 60
    assert aadsts(await exchange(http, token)) == 50013


async def test_a_person_who_is_gone_is_nobody_to_ask_for(http: httpx.AsyncClient, emulator: Emulator) -> None:
    token = called_with(emulator)
    others = tuple(person for person in emulator.directory.people if person.object_id != ADA)
    emulator.directory = replace(emulator.directory, people=others)
    assert aadsts(await exchange(http, token)) == 50034


def test_a_token_of_ours_is_told_from_others(emulator: Emulator) -> None:
    assert emulator.verify_own(called_with(emulator))["oid"] == ADA
    with pytest.raises(BadToken):
        Emulator().verify_own(called_with(emulator))
    endless = emulator.keys.sign({"oid": ADA})
    with pytest.raises(BadToken, match="ended"):
        emulator.verify_own(endless)


async def test_a_policy_of_the_next_api_is_told_to_the_first_with_claims(
    app: SinglePageApp, http: httpx.AsyncClient, emulator: Emulator
) -> None:
    """The API hands the claims to its client, which signs the person in again with them."""
    called = str((await app.tokens())["access_token"])
    demand(emulator, Demand.MFA, applications=frozenset({GRAPH_CLIENT_ID}))
    refused = await exchange(http, called)
    body = refused.json()
    assert (refused.status_code, body["error"], aadsts(refused), body["suberror"]) == (
        400,
        "invalid_grant",
        50076,
        "basic_action",
    )
    assert json.loads(body["claims"])["access_token"]["capolids"]["essential"] is True
    proved = await exchange(http, await with_second_proof(emulator))
    assert payload(proved.json()["access_token"])["oid"] == ADA


async def test_the_client_that_asks_with_those_claims_meets_the_policy(app: SinglePageApp, emulator: Emulator) -> None:
    """The policy is for another API than the client asks for, so that it would not apply otherwise."""
    policy = demand(emulator, Demand.MFA, applications=frozenset({GRAPH_CLIENT_ID}))
    claims = json.dumps({"access_token": {"capolids": {"essential": True, "values": [policy.id]}}})
    assert "error" not in (await app.tokens())
    refresh_token = str((await app.tokens())["refresh_token"])
    assert (await app.refresh(refresh_token)).status_code == 200
    assert aadsts(await app.refresh(refresh_token, claims=claims)) == 50076


async def with_second_proof(emulator: Emulator) -> str:
    """An access token for the API, of a person who has proved more than a password."""
    client, api = (
        next(known for known in emulator.directory.applications if known.client_id == client_id)
        for client_id in (SPA, API)
    )
    person = next(known for known in emulator.directory.people if known.object_id == ADA)
    delegation = Delegation(
        person=person, client=client, session_id="s", openid=frozenset(), methods=frozenset({"pwd", "mfa"})
    )
    asked = ResourceScopes(resource=api, audience=API, names=("access_as_user",), granted=())
    return emulator.issue_access_token(delegation, asked, emulator.access_validity(api))


async def test_consent_is_asked_for_with_a_suberror(http: httpx.AsyncClient, emulator: Emulator) -> None:
    called = called_with(emulator)
    emulator.directory = emulator.directory.remove(
        *(grant for grant in emulator.directory.grants if grant.client_id == API)
    )
    refused = (await exchange(http, called)).json()
    assert (refused["error"], refused["suberror"], refused["error_codes"]) == (
        "invalid_grant",
        "consent_required",
        [65001],
    )


async def test_through_common_the_token_says_which_tenant_it_is(http: httpx.AsyncClient, emulator: Emulator) -> None:
    called = called_with(emulator)
    change(emulator, API, audience=Audience.MANY)
    elsewhere = await exchange(http, called, f"/{FABRIKAM}/oauth2/v2.0/token")
    assert (aadsts(elsewhere), "another tenant" in elsewhere.text) == (50013, True)
    body = (await exchange(http, called, "/organizations/oauth2/v2.0/token")).json()
    assert payload(body["access_token"])["tid"] == TENANT


async def test_what_the_api_can_do_counts_not_what_its_caller_can(
    app: SinglePageApp, http: httpx.AsyncClient, emulator: Emulator
) -> None:
    graph = change(emulator, GRAPH_CLIENT_ID, access_token_claims=(OptionalClaim(name="xms_cc"),))
    assert graph.access_token_claims
    claims = json.dumps({"access_token": {"xms_cc": {"values": ["CP1"]}}})
    called = str((await app.tokens(claims=claims))["access_token"])
    assert "xms_cc" not in payload((await exchange(http, called)).json()["access_token"])
    capable = await exchange(http, called, claims=claims)
    assert payload(capable.json()["access_token"])["xms_cc"] == ["CP1"]


async def test_a_token_from_before_a_revocation_is_no_longer_exchanged(
    http: httpx.AsyncClient, emulator: Emulator
) -> None:
    assertion, now = called_with(emulator), emulator.now()
    change_person(emulator, ADA, valid_from=now)
    assert (await exchange(http, assertion)).status_code == 200
    change_person(emulator, ADA, valid_from=now + 1)
    assert aadsts(await exchange(http, assertion)) == 50173
