"""The components in Firefox, in every state of the gallery: accessible in each view, and complete."""

from collections.abc import Iterator
from typing import Any

import pytest
from e2e import gallery
from e2e.axe import found_in_firefox
from e2e.firefox import firefox, go, only_loopback, window

__all__ = ["firefox", "only_loopback", "window"]

SHOWN = """
document.querySelectorAll(".entrance-account-panel li").length === 4
&& document.querySelectorAll(".entrance-connect [aria-busy=true]").length === 1
&& document.querySelectorAll(".entrance-connect [role=alert]").length === 2
"""
FRAME = "document.querySelector('iframe')?.contentDocument"
WIDTHS = f"() => [{FRAME}.documentElement.scrollWidth, {FRAME}.documentElement.clientWidth]"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with gallery.running() as served:
        yield served


@pytest.mark.parametrize("view", ["?scheme=light", "?scheme=dark&lang=de&dir=rtl"])
def test_axe_finds_nothing(window: Any, address: str, view: str) -> None:
    go(window, address + view)
    window.wait_until(SHOWN)
    assert found_in_firefox(window) == []


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_a_narrow_window_does_not_scroll_sideways(window: Any, address: str, direction: str) -> None:
    go(window, f"{address}?width=320&lang=nl&dir={direction}")
    window.wait_until(SHOWN.replace("document.", f"{FRAME}?."))
    scroll, shown = window.evaluate(WIDTHS)
    assert scroll == shown <= 320
