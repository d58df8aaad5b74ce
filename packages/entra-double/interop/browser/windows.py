"""What the flows of the client need of a browser, whichever drives it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, Protocol


class Window(Protocol):
    """A window of a browser, with one page in it."""

    def evaluate(self, function: str, *arguments: object) -> Any:
        """Call a JavaScript function in the page, and give what it returns, or what its promise comes to."""

    def wait_until(self, expression: str) -> None:
        """Wait until a JavaScript expression is true in the page that is there by then."""

    def click(self, button: str) -> None:
        """Press the first button with these words, once it is there; do not wait for what comes of it."""

    def popup(self, function: str, *arguments: object) -> Window:
        """Call a JavaScript function that opens a window, and give that window."""

    def reload(self) -> None:
        """Load the page anew."""


class Browser(Protocol):
    """A browser that opens the client's page, each time as if for the first time."""

    page: str
    """The address of the page, without a slash at the end."""

    def opened(self) -> AbstractContextManager[Window]:
        """Open the page; at the end, fail when an address beyond this machine was called."""
