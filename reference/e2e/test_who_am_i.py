"""Who am I at Microsoft: Logbook asks Microsoft Graph as the person. `test_django_session` has the other door."""

from e2e.directories import changed
from e2e.people import GRACE, confirm, pick, sign_in_with_microsoft, sign_in_with_password
from e2e.servers import Servers
from e2e.test_connecting import open_account
from e2e.test_step_up import prove
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


def test_after_a_password_change_microsoft_confirms_the_person(page: Page, servers: Servers) -> None:
    """Continuous access evaluation: Graph challenges the token, and the challenge reaches the person."""
    sign_in_with_microsoft(page, GRACE)
    told = at_microsoft(page, "Grace Hopper")
    expect(told).to_contain_text("grace@contoso.example")
    page.get_by_role("button", name="Close").click()
    servers.control("PUT", "clock", {"advance": 10})
    servers.control("POST", "revoke", {"person": "grace"})
    page.reload()
    with page.expect_response("**/microsoft/me/") as answer:
        told = at_microsoft(page, "Grace Hopper")
    assert (answer.value.status, answer.value.json()["reason"]) == (401, "further_proof_needed")
    pick(confirm(page), GRACE)
    expect(told).to_contain_text("grace@contoso.example")
    expect(page.get_by_role("alert")).to_have_count(0)


POLICY = """
[[tenants.conditional_access]]
name = "A second factor for Graph"
demand = "mfa"
applications = ["Microsoft Graph"]
"""


def test_a_policy_of_graph_asks_for_a_second_factor(page: Page, servers: Servers) -> None:
    with changed(servers, added=POLICY):
        sign_in_with_microsoft(page, GRACE)
        told = at_microsoft(page, "Grace Hopper")
        prove(confirm(page))
        expect(told).to_contain_text("grace@contoso.example")
        expect(page.get_by_role("alert")).to_have_count(0)


def test_a_page_is_led_to_microsoft_and_back(page: Page, servers: Servers) -> None:
    """Signed in on Logbook's own page, there is no front end that could answer the challenge of Graph's policy."""
    page.goto("/entrance/sign-in/?next=/entrance/sign-in/")
    page.get_by_role("button", name="Sign in with Microsoft").click()
    pick(page, GRACE)
    expect(page.get_by_role("main")).to_contain_text("grace@contoso.example")
    with changed(servers, added=POLICY):
        page.goto("/microsoft/me/")
        prove(page)
        expect(page).to_have_url(f"{servers.logbook}/microsoft/me/")
        expect(page.locator("body")).to_contain_text('"displayName": "Grace Hopper"')
        page.reload()
        expect(page.locator("body")).to_contain_text('"displayName": "Grace Hopper"')
