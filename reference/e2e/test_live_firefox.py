"""A subscription of graphql-ws in Firefox: its proof, its renewal, and its end with the person's session."""

from typing import Any

from e2e.firefox import PRESS, firefox, go, only_loopback, shows, window
from e2e.people import ADA
from e2e.test_live import LiveServer, django, serving

__all__ = ["django", "firefox", "only_loopback", "window"]


def test_a_subscription_goes_on_after_4401_and_ends_at_the_sign_out(window: Any, django: str) -> None:
    server = LiveServer()
    with server.running(), serving(django, server) as address:
        go(window, address)
        window.wait_until(shows("Sign in with Microsoft"))
        window.popup(PRESS, "Sign in with Microsoft").click(ADA)
        window.wait_until(shows("Heard: ."))
        server.wait_for_listeners(connections=1)
        server.get("close?code=4401")
        first, second = server.wait_for_listeners(connections=2)
        assert first.startswith("Bearer ey")
        assert second not in ("", first)
        server.get("say?text=renewed")
        window.wait_until(shows("Heard: renewed. Ended: ."))
        window.click("Sign out")
        window.wait_until(shows("Sign in with Microsoft"))
        assert server.get("bearers")["listeners"] == 0
