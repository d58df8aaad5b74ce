"""The consent page: what it says, who may answer it, and what is remembered."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest
from entra_double import Emulator
from entra_double._browser.consent import ADMINISTRATORS
from entra_double._world.ids import GRAPH_CLIENT_ID as GRAPH
from entra_double._world.policies import PermissionGrant
from entra_double._world.registration import DelegatedScope, PreAuthorised, RequiredAccess
from entra_double._world.seed import CONTOSO

from ..single_page_app import ADA, API, BASE_URL, GRACE, SCOPE, SPA, SinglePageApp, answer
from ..worlds import change, change_entry, change_person

ASKED = "Permissions requested"
DEFAULT = SCOPE.replace("access_as_user", ".default")
ADMIN_SCOPE = "Directory.Read.All"


@pytest.fixture(autouse=True)
def nothing_granted(emulator: Emulator) -> None:
    emulator.directory = replace(emulator.directory, grants=())


async def asked(app: SinglePageApp, object_id: str = ADA, **changes: str | None) -> httpx.Response:
    """Sign in as far as the page that asks."""
    page = await app.authorize(**changes)
    return page if ASKED in page.text else await app.choose(page, account=object_id)


async def test_accept_lets_the_application_in(app: SinglePageApp) -> None:
    page = await asked(app)
    assert (page.status_code, ASKED in page.text) == (200, True)
    for text in ("Logbook web", "published by Contoso", "ada@contoso.example", "access_as_user", "Logbook API"):
        assert text in page.text
    assert "code" in answer(await app.choose(page, account=ADA, action="consent"))


async def test_decline_tells_the_application(app: SinglePageApp) -> None:
    told = answer(await app.choose(await asked(app), account=ADA, action="decline"))
    assert (told["error"], told["error_uri"], told["state"]) == (
        "access_denied",
        f"{BASE_URL}/error?code=65004",
        "the state",
    )
    assert ASKED in (await app.authorize()).text


async def test_consent_is_remembered_for_that_person_only(app: SinglePageApp, emulator: Emulator) -> None:
    await app.choose(await asked(app), account=ADA, action="consent")
    assert "code" in await app.sign_in(ADA)
    assert ASKED in (await asked(app, GRACE, prompt="select_account")).text
    given = {(grant.resource_id, grant.person_id): grant.scopes for grant in emulator.directory.grants}
    assert given == {
        (API, ADA): {"access_as_user"},
        (GRAPH, ADA): {"openid", "profile", "offline_access"},
    }


async def test_consent_given_for_more_is_added_to_what_was_given_before(app: SinglePageApp, emulator: Emulator) -> None:
    await app.choose(await asked(app, scope="openid"), account=ADA, action="consent")
    page = await asked(app, scope="openid email User.Read")
    assert "User.Read" in page.text
    await app.choose(page, account=ADA, action="consent")
    (grant,) = emulator.directory.grants
    assert grant.scopes == {"openid", "email", "User.Read"}


async def test_what_was_granted_is_redeemed(app: SinglePageApp) -> None:
    code = answer(await app.choose(await asked(app), account=ADA, action="consent"))["code"]
    assert (await app.redeem(code)).json()["scope"] == SCOPE


@pytest.mark.parametrize("scope", [SCOPE, DEFAULT])
async def test_silence_cannot_consent(app: SinglePageApp, scope: str) -> None:
    await app.choose(await asked(app, scope="openid"), account=ADA, action="consent")
    told = answer(await app.authorize(prompt="none", scope=scope))
    assert (told["error"], told["error_description"][:12]) == ("consent_required", "AADSTS65001:")
    await app.choose(await asked(app, scope=scope), account=ADA, action="consent")
    assert "code" in answer(await app.authorize(prompt="none", scope=scope))


async def test_nobody_is_asked_what_an_api_has_decided(app: SinglePageApp, emulator: Emulator) -> None:
    change(emulator, API, pre_authorised=(PreAuthorised(client_id=SPA, scopes=frozenset({"access_as_user"})),))
    assert "code" in await app.sign_in(ADA)


async def test_a_prompt_asks_whatever_was_granted(app: SinglePageApp) -> None:
    await app.choose(await asked(app), account=ADA, action="consent")
    page = await asked(app, prompt="consent")
    assert ASKED in page.text
    assert "code" in answer(await app.choose(page, account=ADA, action="consent"))


async def test_the_default_scope_asks_for_what_the_registration_lists(app: SinglePageApp) -> None:
    page = await asked(app, scope=DEFAULT)
    assert "access_as_user" in page.text
    code = answer(await app.choose(page, account=ADA, action="consent"))["code"]
    assert (await app.redeem(code)).json()["scope"] == f"{DEFAULT} {SCOPE}"


async def test_the_default_scope_of_an_api_that_is_not_listed_is_refused(
    app: SinglePageApp, emulator: Emulator
) -> None:
    change(emulator, SPA, required_access=())
    told = answer(await asked(app, scope=DEFAULT))
    assert (told["error"], told["error_description"][:13]) == ("invalid_client", "AADSTS650057:")
    grant = PermissionGrant(tenant_id=CONTOSO.id, client_id=SPA, resource_id=API, scopes=frozenset({"access_as_user"}))
    emulator.directory = emulator.directory.put(grant)
    assert "code" in await app.sign_in(scope=DEFAULT)
    assert "access_as_user" in (await asked(app, scope=DEFAULT, prompt="consent")).text


async def test_a_scope_is_described_in_the_words_of_its_api(app: SinglePageApp, emulator: Emulator) -> None:
    words = DelegatedScope(id="x", value="access_as_user", name="Keep <your> log", description="Reads & writes it.")
    change(emulator, API, scopes=(words,))
    page = await asked(app)
    assert "Keep &lt;your&gt; log" in page.text
    assert "Reads &amp; writes it." in page.text


async def test_several_apis_are_asked_for_at_once(app: SinglePageApp, emulator: Emulator) -> None:
    scope = f"{SCOPE} https://graph.microsoft.com/User.Read"
    await app.choose(await asked(app, scope=scope), account=ADA, action="consent")
    assert {grant.resource_id for grant in emulator.directory.grants} == {API, GRAPH}


async def test_a_world_without_graph_asks_for_the_api_alone(app: SinglePageApp, emulator: Emulator) -> None:
    known = tuple(known for known in emulator.directory.applications if known.client_id != GRAPH)
    emulator.directory = replace(emulator.directory, applications=known)
    await app.choose(await asked(app), account=ADA, action="consent")
    assert [grant.resource_id for grant in emulator.directory.grants] == [API]


async def test_consent_to_a_client_is_consent_to_the_api_that_knows_it(app: SinglePageApp, emulator: Emulator) -> None:
    change(
        emulator,
        API,
        known_clients=(SPA,),
        required_access=(
            RequiredAccess(resource_id=GRAPH, scopes=("User.Read",)),
            RequiredAccess(resource_id=GRAPH, roles=("User.Read.All",)),
            RequiredAccess(resource_id="nobody", scopes=("x",)),
        ),
    )
    assert "User.Read" not in (await asked(app)).text
    page = await asked(app, scope=f"{DEFAULT} openid")
    assert "User.Read" in page.text
    await app.choose(page, account=ADA, action="consent")
    given = {(grant.client_id, grant.resource_id): grant.scopes for grant in emulator.directory.grants}
    assert given[API, GRAPH] == {"User.Read"}


# What only an administrator can grant


async def test_a_scope_for_administrators_ends_on_a_page(app: SinglePageApp, emulator: Emulator) -> None:
    page = await asked(app, scope=ADMIN_SCOPE)
    assert "An administrator has to approve this" in page.text
    assert "AADSTS90094" in page.text
    told = answer(await app.choose(page, account=ADA, action="return"))
    assert (told["error"], told["error_description"][:12]) == ("access_denied", "AADSTS90094:")
    assert emulator.directory.grants == ()


async def test_nobody_grants_it_with_a_form_of_their_own(app: SinglePageApp, emulator: Emulator) -> None:
    page = await app.choose(await asked(app, scope=ADMIN_SCOPE), account=ADA, action="consent", everybody="on")
    assert "AADSTS90094" in page.text
    await app.choose(await asked(app), account=ADA, action="consent", everybody="on")
    assert {grant.person_id for grant in emulator.directory.grants} == {ADA}


@pytest.mark.parametrize("role", sorted(ADMINISTRATORS))
async def test_an_administrator_grants_it(app: SinglePageApp, emulator: Emulator, role: str) -> None:
    change_person(emulator, ADA, directory_roles=(role,))
    page = await asked(app, scope=ADMIN_SCOPE)
    assert "Administrators only" in page.text
    assert "code" in answer(await app.choose(page, account=ADA, action="consent"))
    assert {grant.person_id for grant in emulator.directory.grants} == {ADA}
    assert "AADSTS90094" in (await asked(app, GRACE, scope=ADMIN_SCOPE, prompt="select_account")).text


async def test_an_administrator_grants_it_for_everybody(app: SinglePageApp, emulator: Emulator) -> None:
    change_person(emulator, ADA, directory_roles=("62e90394-69f5-4237-9190-012177145e10",))
    page = await asked(app, scope=ADMIN_SCOPE)
    assert 'type="checkbox" name="everybody"' in page.text
    await app.choose(page, account=ADA, action="consent", everybody="on")
    assert {grant.person_id for grant in emulator.directory.grants} == {None}
    assert "code" in await app.sign_in(GRACE, scope=ADMIN_SCOPE)


async def test_an_ordinary_person_sees_no_box_for_everybody(app: SinglePageApp) -> None:
    assert "everybody" not in (await asked(app)).text


# Who may answer


async def test_only_somebody_signed_in_consents(app: SinglePageApp, emulator: Emulator) -> None:
    page = await app.choose(await asked(app), account=GRACE, action="consent")
    assert "AADSTS165000" in page.text
    assert emulator.directory.grants == ()


async def test_another_browser_does_not_consent(app: SinglePageApp, emulator: Emulator) -> None:
    page = await asked(app)
    app.http.cookies.clear()
    assert "AADSTS165000" in (await app.choose(page, account=ADA, action="consent")).text
    assert emulator.directory.grants == ()


async def test_the_page_is_answered_once(app: SinglePageApp) -> None:
    page = await asked(app)
    await app.choose(page, account=ADA, action="consent")
    assert "AADSTS165000" in (await app.choose(page, account=ADA, action="consent")).text


async def test_who_is_not_assigned_is_not_asked(app: SinglePageApp) -> None:
    page = await asked(app, "bad00000-0000-4000-a000-000000000015")
    assert "AADSTS50105" in page.text
    assert ASKED not in page.text


async def test_an_application_of_a_tenant_that_is_gone_names_its_id(app: SinglePageApp, emulator: Emulator) -> None:
    gone = "11111111-0000-4000-a000-000000000001"
    change_entry(emulator, SPA)
    change(emulator, SPA, tenant_id=gone)
    assert f"published by {gone}" in (await asked(app)).text
