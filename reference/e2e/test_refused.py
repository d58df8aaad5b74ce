"""Refused sign-ins, and servers that cannot be reached."""

from collections.abc import Iterator
from contextlib import contextmanager

from e2e.people import ALAN, GRACE, expect_signed_in, expect_signed_out, sign_in_with_microsoft, sign_in_with_password
from e2e.servers import Servers
from playwright.sync_api import Page, Route, expect

SET_ACTIVE = "from django.contrib.auth.models import User; User.objects.filter(username={!r}).update(is_active={})"


@contextmanager
def deactivated(servers: Servers, username: str) -> Iterator[None]:
    servers.manage("shell", "--verbosity", "0", "--command", SET_ACTIVE.format(username, False))
    try:
        yield
    finally:
        servers.manage("shell", "--verbosity", "0", "--command", SET_ACTIVE.format(username, True))


def test_a_deactivated_user_reads_why_and_can_return(page: Page, servers: Servers) -> None:
    sign_in_with_microsoft(page, ALAN)
    with deactivated(servers, ALAN):
        page.reload()
        expect(page.get_by_role("heading", name="This user is deactivated here")).to_be_visible()
        expect(page.get_by_role("alert")).to_contain_text("administrator")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("article").first).to_be_visible()
    expect_signed_in(page)


def test_the_password_works_while_entra_is_unreachable(page: Page) -> None:
    page.route("**/entrance/config.json", lambda route: route.abort())
    page.goto("/")
    expect(page.get_by_role("alert").or_(page.get_by_role("status")).first).to_be_visible()
    page.get_by_label("Username").fill("barbara")
    sign_in_with_password(page, "barbara")


def test_a_server_error_can_be_retried(page: Page) -> None:
    sign_in_with_microsoft(page, GRACE)
    expect(page.get_by_role("article").first).to_be_visible()

    def fail(route: Route) -> None:
        route.fulfill(status=500, body="broken")

    page.route("**/graphql/", fail)
    page.get_by_role("searchbox").fill("moth")
    expect(page.get_by_role("alert")).to_be_visible()
    page.unroute("**/graphql/", fail)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_person_without_a_role_reads_what_to_ask_for(page: Page, servers: Servers) -> None:
    create = "from django.contrib.auth.models import User; User.objects.create_user('ken', password='logbook-demo')"
    servers.manage("shell", "--verbosity", "0", "--command", create)
    sign_in_with_password(page, "ken")
    expect(page.get_by_role("heading").first).to_be_visible()
    expect(page.get_by_role("article")).to_have_count(0)
    page.get_by_role("button", name="Sign out").click()
    expect_signed_out(page)
