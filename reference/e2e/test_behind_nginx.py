"""Logbook as its compose example lays it out: two workers, PostgreSQL and Redis behind nginx, at https."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from http.client import HTTPMessage
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from e2e.behind_nginx import DEPLOY, Site, behind_nginx, data_stores, require_servers
from e2e.people import (
    ADA,
    GRACE,
    PASSWORD,
    expect_signed_out,
    pick,
    sign_in_with_microsoft,
    wait_until,
)
from e2e.servers import Servers, free_ports, process, servers_at
from playwright.sync_api import BrowserContext, Page, expect

TENANT = "c0470500-0000-4000-a000-000000000001"
LIVE = "[...document.querySelectorAll('*')].some((each) => each.innerText === 'Live')"
ADD = "mutation ($text: String!) { addEntry(text: $text) { id } }"
SIGN_IN = (
    "mutation ($username: String!, $password: String!) { signIn(username: $username, password: $password) { token } }"
)
FORGED = {
    "X-Forwarded-Proto": "http",
    "X_Forwarded_Proto": "http",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Port": "1",
    "X-Forwarded-Prefix": "/evil",
    "Forwarded": "proto=http;host=evil.example;for=192.0.2.1",
}
"""What a client sends to be taken for another one, or to lead people elsewhere."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Run the whole layout, and entra-double on https beside it."""
    nginx, redis, binaries = require_servers()
    folder = tmp_path_factory.mktemp("behind-nginx")
    entra_port, *ports = free_ports(3)
    address = f"https://localhost:{ports[0]}"
    directory = folder / "local-entra.toml"
    directory.write_text((DEPLOY / "local-entra.toml").read_text().replace("https://localhost:8443", address))
    serve = ["-m", "entra_double", "serve", "--tls", "--port", str(entra_port), "--directory", str(directory)]
    authority = folder / "entra-double" / "ca.pem"
    with data_stores(redis, binaries) as stores, pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_STATE_HOME", str(folder))
        servers = servers_at(
            folder,
            entra_port,
            ports[0],
            AZURE_AUTHORITY_HOST=f"https://localhost:{entra_port}",
            DJANGO_ALLOWED_HOSTS="localhost",
            LOGBOOK_PUBLIC_URL=address,
            LOGBOOK_SESSION="django",
            SSL_CERT_FILE=str(authority),
            **stores,
        )
        with process(serve, servers.environment):
            for command in ("migrate", "seed_demo"):
                servers.manage(command, "--verbosity", "0")
            with behind_nginx(nginx, folder, (ports[0], ports[1]), servers.environment) as site:
                bundle = folder / "trusted.pem"
                bundle.write_text(site.certificate.read_text() + authority.read_text())
                environment.setenv("SSL_CERT_FILE", str(bundle))
                yield site


@pytest.fixture(scope="module")
def servers(site: Site) -> Iterator[Servers]:
    entra = site.environment["AZURE_AUTHORITY_HOST"]
    called = Path(site.environment["LOOPBACK_ONLY_LOG"])
    yield Servers(entra=entra, logbook=site.address, called=called, environment=site.environment)
    assert not called.exists() or called.read_text() == "", "the servers called addresses beyond loopback"


@pytest.fixture(scope="module")
def browser_context_args(site: Site) -> dict[str, Any]:
    return {"base_url": site.address, "ignore_https_errors": True}


class Unfollowed(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def send(url: str, headers: Mapping[str, str], form: bytes | None = None) -> tuple[int, HTTPMessage, str]:
    """Send a request as a program does. Redirects are not followed."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), Unfollowed)
    try:
        answer = opener.open(urllib.request.Request(url, form, dict(headers)), timeout=30)
    except urllib.error.HTTPError as refusal:
        answer = refusal
    with answer:
        return answer.status, answer.headers, answer.read().decode()


def token_of(servers: Servers, person: str) -> str:
    return str(servers.control("POST", "token", {"person": person})["access_token"])


def test_a_person_signs_in_and_enters_the_admin(page: Page, context: BrowserContext) -> None:
    sign_in_with_microsoft(page, ADA)
    [cookie] = [each for each in context.cookies() if each["name"] == "sessionid"]
    assert cookie["secure"]
    assert page.request.get("/entrance/session/").json()["via"] == "entra"
    page.goto("/admin/")
    expect(page.get_by_role("heading", name="Site administration")).to_be_visible()


def test_the_button_of_the_admin_signs_in_on_a_page(page: Page) -> None:
    page.goto("/admin/logbook/entry/")
    page.get_by_role("button", name="Sign in with Microsoft").click()
    pick(page, ADA)
    expect(page.get_by_role("heading", name="Select entry to view")).to_be_visible()
    expect(page).to_have_url("/admin/logbook/entry/")


def test_new_entries_appear_by_a_websocket_whichever_worker_serves_it(page: Page, servers: Servers) -> None:
    sign_in_with_microsoft(page, GRACE)
    wait_until(page, LIVE)
    ada = token_of(servers, ADA)
    for text in ("By one worker.", "By the other worker."):  # nginx takes turns
        status, answer = servers.graphql(ADD, ada, text=text)
        assert (status, "errors" in answer) == (200, False), answer
        expect(page.get_by_text(text, exact=True)).to_be_visible()


def test_signing_out_ends_the_session(page: Page) -> None:
    sign_in_with_microsoft(page, GRACE)
    page.get_by_role("button", name="Sign out").click()
    expect_signed_out(page)
    assert not page.request.get("/entrance/session/").json()["signed_in"]


def test_signing_out_at_microsoft_ends_the_session_by_the_front_channel(
    page: Page, context: BrowserContext, servers: Servers
) -> None:
    page.goto("/admin/")
    page.get_by_role("button", name="Sign in with Microsoft").click()
    pick(page, ADA)
    expect(page.get_by_role("heading", name="Site administration")).to_be_visible()
    microsoft = context.new_page()
    with microsoft.expect_response(lambda answer: "/entrance/front-channel-logout/" in answer.url) as told:
        microsoft.goto(f"{servers.entra}/{TENANT}/oauth2/v2.0/logout")
    assert told.value.status == 200
    page.goto("/admin/")
    expect(page.get_by_label("Username")).to_be_visible()


def test_a_program_calls_with_a_bearer_token(servers: Servers) -> None:
    status, answer = servers.graphql("{ viewer { fullName } }", token_of(servers, ADA))
    assert (status, answer["data"]["viewer"]["fullName"]) == (200, "Ada Lovelace")


def test_a_worker_that_is_gone_is_not_missed(site: Site, servers: Servers) -> None:
    """nginx asks the other one, and no line of its logs has the code of a sign-in."""
    with site.without_worker(0):
        answers = [send(f"{site.address}/entrance/callback/?code=s3cret-code&state=none", {}) for _ in range(4)]
        assert [status for status, _, _ in answers] == [400] * 4
        assert [servers.graphql("{ viewer { fullName } }", token_of(servers, ADA))[0] for _ in range(4)] == [200] * 4
    assert '"GET /entrance/callback/" 400' in site.log("access")
    assert "s3cret-code" not in site.log("access") + site.log("error")


def test_http_leads_to_https(site: Site) -> None:
    status, headers, _ = send(f"{site.http_address}/admin/?a=b", {"Host": "evil.example", "X-Forwarded-Proto": "https"})
    assert (status, headers["Location"]) == (308, f"{site.address}/admin/?a=b")


@pytest.mark.parametrize("forged", [{}, FORGED], ids=["nothing", "forged"])
def test_forwarded_headers_of_a_client_do_not_lead_a_sign_in_elsewhere(site: Site, forged: dict[str, str]) -> None:
    _, headers, page = send(f"{site.address}/entrance/sign-in/", forged)
    cookie = headers["Set-Cookie"].partition(";")[0]
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    sent = {"Cookie": cookie, "Origin": site.address, "Referer": f"{site.address}/", **forged}
    status, headers, _ = send(f"{site.address}/entrance/sign-in/", sent, f"csrfmiddlewaretoken={token}".encode())
    assert status == 302
    led_to = parse_qs(urlsplit(headers["Location"]).query)
    assert led_to["redirect_uri"] == [f"{site.address}/entrance/callback/"]


@pytest.mark.parametrize("forged", [{}, FORGED], ids=["nothing", "forged"])
def test_forwarded_headers_of_a_client_do_not_change_the_scheme(site: Site, forged: dict[str, str]) -> None:
    """Django sends HSTS over https only, and compares the scheme with the page that a form is on."""
    status, headers, page = send(f"{site.address}/admin/login/", forged)
    assert status == 200
    cookie = headers["Set-Cookie"].partition(";")[0]
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    form = f"csrfmiddlewaretoken={token}&username=edsger&password={PASSWORD}".encode()
    sent = {"Cookie": cookie, "Origin": site.address, "Referer": f"{site.address}/admin/login/", **forged}
    status, headers, _ = send(f"{site.address}/admin/login/", sent, form)
    assert (status, headers["Location"]) == (302, "/")


def test_a_client_cannot_change_its_address(site: Site, servers: Servers) -> None:
    """Logbook allows ten attempts to a name and address."""

    def attempt(number: int) -> Any:
        body = json.dumps({"query": SIGN_IN, "variables": {"username": "nobody", "password": "wrong"}}).encode()
        address = f"192.0.2.{number}"
        sent = {"Content-Type": "application/json", "X-Forwarded-For": address, "X-Real-IP": address}
        return json.loads(send(f"{site.address}/graphql/", sent, body)[2])["errors"][0]["message"]

    told = [attempt(number) for number in range(11)]
    assert len(set(told[:10])) == 1
    assert "Too many" in told[10]
