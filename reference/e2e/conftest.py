"""Runs the servers and the browser, and fails if they call addresses beyond loopback."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from e2e.browser import ARGUMENTS, find_browser
from e2e.servers import Servers, running
from playwright.sync_api import BrowserContext, Request, expect

expect.set_options(timeout=20_000)  # milliseconds, long enough for a busy machine

LOOPBACK = {"localhost", "127.0.0.1"}


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with running(tmp_path_factory.mktemp("servers")) as both:
        yield both
        require_loopback_of(both)


@pytest.fixture(scope="session")
def servers_with_sessions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Logbook with a Django session; see `django_sessions`."""
    with running(tmp_path_factory.mktemp("django-session"), LOGBOOK_SESSION="django") as both:
        yield both
        require_loopback_of(both)


def require_loopback_of(both: Servers) -> None:
    called = both.called.read_text() if both.called.exists() else ""
    assert called == "", "the servers called addresses beyond loopback"


@pytest.fixture(autouse=True)
def reset_entra_double(servers: Servers) -> None:
    """Reset entra-double before each test: no sessions, no recorded requests."""
    servers.control("POST", "reset")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return browser_type_launch_args | {"executable_path": find_browser(), "args": ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], servers: Servers) -> dict[str, Any]:
    return browser_context_args | {"base_url": servers.logbook}


@pytest.fixture(autouse=True)
def only_loopback(context: BrowserContext) -> Iterator[None]:
    """Fail if a page calls an address beyond loopback."""
    yield from require_loopback(context)


def require_loopback(context: BrowserContext) -> Iterator[None]:
    called: set[str | None] = set()

    def note(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"}:
            called.add(address.hostname)

    context.on("request", note)
    yield
    assert called <= LOOPBACK


@pytest.fixture
def other_context(new_context: Any) -> Iterator[BrowserContext]:
    """A second browser context, which shares nothing with the first."""
    context = new_context()
    yield from (context for _ in require_loopback(context))
