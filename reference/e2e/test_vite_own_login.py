"""A new front end of Vite beside the password login of a new Django project, as the React package's README says."""

from collections.abc import Iterator

import pytest
from e2e.new_project import NAME, PASSWORD, new_project
from e2e.people import ADA, open_popup, pick
from e2e.servers import Servers
from e2e.test_vite import vite
from lines_of_a_new_user import sample_with
from playwright.sync_api import Page, expect

MAIN = """
import { createRoot } from "react-dom/client";
import App from "./App";
createRoot(document.getElementById("root")).render(<App />);
"""
URLS = """
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.http import JsonResponse

hello = login_required(lambda request: JsonResponse(f"Hello, {request.user.first_name}!", safe=False))
login = LoginView.as_view(template_name="admin/login.html")
urlpatterns += [path("login/", login), path("api/hello/", hello)]
"""
CONFIG = """
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({ plugins: [react()], %s });
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, servers: Servers) -> Iterator[str]:
    """The page of the README's sample, served by Vite before a Django project."""
    config = CONFIG % sample_with("// of defineConfig(").replace("// of defineConfig({ … }) in vite.config.ts\n", "")
    with (
        new_project(tmp_path_factory.mktemp("own-login"), servers, URLS) as django,
        vite(config, django, App=sample_with("export function Hello"), main=MAIN) as address,
    ):
        yield address


def log_in(page: Page, password: str) -> None:
    page.get_by_label("User name").fill(NAME)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def test_a_person_with_a_password_is_greeted(page: Page, site: str) -> None:
    page.goto(site)
    log_in(page, PASSWORD)
    page.get_by_role("button", name="Say hello").click()
    expect(page.get_by_role("status")).to_have_text("Hello, Edsger!")
    assert PASSWORD not in page.url


def test_a_wrong_password_leaves_both_ways_open(page: Page, site: str) -> None:
    page.goto(site)
    with page.expect_response("**/entrance/session/"):
        log_in(page, f"{PASSWORD}x")
    expect(page.get_by_role("alert")).to_have_text("Wrong user name or password.")
    expect(page.get_by_role("button", name="Sign in with Microsoft")).to_be_visible()
    expect(page.get_by_role("button", name="Say hello")).not_to_be_visible()


def test_an_outage_says_nothing_about_the_password(page: Page, site: str) -> None:
    page.goto(site)
    page.route("**/login/", lambda route: route.fulfill(status=503))
    log_in(page, PASSWORD)
    expect(page.get_by_role("alert")).to_have_text("Try again later.")
    page.unroute_all()
    page.route("**/login/", lambda route: route.abort())
    log_in(page, PASSWORD)
    expect(page.get_by_role("alert")).to_contain_text("could not be reached")
    page.unroute_all()
    log_in(page, PASSWORD)
    expect(page.get_by_role("button", name="Say hello")).to_be_visible()


def test_a_person_of_microsoft_is_greeted(page: Page, site: str) -> None:
    page.goto(site)
    pick(open_popup(page), ADA)
    expect(page.get_by_text("Ada Lovelace")).to_be_visible()  # as the story for Playwright expects
    page.get_by_role("button", name="Say hello").click()
    expect(page.get_by_role("status")).to_have_text("Hello, Ada!")


def test_a_sign_in_that_fails_is_told(page: Page, site: str) -> None:
    page.goto(site)
    open_popup(page).close()
    expect(page.get_by_role("alert")).to_contain_text("The sign-in window was closed")


def test_a_session_that_is_not_there_is_named(page: Page, site: str) -> None:
    page.route("**/entrance/session/", lambda route: route.fulfill(status=404))
    page.goto(site)
    expect(page.get_by_role("alert")).to_contain_text(
        "/entrance/session/ whether you are signed in: the server answered 404"
    )
