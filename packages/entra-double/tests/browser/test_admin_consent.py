"""Admin consent: who may give it, what is granted then, and what the application is told."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from entra_double import Emulator
from entra_double._world.ids import GRAPH_CLIENT_ID as GRAPH
from entra_double._world.principals import Person
from entra_double._world.registration import Audience, Platform, RedirectUri, RequiredAccess
from entra_double._world.seed import CONTOSO, DAEMON_CLIENT_ID, FABRIKAM

from ..pickers import person_of
from ..single_page_app import ADA, API, APP, GRACE, KATHERINE, MALLORY, SCOPE, SPA, TENANT, SinglePageApp, transaction
from ..worlds import change, change_person

V2, V1 = f"/{TENANT}/v2.0/adminconsent", f"/{TENANT}/adminconsent"
REDIRECT_URI = f"{APP}/"
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
HEADING = "Permissions requested for everybody"


@pytest.fixture(autouse=True)
def nothing_granted(emulator: Emulator) -> None:
    emulator.directory = replace(emulator.directory, grants=(), assignments=())


@pytest.fixture
def administrator(emulator: Emulator) -> Person:
    return change_person(emulator, ADA, directory_roles=(GLOBAL_ADMINISTRATOR,))


async def ask(http: httpx.AsyncClient, path: str = V2, **changes: str | None) -> httpx.Response:
    asked = {"client_id": SPA, "redirect_uri": REDIRECT_URI, "scope": SCOPE, "state": "a b", **changes}
    return await http.get(path, params={name: value for name, value in asked.items() if value is not None})


async def answer_on(page: httpx.Response, http: httpx.AsyncClient, **form: str) -> httpx.Response:
    action = page.text.split('<form method="post" action="')[1].split('"')[0]
    return await http.post(action, data={"transaction": transaction(page), **form})


def told(response: httpx.Response) -> dict[str, str]:
    assert response.status_code == 302, response.text
    location = response.headers["location"]
    assert location.startswith(f"{REDIRECT_URI}?")
    return dict(parse_qsl(urlsplit(location).query, keep_blank_values=True))


async def test_an_administrator_consents_for_everybody(
    http: httpx.AsyncClient, emulator: Emulator, administrator: Person
) -> None:
    picker = await ask(http)
    assert "Pick an account" in picker.text
    page = await answer_on(picker, http, account=ADA)
    for text in (HEADING, "Logbook web", "published by Contoso", "access_as_user", "ada@contoso.example"):
        assert text in page.text
    response = await answer_on(page, http, account=ADA, action="consent")
    assert told(response) == {"admin_consent": "True", "tenant": TENANT, "scope": SCOPE, "state": "a b"}
    (grant,) = emulator.directory.grants
    assert (grant.person_id, grant.resource_id, grant.scopes) == (None, API, frozenset({"access_as_user"}))


async def test_what_an_administrator_granted_nobody_is_asked_for(
    app: SinglePageApp, emulator: Emulator, administrator: Person
) -> None:
    page = await answer_on(await ask(app.http, scope="Directory.Read.All"), app.http, account=ADA)
    assert "Administrators only" in page.text
    await answer_on(page, app.http, account=ADA, action="consent")
    emulator.directory = emulator.directory.put(replace(administrator, directory_roles=()))
    assert "code" in await app.sign_in(GRACE, scope="Directory.Read.All")


async def test_the_administrator_may_decline(
    http: httpx.AsyncClient, emulator: Emulator, administrator: Person
) -> None:
    page = await answer_on(await ask(http), http, account=ADA)
    answer = told(await answer_on(page, http, account=ADA, action="decline"))
    assert (answer["error"], answer["error_description"][:12], answer["state"]) == (
        "consent_required",
        "AADSTS65004:",
        "a b",
    )
    assert emulator.directory.grants == ()


async def test_going_back_from_the_picker_declines(http: httpx.AsyncClient) -> None:
    answer = told(await answer_on(await ask(http, state=None), http, action="cancel"))
    assert (answer["error"], "state" in answer) == ("consent_required", False)


async def test_the_default_scope_grants_all_that_is_registered(http: httpx.AsyncClient, emulator: Emulator) -> None:
    change(emulator, API, known_clients=(SPA,))
    scope = SCOPE.replace("access_as_user", ".default")
    page = await answer_on(await ask(http, scope=scope), http, account=ADA)
    await answer_on(page, http, account=ADA, action="consent")
    given = {(grant.client_id, grant.resource_id): grant.scopes for grant in emulator.directory.grants}
    assert given == {
        (SPA, API): {"access_as_user"},
        (SPA, GRAPH): {"openid", "profile", "email", "offline_access"},
        (API, GRAPH): {"openid", "profile", "User.Read"},
    }


@pytest.mark.parametrize(("path", "scope"), [(V1, None), (V1, "ignored"), (V2, "https://graph.microsoft.com/.default")])
async def test_app_roles_are_granted_to_the_application_itself(
    http: httpx.AsyncClient, emulator: Emulator, path: str, scope: str | None
) -> None:
    change(
        emulator,
        DAEMON_CLIENT_ID,
        redirect_uris=(RedirectUri(platform=Platform.WEB, uri="http://localhost/"),),
        required_access=(
            RequiredAccess(resource_id=API, roles=("Logbook.Read.All", "Admin", "Nothing")),
            RequiredAccess(resource_id="nobody", scopes=("x",)),
        ),
    )
    page = await answer_on(await ask(http, path, client_id=DAEMON_CLIENT_ID, scope=scope), http, account=ADA)
    assert "Use Logbook API as itself" in page.text
    assert ">Admin<" not in page.text
    answer = told(await answer_on(page, http, account=ADA, action="consent"))
    assert ("scope" in answer) == (path == V2)
    (assignment,) = emulator.directory.assignments
    entry = emulator.directory.service_principal(TENANT, DAEMON_CLIENT_ID)
    assert entry
    assert assignment.principal_id == entry.id
    assert emulator.application_token(DAEMON_CLIENT_ID, scope=f"api://{API}/.default")


async def test_an_application_that_asks_for_nothing_becomes_known(http: httpx.AsyncClient, emulator: Emulator) -> None:
    change(emulator, SPA, audience=Audience.MANY, required_access=())
    emulator.directory = emulator.directory.put(
        replace(emulator.directory.people[0], object_id=GRACE[:-1] + "9", tenant_id=FABRIKAM.id)
    )
    page = await answer_on(await ask(http, f"/{FABRIKAM.domain}/adminconsent"), http, account=GRACE[:-1] + "9")
    assert "Its registration lists nothing" in page.text
    answer = told(await answer_on(page, http, account=GRACE[:-1] + "9", action="consent"))
    assert answer["tenant"] == FABRIKAM.id
    assert emulator.directory.service_principal(FABRIKAM.id, SPA)


# Whatever tenant the administrator is of

ANYWHERE = "/organizations/v2.0/adminconsent"
DOROTHY = person_of(FABRIKAM, "dorothy")


@pytest.fixture
def elsewhere(emulator: Emulator) -> None:
    """Make the application and its API known to every tenant, and give Fabrikam an administrator."""
    emulator.directory = emulator.directory.put(DOROTHY)
    change(emulator, SPA, audience=Audience.MANY)
    change(emulator, API, audience=Audience.MANY, known_clients=(SPA,))


@pytest.mark.parametrize("path", [ANYWHERE, ANYWHERE.replace("/v2.0", "")])
@pytest.mark.parametrize(("account", "tenant"), [(ADA, TENANT), (DOROTHY.object_id, FABRIKAM.id)])
async def test_the_tenant_is_that_of_the_administrator(
    http: httpx.AsyncClient, emulator: Emulator, elsewhere: None, path: str, account: str, tenant: str
) -> None:
    page = await answer_on(await ask(http, path), http, account=account)
    answer = told(await answer_on(page, http, account=account, action="consent"))
    assert (answer["tenant"], answer["admin_consent"]) == (tenant, "True")
    assert {grant.tenant_id for grant in emulator.directory.grants} == {tenant}


async def test_before_anybody_is_chosen_no_tenant_is_told(http: httpx.AsyncClient, elsewhere: None) -> None:
    assert "tenant" not in told(await answer_on(await ask(http, ANYWHERE), http, action="cancel"))
    assert told(await answer_on(await ask(http), http, action="cancel"))["tenant"] == TENANT
    page = await answer_on(await ask(http, ANYWHERE), http, account=DOROTHY.object_id)
    declined = told(await answer_on(page, http, account=DOROTHY.object_id, action="decline"))
    assert (declined["error"], declined["tenant"]) == ("consent_required", FABRIKAM.id)


async def test_the_application_is_told_of_an_api_that_the_tenant_does_not_know(
    http: httpx.AsyncClient, emulator: Emulator, elsewhere: None
) -> None:
    change(emulator, API, audience=Audience.ONE)
    answer = told(await answer_on(await ask(http, ANYWHERE), http, account=DOROTHY.object_id))
    assert (answer["error_description"][:13], answer["tenant"]) == ("AADSTS500011:", FABRIKAM.id)
    assert HEADING in (await answer_on(await ask(http, ANYWHERE), http, account=ADA)).text


# Who may decide


async def test_an_ordinary_person_may_not_decide(
    http: httpx.AsyncClient, emulator: Emulator, administrator: Person
) -> None:
    page = await answer_on(await ask(http), http, account=GRACE)
    assert "AADSTS90094" in page.text
    assert "An administrator has to approve this" in page.text
    answer = told(await answer_on(page, http, account=GRACE, action="return"))
    assert (answer["error"], answer["error_description"][:12]) == ("consent_required", "AADSTS90094:")


async def test_an_ordinary_person_may_not_decide_with_a_form_of_their_own(
    http: httpx.AsyncClient, emulator: Emulator, administrator: Person
) -> None:
    await answer_on(await ask(http), http, account=ADA)
    page = await answer_on(await ask(http), http, account=ADA)
    assert "AADSTS165000" in (await answer_on(page, http, account=GRACE, action="consent")).text
    change_person(emulator, GRACE, directory_roles=(GLOBAL_ADMINISTRATOR,))
    change_person(emulator, ADA, directory_roles=())
    refused = await answer_on(page, http, account=ADA, action="consent")
    assert (refused.status_code, "AADSTS90094" in refused.text) == (400, True)
    assert emulator.directory.grants == ()


async def test_in_a_tenant_without_an_administrator_anybody_may(http: httpx.AsyncClient) -> None:
    assert HEADING in (await answer_on(await ask(http), http, account=KATHERINE)).text


async def test_a_disabled_administrator_may_not(http: httpx.AsyncClient, emulator: Emulator) -> None:
    change_person(emulator, ADA, enabled=False)
    assert "AADSTS50057" in (await answer_on(await ask(http), http, account=ADA)).text


async def test_somebody_of_another_tenant_may_not(http: httpx.AsyncClient, emulator: Emulator) -> None:
    stranger = change_person(emulator, MALLORY, tenant_id=FABRIKAM.id)
    picker = await answer_on(await ask(http), http, action="another", query=stranger.username)
    page = await answer_on(picker, http, account=MALLORY)
    assert "AADSTS50020" in page.text
    answer = told(await answer_on(page, http, account=MALLORY, action="return"))
    assert answer["error_description"].startswith("AADSTS50020")


async def test_another_browser_does_not_decide(http: httpx.AsyncClient, emulator: Emulator) -> None:
    page = await answer_on(await ask(http), http, account=ADA)
    http.cookies.clear()
    assert "AADSTS165000" in (await answer_on(page, http, account=ADA, action="consent")).text
    assert emulator.directory.grants == ()


async def test_a_sign_in_is_no_request_for_consent(app: SinglePageApp) -> None:
    page = await app.authorize()
    response = await app.http.post(V2, data={"transaction": transaction(page), "account": ADA})
    assert "AADSTS165000" in response.text


# What may be asked


@pytest.mark.parametrize(
    ("path", "changes", "code"),
    [
        ("/common/v2.0/adminconsent", {}, 50059),
        ("/common/adminconsent", {}, 50059),
        ("/organizations/adminconsent", {}, 50194),
        ("/consumers/adminconsent", {}, 50059),
        ("/nowhere.example/v2.0/adminconsent", {}, 90002),
        (V2, {"client_id": None}, 900144),
        (V2, {"client_id": GRACE}, 700016),
        (V2, {"redirect_uri": None}, 900144),
        (V2, {"redirect_uri": "http://evil.example/"}, 50011),
    ],
)
async def test_an_untrusted_request_ends_on_a_page(
    http: httpx.AsyncClient, path: str, changes: dict[str, str | None], code: int
) -> None:
    response = await ask(http, path, **changes)
    assert (response.status_code, f"AADSTS{code}" in response.text) == (400, True)


@pytest.mark.parametrize(
    ("scope", "code", "error"),
    [
        (None, 900144, "invalid_request"),
        ("api://nobody/.default", 500011, "invalid_resource"),
        ("Nonsense.Read", 650053, "invalid_client"),
    ],
)
async def test_the_application_is_told_what_is_wrong(
    http: httpx.AsyncClient, scope: str | None, code: int, error: str
) -> None:
    answer = told(await ask(http, scope=scope))
    assert (answer["error"], answer["error_description"].split(":")[0]) == (error, f"AADSTS{code}")
    assert answer["tenant"] == CONTOSO.id


async def test_a_redirect_uri_with_a_query_keeps_it(http: httpx.AsyncClient, emulator: Emulator) -> None:
    uri = "https://app.example/back?from=entra"
    change(emulator, SPA, redirect_uris=(RedirectUri(platform=Platform.WEB, uri=uri),))
    response = await answer_on(await ask(http, redirect_uri=uri), http, action="cancel")
    assert response.headers["location"].startswith(f"{uri}&admin_consent=True&")
