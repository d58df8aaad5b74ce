"""Swagger's page in a browser: *Authorize* signs in with Microsoft by PKCE, and *Try it out* answers."""

from collections.abc import Iterator

import pytest
from e2e.new_project import ROOT, new_project
from e2e.people import GRACE, pick
from e2e.servers import Servers
from playwright.sync_api import ConsoleMessage, Page, expect
from sampling import samples


@pytest.fixture(autouse=True)
def no_violations(page: Page) -> Iterator[None]:
    """Fail if the page needs what its policy forbids."""
    seen: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            seen.append(message.text)

    page.on("console", note)
    yield
    assert seen == []


@pytest.fixture(scope="module")
def ninja(tmp_path_factory: pytest.TempPathFactory, servers: Servers) -> Iterator[str]:
    """A new project with the how-to page's sample for Ninja."""
    *_, urls = samples(ROOT / "docs" / "howto" / "swagger.md", "python")
    installed = '\nINSTALLED_APPS += ["ninja"]\n'
    with new_project(tmp_path_factory.mktemp("ninja"), servers, urls=urls, settings=installed) as address:
        yield address


def authorize(page: Page, site: str = "") -> Page:
    """Open Microsoft's window from the dialog. Client and scope are filled in."""
    page.goto(f"{site}/api/docs/")
    page.get_by_role("button", name="Authorize").first.click()
    dialog = page.locator(".auth-container").filter(has_text="authorizationCode")
    with page.expect_popup() as popup:
        dialog.get_by_role("button", name="Apply given OAuth2 credentials").click()
    return popup.value


def try_out(page: Page, operation: str) -> None:
    page.get_by_role("button", name="Close").first.click()
    block = page.locator(f"#operations-{operation}")
    block.click()
    block.get_by_role("button", name="Try it out").click()
    block.get_by_role("button", name="Execute").click()


def expect_status(page: Page, operation: str, status: int) -> None:
    answer = page.locator(f"#operations-{operation} .live-responses-table tbody .response-col_status")
    expect(answer.first).to_contain_text(str(status))


def test_authorize_signs_in_and_try_it_out_answers(page: Page, servers: Servers) -> None:
    popup = authorize(page)
    with popup.expect_event("close"):
        pick(popup, GRACE)
    expect(page.get_by_role("button", name="Remove authorization")).to_be_visible()
    try_out(page, "viewer-viewer")
    expect_status(page, "viewer-viewer", 200)
    expect(page.locator("#operations-viewer-viewer .live-responses-table")).to_contain_text(GRACE)
    assert servers.tokens_redeemed() == ["authorization_code"]


def test_an_answer_to_another_sign_in_is_not_taken(page: Page, servers: Servers) -> None:
    popup = authorize(page)
    with popup.expect_event("close"):
        popup.goto(f"{servers.logbook}/api/docs/oauth2-redirect.html?code=stolen&state=stolen", wait_until="commit")
    expect(page.get_by_text("The answer is not to this sign-in.").first).to_be_visible()
    assert servers.tokens_redeemed() == []


def test_ninjas_page_signs_in_too(page: Page, ninja: str) -> None:
    popup = authorize(page, ninja)
    with popup.expect_event("close"):
        pick(popup, GRACE)
    expect(page.get_by_role("button", name="Remove authorization")).to_be_visible()
    try_out(page, "default-mysite_urls_me")
    expect_status(page, "default-mysite_urls_me", 200)
    expect(page.locator("#operations-default-mysite_urls_me .live-responses-table")).to_contain_text(GRACE)
