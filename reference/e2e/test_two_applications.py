"""Two applications of one session at Microsoft: a sign-out everywhere in one of them ends the session in the other.

Logbook proves itself with a secret, the site without React with a certificate. That site is another one to the browser
than Entra, so Microsoft's frame sends it no cookie.
"""

from collections.abc import Iterator

import pytest
from e2e.axe import expect_nothing_found
from e2e.certificates import make_certificate
from e2e.directories import changed
from e2e.django_sessions import browser_context_args, servers
from e2e.people import (
    ADA,
    GRACE,
    expect_signed_in,
    expect_signed_out,
    pick,
    sign_in_with_microsoft,
)
from e2e.servers import Servers, free_ports, process, wait_for
from playwright.sync_api import BrowserContext, Page, expect

__all__ = ["browser_context_args", "servers"]

CLIENT_ID = "b0a4d000-0000-4000-a000-000000000006"
FRONT_CHANNEL = "/entrance/front-channel-logout/"
LOGBOOK_WEB = 'client_id = "5ba00000-0000-4000-a000-000000000003"'
REGISTRATION = """
[[tenants.applications]]
name = "Notice board"
client_id = "{client_id}"
web = ["{site}/entrance/callback/", "{site}/"]
logout_uri = "{site}{front_channel}"
id_token_claims = ["login_hint", "sid"]
certificates = [{{ pem = '''{certificate}''' }}]
permissions = {{ "Microsoft Graph" = ["openid", "profile"] }}
admin_consent = true
"""


@pytest.fixture(scope="module")
def certificate() -> tuple[str, str]:
    return make_certificate("Notice board")


@pytest.fixture(scope="module")
def site(servers: Servers, certificate: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run the site without React, and return its origin."""
    folder = tmp_path_factory.mktemp("board")
    (folder / "entra.pem").write_text("".join(certificate))
    (port,) = free_ports(1)
    environment = {
        **servers.environment,
        "DJANGO_SETTINGS_MODULE": "e2e.pages_site.settings",
        "FOLDER": str(folder),
        "ENTRANCE_TENANT_ID": "c0470500-0000-4000-a000-000000000001",
        "ENTRANCE_CLIENT_ID": CLIENT_ID,
        "ENTRANCE_CLIENT_CERTIFICATE": str(folder / "entra.pem"),
        "ENTRANCE_AUTHORITY_HOST": servers.entra,
    }
    serve = ["-m", "uvicorn", "e2e.pages_site.asgi:application", "--port", str(port), "--log-level", "warning"]
    with process(serve, environment):
        wait_for(f"http://127.0.0.1:{port}/login/")
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def board(servers: Servers, site: str, certificate: tuple[str, str]) -> Iterator[str]:
    """Register the site, and Logbook's front-channel address with the registration that its people sign in with."""
    logbook = f'{LOGBOOK_WEB}\nlogout_uri = "{servers.logbook}{FRONT_CHANNEL}"'
    added = REGISTRATION.format(client_id=CLIENT_ID, site=site, front_channel=FRONT_CHANNEL, certificate=certificate[1])
    with changed(servers, (LOGBOOK_WEB, logbook), added=added):
        yield site


def sign_in_on_board(page: Page, board: str, username: str = "") -> None:
    """Click the button. Microsoft asks for the person unless its session answers."""
    page.goto(board)
    page.get_by_role("button", name="Sign in with Microsoft").click()
    if username:
        pick(page, username)
    expect(page).to_have_url(f"{board}/")


def test_signing_out_everywhere_in_one_application_ends_the_session_in_the_other(
    page: Page, board: str, context: BrowserContext, other_context: BrowserContext
) -> None:
    grace = other_context.new_page()
    sign_in_on_board(grace, board, GRACE)
    sign_in_with_microsoft(page, ADA)
    tab = context.new_page()
    sign_in_on_board(tab, board)
    expect(tab.get_by_text(f"Signed in as {ADA}")).to_be_visible()
    assert "sessionid" in [cookie["name"] for cookie in context.cookies(board)]
    page.get_by_role("button", name="Ada Lovelace").click()
    with page.expect_response(lambda answer: answer.url.startswith(f"{board}{FRONT_CHANNEL}")) as told:
        page.get_by_role("button", name="Sign out everywhere").click()
    assert "cookie" not in told.value.request.all_headers()
    expect_signed_out(page)
    tab.reload()
    expect(tab.get_by_role("heading", name="Log in")).to_be_visible()
    grace.reload()
    expect(grace.get_by_text(f"Signed in as {GRACE}")).to_be_visible()


def test_signing_out_on_a_page_ends_the_session_of_the_front_end(
    page: Page, board: str, context: BrowserContext
) -> None:
    sign_in_on_board(page, board, ADA)
    tab = context.new_page()
    tab.goto("/")
    with tab.expect_popup():
        tab.get_by_role("button", name="Sign in with Microsoft").click()
    expect_signed_in(tab)
    page.get_by_role("link", name="Sign out").click()
    page.get_by_label("Sign out at Microsoft, too").check()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    tab.reload()
    expect_signed_out(tab)


def test_signing_out_of_one_application_leaves_the_session_in_the_other(
    page: Page, board: str, context: BrowserContext
) -> None:
    sign_in_with_microsoft(page, ADA)
    tab = context.new_page()
    sign_in_on_board(tab, board)
    page.get_by_role("button", name="Sign out").click()
    expect_signed_out(page)
    tab.reload()
    expect(tab.get_by_text(f"Signed in as {ADA}")).to_be_visible()


def test_axe_finds_nothing_on_the_login_page_of_the_site(page: Page, site: str) -> None:
    for look in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if look == "dark" else "light")
        page.goto(f"{site}/login/?next=/")
        expect_nothing_found(page)
    page.set_viewport_size({"width": 375, "height": 667})
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("Please enter a correct username and password")).to_be_visible()
    expect_nothing_found(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
