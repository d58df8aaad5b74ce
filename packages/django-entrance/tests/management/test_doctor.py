"""``manage.py entrance doctor``, against authorities and sites on loopback with and without problems."""

import time
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
import requests
from django.core.management import CommandError, call_command
from django_entrance.management import doctor
from django_entrance.management.commands.entrance import Command
from django_entrance.management.network_remedies import remedy_for
from django_entrance.verification.errors import AuthorityMismatch
from django_entrance.verification.issuers import CLOUDS
from django_entrance.verification.metadata.fetch import BAD_PROXY
from doctor_runs import run_doctor, serving_with
from scripted import OTHER_TENANT, TENANT, ScriptedAuthority, as_json, trust

pytestmark = pytest.mark.django_db


def test_a_working_connection_is_shown_from_settings_to_keys(authority: ScriptedAuthority) -> None:
    output = run_doctor()
    assert "settings: valid; authorities: default" in output
    assert "default, proxy: none" in output
    assert f"issuer {authority.host}/{TENANT}/v2.0, in " in output
    assert "default, keys: 1 usable signing keys" in output
    assert "wrong" not in output


def test_a_problem_of_the_settings_ends_the_examination(authority: ScriptedAuthority, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"LEEWAY": 900}
    output = run_doctor(problems=1)
    assert "wrong  settings, E008: ENTRANCE['LEEWAY'] is out of range." in output
    assert authority.requests == []


@pytest.mark.parametrize(("allow_guests", "is_told"), [(True, False), (False, True), ([OTHER_TENANT], True)])
def test_where_guests_are_limited_the_claim_acct_is_advised(
    authority: ScriptedAuthority, settings: Any, allow_guests: Any, is_told: bool
) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"ALLOW_GUESTS": allow_guests}
    output = run_doctor()
    assert ("ok     default, guests: limited by ALLOW_GUESTS" in output) == is_told
    assert ("Add the optional claim acct" in output) == is_told


def test_an_outage_is_reported_with_a_remedy(authority: ScriptedAuthority) -> None:
    authority.down = True
    output = run_doctor(problems=1)
    assert "expected status 200, got 503" in output
    assert "Another server answers" in output


def test_another_issuer_is_reported(authority: ScriptedAuthority) -> None:
    authority.changes = {"issuer": "https://other.example"}
    try:
        output = run_doctor(problems=1)
    finally:
        authority.changes = {}
    assert "Compare TENANT_ID, AUTHORITY_HOST and ISSUER_HOST" in output
    assert "write ISSUER_HOST" not in output


CIAM_HOST = f"https://{TENANT}.ciamlogin.com"


@pytest.mark.parametrize("tenant", [TENANT, "contoso.example"])
def test_the_issuer_of_a_custom_host_is_reported_with_the_setting(
    authority: ScriptedAuthority, settings: Any, tenant: str
) -> None:
    """The scripted host is like a custom URL domain of External ID."""
    keys = f"{authority.host}/{TENANT}/discovery/v2.0/keys"
    document = as_json({"issuer": f"{CIAM_HOST}/{TENANT}/v2.0", "jwks_uri": keys})
    authority.bodies = {f"/{tenant}/v2.0/.well-known/openid-configuration": document}
    settings.ENTRANCE = settings.ENTRANCE | {"TENANT_ID": tenant}
    try:
        assert f'write ISSUER_HOST = "{CIAM_HOST}".' in run_doctor(problems=1)
        settings.ENTRANCE = settings.ENTRANCE | {"ISSUER_HOST": CIAM_HOST}
        assert f"issuer {CIAM_HOST}/{TENANT}/v2.0, in " in run_doctor()
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
def test_only_the_own_tenants_issuer_is_suggested(changes: dict[str, Any], issuer: object, advice: str) -> None:
    authority = trust(ScriptedAuthority(), **{"host": "https://login.contoso.example"} | changes)
    mismatch = AuthorityMismatch(expected="another", actual=issuer)
    beginning = 'Behind a custom host name of External ID or Azure AD B2C, write ISSUER_HOST = "'
    assert doctor.issuer_remedy(authority, mismatch) == (f'{beginning}{advice}". {mismatch.detail}' if advice else "")


def test_an_address_without_a_server_is_reported(authority: ScriptedAuthority, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"AUTHORITY_HOST": "http://localhost:1"}
    assert "No server answers there" in run_doctor(problems=1)


@pytest.mark.parametrize(("ahead", "is_ok", "words"), [(40, False, "ahead of"), (-40, False, "behind"), (20, True, "")])
def test_a_wrong_clock_is_reported(authority: ScriptedAuthority, ahead: int, is_ok: bool, words: str) -> None:
    findings = {finding.where: finding for finding in doctor.examine(lambda: time.time() + ahead)}
    clock = findings["default, clock"]
    assert clock.is_ok is is_ok
    assert words in clock.seen
    assert ("NTP" in clock.remedy) is not is_ok


@pytest.mark.parametrize(
    ("ahead", "seen"),
    [(1, "1 second ahead of"), (-1, "1 second behind"), (2, "2 seconds ahead of"), (0, "0 seconds behind")],
)
def test_a_second_is_one_second(ahead: int, seen: str) -> None:
    finding = doctor.compare_clocks("clock", "Sat, 28 Nov 2026 18:00:00 GMT", lambda: 1795888800.0 + ahead)
    assert finding.seen == f"{seen} the authority's"


@pytest.mark.parametrize("before", [["--no-color", "-v", "2"], []], ids=str)
@pytest.mark.parametrize("after", [["--settings", "of.another", "--traceback"], []], ids=str)
def test_djangos_options_stand_before_or_behind_the_subcommand(before: list[str], after: list[str]) -> None:
    options = Command().create_parser("manage.py", "entrance").parse_args([*before, "doctor", "--site", "x", *after])
    assert (options.action, options.site) == ("doctor", "x")
    assert (options.no_color, options.verbosity) == ((True, 2) if before else (False, 1))
    assert (options.settings, options.traceback) == (("of.another", True) if after else (None, False))


def test_an_option_that_there_is_not_is_refused() -> None:
    with pytest.raises(CommandError, match="unrecognized arguments: --colour"):
        call_command("entrance", "doctor", "--colour")


UNREADABLE_DATES = ["yesterday", "", "Sat, 28 Nov 99999 18:00:00 GMT", f"Sat, 28 Nov {30 * '9'} 18:00:00 GMT"]


@pytest.mark.parametrize("date", [*UNREADABLE_DATES, None])
def test_an_unknown_time_of_the_authority_is_not_a_problem(date: str | None) -> None:
    finding = doctor.compare_clocks("default, clock", date, time.time)
    assert (finding.is_ok, finding.seen) == (True, "unknown: the authority sends no valid Date header")


@pytest.mark.parametrize("date", UNREADABLE_DATES)
def test_documents_and_keys_are_examined_despite_an_unreadable_date(
    authority: ScriptedAuthority, monkeypatch: pytest.MonkeyPatch, date: str
) -> None:
    monkeypatch.setattr(BaseHTTPRequestHandler, "date_time_string", lambda *_: date)
    output = run_doctor()
    assert "default, clock: unknown" in output
    assert "default, keys: 1 usable signing keys" in output


class WithoutTenant(BaseHTTPRequestHandler):
    """An authority that answers 400, as Entra does for a tenant that it does not know."""

    body = b""

    def do_GET(self) -> None:
        self.send_response(400)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.mark.parametrize(
    ("error", "seen", "remedy"),
    [
        ("AADSTS90002: Tenant not found.", "no such tenant (AADSTS90002)", "to TENANT_ID"),
        ("AADSTS90013: Invalid input.", "expected status 200, got 400", "Another server answers there"),
    ],
)
def test_a_tenant_that_does_not_exist_is_reported(
    authority: ScriptedAuthority, settings: Any, monkeypatch: pytest.MonkeyPatch, error: str, seen: str, remedy: str
) -> None:
    monkeypatch.setattr(WithoutTenant, "body", as_json({"error": "invalid_tenant", "error_description": error}))
    with serving_with(WithoutTenant) as host:
        settings.ENTRANCE = settings.ENTRANCE | {"AUTHORITY_HOST": host}
        output = run_doctor(problems=1)
    assert seen in output
    assert remedy in output


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


def test_an_unreadable_proxy_is_reported_without_its_password(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"AUTHORITY_HOST": "https://login.example"}
    monkeypatch.setenv("HTTPS_PROXY", "http://me:s3cret/x@localhost:1")
    output = run_doctor(problems=1)
    assert "the address of the proxy cannot be read" in output
    assert "Write HTTPS_PROXY as http://host:port" in output
    assert "s3cret" not in output


@pytest.mark.parametrize(
    ("proxy", "seen"),
    [
        ("http://me:s3cret@", "a URL that cannot be read"),
        ("http://me:s3cret@/", "a URL that cannot be read"),
        ("http://me:s3cret@:1", "a URL that cannot be read"),
        ("http://me:s3cret@[::1", "a URL that cannot be read"),
        ("http://me:12/s3cret@localhost:1", "a URL that cannot be read"),
        ("http://localhost:1/p@th/s3cret", "a URL that cannot be read"),
        ("http://localhost:99999", "a URL that cannot be read"),
        ("http://localhost:1/s3cret?s3cret#s3cret", "through localhost:1"),
        ("http://me:s3c@ret@localhost:1", "through localhost:1"),
        ("me:s3cret@proxy.localhost:1", "through proxy.localhost:1"),
        ("socks5://me:s3cret@localhost:1", "through localhost:1"),
    ],
)
def test_only_the_host_of_a_proxy_is_shown(
    settings: Any, monkeypatch: pytest.MonkeyPatch, proxy: str, seen: str
) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"AUTHORITY_HOST": "https://login.example"}
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    output = run_doctor(problems=1)
    assert f"{seen}\n" in output
    assert "s3cret" not in output
    assert "default, documents: https://login.example/" in output


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (requests.exceptions.SSLError(), "SSL_CERT_FILE"),
        (requests.exceptions.ProxyError(), "NO_PROXY"),
        (requests.exceptions.ProxyError(BAD_PROXY), "http://name:password@host:port"),
        (requests.exceptions.InvalidSchema(), "PySocks"),
        (requests.exceptions.ConnectTimeout(), "firewall"),
        (requests.exceptions.ConnectionError(), "resolve host names"),
        (ValueError(), "Another server answers"),
    ],
    ids=repr,
)
def test_each_error_has_its_remedy(error: Exception, words: str) -> None:
    assert words in remedy_for(error)
