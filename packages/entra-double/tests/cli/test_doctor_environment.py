"""What `entra-double doctor` finds around a server: proxies, control tokens, untrusted authorities."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from entra_double import EntraServer
from entra_double._cli import main
from entra_double._cli.doctor import check_proxy
from entra_double._cli.running_server import RunningServer

from ..commands import CERTIFICATE_FILES, clean


@pytest.fixture(autouse=True)
def _plain_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    clean(monkeypatch)


@pytest.mark.parametrize(
    ("environment", "remedy"),
    [
        ({}, False),
        ({"http_proxy": "http://proxy:3128"}, True),
        ({"HTTP_PROXY": "http://proxy:3128", "NO_PROXY": "example.org"}, True),
        ({"http_proxy": "http://proxy:3128", "NO_PROXY": "localhost,127.0.0.1"}, False),
        ({"http_proxy": "http://proxy:3128", "no_proxy": "*"}, False),
        ({"https_proxy": "http://proxy:3128"}, False),
    ],
)
def test_a_proxy_that_would_get_the_requests_is_found(environment: Mapping[str, str], remedy: bool) -> None:
    server = RunningServer(url="http://localhost:8400", control_token=None, ca=Path("nowhere"))
    found = [finding.remedy for finding in check_proxy(server, environment)]
    assert [one for one in found if one] == (
        ["export NO_PROXY=localhost,127.0.0.1,::1 no_proxy=localhost,127.0.0.1,::1"] if remedy else []
    )
    assert len(found) == (0 if not any(name.lower() == "http_proxy" for name in environment) else 1)


def test_who_trusts_the_authority_is_said_client_by_client(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with EntraServer(tls=True) as secure:
        assert secure.ca
        bundle, foreign = tmp_path / "bundle.pem", tmp_path / "foreign.pem"
        bundle.write_text("another one\n" + secure.ca.read_text())
        foreign.write_text("another one\n")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
        monkeypatch.setenv("SSL_CERT_FILE", str(foreign))
        assert main(["doctor", "--url", secure.base_url, "--ca", str(secure.ca)]) == 1
        output = capsys.readouterr().out
        assert "ok     MSAL Python, azure-identity and requests trust it (REQUESTS_CA_BUNDLE)" in output
        assert "wrong  httpx and urllib do not trust it: SSL_CERT_FILE names another file" in output
        assert "wrong  programs in Node.js do not trust it: NODE_EXTRA_CA_CERTS is not set" in output
        assert f"-> export NODE_EXTRA_CA_CERTS={secure.ca}" in output
        assert f'-> cat {foreign} {secure.ca} > both.pem; export SSL_CERT_FILE="$PWD/both.pem", since' in output
        assert "leads to it" in output
        for name in CERTIFICATE_FILES:
            monkeypatch.setenv(name, str(bundle))
        assert main(["doctor", "--url", secure.base_url, "--ca", str(secure.ca)]) == 0
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing"))
        assert main(["doctor", "--url", secure.base_url, "--ca", str(secure.ca)]) == 1


def test_an_authority_that_is_not_there_or_not_the_right_one_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with EntraServer(tls=True) as secure:
        assert main(["doctor", "--url", secure.base_url]) == 1
    output = capsys.readouterr().out
    assert f"there is no authority in {tmp_path / 'entra-double' / 'ca.pem'}" in output
    assert f"the certificate of {secure.base_url} is not trusted" in output
    assert "-> name the authority's file that serve --tls printed with --ca" in output


def test_a_control_token_is_tried_where_one_is_given(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with EntraServer(control_token="hush") as closed:
        assert main(["doctor", "--url", closed.base_url]) == 0
        assert "token" not in capsys.readouterr().out
        monkeypatch.setenv("ENTRA_DOUBLE_CONTROL_TOKEN", "hush")
        assert main(["doctor", "--url", closed.base_url]) == 0
        assert "ok     the control interface takes the token" in capsys.readouterr().out
        monkeypatch.setenv("ENTRA_DOUBLE_CONTROL_TOKEN", "loud")
        assert main(["doctor", "--url", closed.base_url]) == 1
        output = capsys.readouterr().out
    assert (
        "wrong  the control interface does not take the token\n       -> the server requires its control token"
        in output
    )
