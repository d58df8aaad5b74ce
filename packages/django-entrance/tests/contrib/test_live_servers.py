"""Subscriptions over real sockets, served by uvicorn and by daphne in processes of their own."""

import time
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client
from live_clients import authorization
from live_servers import SERVERS, Site, assert_closed, say, serving, subscribe, told
from scripted import ScriptedAuthority
from sign_ins import start_entra_session
from websockets.exceptions import InvalidStatus

pytestmark = pytest.mark.django_db(transaction=True)

ADA = "ada@contoso.example"


@pytest.fixture(scope="module", params=SERVERS)
def served_site(request: pytest.FixtureRequest, django_db_setup: None, served: ScriptedAuthority) -> Iterator[Site]:
    with serving(request.param, served.host) as site:
        yield site


@pytest.fixture
def site(served_site: Site) -> Site:
    served_site.move_clock("")
    return served_site


def test_a_token_opens_a_subscription_and_ends_it(authority: ScriptedAuthority, site: Site) -> None:
    with site.open() as browser:
        assert subscribe(browser, authorization(authority)) == {"data": {"names": ADA}}
        site.advance(2 * 3_600)
        assert_closed(browser, site, 4401, "token_expired")


def test_a_refused_token_is_told_why(authority: ScriptedAuthority, site: Site) -> None:
    with site.open() as browser:
        say(browser, type="connection_init", payload=authorization(authority, exp=int(time.time()) - 100))
        assert_closed(browser, site, 4401, "token_expired")


def test_nothing_resolves_before_connection_init(authority: ScriptedAuthority, site: Site) -> None:
    with site.open() as browser:
        say(browser, type="subscribe", id="1", payload={"query": "subscription { names }"})
        assert_closed(browser, site, 4401, "Unauthorized")


def test_signing_out_elsewhere_ends_the_subscriptions_of_a_session(authority: ScriptedAuthority, site: Site) -> None:
    client = Client()
    start_entra_session(client, authority)
    with site.open(session=client) as browser:
        assert subscribe(browser) == {"data": {"names": ADA}}
        client.logout()
        site.advance(31)
        assert_closed(browser, site, 4401, "session_ended")


def test_deactivation_elsewhere_ends_subscriptions(authority: ScriptedAuthority, site: Site) -> None:
    with site.open() as browser:
        assert subscribe(browser, authorization(authority)) == {"data": {"names": ADA}}
        User.objects.update(is_active=False)
        site.advance(31)
        assert_closed(browser, site, 4403, "user_disabled")


def test_another_sites_page_opens_nothing(authority: ScriptedAuthority, site: Site) -> None:
    client = Client()
    start_entra_session(client, authority)
    with pytest.raises(InvalidStatus) as refused:
        site.open(session=client, origin="https://evil.example")
    assert refused.value.response.status_code == 403


def test_a_browser_that_leaves_takes_nothing_with_it(authority: ScriptedAuthority, site: Site) -> None:
    with site.open() as browser, site.open() as other:
        subscribe(browser, authorization(authority))
        subscribe(other, authorization(authority))
        browser.close()
        site.advance(31)
        say(other, type="ping")
        assert told(other) == {"type": "pong"}
