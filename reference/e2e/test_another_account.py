"""A request is never sent with the token of another person, who signs in meanwhile."""

import base64
import json

import pytest
from e2e.people import ADA, GRACE, add_entry, confirm, pick, sign_in_with_microsoft
from e2e.servers import Servers
from playwright.sync_api import Page, Request, Route, expect

WRITTEN = "Grace's own words."


def sender(request: Request) -> str:
    """Return the user name in the token of a request."""
    payload = request.headers["authorization"].split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["preferred_username"])


@pytest.mark.parametrize("answerer", [GRACE, ADA])
def test_an_entry_refused_once_is_sent_again_for_its_writer_only(page: Page, servers: Servers, answerer: str) -> None:
    """The API refuses Grace's token when she adds an entry. She or Ada signs in in the window of the confirmation."""
    senders = []

    def refuse_the_first(route: Route) -> None:
        if WRITTEN not in (route.request.post_data or ""):
            return route.continue_()
        senders.append(sender(route.request))
        if len(senders) > 1:
            return route.continue_()
        return route.fulfill(status=401, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'}, json={})

    sign_in_with_microsoft(page, GRACE)
    servers.control("POST", "end-sessions")
    servers.control("POST", "revoke-refresh-tokens")
    page.route("**/graphql/", refuse_the_first)
    page.get_by_label("New entry").fill(WRITTEN)
    page.get_by_role("button", name="Add entry").click()
    pick(confirm(page), answerer)
    name = "Ada Lovelace" if answerer == ADA else "Grace Hopper"
    expect(page.get_by_role("button", name=name)).to_be_visible()
    if answerer == ADA:
        expect(page.get_by_text("Signed in with Microsoft as Ada Lovelace.")).to_have_count(1)  # onSignedIn was called
        add_entry(page, "Ada's own words.")  # Grace's entry would be visible by now
    else:
        expect(page.get_by_role("article").filter(has_text=WRITTEN)).to_have_count(1)
    assert senders == ([GRACE] if answerer == ADA else [GRACE, GRACE])
