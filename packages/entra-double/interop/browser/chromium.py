"""Client: @azure/msal-browser in Chromium. Runs its flows against `ENTRA_URL` (plain http), one JSON line for each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from browser.flows import complete_flows, ready
from browser.pages import served
from client import URL, expect
from e2e.browser import ARGUMENTS, find_browser
from playwright import sync_api as playwright

PATIENCE = 30_000
"""Milliseconds that a step may take."""


@dataclass(frozen=True, slots=True)
class ChromiumWindow:
    page: playwright.Page

    def evaluate(self, function: str, *arguments: object) -> Any:
        return self.page.evaluate(f"given => ({function})(...given)", list(arguments))

    def wait_until(self, expression: str) -> None:
        self.page.wait_for_function(expression)

    def click(self, button: str) -> None:
        self.page.get_by_role("button", name=button).first.click(no_wait_after=True)

    def popup(self, function: str, *arguments: object) -> ChromiumWindow:
        with self.page.expect_popup() as opening:
            self.evaluate(function, *arguments)
        return ChromiumWindow(opening.value)

    def reload(self) -> None:
        self.page.reload()


@dataclass(frozen=True, slots=True)
class Chromium:
    page: str
    browser: playwright.Browser

    @contextmanager
    def opened(self) -> Iterator[ChromiumWindow]:
        context = self.browser.new_context()
        context.set_default_timeout(PATIENCE)
        called: set[str | None] = set()
        context.on("request", lambda request: called.add(urlsplit(request.url).hostname))
        page = context.new_page()
        page.goto(self.page)
        window = ChromiumWindow(page)
        ready(window)
        yield window
        context.close()
        expect("hosts called", sorted(host for host in called if host), ["localhost"])


if __name__ == "__main__":
    with served(URL) as page, playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
        complete_flows(Chromium(page, browser))
        browser.close()
