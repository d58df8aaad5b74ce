"""The components of @django-entrance/react in every state: accessible in each look, and by keyboard alone."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.axe import expect_nothing_found
from e2e.servers import free_ports, wait_for
from playwright.sync_api import Page, ViewportSize, expect

ROOT = Path(__file__).parents[2]
VITE = ROOT / "node_modules" / "vite" / "bin" / "vite.js"
CONFIG = Path(__file__).parent / "components_page" / "vite.config.js"
NARROW: ViewportSize = {"width": 320, "height": 800}
LANGUAGES = ["en", "de", "es", "fr", "nb", "nl"]


@pytest.fixture(scope="module")
def components() -> Iterator[str]:
    [port] = free_ports(1)
    command: list[str | Path] = ["node", VITE, "--config", CONFIG, "--port", str(port), "--strictPort"]
    with subprocess.Popen(command, cwd=ROOT) as child:
        try:
            wait_for(f"http://localhost:{port}/")
            yield f"http://localhost:{port}/"
        finally:
            child.terminate()


def open_menu(page: Page, address: str) -> None:
    page.goto(address)
    page.locator(".entrance-account > button").click()
    expect(page.locator(".entrance-account li")).to_have_count(2)


def expect_no_scroll(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


@pytest.mark.parametrize("look", ["light", "dark", "forced colours"])
def test_axe_finds_nothing(page: Page, components: str, look: str) -> None:
    if look == "forced colours":
        page.emulate_media(forced_colors="active")
    else:
        page.emulate_media(color_scheme=look)  # type: ignore[arg-type]  # the two names are its own
    open_menu(page, components)
    expect_nothing_found(page)


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_narrow_page_does_not_scroll_sideways(page: Page, components: str, language: str, direction: str) -> None:
    page.set_viewport_size(NARROW)
    open_menu(page, f"{components}?lang={language}&dir={direction}")
    expect_no_scroll(page)
    panel = page.locator(".entrance-account-panel").bounding_box()
    assert panel is not None
    assert panel["x"] >= 0
    assert panel["x"] + panel["width"] <= NARROW["width"]
    expect_nothing_found(page)


def test_a_panel_at_the_start_of_the_page_stays_in_the_window(page: Page, components: str) -> None:
    open_menu(page, components)
    panel = page.locator(".entrance-account-panel").bounding_box()
    assert panel is not None
    assert panel["x"] >= 0


def test_in_a_narrow_container_the_button_wraps(page: Page, components: str) -> None:
    page.goto(components)
    button = page.locator("#narrow button").bounding_box()
    assert button is not None
    assert button["width"] <= 120
    assert button["height"] > 41


def test_the_button_has_the_figures_of_the_guidelines(page: Page, components: str) -> None:
    page.goto(components)
    button = page.locator(".entrance-sign-in[data-size=standard]").first.bounding_box()
    assert button is not None
    assert button["height"] == 41


def test_the_account_menu_by_keyboard(page: Page, components: str) -> None:
    page.goto(components)
    opener = page.get_by_role("button", name="Account of Ada Lovelace")
    opener.focus()
    page.keyboard.press("Enter")
    end = page.get_by_role("button", name="End the session since")
    expect(end).to_be_visible()
    for _ in range(10):
        if end.evaluate("each => each === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_role("status").filter(has_text="The session has ended.")).to_be_visible()
    expect(end).to_have_count(0)
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    expect(opener).to_have_attribute("aria-expanded", "false")


def test_a_dismissed_error_returns_the_focus(page: Page, components: str) -> None:
    page.goto(components)
    before = page.locator(".entrance-connect button")
    before.focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Dismiss")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Dismiss")).to_have_count(0)
    expect(before).to_be_focused()
