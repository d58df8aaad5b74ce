"""Swagger's page in Firefox: *Authorize* signs in with Microsoft by PKCE, and *Try it out* answers."""

from typing import Any

from e2e.firefox import firefox, go, only_loopback, window
from e2e.people import GRACE
from e2e.servers import Servers

__all__ = ["firefox", "only_loopback", "window"]

PRESS = "(selector) => document.querySelector(selector).click()"
OPERATION = "#operations-viewer-viewer"


def press(window: Any, selector: str) -> None:
    window.wait_until(f"document.querySelector({selector!r})")
    window.evaluate(PRESS, selector)


def test_authorize_signs_in_and_try_it_out_answers(window: Any, servers: Servers) -> None:
    go(window, f"{servers.logbook}/api/docs/")
    press(window, ".auth-wrapper .authorize")
    apply = "[aria-label='Apply given OAuth2 credentials']"
    window.wait_until(f'document.querySelector("{apply}")')
    popup = window.popup(PRESS, apply)
    popup.click(GRACE)
    window.wait_until("document.querySelector('[aria-label=\"Remove authorization\"]')")
    press(window, ".btn-done")
    press(window, f"{OPERATION} .opblock-summary-control")
    press(window, f"{OPERATION} .try-out__btn")
    press(window, f"{OPERATION} .execute")
    answer = f"{OPERATION} .live-responses-table tbody"
    window.wait_until(f"document.querySelector('{answer}')?.innerText.includes({GRACE!r})")
    assert "200" in window.evaluate(f"() => document.querySelector('{answer} .response-col_status').innerText")
    assert servers.tokens_redeemed() == ["authorization_code"]
