"""A Django session after ``SESSION_RECHECK``: Entra is asked again, and what it says now counts."""

from collections.abc import Iterator

import pytest
from e2e.directories import changed, member
from e2e.django_sessions import browser_context_args, servers
from e2e.people import ADA, GRACE, add_entry, confirm, expect_signed_in, expect_signed_out, pick, sign_in_with_microsoft
from e2e.servers import Servers
from playwright.sync_api import BrowserContext, Page, Request, expect

__all__ = ["browser_context_args", "servers"]

MAE = "mae@contoso.example"
AGE = """
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

for row in Session.objects.all():
    session = SessionStore(row.session_key)
    if record := session.get("_entrance"):
        session["_entrance"] = record | {"checked": record["checked"] - 3_700}
        session.save()
"""


SUPERUSER = """
from django.contrib.auth.models import User

User.objects.filter(username="ada@contoso.example").update(is_superuser={})
"""


@pytest.fixture
def ada_as_superuser(page: Page, servers: Servers) -> Iterator[None]:
    """Let Ada change everything in the admin, until the story ends."""
    sign_in_on_djangos_page(page, ADA, "/admin/")
    servers.manage("shell", "--verbosity", "0", "--command", SUPERUSER.format(True))
    yield
    servers.manage("shell", "--verbosity", "0", "--command", SUPERUSER.format(False))


def let_an_hour_pass(servers: Servers) -> None:
    """Make all sessions stale."""
    servers.manage("shell", "--verbosity", "0", "--command", AGE)


def exchanges(page: Page) -> list[Request]:
    """Record the page's exchanges from here on."""
    seen: list[Request] = []

    def note(request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/entrance/session/"):
            seen.append(request)

    page.on("request", note)
    return seen


def ask_again(page: Page) -> None:
    """Make the page ask the API, as it does when its tab is shown again. Headless tabs are never hidden."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))")


def sign_in_on_djangos_page(page: Page, username: str, after: str = "/") -> None:
    page.goto(f"/entrance/sign-in/?next={after}")
    page.get_by_role("button", name="Sign in with Microsoft").click()
    pick(page, username)
    page.wait_for_url(f"**{after}")


def test_a_stale_session_is_renewed_and_no_one_notices(page: Page, context: BrowserContext, servers: Servers) -> None:
    sign_in_with_microsoft(page, GRACE)
    add_entry(page, "Before the hour.")
    seen = exchanges(page)
    let_an_hour_pass(servers)
    add_entry(page, "After the hour.")
    assert len(seen) == 1
    assert servers.tokens_redeemed() == ["authorization_code", "refresh_token"]
    assert context.pages == [page]


def test_a_reload_asks_entra_by_a_redirect_and_loads_no_msal(page: Page, servers: Servers) -> None:
    sign_in_with_microsoft(page, GRACE)
    page.goto("about:blank")  # an open page renews the session itself
    let_an_hour_pass(servers)
    seen: list[Request] = []
    page.on("request", lambda request: seen.append(request))
    page.goto("/")
    expect(page.get_by_role("button", name="Grace Hopper")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert any("prompt=none" in request.url for request in seen)
    assert [request.url for request in seen if "msal" in request.url] == []


def test_a_role_taken_away_ends_at_the_next_check(page: Page, servers: Servers) -> None:
    with changed(servers, added=member("mae", "Mae Jemison", "Writer")):
        sign_in_with_microsoft(page, MAE)
        expect(page.get_by_label("New entry")).to_be_visible()
    with changed(servers, added=member("mae", "Mae Jemison", "Reader")):
        let_an_hour_pass(servers)
        ask_again(page)
        expect(page.get_by_label("New entry")).to_have_count(0)
        expect(page.get_by_role("article").first).to_be_visible()


def test_a_person_who_is_gone_from_entra_may_do_nothing(page: Page, context: BrowserContext, servers: Servers) -> None:
    """Entra's answer is that of a person who has to confirm. What the page shows stays, no request is answered."""
    with changed(servers, added=member("mae", "Mae Jemison", "Writer")):
        sign_in_with_microsoft(page, MAE)
        expect(page.get_by_label("New entry")).to_be_visible()
    let_an_hour_pass(servers)
    ask_again(page)
    expect(page.get_by_role("button", name="Confirm with Microsoft")).to_be_visible()
    assert context.pages == [page]
    assert page.url == f"{servers.logbook}/"
    assert page.request.post("/graphql/", data={"query": "{ viewer { name } }"}).status == 401
    popup = confirm(page)
    expect(popup.get_by_role("heading", name="Pick an account")).to_be_visible()
    expect(popup.get_by_role("button", name=MAE)).to_have_count(0)


def test_while_entra_is_down_the_person_stays_signed_in(page: Page, servers: Servers) -> None:
    sign_in_with_microsoft(page, GRACE)
    add_entry(page, "Entra is up.")
    page.route(f"{servers.entra}/**", lambda route: route.abort())
    let_an_hour_pass(servers)
    page.get_by_label("New entry").fill("Entra is down.")
    page.get_by_role("button", name="Add entry").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    expect_signed_in(page)
    page.unroute_all()
    page.get_by_role("button", name="Add entry").click()
    expect(page.get_by_role("article").filter(has_text="Entra is down.")).to_be_visible()


def test_the_session_of_a_page_sign_in_is_renewed_in_microsofts_hidden_frame(page: Page, servers: Servers) -> None:
    sign_in_on_djangos_page(page, GRACE)
    expect(page.get_by_role("button", name="Grace Hopper")).to_be_visible()
    expect(page.get_by_label("New entry")).to_be_visible()
    seen = exchanges(page)
    let_an_hour_pass(servers)
    add_entry(page, "After a page sign-in.")
    assert len(seen) == 1


def test_a_page_sign_in_without_react_leads_to_the_admin_and_the_front_end(page: Page) -> None:
    sign_in_on_djangos_page(page, ADA, "/admin/")
    expect(page.get_by_role("heading", name="Site administration")).to_be_visible()
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    page.goto("/")
    expect(page.get_by_role("button", name="Ada Lovelace")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert [url for url in seen if "msal" in url] == []
    assert page.request.get("/entrance/session/").json()["entra"]["door"] == "page"


def test_a_form_that_was_not_saved_is_there_two_pages_back(
    page: Page, servers: Servers, ada_as_superuser: None
) -> None:
    page.goto("/admin/auth/group/add/")
    page.get_by_label("Name:").fill("Typed before the hour was over")
    let_an_hour_pass(servers)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="What you sent was not saved")).to_be_visible()
    page.get_by_role("button", name="Confirm with Microsoft").click()
    expect(page.get_by_label("Name:")).to_have_value("")
    page.evaluate("history.go(-2)")  # one by one, Chromium asks in between whether to send the form again
    expect(page.get_by_label("Name:")).to_have_value("Typed before the hour was over")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully")).to_be_visible()


def test_a_tab_that_is_open_already_shows_a_page_sign_in(page: Page, context: BrowserContext) -> None:
    page.goto("/")
    expect_signed_out(page)
    sign_in_on_djangos_page(context.new_page(), ADA)
    page.bring_to_front()
    ask_again(page)
    expect(page.get_by_role("button", name="Ada Lovelace")).to_be_visible()


def test_my_sessions_are_listed_and_each_can_be_ended(page: Page, other_context: BrowserContext) -> None:
    sign_in_with_microsoft(page, ADA)
    other = other_context.new_page()
    sign_in_with_microsoft(other, ADA)
    expect(other.get_by_role("article").first).to_be_visible()
    page.get_by_role("button", name="Ada Lovelace").click()
    sessions = page.get_by_role("region", name="My sessions")
    expect(sessions.get_by_text("This session")).to_be_visible()
    others = sessions.get_by_text("Another session").count()  # earlier stories left some
    sessions.get_by_role("button", name="End the session").first.click()
    expect(sessions.get_by_text("Another session")).to_have_count(others - 1)
    ask_again(other)
    expect_signed_out(other)
    expect(sessions.get_by_text("This session")).to_be_visible()
