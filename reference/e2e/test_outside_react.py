"""A session made outside React, as the README of the package does it: React Router's loaders wait for it."""

import json
from collections.abc import Iterator

import pytest
from e2e.new_project import ROOT, samples
from e2e.people import ADA, open_popup, pick
from e2e.test_vite import django, vite
from lines_of_a_new_user import sample_with
from playwright.sync_api import Page, Route, expect

__all__ = ["django"]

SHOWN = '\nimport { session as shown } from "./session";\nwindow.session = shown;\n'


@pytest.fixture(scope="module")
def address(django: str) -> Iterator[str]:
    config = samples(ROOT / "packages" / "react" / "README.md")["vite.config.js"]
    main = sample_with("createBrowserRouter") + SHOWN
    with vite(config, django, session=sample_with("// session.ts"), main=main) as found:
        yield found


@pytest.fixture
def entries(page: Page) -> list[str]:
    """Answer as the API. Return the proofs of the requests."""
    proofs: list[str] = []

    def answer(route: Route) -> None:
        proofs.append(route.request.headers.get("authorization", ""))
        route.fulfill(body=json.dumps(["one", "two"]))

    page.route("**/api/entries/", answer)
    return proofs


def sign_in(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_url(f"{address}/sign-in")
    pick(open_popup(page), ADA)
    expect(page.get_by_text("2 entries")).to_be_visible()


def test_a_loader_waits_for_the_session_and_sends_the_token(page: Page, address: str, entries: list[str]) -> None:
    sign_in(page, address)
    expect(page).to_have_url(f"{address}/")
    assert [proof.startswith("Bearer ey") for proof in entries] == [True]


def test_a_person_who_comes_back_is_not_sent_to_the_sign_in(page: Page, address: str, entries: list[str]) -> None:
    sign_in(page, address)
    visited: list[str] = []
    page.on("framenavigated", lambda frame: visited.append(frame.url))
    page.reload()
    expect(page.get_by_text("2 entries")).to_be_visible()
    assert f"{address}/sign-in" not in visited
    assert len(entries) == 2


@pytest.mark.parametrize(
    ("path", "end"), [("/goodbye?from=here", "/goodbye?from=here"), ("https://evil.example/", "/")]
)
def test_a_sign_out_returns_to_a_path_of_the_page_only(
    page: Page, address: str, entries: list[str], path: str, end: str
) -> None:
    sign_in(page, address)
    page.evaluate("(path) => void session.signOut({ returnTo: path })", path)
    page.wait_for_url(f"{address}{end}")
    status = page.evaluate("session.known().then(({ status }) => status)")
    assert status == ("signed-in" if end == "/" else "signed-out")
    assert len(entries) == 1
