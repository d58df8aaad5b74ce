"""Projects of each bundler and framework build with the packed package, and show its button.

`make interop` runs these tests. They take minutes, and install packages.
"""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.browser import ARGUMENTS, find_browser
from playwright.sync_api import Browser, expect, sync_playwright

from .projects import make, run, served

BUTTON = "Sign in with Microsoft"
RENDERING_ON_A_SERVER = ("next-15", "next-16", "react-router-7")

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
        yield browser
        browser.close()


def html(address: str) -> str:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return answer.read().decode()


def require_working(browser: Browser, address: str) -> None:
    """The page is hydrated, MSAL is loaded, and the console is silent."""
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(address)
    expect(page.get_by_role("status")).to_have_text("signed-out", timeout=20_000)
    expect(page.get_by_role("button", name=BUTTON)).to_be_enabled()
    page.close()
    assert [line for line in said if "favicon" not in line and "404" not in line] == []


@pytest.mark.parametrize("name", RENDERING_ON_A_SERVER)
def test_a_framework_renders_the_button_on_the_server_and_runs_it(name: str, tarball: Path, chromium: Browser) -> None:
    folder = make(name, tarball)
    run(folder, "npm", "run", "build")
    with served(folder) as address:
        page = html(address)
        assert BUTTON in page
        assert ">starting<" in page
        if name.startswith("next"):
            assert BUTTON in html(f"{address}/server")
            assert re.search(r"On the server: (<!-- -->)?starting<", html(f"{address}/outside"))
        require_working(chromium, address)


@pytest.mark.parametrize("name", ["vite", "webpack-5"])
def test_a_bundler_builds_a_page_with_the_button(name: str, tarball: Path, chromium: Browser) -> None:
    folder = make(name, tarball)
    said = run(folder, "npm", "run", "build")
    assert "use client" not in said  # no warning
    with served(folder) as address:
        require_working(chromium, address)
