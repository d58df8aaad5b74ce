"""Real servers, a real browser, and a watch on every address that is called."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from e2e.browser import ARGUMENTS, find_browser
from e2e.servers import Servers, running
from playwright.sync_api import BrowserContext, Request, expect

expect.set_options(timeout=20_000)  # milliseconds: a busy machine is slow, not wrong


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with running(tmp_path_factory.mktemp("servers")) as both:
        yield both
        called = both.called.read_text() if both.called.exists() else ""
        assert called == "", "the servers called addresses beyond loopback"


@pytest.fixture(autouse=True)
def untouched(servers: Servers) -> None:
    """Each test meets entra-double as it was at the start: nobody signed in, nothing recorded."""
    servers.control("POST", "reset")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return browser_type_launch_args | {"executable_path": find_browser(), "args": ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], servers: Servers) -> dict[str, Any]:
    return browser_context_args | {"base_url": servers.logbook}


@pytest.fixture(autouse=True)
def only_loopback(context: BrowserContext) -> Iterator[None]:
    """Fail when a page calls any address beyond loopback."""
    yield from watched(context)


def watched(context: BrowserContext) -> Iterator[None]:
    called: set[str | None] = set()

    def note(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"}:
            called.add(address.hostname)

    context.on("request", note)
    yield
    assert called <= {"localhost"}


@pytest.fixture
def other_context(new_context: Any) -> Iterator[BrowserContext]:
    """A second browser, so to speak: nothing shared with the first."""
    context = new_context()
    yield from (context for _ in watched(context))
