"""Rights follow from roles, after either kind of sign-in."""

from e2e.people import ADA, ALAN, GRACE, PASSWORD, add_entry, sign_in_with_microsoft, sign_in_with_password
from e2e.servers import Servers
from playwright.sync_api import Page, expect

ADD = "mutation($text: String!) { addEntry(text: $text) { id } }"
VIEWER = "{ viewer { username email fullName signedInWith roles } }"


def token_of(servers: Servers, person: str) -> str:
    token: str = servers.control("POST", "token", {"person": person})["access_token"]
    return token


def test_a_reader_has_no_form_to_write(page: Page) -> None:
    sign_in_with_microsoft(page, ALAN)
    expect(page.get_by_role("article").first).to_be_visible()
    expect(page.get_by_label("New entry")).to_have_count(0)
    expect(page.get_by_role("button", name="Edit")).to_have_count(0)
    expect(page.get_by_role("button", name="Delete")).to_have_count(0)


def test_a_reader_is_refused_by_the_api(servers: Servers) -> None:
    status, answer = servers.graphql(ADD, token_of(servers, ALAN), text="insisted")
    assert (status, answer["data"]) == (200, None)
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    status, answer = servers.graphql(ADD, token_of(servers, GRACE), text="allowed")
    assert (status, "errors" in answer) == (200, False)


def test_an_anonymous_caller_is_told_to_sign_in(servers: Servers) -> None:
    _, answer = servers.graphql(ADD, text="anonymous")
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert servers.graphql(VIEWER) == (200, {"data": {"viewer": None}})


def test_both_kinds_of_token_are_accepted(servers: Servers) -> None:
    _, answer = servers.graphql(VIEWER, token_of(servers, ADA))
    assert answer["data"]["viewer"] == {
        "username": "ada@contoso.example",
        "email": "ada@contoso.example",
        "fullName": "Ada Lovelace",
        "signedInWith": "ENTRA",
        "roles": ["Admin"],
    }
    sign_in = 'mutation($password: String!) { signIn(username: "edsger", password: $password) { token } }'
    _, answer = servers.graphql(sign_in, password=PASSWORD)
    _, answer = servers.graphql(VIEWER, answer["data"]["signIn"]["token"])
    assert (answer["data"]["viewer"]["signedInWith"], answer["data"]["viewer"]["roles"]) == ("PASSWORD", ["Admin"])


def test_a_writer_edits_her_own_entry(page: Page) -> None:
    sign_in_with_microsoft(page, GRACE)
    add_entry(page, "Nanoseconds are long.")
    mine = page.get_by_role("article").filter(has_text="Nanoseconds are long.")
    mine.get_by_role("button", name="Edit").click()
    page.get_by_role("textbox", name="Entry", exact=True).fill("Nanoseconds are 30 cm long.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("article").filter(has_text="Nanoseconds are 30 cm long.")).to_be_visible()
    theirs = page.get_by_role("article").filter(has_not_text="Grace Hopper").first
    expect(theirs.get_by_role("button", name="Edit")).to_have_count(0)


def test_an_administrator_with_a_password_deletes_any_entry(page: Page, servers: Servers) -> None:
    """Their role alone counts. For one of Microsoft's, see `test_step_up.py`."""
    text = "To be deleted with a password."
    servers.graphql(ADD, token_of(servers, GRACE), text=text)
    sign_in_with_password(page, "edsger")
    entry = page.get_by_role("article").filter(has_text=text)
    entry.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Keep").click()
    expect(entry).to_be_visible()
    entry.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(entry).to_have_count(0)


def test_search_and_older_entries(page: Page, servers: Servers) -> None:
    token = token_of(servers, GRACE)
    for number in range(45):
        servers.graphql(ADD, token, text=f"Numbered entry {number:02}")
    sign_in_with_microsoft(page, ALAN)
    expect(page.get_by_role("article").filter(has_text="Numbered entry 44")).to_be_visible()
    expect(page.get_by_role("article").filter(has_text="Numbered entry 10")).to_have_count(0)
    page.get_by_role("button", name="Show older entries").click()
    expect(page.get_by_role("article").filter(has_text="Numbered entry 10")).to_be_visible()
    page.get_by_role("searchbox", name="Search the log").fill("entry 07")
    expect(page.get_by_role("article")).to_have_count(1)
    page.get_by_role("searchbox", name="Search the log").fill("nothing has this text")
    expect(page.get_by_role("article")).to_have_count(0)
