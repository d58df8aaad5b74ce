"""What the parts of the emulator promise each other, and no request shows by itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from entra_double import Emulator, make_app
from entra_double._browser import authorize
from entra_double._browser.browser import Browser
from entra_double._browser.pages import Answered
from entra_double._tokens.claims.request import ClaimsRequest, read_claims
from entra_double._world.errors import Refusal, read_catalogue
from entra_double._world.policies import Assignment
from entra_double._world.principals import PERSONAL
from entra_double._world.requests.delegation import AppOnly, ClientProof
from entra_double._world.requests.lookup import find_tenants
from entra_double._world.requests.scopes import permit, read_scopes
from entra_double._world.seed import CONTOSO, DAEMON_CLIENT_ID, FABRIKAM

from .single_page_app import API, MALLORY, SCOPE, SPA, SinglePageApp, payload, transaction
from .worlds import change


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("common", [CONTOSO, FABRIKAM, PERSONAL]),
        ("organizations", [CONTOSO, FABRIKAM]),
        ("consumers", [PERSONAL]),
        ("fabrikam.example", [FABRIKAM]),
    ],
)
def test_the_first_segment_of_a_path_stands_for_tenants(emulator: Emulator, text: str, expected: list[object]) -> None:
    assert list(find_tenants(emulator.directory, text)) == expected


def test_what_was_permitted_is_permitted_again_without_a_change(emulator: Emulator) -> None:
    client = emulator.directory.application(CONTOSO, SPA)
    assert client
    for scope in (SCOPE, SCOPE.replace("access_as_user", ".default"), "openid"):
        asked = read_scopes(scope, directory=emulator.directory, tenant=CONTOSO, client=client).only()
        once = permit(asked, directory=emulator.directory, tenant_id=CONTOSO.id, client=client, person_id=None)
        again = permit(once, directory=emulator.directory, tenant_id=CONTOSO.id, client=client, person_id=None)
        assert again.names == once.names


@pytest.mark.parametrize(
    ("version", "proof"), [(1, {"appid": DAEMON_CLIENT_ID, "appidacr": "1"}), (2, {"azpacr": "1", "ver": "2.0"})]
)
def test_an_application_gets_a_token_of_its_own(emulator: Emulator, version: int, proof: dict[str, str]) -> None:
    emulator.use_access_token_version(1 if version == 1 else 2)
    client = emulator.directory.application(CONTOSO, DAEMON_CLIENT_ID)
    entry = emulator.directory.service_principal(CONTOSO.id, DAEMON_CLIENT_ID)
    assert client
    assert entry
    app_only = AppOnly(tenant=CONTOSO, client=client, service_principal=entry, proof=ClientProof.SECRET)
    asked = read_scopes(f"api://{API}/.default", directory=emulator.directory, tenant=CONTOSO, client=client).only()
    claims = payload(emulator.issue_application_token(app_only, asked, emulator.access_validity()))
    assert claims.items() >= proof.items()
    assert (claims["oid"], claims["sub"], claims["roles"]) == (entry.id, entry.id, ["Logbook.Read.All"])
    assert not claims.keys() & {"scp", "name", "preferred_username", "upn", "email"}


def test_lifetimes_are_set_by_a_test_else_by_the_api_else_by_the_tenant(emulator: Emulator) -> None:
    api, tenant = change(emulator, API, access_token_lifetime=20), replace(CONTOSO, access_token_lifetime=30)
    emulator.access_token_lifetime = 10
    assert emulator.access_validity(api, tenant).lifetime == 10
    emulator.access_token_lifetime = None
    assert emulator.access_validity(api, tenant).lifetime == 20
    assert emulator.access_validity(None, tenant).lifetime == 30
    assert 3600 <= emulator.access_validity(None, CONTOSO).lifetime <= 5400


async def test_who_has_been_assigned_meanwhile_is_let_in(app: SinglePageApp, emulator: Emulator) -> None:
    picker = await app.authorize(prompt="select_account")
    dead_end = await app.choose(picker, account=MALLORY)
    emulator.directory = emulator.directory.put(Assignment(principal_id=MALLORY, tenant_id=CONTOSO.id, client_id=API))
    browser = Browser(emulator, next(iter(app.http.cookies.values())))
    form = {"transaction": transaction(dead_end), "account": MALLORY, "action": "return"}
    outcome = authorize.go_on(browser, form)
    assert isinstance(outcome, Answered)
    assert "code" in outcome.members


def test_the_claims_parameter_is_tolerated() -> None:
    assert read_claims('{"access_token": {}}') == ClaimsRequest()


def test_a_refusal_brings_its_claims_and_the_error_of_the_v1_endpoint(emulator: Emulator) -> None:
    report = emulator.report(Refusal(50076, resource="Logbook", claims="{}"))
    assert (report.as_json()["error"], report.as_json(1)["error"]) == ("invalid_grant", "interaction_required")
    assert report.as_json()["claims"] == "{}"
    told = report.refusal.with_error("access_denied")
    assert (told.error, str(told), told.claims) == ("access_denied", str(report.refusal), "{}")


def test_a_number_cannot_be_in_two_files(tmp_path: Path) -> None:
    for name in ("one.toml", "two.toml"):
        (tmp_path / name).write_text('[1]\nerror = "e"\ntext = "t"\nremedy = "r"\n')
    with pytest.raises(ImportError, match=r"AADSTS1 is in one\.toml and in two\.toml"):
        read_catalogue(tmp_path)


async def test_with_tls_the_cookie_is_sent_in_frames_too(app: SinglePageApp) -> None:
    emulator = Emulator(base_url="https://localhost:8400")
    transport = httpx.ASGITransport(make_app(emulator))
    async with httpx.AsyncClient(transport=transport, base_url=emulator.base_url) as http:
        cookie = (await SinglePageApp(http).authorize()).headers["set-cookie"]
    assert "SameSite=none; Secure" in cookie
    assert "SameSite=lax" in (await app.authorize()).headers["set-cookie"]
