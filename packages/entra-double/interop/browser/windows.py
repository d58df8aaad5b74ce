"""Browser interface for the flows."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, Protocol


class Window(Protocol):
    """A browser window."""

    def evaluate(self, function: str, *arguments: object) -> Any:
        """Call a JavaScript function in the page. Return its result, or that of its promise."""

    def wait_until(self, expression: str) -> None:
        """Wait until a JavaScript expression is true in the current page."""

    def click(self, button: str) -> None:
        """Click the first button with this text once it exists. Do not wait for the effect."""

    def popup(self, function: str, *arguments: object) -> Window:
        """Call a JavaScript function that opens a window. Return the window."""

    def reload(self) -> None:
        """Reload the page."""


class Browser(Protocol):
    """A browser that opens the client's page with a clean profile."""

    page: str
    """URL of the page, without a trailing slash."""

    def opened(self) -> AbstractContextManager[Window]:
        """Open the page for a block. Fail if it called an address beyond this machine."""
