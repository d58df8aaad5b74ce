"""What a test does not say is chosen from the directory: as in the seed where that is there, else what is alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest
from entra_double import Emulator, Entra, Refusal, read_directory
from entra_double._world.directory import Directory
from entra_double._world.seed import SITE_CLIENT_ID, seed

from ...machine import DAEMON
from ...single_page_app import ADA, API, SPA, payload

ACME = """
[[tenants]]
name = "Acme"
domain = "acme.example"
people = [{ name = "Ann", username = "ann" }]
[[tenants.applications]]
name = "Orders API"
app_id_uris = ["api://orders"]
scopes = ["read", "write"]
roles = [{ value = "Orders.Read.All", for = ["applications"] }]
[[tenants.applications]]
name = "Without consent"
spa = ["http://localhost/"]
[[tenants.applications]]
name = "Orders web"
client_id = "04de0000-0000-4000-a000-000000000001"
spa = ["http://localhost/"]
permissions = { "Orders API" = ["read"] }
admin_consent = true
[[tenants.applications]]
name = "Orders daemon"
client_id = "04de0000-0000-4000-a000-000000000002"
secrets = ["entra-local-not-a-secret"]
application_permissions = { "Orders API" = ["Orders.Read.All"] }
admin_consent = true
"""
WEB, OWN_DAEMON = "04de0000-0000-4000-a000-000000000001", "04de0000-0000-4000-a000-000000000002"

ANOTHER_API = """
[[tenants.applications]]
name = "Stock API"
app_id_uris = ["api://stock"]
scopes = ["count"]
"""
ANOTHER_DAEMON = """
[[tenants.applications]]
name = "Night watch"
client_id = "04de0000-0000-4000-a000-000000000003"
application_permissions = { "Orders API" = ["Orders.Read.All"] }
"""
ANOTHER_PERSON = """
[[tenants.people]]
name = "Bob"
username = "bob"
"""


def world(*more: str) -> Directory:
    people = ACME.replace('people = [{ name = "Ann", username = "ann" }]\n', "")
    ann = '[[tenants.people]]\nname = "Ann"\nusername = "ann"\n'
    return read_directory("acme.toml", text="".join((people, ann, *more)))


@pytest.fixture
def held(emulator: Emulator) -> Entra:
    return Entra(emulator)


def test_a_directory_of_ones_own_needs_no_names(held: Entra) -> None:
    held.emulator.directory = read_directory("acme.toml", text=ACME)
    for token in (held.token(), held.token("ann"), held.token("ANN@acme.example"), held.forgery("good")):
        claims = payload(token)
        assert (claims["preferred_username"], claims["azp"], claims["scp"]) == ("ann@acme.example", WEB, "read")
    own = payload(held.application_token())
    assert (own["azp"], own["roles"]) == (OWN_DAEMON, ["Orders.Read.All"])


async def test_over_http_it_is_the_same(emulator: Emulator, http: httpx.AsyncClient) -> None:
    emulator.directory = read_directory("acme.toml", text=ACME)
    http.headers["X-Entra-Double-Control"] = "1"
    token = (await http.post("/_control/token", json={"person": "ann"})).json()["access_token"]
    assert payload(token)["azp"] == WEB
    forged = (await http.post("/_control/forgery", json={"name": "alg_none"})).json()["token"]
    assert payload(forged)["azp"] == WEB
    own = (await http.post("/_control/token", json={"application": OWN_DAEMON})).json()["access_token"]
    assert payload(own)["azp"] == OWN_DAEMON
    assert (await http.put("/_control/people/ann", json={"enabled": False})).status_code == 204
    assert not emulator.directory.people[0].enabled
    emulator.directory = world(ANOTHER_API)
    refused = await http.post("/_control/token", json={"person": "ann"})
    assert (refused.status_code, refused.json()["error"].partition(":")[0]) == (400, "say with `scope` for which API")


@pytest.mark.parametrize(
    ("more", "ask", "says"),
    [
        (
            ANOTHER_PERSON,
            Entra.token,
            "say with `person` which user's token it is to be: ann@acme.example, bob@acme.example",
        ),
        (
            ANOTHER_API,
            Entra.token,
            "say with `scope` for which API: api://orders/read, api://orders/write, api://stock/count",
        ),
        (
            ANOTHER_DAEMON,
            Entra.application_token,
            "say with `client` which application's token it is to be: "
            f"{OWN_DAEMON} (Orders daemon), 04de0000-0000-4000-a000-000000000003 (Night watch)",
        ),
    ],
)
def test_where_there_is_a_choice_the_test_has_to_make_it(
    held: Entra, more: str, ask: Callable[[Entra], str], says: str
) -> None:
    held.emulator.directory = world()
    assert ask(held)
    held.emulator.directory = world(more)
    with pytest.raises(ValueError, match=f"^{re.escape(says)}$"):
        ask(held)


def test_where_there_is_nothing_to_choose_it_is_said(held: Entra) -> None:
    held.emulator.directory = replace(world(), applications=())
    for ask, what in ((held.token, "for which API"), (held.application_token, "which application's token it is to be")):
        with pytest.raises(ValueError, match=f"{what}: there is none in the directory"):
            ask()
    held.emulator.directory = world().remove(*world().grants)
    with pytest.raises(ValueError, match="no application with a redirect URI has consent for api://orders/read"):
        held.token()


def test_a_scope_that_is_named_chooses_who_may_ask_for_it(held: Entra) -> None:
    held.emulator.directory = world(ANOTHER_API)
    assert payload(held.token(scope="api://ORDERS/read"))["azp"] == WEB
    assert payload(held.application_token())["roles"] == ["Orders.Read.All"]


def test_the_seed_comes_before_what_is_beside_it(held: Entra) -> None:
    acme, start = world(), held.emulator.directory
    held.emulator.directory = replace(
        start,
        tenants=(*acme.tenants, *start.tenants),
        applications=(*acme.applications, *start.applications),
        people=(*acme.people, *start.people),
    )
    claims = payload(held.token())
    assert (claims["oid"], claims["azp"], claims["aud"]) == (ADA, SPA, API)
    own = payload(held.application_token())
    assert (own["azp"], own["aud"]) == (DAEMON, API)


def test_without_consent_the_seeds_client_is_refused_as_by_the_service(held: Entra) -> None:
    start = held.emulator.directory
    held.emulator.directory = start.remove(*start.grants)
    with pytest.raises(Refusal, match="AADSTS65001"):
        held.token()
    held.emulator.directory = start.remove(*(known for known in start.grants if known.client_id == SPA))
    assert payload(held.token())["azp"] == SITE_CLIENT_ID


def test_a_name_without_its_domain_is_enough_where_one_person_has_it(held: Entra) -> None:
    assert payload(held.token("ada"))["oid"] == ADA
    with pytest.raises(Refusal, match="50034"):
        held.token("ad")
    held.add(replace(seed().people[0], object_id=SPA, username="Ada@fabrikam.example"))
    with pytest.raises(ValueError, match=r"'ada' may be ada@contoso.example or Ada@fabrikam.example"):
        held.token("ada")
    assert payload(held.token("ada@contoso.example"))["oid"] == ADA
