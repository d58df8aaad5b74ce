"""Any page may link to the redirect page, so it must not trust its URL."""

import base64
import json
from urllib.parse import quote

import pytest
from e2e.people import wait_until
from playwright.sync_api import BrowserContext, Page, expect

ID = "019ac9a4-57a1-7d3e-8f00-5ca1ab1e0001"


@pytest.mark.parametrize(("channel", "heard"), [("chat", ["end"]), (ID, ["answer", "end"])])
def test_a_link_reaches_only_channels_named_by_msal(
    page: Page, context: BrowserContext, channel: str, heard: list[str]
) -> None:
    """The `state` in a foreign page's link names a channel of the application."""
    page.goto("/")
    page.evaluate(
        "name => { window.heard = []; "
        "new BroadcastChannel(name).onmessage = ({data}) => heard.push(data.v ? 'answer' : data) }",
        channel,
    )
    state = base64.b64encode(json.dumps({"id": channel, "meta": {"interactionType": "silent"}}).encode()).decode()
    linked = context.new_page()
    linked.add_init_script("window.close = () => {}")
    linked.goto(f"/entrance/redirect/#code=1&state={quote(state)}")
    expect(linked.get_by_text("Signing in…")).to_have_count(0)
    linked.evaluate("name => new BroadcastChannel(name).postMessage('end')", channel)
    wait_until(page, "heard.includes('end')")
    assert page.evaluate("heard") == heard
    assert linked.url.endswith("/entrance/redirect/")
