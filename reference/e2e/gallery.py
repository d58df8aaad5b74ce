"""Runs the gallery of the components, which the development server of Vite serves."""

from collections.abc import Iterator
from contextlib import contextmanager

from e2e.new_project import ROOT, VITE
from e2e.new_project import running as running_command
from e2e.servers import free_ports
from playwright.sync_api import Page, expect

FRONT_END = ROOT / "reference" / "frontend"


@contextmanager
def running() -> Iterator[str]:
    """Yield the address of the gallery."""
    [port] = free_ports(1)
    address = f"http://localhost:{port}/gallery.html"
    with running_command(["node", VITE, "--port", str(port), "--strictPort"], FRONT_END, address):
        yield address


def expect_shown(page: Page) -> None:
    """Wait until each state is shown that a click brings about: the open menu is the last."""
    expect(page.locator(".entrance-account-panel li")).to_have_count(4)
    expect(page.locator(".entrance-connect [aria-busy=true]")).to_have_count(1)
    expect(page.locator(".entrance-connect [role=alert]")).to_have_count(2)
    expect(page.get_by_role("main").locator("p[role=status][tabindex]")).to_have_count(1)
