"""Who am I at Microsoft: Logbook asks Microsoft Graph as the person. The session of Django's is in ``test_django_session``."""

from e2e.people import GRACE, sign_in_with_microsoft, sign_in_with_password
from e2e.servers import Servers
from e2e.test_connecting import open_account
from playwright.sync_api import Locator, Page, expect


def at_microsoft(page: Page, name: str) -> Locator:
    """Open the account, and return what it says of Microsoft."""
    return open_account(page, name).get_by_role("region", name="You at Microsoft")


def test_the_person_reads_what_graph_knows(page: Page, servers: Servers) -> None:
    sign_in_with_microsoft(page, GRACE)
    servers.control("POST", "outages", {"endpoint": "graph", "kind": "unavailable"})
    told = at_microsoft(page, "Grace Hopper")
    expect(told.get_by_role("alert")).to_contain_text("Microsoft Graph cannot be reached")
    servers.control("DELETE", "outages")
    told.get_by_role("button", name="Ask again").click()
    expect(told).to_contain_text("grace@contoso.example")
    expect(told.get_by_role("alert")).to_have_count(0)


def test_a_person_with_a_password_is_not_asked_for(page: Page) -> None:
    sign_in_with_password(page, "barbara")
    expect(at_microsoft(page, "Barbara Liskov")).to_have_count(0)
