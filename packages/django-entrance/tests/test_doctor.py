"""``manage.py entrance doctor``, against an authority on loopback that is well, or is not."""

import time
from io import StringIO
from typing import Any

import pytest
import requests
from django.core.management import CommandError, call_command
from django_entrance import conf, doctor
from django_entrance.doctor import remedy_for
from scripted import TENANT, ScriptedAuthority

PROXIES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy")


def examine(*, is_well: bool = True) -> str:
    said = StringIO()
    if is_well:
        call_command("entrance", "doctor", stdout=said)
    else:
        with pytest.raises(CommandError, match="1 of these"):
            call_command("entrance", "doctor", stdout=said)
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
    assert "expected status 200, came 503" in said
    assert "Something else answers" in said


def test_another_issuer_is_told(authority: ScriptedAuthority) -> None:
    authority.changes = {"issuer": "https://other.example"}
    try:
        assert "Compare TENANT_ID and AUTHORITY_HOST" in examine(is_well=False)
    finally:
        authority.changes = {}


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
    assert "does not tell the time" in doctor.examine_clock(conf.authorities()[0], time.time).seen


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
    assert "compare HTTPS_PROXY" in told
    assert "s3cret" not in told


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (requests.exceptions.SSLError(), "SSL_CERT_FILE"),
        (requests.exceptions.ProxyError(), "NO_PROXY"),
        (requests.exceptions.ConnectTimeout(), "firewall"),
        (requests.exceptions.ConnectionError(), "resolve names"),
        (ValueError(), "Something else answers"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_fault_has_its_remedy(fault: Exception, words: str) -> None:
    assert words in remedy_for(fault)
