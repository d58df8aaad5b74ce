"""The components in the gallery: accessible in each view, usable by keyboard alone, and complete."""

import re
from collections.abc import Iterator

import pytest
from e2e import gallery
from e2e.axe import expect_nothing_found
from e2e.new_project import ROOT
from playwright.sync_api import ConsoleMessage, Page, expect

SENTENCES = (ROOT / "packages" / "react" / "src" / "session" / "sentences.ts").read_text(encoding="utf-8")
NARROW = 320


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with gallery.running() as served:
        yield served


@pytest.fixture(autouse=True)
def no_console_error(page: Page) -> Iterator[None]:
    problems: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            problems.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield
    assert problems == []


def show(page: Page, address: str) -> None:
    page.goto(address)
    gallery.expect_shown(page)


@pytest.mark.parametrize("view", ["?scheme=light", "?scheme=dark", "?dir=rtl", "?lang=de&dir=rtl&scheme=dark"])
def test_axe_finds_nothing(page: Page, address: str, view: str) -> None:
    show(page, address + view)
    expect_nothing_found(page)


@pytest.mark.parametrize("media", [{"color_scheme": "dark"}, {"forced_colors": "active"}], ids=["dark", "forced"])
def test_axe_finds_nothing_as_the_system_asks(page: Page, address: str, media: dict[str, str]) -> None:
    page.emulate_media(**media)  # type: ignore[arg-type]  # Playwright's own names
    show(page, address)
    expect_nothing_found(page)


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "nb", "nl"])
def test_a_narrow_window_shows_all_and_does_not_scroll_sideways(
    page: Page, address: str, language: str, direction: str
) -> None:
    page.set_viewport_size({"width": NARROW, "height": 700})
    show(page, f"{address}?lang={language}&dir={direction}")
    expect_nothing_found(page)
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW


def test_in_a_narrow_window_a_menu_opens_at_its_button_and_scrolls_with_it(page: Page, address: str) -> None:
    page.set_viewport_size({"width": NARROW, "height": 700})
    show(page, address)
    page.keyboard.press("Escape")
    opener = page.get_by_role("button", name="Account of Wolfe")
    opener.click()
    panel = page.locator(".entrance-account-panel").filter(has_text="Wolfe")
    expect(panel.get_by_role("button", name="Sign out", exact=True)).to_be_visible()
    button, box = opener.bounding_box(), panel.bounding_box()
    assert button is not None
    assert box is not None
    assert box["y"] == button["y"] + button["height"] + 8
    assert (box["x"], box["width"]) == (8, NARROW - 16)
    page.evaluate("scrollBy(0, 100)")
    scrolled = panel.bounding_box()
    assert scrolled is not None
    assert scrolled["y"] == box["y"] - 100


def test_a_panel_at_the_start_of_the_page_stays_in_the_window(page: Page, address: str) -> None:
    show(page, address)
    page.keyboard.press("Escape")
    example = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="aligned at the end"))
    example.get_by_role("button").click()
    panel = example.locator(".entrance-account-panel")
    expect(panel.get_by_role("button", name="Sign out", exact=True)).to_be_visible()
    box = panel.bounding_box()
    assert box is not None
    assert box["x"] >= 0


def test_the_button_has_the_figures_of_the_guidelines_and_wraps_where_it_is_narrow(page: Page, address: str) -> None:
    show(page, address)
    button = page.locator(".entrance-sign-in[data-size=standard]").first
    wide = button.bounding_box()
    assert wide is not None
    assert wide["height"] == 41
    button.evaluate("each => { each.parentElement.style.width = '120px' }")
    narrow = button.bounding_box()
    assert narrow is not None
    assert narrow["width"] <= 120
    assert narrow["height"] > 41


def test_the_account_menu_by_keyboard(page: Page, address: str) -> None:
    show(page, address)
    page.keyboard.press("Escape")
    example = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="via password"))
    opener = example.get_by_role("button", name="Account of Ada Lovelace")
    opener.focus()
    page.keyboard.press("Enter")
    end = example.get_by_role("button", name="End the session since")
    expect(end).to_be_visible()
    for _ in range(10):
        if end.evaluate("each => each === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(example.get_by_role("status").filter(has_text="The session has ended.")).to_be_visible()
    expect(end).to_have_count(0)
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    expect(opener).to_have_attribute("aria-expanded", "false")


def test_a_dismissed_error_returns_the_focus(page: Page, address: str) -> None:
    show(page, address)
    before = page.get_by_role("region", name="ConfirmSignIn").get_by_role("button").last
    errors = page.get_by_role("region", name="SignInError").get_by_role("button", name="Dismiss")
    expect(errors).to_have_count(3)
    before.focus()
    page.keyboard.press("Tab")
    expect(errors.first).to_be_focused()
    page.keyboard.press("Enter")
    expect(errors).to_have_count(2)
    expect(before).to_be_focused()


def test_every_code_is_shown_with_its_sentence(page: Page, address: str) -> None:
    codes = re.findall(r"^  (\w+):", SENTENCES, re.MULTILINE)
    assert "unexpected" in codes
    show(page, address)
    assert page.locator("dt").all_inner_texts() == codes
    expect(page.locator("dt:has(code:text-is('not_signed_in')) + dd")).to_have_text("You are not signed in.")


def test_the_url_keeps_the_view(page: Page, address: str) -> None:
    show(page, address)
    views = page.get_by_role("navigation", name="View")
    views.get_by_role("link", name="nl").click()
    views.get_by_role("link", name="rtl").click()
    views.get_by_role("link", name="dark").click()
    expect(page).to_have_url(f"{address}?lang=nl&dir=rtl&scheme=dark")
    page.reload()
    gallery.expect_shown(page)
    expect(page.get_by_role("button", name="Aanmelden met Microsoft").first).to_be_visible()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(13, 18, 17)"
    expect(views.get_by_role("link", name="dark")).to_have_attribute("aria-current", "true")


def test_the_width_of_a_telephone_is_a_frame(page: Page, address: str) -> None:
    page.goto(f"{address}?width={NARROW}&lang=de")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("Microsoft-Konten").first).to_be_visible()
    assert frame.locator("html").evaluate("each => innerWidth") == NARROW - 2
