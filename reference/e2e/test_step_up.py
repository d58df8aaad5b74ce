"""Deleting an entry takes a second proof: the person is told why, gives it, and the entry is gone."""

from e2e.axe import expect_nothing_found
from e2e.people import ADA, GRACE, confirm, expect_signed_in, sign_in_with_microsoft
from e2e.servers import Servers
from e2e.test_rights import ADD, token_of
from playwright.sync_api import Locator, Page, expect

BECAUSE = "To delete an entry, confirm with Microsoft that it is you."


def entry_of(page: Page, servers: Servers, text: str) -> Locator:
    """Let Grace write an entry, and find it on the page."""
    servers.graphql(ADD, token_of(servers, GRACE), text=text)
    entry = page.get_by_role("article").filter(has_text=text)
    expect(entry).to_be_visible()
    return entry


def delete(page: Page, entry: Locator) -> Locator:
    """Delete an entry as far as the page does it by itself; return the dialog."""
    entry.get_by_role("button", name="Delete").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Delete").click()
    return dialog


def prove(popup: Page) -> None:
    expect(popup.get_by_role("heading", name="Prove it is you")).to_be_visible()
    popup.get_by_role("button", name="It is me").click(no_wait_after=True)


def delete_in_a_window(page: Page, servers: Servers) -> None:
    """Close the window the first time: nothing is deleted. The proof counts for the next entry, too."""
    entry = entry_of(page, servers, "To be deleted with a second proof.")
    dialog = delete(page, entry)
    expect(dialog.get_by_role("alert")).to_contain_text(BECAUSE)
    expect_nothing_found(page)
    confirm(page).close()
    expect(dialog.get_by_role("alert")).to_contain_text("The sign-in window was closed")
    expect(entry).to_have_count(1)
    prove(confirm(page))
    expect(entry).to_have_count(0)
    expect(dialog).to_have_count(0)
    another = entry_of(page, servers, "The proof counts for this one, too.")
    delete(page, another)
    expect(another).to_have_count(0)


def delete_by_redirect(page: Page, servers: Servers) -> None:
    """The page is left, and the dialog is there again afterwards."""
    entry = entry_of(page, servers, "To be deleted after a redirect.")
    page.evaluate("window.open = () => null")
    dialog = delete(page, entry)
    expect(dialog.get_by_role("alert")).to_contain_text(BECAUSE)
    page.get_by_role("button", name="Confirm with Microsoft").click()
    prove(page)
    expect_signed_in(page)
    expect(dialog).to_contain_text("To be deleted after a redirect.")
    dialog.get_by_role("button", name="Delete").click()
    expect(entry).to_have_count(0)


def test_in_a_window(page: Page, servers: Servers) -> None:
    sign_in_with_microsoft(page, ADA)
    delete_in_a_window(page, servers)


def test_by_redirect(page: Page, servers: Servers) -> None:
    sign_in_with_microsoft(page, ADA)
    delete_by_redirect(page, servers)
