"""Renewal of expired tokens."""

import re

from e2e.people import GRACE, add_entry, expect_signed_in, sign_in_with_microsoft
from e2e.servers import Servers
from playwright.sync_api import Page, Route

ABOUT_TO_EXPIRE = 200
"""Seconds. MSAL renews tokens with less than 300 left."""


def test_an_expired_token_is_renewed_silently(page: Page, servers: Servers) -> None:
    servers.control("PUT", "access-token-lifetime", {"seconds": ABOUT_TO_EXPIRE})
    sign_in_with_microsoft(page, GRACE)
    servers.control("PUT", "access-token-lifetime", {"seconds": 3600})
    add_entry(page, "Written with a renewed token.")
    grants = servers.tokens_redeemed()
    assert grants[0] == "authorization_code"
    assert set(grants[1:]) == {"refresh_token"}


def test_a_token_expired_for_the_api_is_renewed_once(page: Page, servers: Servers) -> None:
    """The clocks differ: MSAL considers the token valid, the API does not."""

    def put_the_clock_right(route: Route) -> None:
        late = route.fetch()
        servers.control("PUT", "clock", {"offset": 0})
        route.fulfill(response=late)

    servers.control("PUT", "clock", {"offset": -7200})
    page.route(re.compile(r"/oauth2/v2\.0/token"), put_the_clock_right, times=1)
    with page.expect_response(lambda response: response.status == 401) as refusal:
        sign_in_with_microsoft(page, GRACE)
    assert "The token has expired" in refusal.value.headers["www-authenticate"]
    add_entry(page, "Written after one refusal.")
    assert servers.tokens_redeemed() == ["authorization_code", "refresh_token"]


def test_a_revoked_refresh_token_is_replaced_through_the_hidden_frame(page: Page, servers: Servers) -> None:
    servers.control("PUT", "access-token-lifetime", {"seconds": ABOUT_TO_EXPIRE})
    sign_in_with_microsoft(page, GRACE)
    servers.control("POST", "revoke-refresh-tokens")
    servers.control("PUT", "access-token-lifetime", {"seconds": 3600})
    add_entry(page, "Written with a token from the hidden frame.")
    expect_signed_in(page)
    assert servers.tokens_redeemed().count("authorization_code") == 2, "one for the popup, one for the frame"
    assert 50173 in [asked.get("aadsts") for asked in servers.control("GET", "requests")]
