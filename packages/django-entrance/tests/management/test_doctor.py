"""``manage.py entrance doctor``, against an authority on loopback that is well, or is not."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from typing import Any

import pytest
import requests
from django.core.management import CommandError, call_command
from django_entrance.entra.authorities import configured_authorities
from django_entrance.management import doctor
from django_entrance.management.doctor import remedy_for
from django_entrance.verification.errors import AuthorityMismatch
from django_entrance.verification.issuers import CLOUDS
from django_entrance.verification.metadata.fetch import BAD_PROXY
from scripted import OTHER_TENANT, TENANT, ScriptedAuthority, as_json, trust

PROXIES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy")


def examine(*options: str, is_well: bool = True) -> str:
    said = StringIO()
    if is_well:
        call_command("entrance", "doctor", *options, stdout=said)
    else:
        with pytest.raises(CommandError, match="1 of these"):
            call_command("entrance", "doctor", *options, stdout=said)
    return said.getvalue()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*PROXIES, *doctor.STORES):
        monkeypatch.delenv(name, raising=False)


def test_a_healthy_way_is_shown_from_end_to_end(authority: ScriptedAuthority) -> None:
    said = examine()
    assert "settings: no fault; authorities: default" in said
    assert "default, proxy: none" in said
    assert f"issuer {authority.host}/{TENANT}/v2.0, in " in said
    assert "default, keys: 1 fit to sign tokens" in said
    assert "wrong" not in said


def test_a_fault_of_the_settings_is_the_first_thing_to_mend(authority: ScriptedAuthority, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"LEEWAY": 900}
    said = examine(is_well=False)
    assert "wrong  settings, E008: ENTRANCE['LEEWAY'] is out of range." in said
    assert authority.requests == []


def test_an_outage_is_told_with_its_remedy(authority: ScriptedAuthority) -> None:
    authority.down = True
    said = examine(is_well=False)
    assert "expected status 200, got 503" in said
    assert "Something else answers" in said


def test_another_issuer_is_told(authority: ScriptedAuthority) -> None:
    authority.changes = {"issuer": "https://other.example"}
    try:
        told = examine(is_well=False)
    finally:
        authority.changes = {}
    assert "Compare TENANT_ID, AUTHORITY_HOST and ISSUER_HOST" in told
    assert "write ISSUER_HOST" not in told


CIAM_HOST = f"https://{TENANT}.ciamlogin.com"


@pytest.mark.parametrize("tenant", [TENANT, "contoso.example"])
def test_a_custom_host_that_names_its_tenants_issuer_is_told_with_what_to_write(
    authority: ScriptedAuthority, settings: Any, tenant: str
) -> None:
    """Behind the scripted host stands External ID, as behind a custom URL domain."""
    keys = f"{authority.host}/{TENANT}/discovery/v2.0/keys"
    document = as_json({"issuer": f"{CIAM_HOST}/{TENANT}/v2.0", "jwks_uri": keys})
    authority.bodies = {f"/{tenant}/v2.0/.well-known/openid-configuration": document}
    settings.ENTRANCE = settings.ENTRANCE | {"TENANT_ID": tenant}
    try:
        assert f'write ISSUER_HOST = "{CIAM_HOST}".' in examine(is_well=False)
        settings.ENTRANCE = settings.ENTRANCE | {"ISSUER_HOST": CIAM_HOST}
        assert f"issuer {CIAM_HOST}/{TENANT}/v2.0, in " in examine()
    finally:
        authority.bodies = {}


@pytest.mark.parametrize(
    ("changes", "issuer", "advice"),
    [
        ({}, f"{CIAM_HOST}/{TENANT}/v2.0", CIAM_HOST),
        ({"host": "https://contoso.ciamlogin.com"}, f"https://own.example/{TENANT}/v2.0", "https://own.example"),
        ({"user_flows": ["B2C_1_x"]}, f"https://b2c.example/{TENANT}/v2.0/", "https://b2c.example"),
        ({"user_flows": ["B2C_1_x"]}, f"https://b2c.example/{TENANT}/v2.0", ""),
        ({}, f"{CIAM_HOST}/{TENANT}/v2.0/", ""),
        ({}, f"https://{OTHER_TENANT}.ciamlogin.com/{OTHER_TENANT}/v2.0", ""),
        ({}, f"{CIAM_HOST}/{TENANT}/discovery/v2.0/keys", ""),
        ({}, "https://[::1/v2.0", ""),
        ({}, None, ""),
        ({"host": CLOUDS["public"]}, f"{CIAM_HOST}/{TENANT}/v2.0", ""),
        ({"tenant": "common", "allowed_tenants": "*"}, f"{CIAM_HOST}/{TENANT}/v2.0", ""),
    ],
    ids=str,
)
def test_only_the_own_tenants_issuer_is_advised(changes: dict[str, Any], issuer: object, advice: str) -> None:
    authority = trust(ScriptedAuthority(), **{"host": "https://login.contoso.example"} | changes)
    mismatch = AuthorityMismatch(expected="another", actual=issuer)
    said = 'Behind a custom host name of External ID or Azure AD B2C, write ISSUER_HOST = "'
    assert doctor.issuer_remedy(authority, mismatch) == (f'{said}{advice}". {mismatch.detail}' if advice else "")


def test_nobody_at_the_address_is_told(authority: ScriptedAuthority, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"AUTHORITY_HOST": "http://localhost:1"}
    assert "Nobody answers at this address" in examine(is_well=False)


@pytest.mark.parametrize(
    ("apart", "is_well", "words"), [(40, False, "ahead of"), (-40, False, "behind"), (20, True, "")]
)
def test_a_wrong_clock_is_told(authority: ScriptedAuthority, apart: int, is_well: bool, words: str) -> None:
    findings = {finding.where: finding for finding in doctor.examine(lambda: time.time() + apart)}
    clock = findings["default, clock"]
    assert clock.is_well is is_well
    assert words in clock.seen
    assert ("NTP" in clock.remedy) is not is_well


def test_an_authority_without_a_clock_is_no_fault(
    authority: ScriptedAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests.structures.CaseInsensitiveDict, "get", lambda *_: None)
    assert "does not tell the time" in doctor.examine_clock(configured_authorities()[0], time.time).seen


@pytest.mark.parametrize(
    ("host", "seen"), [("https://login.example", "through localhost:1"), ("http://localhost:1", "none")]
)
def test_proxy_and_certificate_store_are_named_without_a_password(
    settings: Any, monkeypatch: pytest.MonkeyPatch, host: str, seen: str
) -> None:
    settings.DEBUG, settings.ENTRANCE = True, settings.ENTRANCE | {"AUTHORITY_HOST": host}
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://me:secret@localhost:1")
    monkeypatch.setenv("SSL_CERT_FILE", "/company.pem")
    findings = doctor.examine()
    found = {finding.where: finding.seen for finding in [next(findings), next(findings), next(findings)]}
    assert found["default, proxy"] == seen
    assert found["certificates"].startswith("SSL_CERT_FILE=/company.pem, ")


def test_a_proxy_that_cannot_be_read_is_told_without_its_password(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"AUTHORITY_HOST": "https://login.example"}
    monkeypatch.setenv("HTTPS_PROXY", "http://me:s3cret/x@localhost:1")
    told = examine(is_well=False)
    assert "the address of the proxy cannot be read" in told
    assert "Write HTTPS_PROXY as http://host:port" in told
    assert "s3cret" not in told


@pytest.mark.parametrize(
    ("proxy", "seen"),
    [
        ("http://me:s3cret@", "an address that cannot be read"),
        ("http://me:s3cret@/", "an address that cannot be read"),
        ("http://me:s3cret@:1", "an address that cannot be read"),
        ("http://me:s3cret@[::1", "an address that cannot be read"),
        ("http://me:12/s3cret@localhost:1", "an address that cannot be read"),
        ("http://localhost:1/p@th/s3cret", "an address that cannot be read"),
        ("http://localhost:99999", "an address that cannot be read"),
        ("http://localhost:1/s3cret?s3cret#s3cret", "through localhost:1"),
        ("http://me:s3c@ret@localhost:1", "through localhost:1"),
        ("me:s3cret@proxy.localhost:1", "through proxy.localhost:1"),
        ("socks5://me:s3cret@localhost:1", "through localhost:1"),
    ],
)
def test_of_a_proxy_the_host_is_told_and_nothing_else(
    settings: Any, monkeypatch: pytest.MonkeyPatch, proxy: str, seen: str
) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"AUTHORITY_HOST": "https://login.example"}
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    told = examine(is_well=False)
    assert f"{seen}\n" in told
    assert "s3cret" not in told
    assert "default, documents: https://login.example/" in told


class Narrow(BaseHTTPRequestHandler):
    """A server that takes headers up to a length, as they all do, in front of a site that answers 200."""

    most = 8_190
    hangs_up = False

    def do_GET(self) -> None:
        length = max(len(f"{name}: {value}") for name, value in self.headers.items())
        if length > self.most and self.hangs_up:
            self.close_connection = True
            return
        self.send_response(431 if length > self.most else 200 if self.path == "/entrance/config.json" else 302)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Narrow) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("hangs_up", [False, True])
@pytest.mark.parametrize(
    ("most", "seen"),
    [
        (12_600, "takes 12500 characters, which is a token with 200 groups"),
        (12_500, "takes 8000 characters (about 123 groups), and not 12500 (200 groups): "),
        (8_190, "takes 8000 characters (about 123 groups), and not 12500 (200 groups): "),
        (4_096, "takes 4000 characters (about 46 groups), and not 12500 (200 groups): "),
        (1_024, "takes 0 characters (about 0 groups), and not 12500 (200 groups): "),
    ],
)
def test_a_server_that_refuses_the_header_of_a_person_with_many_groups_is_found(
    authority: ScriptedAuthority, monkeypatch: pytest.MonkeyPatch, site: str, most: int, seen: str, hangs_up: bool
) -> None:
    monkeypatch.setattr(Narrow, "most", most)
    monkeypatch.setattr(Narrow, "hangs_up", hangs_up)
    told = examine("--site", f"{site}/entrance/config.json", is_well=most > 12_520)
    assert f"site, headers: {seen}" in told
    assert ("got 431" in told) is (most < 12_520 and not hangs_up)
    assert ("--limit-request-field_size" in told) is (most < 12_520)


@pytest.mark.parametrize(
    ("address", "seen"),
    [
        ("localhost", "this is no address of a site"),
        ("http://localhost:1/", "Max retries exceeded"),
        ("http://", "this is no address of a site"),
        ("{site}/", "expected status 200, got 302"),
    ],
)
def test_an_address_that_tells_nothing_of_the_site_is_said(
    authority: ScriptedAuthority, site: str, address: str, seen: str
) -> None:
    told = examine("--site", address.format(site=site), is_well=False)
    assert seen in told
    assert "Give the whole address of something that the site answers with 200" in told


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (requests.exceptions.SSLError(), "SSL_CERT_FILE"),
        (requests.exceptions.ProxyError(), "NO_PROXY"),
        (requests.exceptions.ProxyError(BAD_PROXY), "http://name:password@host:port"),
        (requests.exceptions.InvalidSchema(), "PySocks"),
        (requests.exceptions.ConnectTimeout(), "firewall"),
        (requests.exceptions.ConnectionError(), "resolve names"),
        (ValueError(), "Something else answers"),
    ],
    ids=repr,
)
def test_each_fault_has_its_remedy(fault: Exception, words: str) -> None:
    assert words in remedy_for(fault)
