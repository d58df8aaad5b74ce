"""People connect Microsoft to the account that they have in Logbook, and disconnect it."""

import pytest
from e2e.axe import expect_nothing_found
from e2e.directories import changed, member
from e2e.people import (
    PASSWORD,
    expect_signed_out,
    open_popup,
    pick,
    pick_by_keyboard,
    sign_in_with_microsoft,
    sign_in_with_password,
    tab_to,
)
from e2e.servers import Servers
from playwright.sync_api import Locator, Page, expect

VIEWER = "{ viewer { username signedInWith roles } }"
SIGN_IN = "mutation ($name: String!, $password: String!) { signIn(username: $name, password: $password) { token } }"
CREATE = """
from django.contrib.auth.models import Group, User
person, is_new = User.objects.get_or_create(username={name!r}, defaults={{"email": {email!r}, "is_staff": {staff}}})
person.first_name, person.last_name = "Dorothy", "Vaughan"
person.set_password("logbook-demo")
person.save()
person.groups.add(Group.objects.get(name="Reader"))
"""


def make_user(servers: Servers, name: str, email: str, *, staff: bool = False) -> None:
    """Make a reader of Logbook with a password."""
    create = CREATE.format(name=name, email=email, staff=staff)
    servers.manage("shell", "--verbosity", "0", "--command", create)


def viewers(servers: Servers, microsoft: str, password: str) -> list[dict[str, object]]:
    """Return who calls with Microsoft's token of one person, and with the own token of another."""
    entra = servers.control("POST", "token", {"person": microsoft})["access_token"]
    _, answer = servers.graphql(SIGN_IN, name=password, password=PASSWORD)
    tokens = (entra, answer["data"]["signIn"]["token"])
    return [servers.graphql(VIEWER, token)[1]["data"]["viewer"] for token in tokens]


def open_account(page: Page, name: str) -> Locator:
    page.get_by_role("button", name=name, exact=True).click()
    return page.get_by_role("dialog", name="Account")


def connect(page: Page, panel: Locator, username: str) -> None:
    with page.expect_popup() as popup:
        panel.get_by_role("button", name="Connect Microsoft").click()
    pick(popup.value, username)


def test_both_ways_of_signing_in_are_the_same_person(page: Page, servers: Servers) -> None:
    make_user(servers, "dot", "dot@mail.example")
    with changed(servers, added=member("vaughan", "Dorothy Vaughan", "Writer")):
        sign_in_with_password(page, "dot")
        panel = open_account(page, "Dorothy Vaughan")
        expect(panel).to_contain_text("given by an administrator of Logbook")
        expect_nothing_found(page)
        connect(page, panel, "vaughan@contoso.example")
        expect(panel.get_by_text("connected on")).to_be_visible()
        expect(panel.get_by_text("vaughan@contoso.example")).to_be_visible()
        expect_nothing_found(page)
        panel.get_by_role("button", name="Close").click()
        page.get_by_role("button", name="Sign out").click()
        expect_signed_out(page)
        assert viewers(servers, "vaughan", "dot") == [
            {"username": "dot", "signedInWith": "ENTRA", "roles": ["Reader", "Writer"]},
            {"username": "dot", "signedInWith": "PASSWORD", "roles": ["Reader", "Writer"]},
        ]
        sign_in_with_microsoft(page, "vaughan@contoso.example")
        panel = open_account(page, "Dorothy Vaughan")
        for text in ("dot", "Microsoft", "Writer given by the app role Writer in Microsoft Entra"):
            expect(panel).to_contain_text(text)
        expect(panel).to_contain_text("Reader given by an administrator of Logbook")


def test_an_account_with_the_same_address_is_connected_at_sign_in(page: Page, servers: Servers) -> None:
    make_user(servers, "mary", "mary@contoso.example")
    with changed(servers, added=member("mary", "Mary Jackson", "Writer")):
        page.goto("/")
        pick(open_popup(page), "mary@contoso.example")
        expect(page.get_by_role("heading", name="You have an account here")).to_be_visible()
        expect(page.get_by_text("mary@contoso.example")).to_be_visible()
        expect_nothing_found(page)
        page.get_by_label("Username").fill("mary")
        page.get_by_label("Password", exact=True).fill("wrong")
        page.get_by_role("button", name="Connect Microsoft").click()
        expect(page.get_by_role("alert")).to_contain_text("wrong")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Connect Microsoft").click()
        expect(page.get_by_label("New entry")).to_be_visible()
        assert [each["username"] for each in viewers(servers, "mary", "mary")] == ["mary", "mary"]


def test_a_person_disconnects_and_signs_in_with_the_password_only(page: Page, servers: Servers) -> None:
    make_user(servers, "annie", "annie@contoso.example")
    with changed(servers, added=member("annie", "Annie Easley", "Writer")):
        sign_in_with_password(page, "annie")
        panel = open_account(page, "Dorothy Vaughan")
        connect(page, panel, "annie@contoso.example")
        panel.get_by_role("button", name="Disconnect").click()
        expect_nothing_found(page)
        panel.get_by_role("button", name="Keep").click()
        panel.get_by_role("button", name="Disconnect").click()
        panel.get_by_role("button", name="Disconnect Microsoft").click()
        expect(panel.get_by_text("No Microsoft account is connected")).to_be_visible()
        entra = servers.control("POST", "token", {"person": "annie"})["access_token"]
        status, refusal = servers.graphql(VIEWER, entra)
        assert (status, refusal["reason"]) == (403, "account_exists")


def test_signed_in_with_microsoft_the_password_confirms_and_the_session_ends(page: Page, servers: Servers) -> None:
    make_user(servers, "gladys", "gladys@contoso.example")
    with changed(servers, added=member("gladys", "Gladys West", "Writer")):
        sign_in_with_password(page, "gladys")
        connect(page, open_account(page, "Dorothy Vaughan"), "gladys@contoso.example")
        expect(page.get_by_text("connected on")).to_be_visible()
        page.get_by_role("button", name="Close").click()
        page.get_by_role("button", name="Sign out").click()
        expect_signed_out(page)
        sign_in_with_microsoft(page, "gladys@contoso.example")
        panel = open_account(page, "Gladys West")
        panel.get_by_role("button", name="Disconnect").click()
        panel.get_by_label("Your Logbook password").fill("wrong")
        panel.get_by_role("button", name="Disconnect Microsoft").click()
        expect(panel.get_by_role("alert")).to_contain_text("Confirm with the password")
        panel.get_by_label("Your Logbook password").fill(PASSWORD)
        panel.get_by_role("button", name="Disconnect Microsoft").click()
        expect_signed_out(page)


def test_staff_confirms_the_password_before_connecting_with_the_keyboard_alone(page: Page, servers: Servers) -> None:
    make_user(servers, "jean", "jean@mail.example", staff=True)
    with changed(servers, added=member("bartik", "Jean Bartik", "Reader")):
        sign_in_with_password(page, "jean")
        tab_to(page, page.get_by_role("button", name="Dorothy Vaughan", exact=True))
        page.keyboard.press("Enter")
        panel = page.get_by_role("dialog", name="Account")
        tab_to(page, panel.get_by_label("Your password here"))
        page.keyboard.type(PASSWORD)
        tab_to(page, panel.get_by_role("button", name="Connect Microsoft"))
        with page.expect_popup() as popup:
            page.keyboard.press("Space")
        pick_by_keyboard(popup.value, "bartik@contoso.example")
        expect(panel.get_by_text("connected on")).to_be_visible()
        assert [each["username"] for each in viewers(servers, "bartik", "jean")] == ["jean", "jean"]


def test_an_account_of_another_user_is_refused(page: Page, servers: Servers) -> None:
    make_user(servers, "evelyn", "evelyn@mail.example")
    with changed(servers, added=member("boyd", "Evelyn Boyd Granville", "Reader")):
        servers.graphql(VIEWER, servers.control("POST", "token", {"person": "boyd"})["access_token"])
        sign_in_with_password(page, "evelyn")
        panel = open_account(page, "Dorothy Vaughan")
        connect(page, panel, "boyd@contoso.example")
        expect(panel.get_by_role("alert")).to_contain_text("belongs to another account")
        with page.expect_popup() as popup:
            panel.get_by_role("button", name="Connect Microsoft").click()
        expect(popup.value.get_by_role("heading", name="Pick an account")).to_be_visible()


@pytest.mark.parametrize("look", ["light", "dark"])
def test_the_account_page_on_a_narrow_screen(page: Page, look: str) -> None:
    page.emulate_media(color_scheme="dark" if look == "dark" else "light")
    page.set_viewport_size({"width": 320, "height": 640})
    sign_in_with_password(page, "hopper")
    page.locator(".person").click()
    panel = page.get_by_role("dialog", name="Account")
    expect(panel.get_by_role("button", name="Connect Microsoft")).to_be_visible()
    expect_nothing_found(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    box = panel.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 640, "what is below the window cannot be scrolled to"
