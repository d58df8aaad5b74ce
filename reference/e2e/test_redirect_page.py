"""The page that Microsoft's answer comes to can be linked to by any other page."""

import base64
import json
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Page, expect

ID = "019ac9a4-57a1-7d3e-8f00-5ca1ab1e0001"


@pytest.mark.parametrize(("channel", "heard"), [("chat", ["end"]), (ID, ["answer", "end"])])
def test_a_link_reaches_no_channel_but_those_that_msal_names(
    page: Page, context: BrowserContext, channel: str, heard: list[str]
) -> None:
    """The application listens on a channel of its own, which the state of a foreign page's link names."""
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
    page.wait_for_function("heard.includes('end')")
    assert page.evaluate("heard") == heard
    assert linked.url.endswith("/entrance/redirect/")
