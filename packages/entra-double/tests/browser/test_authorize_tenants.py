"""Applications of several tenants, behind addresses that stand for several: which accounts are admitted."""

from __future__ import annotations

import pytest
from entra_double import Emulator
from entra_double._world.ids import CONSUMERS
from entra_double._world.ids import GRAPH_CLIENT_ID as GRAPH
from entra_double._world.principals import PERSONAL, ServicePrincipal
from entra_double._world.registration import Audience
from entra_double._world.seed import FABRIKAM

from ..pickers import on_the_picker, person_of
from ..single_page_app import ADA, API, GRACE, KATHERINE, SCOPE, SPA, SinglePageApp, aadsts, answer
from ..worlds import change

DOROTHY, MARGARET = person_of(FABRIKAM, "dorothy"), person_of(PERSONAL, "margaret")
CONSENT = "Permissions requested"


@pytest.fixture(autouse=True)
def people_elsewhere(emulator: Emulator) -> None:
    emulator.directory = emulator.directory.put(DOROTHY, MARGARET)


def admit(emulator: Emulator, audience: Audience) -> None:
    """Let the application and its API in everywhere that `audience` says; each brings the other along."""
    change(emulator, SPA, audience=audience)
    change(emulator, API, audience=audience, known_clients=(SPA,))


def at(tenant: str) -> str:
    return f"/{tenant}/oauth2/v2.0/authorize"


CONTOSOS = ["ada@contoso.example", "grace@contoso.example", "alan@contoso.example", "mallory@contoso.example"]


@pytest.mark.parametrize(
    ("audience", "tenant", "expected"),
    [
        (Audience.EVERYBODY, "common", [*CONTOSOS, "dorothy@fabrikam.example", "margaret@live.com"]),
        (Audience.EVERYBODY, "organizations", [*CONTOSOS, "dorothy@fabrikam.example"]),
        (Audience.EVERYBODY, "consumers", ["margaret@live.com"]),
        (Audience.EVERYBODY, "fabrikam.example", ["dorothy@fabrikam.example"]),
        (Audience.MANY, "common", [*CONTOSOS, "dorothy@fabrikam.example"]),
        (Audience.MANY, "organizations", [*CONTOSOS, "dorothy@fabrikam.example"]),
        (Audience.PERSONAL, "common", ["margaret@live.com"]),
        (Audience.PERSONAL, "consumers", ["margaret@live.com"]),
    ],
)
async def test_an_address_stands_for_the_accounts_that_the_application_admits(
    app: SinglePageApp, emulator: Emulator, audience: Audience, tenant: str, expected: list[str]
) -> None:
    admit(emulator, audience)
    assert on_the_picker(await app.authorize_at(at(tenant))) == expected


@pytest.mark.parametrize(
    ("audience", "tenant", "code"),
    [
        (Audience.ONE, "common", 50194),
        (Audience.ONE, "organizations", 50194),
        (Audience.ONE, "consumers", 50194),
        (Audience.ONE, "fabrikam.example", 700016),
        (Audience.MANY, "consumers", 500208),
        (Audience.PERSONAL, "organizations", 500208),
        (Audience.PERSONAL, "fabrikam.example", 700016),
    ],
)
async def test_an_address_for_nobody_whom_the_application_admits_ends_on_a_page(
    app: SinglePageApp, emulator: Emulator, audience: Audience, tenant: str, code: int
) -> None:
    admit(emulator, audience)
    page = await app.authorize_at(at(tenant))
    assert (page.status_code, f"AADSTS{code}" in page.text) == (400, True)


async def test_an_address_for_personal_accounts_is_good_where_there_is_none(
    app: SinglePageApp, emulator: Emulator
) -> None:
    admit(emulator, Audience.EVERYBODY)
    emulator.directory = emulator.directory.remove(PERSONAL, MARGARET)
    assert on_the_picker(await app.authorize_at(at("consumers"))) == []


@pytest.mark.parametrize(
    ("client_id", "code"),
    [("not-a-guid", 700038), ("00000000-0000-0000-0000-000000000000", 700038), (GRACE, 700016)],
)
async def test_a_shared_address_knows_strange_clients_too(app: SinglePageApp, client_id: str, code: int) -> None:
    assert f"AADSTS{code}" in (await app.authorize_at(at("common"), client_id=client_id)).text


async def test_somebody_of_another_tenant_comes_as_a_member_of_it(app: SinglePageApp, emulator: Emulator) -> None:
    admit(emulator, Audience.MANY)
    page = await app.choose(await app.authorize_at(at("common")), account=DOROTHY.object_id)
    assert CONSENT in page.text
    assert emulator.directory.service_principal(FABRIKAM.id, SPA) is None
    response = await app.choose(page, account=DOROTHY.object_id, action="consent")
    delegation = emulator.grants.find_code(answer(response)["code"], emulator.now()).delegation
    assert (delegation.person.tenant_id, delegation.person.username) == (FABRIKAM.id, "dorothy@fabrikam.example")
    assert emulator.directory.service_principal(FABRIKAM.id, SPA)
    assert emulator.directory.service_principal(FABRIKAM.id, API)
    assert {(grant.tenant_id, grant.resource_id) for grant in emulator.directory.grants if grant.person_id} == {
        (FABRIKAM.id, API),
        (FABRIKAM.id, GRAPH),
    }
    assert "code" in answer(await app.authorize_at(at("organizations")))
    assert "code" in answer(await app.authorize_at(at("fabrikam.example"), prompt="none"))


async def test_an_api_that_does_not_know_the_client_is_missing_in_another_tenant(
    app: SinglePageApp, emulator: Emulator
) -> None:
    change(emulator, SPA, audience=Audience.MANY)
    change(emulator, API, audience=Audience.MANY)
    response = await app.choose(await app.authorize_at(at("common")), account=DOROTHY.object_id)
    told = answer(response)
    assert (told["error"], told["error_description"][:13]) == ("invalid_resource", "AADSTS500011:")
    assert told["state"] == "the state"


async def test_a_personal_account_brings_the_api_along(app: SinglePageApp, emulator: Emulator) -> None:
    change(emulator, SPA, audience=Audience.EVERYBODY)
    change(emulator, API, audience=Audience.EVERYBODY)
    page = await app.choose(await app.authorize_at(at("consumers")), account=MARGARET.object_id)
    assert "Use Logbook API on behalf of the signed-in person" in page.text
    assert "code" in answer(await app.choose(page, account=MARGARET.object_id, action="consent"))


async def test_an_application_may_use_what_only_its_customer_has(app: SinglePageApp, emulator: Emulator) -> None:
    change(emulator, SPA, audience=Audience.MANY)
    api = change(emulator, API, tenant_id=FABRIKAM.id)
    emulator.directory = emulator.directory.remove(*emulator.directory.service_principals)
    asked = {"prompt": "select_account", "scope": f"openid {SCOPE}"}
    told = answer(await app.authorize_at(at("fabrikam.example"), **asked))
    assert told["error_description"].startswith("AADSTS500011")
    emulator.directory = emulator.directory.put(ServicePrincipal(tenant_id=FABRIKAM.id, client_id=SPA))
    page = await app.choose(await app.authorize_at(at("fabrikam.example"), **asked), account=DOROTHY.object_id)
    assert f"Use {api.name} on behalf of the signed-in person" in page.text


async def test_an_application_without_a_home_is_known_where_it_is_used(app: SinglePageApp, emulator: Emulator) -> None:
    change(emulator, SPA, tenant_id=KATHERINE, audience=Audience.MANY)
    assert "Pick an account" in (await app.authorize_at(at("contoso.example"))).text


async def test_at_home_an_application_of_many_tenants_is_known_already(app: SinglePageApp, emulator: Emulator) -> None:
    admit(emulator, Audience.MANY)
    assert "code" in answer(await app.choose(await app.authorize_at(at("common")), account=ADA))


# Accounts that do not belong here


async def test_a_user_name_of_another_tenant_can_be_tried(app: SinglePageApp) -> None:
    picker = await app.choose(await app.authorize(), action="another", query="Dorothy@Fabrikam.Example")
    assert on_the_picker(picker) == ["dorothy@fabrikam.example"]
    assert '<span class="label">Fabrikam</span>' in picker.text
    page = await app.choose(picker, account=DOROTHY.object_id)
    assert "AADSTS50020" in page.text
    assert "This account is not known here" in page.text
    told = answer(await app.choose(page, account=DOROTHY.object_id, action="return"))
    assert (told["error"], told["error_description"][:12]) == ("access_denied", "AADSTS50020:")
    assert answer(await app.authorize(prompt="none"))["error"] == "login_required"


async def test_a_personal_account_is_not_a_work_account(app: SinglePageApp, emulator: Emulator) -> None:
    admit(emulator, Audience.MANY)
    for path in (at("organizations"), at("contoso.example")):
        picker = await app.choose(await app.authorize_at(path), action="another", query="margaret@live.com")
        page = await app.choose(picker, account=MARGARET.object_id)
        assert "AADSTS500208" in page.text
        assert "This kind of account cannot be used here" in page.text


V1, V2 = "oauth2", "oauth2/v2.0"


@pytest.mark.parametrize("tenant", ["consumers", CONSUMERS])
async def test_v1_has_no_place_for_personal_accounts(app: SinglePageApp, emulator: Emulator, tenant: str) -> None:
    admit(emulator, Audience.EVERYBODY)
    assert "AADSTS500208" in (await app.authorize_at(f"/{tenant}/{V1}/authorize")).text
    assert on_the_picker(await app.authorize_at(f"/{tenant}/{V2}/authorize")) == ["margaret@live.com"]
    asked = {"client_id": SPA, "scope": SCOPE}
    for version, code in ((V1, 500208), (V2, 7000216)):
        form = {"grant_type": "client_credentials", **asked}
        assert aadsts(await app.http.post(f"/{CONSUMERS}/{version}/token", data=form)) == code
    assert aadsts(await app.http.post(f"/{tenant}/{V1}/devicecode", data=asked)) == 500208
    assert "user_code" in (await app.http.post(f"/{tenant}/{V2}/devicecode", data=asked)).json()


async def test_v1_admits_the_accounts_of_work_and_school_alone(app: SinglePageApp, emulator: Emulator) -> None:
    admit(emulator, Audience.EVERYBODY)
    asked = {"scope": None, "resource": f"api://{API}"}
    picker = await app.authorize_at(f"/common/{V1}/authorize", **asked)
    assert on_the_picker(picker) == [*CONTOSOS, "dorothy@fabrikam.example"]
    picker = await app.choose(picker, action="another", query="margaret@live.com")
    page = await app.choose(picker, account=MARGARET.object_id)
    assert "AADSTS500208" in page.text
    assert "code" in answer(await app.choose(await app.choose(page, action="another"), account=ADA))


async def test_a_session_of_another_tenant_does_not_answer(app: SinglePageApp, emulator: Emulator) -> None:
    admit(emulator, Audience.MANY)
    page = await app.choose(await app.authorize_at(at("common")), account=DOROTHY.object_id)
    await app.choose(page, account=DOROTHY.object_id, action="consent")
    assert answer(await app.authorize_at(at("contoso.example"), prompt="none"))["error"] == "login_required"
    assert "code" in answer(await app.authorize_at(at("common"), prompt="none"))


async def test_a_tenant_that_vanishes_takes_its_people_along(app: SinglePageApp, emulator: Emulator) -> None:
    admit(emulator, Audience.MANY)
    picker = await app.authorize_at(at("common"))
    emulator.directory = emulator.directory.remove(FABRIKAM)
    told = answer(await app.choose(picker, account=DOROTHY.object_id))
    assert told["error_description"].startswith("AADSTS90002")


# Hints


@pytest.mark.parametrize(
    ("hint", "expected"),
    [
        ("organizations", [*CONTOSOS, "dorothy@fabrikam.example"]),
        ("consumers", ["margaret@live.com"]),
        ("fabrikam.example", ["dorothy@fabrikam.example"]),
        ("nowhere.example", [*CONTOSOS, "dorothy@fabrikam.example", "margaret@live.com"]),
    ],
)
async def test_a_domain_hint_narrows_the_choice(
    app: SinglePageApp, emulator: Emulator, hint: str, expected: list[str]
) -> None:
    admit(emulator, Audience.EVERYBODY)
    assert on_the_picker(await app.authorize_at(at("common"), domain_hint=hint)) == expected


async def test_a_hint_finds_people_in_every_tenant(app: SinglePageApp, emulator: Emulator) -> None:
    admit(emulator, Audience.EVERYBODY)
    page = await app.authorize_at(at("common"), login_hint="margaret@live.com")
    assert on_the_picker(page)[0] == "margaret@live.com"
    assert page.text.count("margaret@live.com") == 1


@pytest.mark.parametrize("hint", ["O.!", "O.AAA", "nobody@contoso.example", "O.\xff"])
async def test_a_hint_to_nobody_changes_nothing(app: SinglePageApp, hint: str) -> None:
    assert on_the_picker(await app.authorize(login_hint=hint))[0] == "ada@contoso.example"
