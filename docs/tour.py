"""Takes the screenshots of the documentation from the demo and the gallery, in a headless browser.

`docs/tour.py demo` and `docs/tour.py gallery` take a part of them.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).parents[1]
IMAGES = Path(__file__).parent / "images"
sys.path.insert(0, str(ROOT / "reference"))

from e2e import gallery  # noqa: E402 the reference is not an installed package
from e2e.browser import ARGUMENTS, find_browser  # noqa: E402
from e2e.people import ADA, GRACE, MALLORY, add_entry, open_popup, pick, sign_in_with_microsoft  # noqa: E402
from e2e.servers import running  # noqa: E402

#: Pictures of the gallery: query, width and the component at the top.
GALLERY = {
    "light": ("?scheme=light", 1120, "SignInWithMicrosoft"),
    "dark": ("?scheme=dark", 1120, "SignInWithMicrosoft"),
    "german": ("?lang=de&scheme=light", 1120, "ConnectMicrosoft"),
    "rtl": ("?dir=rtl&scheme=dark", 1120, "AccountMenu"),
    "narrow": ("?scheme=light", 320, "SignInWithMicrosoft"),
}


def main() -> None:
    tours = {"demo": tour_demo, "gallery": tour_gallery}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
        for name in sys.argv[1:] or tours:
            tours[name](browser)
        browser.close()


def tour_demo(browser: Browser) -> None:
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as servers:
        for look in ("light", "dark"):
            page = new_page(browser, servers.logbook, look)
            page.goto("/")
            expect(page.get_by_role("button", name="Sign in with Microsoft")).to_be_visible()
            picture(page, f"sign-in-{look}")
            popup = open_popup(page)
            popup.set_viewport_size({"width": 483, "height": 640})
            popup.get_by_role("heading", name="Pick an account").wait_for()
            picture(popup, f"entra-double-{look}")
            pick(popup, MALLORY)
            popup.get_by_text("AADSTS50105").wait_for()
            picture(popup, f"not-assigned-{look}")
            popup.goto(servers.entra)
            popup.set_viewport_size({"width": 1120, "height": 900})
            picture(popup, f"entra-double-home-{look}")
            popup.close()
            servers.control("POST", "reset")
            page.reload()
            sign_in_with_microsoft(page, GRACE)
            if look == "light":
                add_entry(page, "Found the fault: a moth in relay 70. Taped it into the log.")
            expect(page.get_by_role("article").first).to_be_visible()
            page.mouse.move(0, 0)
            picture(page, f"log-{look}")
            page.get_by_role("button", name="Grace Hopper").click()
            page.get_by_role("dialog", name="Account").get_by_text("User principal name").wait_for()
            page.set_viewport_size({"width": 1120, "height": 820})
            picture(page, f"account-{look}")
            page.context.close()
        narrow(browser, servers.logbook)


def tour_gallery(browser: Browser) -> None:
    with gallery.running() as address:
        for name, (view, width, component) in GALLERY.items():
            page = new_page(browser, address, "light", width)
            page.goto(view)
            gallery.expect_shown(page)
            page.locator(f"#{component}").evaluate("each => each.scrollIntoView()")
            picture(page, f"gallery-{name}")
            page.context.close()


def new_page(browser: Browser, address: str, look: str, width: int = 1120, height: int = 740) -> Page:
    context = browser.new_context(
        base_url=address,
        color_scheme="dark" if look == "dark" else "light",
        device_scale_factor=1.5,
        reduced_motion="reduce",
        viewport={"width": width, "height": height},
    )
    return context.new_page()


def narrow(browser: Browser, address: str) -> None:
    page = new_page(browser, address, "light", 390, 780)
    sign_in_with_microsoft(page, ADA)
    expect(page.get_by_role("article").first).to_be_visible()
    picture(page, "log-narrow")


def picture(page: Page, name: str) -> None:
    IMAGES.mkdir(exist_ok=True)
    page.screenshot(path=IMAGES / f"{name}.png")
    print(f"  docs/images/{name}.png")


if __name__ == "__main__":
    main()
