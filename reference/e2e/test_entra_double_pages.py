"""axe finds no violations on entra-double's pages, light and dark. Each fits a narrow screen."""

import json
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from e2e.axe import expect_nothing_found
from e2e.people import pick
from entra_double import EntraServer, read_directory
from playwright.sync_api import Page, ViewportSize, expect

CLIENT = "5ba00000-0000-4000-a000-0000000000ff"
WORLD = f"""
[[tenants]]
name = "Contoso"
domain = "contoso.example"

[[tenants.applications]]
name = "Log"
app_id_uris = ["api://log"]
scopes = [
  {{ value = "read", name = "Read your log", description = "It changes nothing." }},
  {{ value = "admin", admin_consent = true }},
]

[[tenants.applications]]
name = "Reader"
client_id = "{CLIENT}"
web = ["http://localhost/back"]
public_client = true
permissions = {{ Log = ["read", "admin"] }}

[[tenants.people]]
name = "Ada Lovelace"
username = "ada"
directory_roles = ["62e90394-69f5-4237-9190-012177145e10"]

[[tenants.people]]
name = "Grace Hopper"
username = "grace"

[[tenants.conditional_access]]
name = "Prove it twice"
demand = "mfa"
applications = ["Log"]
context = "c1"

[[tenants.contexts]]
id = "c1"
name = "Before anything is deleted"
"""
READ = "api://log/read"
WINDOW: ViewportSize = {"width": 483, "height": 600}
"""Size of MSAL's sign-in window."""

Way = Callable[[Page, str], None]


@pytest.fixture
def entra(tmp_path: Path) -> Iterator[str]:
    file = tmp_path / "entra-double.toml"
    file.write_text(WORLD, encoding="utf-8")
    with EntraServer(directory=read_directory(file)) as server:
        yield server.base_url


def authorize_url(entra: str, **more: str) -> str:
    """The authorization request of the application."""
    asked = {"client_id": CLIENT, "redirect_uri": "http://localhost/back", "response_type": "code", "scope": READ}
    return f"{entra}/contoso.example/oauth2/v2.0/authorize?{urlencode(asked | more)}"


def logbook_authorize_url(entra: str) -> str:
    """The authorization request of Logbook web."""
    asked = {
        "client_id": "5ba00000-0000-4000-a000-000000000003",
        "redirect_uri": "http://localhost/redirect.html",
        "response_type": "code",
        "scope": "api://a9100000-0000-4000-a000-000000000002/access_as_user",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
    }
    return f"{entra}/contoso.example/oauth2/v2.0/authorize?{urlencode(asked)}"


def permissions(page: Page, entra: str) -> None:
    page.goto(authorize_url(entra))
    pick(page, "grace@contoso.example")
    expect(page.get_by_role("heading", name="Permissions requested")).to_be_visible()


def permissions_for_all_people(page: Page, entra: str) -> None:
    asked = {"client_id": CLIENT, "redirect_uri": "http://localhost/back", "scope": "api://log/.default"}
    page.goto(f"{entra}/contoso.example/v2.0/adminconsent?{urlencode(asked)}")
    pick(page, "ada@contoso.example")
    expect(page.get_by_role("heading", name="Permissions requested for everybody")).to_be_visible()


def an_administrator_is_needed(page: Page, entra: str) -> None:
    page.goto(authorize_url(entra, scope="api://log/admin"))
    pick(page, "grace@contoso.example")
    expect(page.get_by_text("AADSTS90094")).to_be_visible()


def a_second_proof(page: Page, entra: str) -> None:
    page.goto(authorize_url(entra, claims=json.dumps({"access_token": {"acrs": {"essential": True, "value": "c1"}}})))
    pick(page, "ada@contoso.example")
    expect(page.get_by_role("heading", name="Prove it is you")).to_be_visible()


def a_device_code(page: Page, entra: str) -> None:
    page.goto(f"{entra}/device")
    page.get_by_label("Code").fill("WRONG")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("alert")).to_be_visible()


def a_device_that_signs_in(page: Page, entra: str) -> None:
    form = urlencode({"client_id": CLIENT, "scope": READ}).encode()
    with urllib.request.urlopen(f"{entra}/contoso.example/oauth2/v2.0/devicecode", form, timeout=10) as answer:
        code = json.load(answer)["user_code"]
    page.goto(f"{entra}/device")
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Next").click()
    pick(page, "grace@contoso.example")
    expect(page.get_by_role("heading", name="Are you signing in to Reader?")).to_be_visible()


def a_device_signed_in(page: Page, entra: str) -> None:
    a_device_that_signs_in(page, entra)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="You are signed in to Reader")).to_be_visible()


def the_choice_of_who_signs_out(page: Page, entra: str) -> None:
    for username in ("ada@contoso.example", "grace@contoso.example"):
        page.goto(authorize_url(entra, prompt="select_account"))
        pick(page, username)
        expect(page.get_by_role("heading", name="Permissions requested")).to_be_visible()
    page.goto(f"{entra}/contoso.example/oauth2/v2.0/logout")
    expect(page.get_by_role("button", name="ada@contoso.example")).to_be_focused()


def a_finished_sign_out(page: Page, entra: str) -> None:
    the_choice_of_who_signs_out(page, entra)
    page.get_by_role("button", name="grace@contoso.example").click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()


def an_error_page(page: Page, entra: str) -> None:
    page.goto(authorize_url(entra, redirect_uri="http://localhost/elsewhere"))
    expect(page.get_by_text("AADSTS50011")).to_be_visible()


def an_error_code(page: Page, entra: str) -> None:
    page.goto(f"{entra}/error?code=50105")
    expect(page.get_by_text("AADSTS50105").first).to_be_visible()


WAYS = [
    permissions,
    permissions_for_all_people,
    an_administrator_is_needed,
    a_second_proof,
    a_device_code,
    a_device_that_signs_in,
    a_device_signed_in,
    the_choice_of_who_signs_out,
    a_finished_sign_out,
    an_error_page,
    an_error_code,
]


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_the_page_is_accessible(page: Page, entra: str, way: Way, look: str) -> None:
    page.emulate_media(color_scheme="dark" if look == "dark" else "light")
    way(page, entra)
    expect_nothing_found(page)
    page.set_viewport_size({"width": 320, "height": 640})
    expect_nothing_found(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_the_buttons_are_visible_in_the_sign_in_window(page: Page, entra: str, way: Way) -> None:
    page.set_viewport_size(WINDOW)
    way(page, entra)
    page.evaluate("scrollTo(0, 0)")
    for button in page.locator(".actions button, .actions a").all():
        expect(button).to_be_in_viewport(ratio=1)


def test_the_seeds_people_fit_in_the_sign_in_window(page: Page) -> None:
    page.set_viewport_size(WINDOW)
    with EntraServer() as server:
        page.goto(logbook_authorize_url(server.base_url))
        expect(page.get_by_role("button", name="mallory@contoso.example")).to_be_in_viewport(ratio=1)
        expect(page.get_by_role("button", name="Cancel")).to_be_in_viewport(ratio=1)
        assert page.evaluate("document.documentElement.scrollHeight") <= WINDOW["height"]


@pytest.mark.parametrize("window", [WINDOW, ViewportSize(width=320, height=480)], ids=["MSAL's", "small"])
def test_cancel_is_visible_during_a_search(page: Page, window: ViewportSize) -> None:
    page.set_viewport_size(window)
    with EntraServer() as server:
        page.goto(logbook_authorize_url(server.base_url))
        page.get_by_text("Use another account").click()
        search, cancel = (page.get_by_role("button", name=name) for name in ("Search", "Cancel"))
        for button in (search, cancel):
            expect(button).to_be_in_viewport(ratio=1)
        above, below = search.bounding_box(), cancel.bounding_box()
        assert above
        assert below
        assert above["y"] + above["height"] <= below["y"], "neither button is behind the other"
        last = page.get_by_role("button", name="mallory@contoso.example")
        last.focus()
        box, other = last.bounding_box(), page.locator(".other").bounding_box()
        assert box
        assert other
        assert box["y"] + box["height"] <= other["y"] + 1, "what has the focus is not behind the search"


def test_the_button_is_visible_with_fifty_people(page: Page) -> None:
    page.set_viewport_size(WINDOW)
    with EntraServer() as server:
        ada, *_ = server.emulator.directory.people
        crowd = [
            replace(ada, object_id=f"{ada.object_id[:-3]}{number:03}", username=f"ada{number}@contoso.example")
            for number in range(100, 150)
        ]
        server.emulator.directory = server.emulator.directory.put(*crowd)
        page.goto(logbook_authorize_url(server.base_url))
        expect(page.get_by_role("button", name="Cancel")).to_be_in_viewport(ratio=1)
        last = page.get_by_role("button", name="ada14").last
        last.focus()
        box, actions = last.bounding_box(), page.locator(".actions").bounding_box()
        assert box
        assert actions
        assert box["y"] + box["height"] <= actions["y"] + 1, "what has the focus is not behind the buttons"


def test_a_refusal_shows_its_heading_in_a_small_window(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 600})
    with EntraServer() as server:
        page.goto(logbook_authorize_url(server.base_url))
        page.get_by_role("button", name="mallory@contoso.example").click()
        heading = page.get_by_role("heading", name="You are not assigned to this application")
        expect(heading).to_be_focused()
        expect(heading).to_be_in_viewport(ratio=1)
        assert page.evaluate("scrollY") == 0
