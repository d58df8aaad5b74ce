"""Our own application proves itself to entra-double as MSAL does it: secret, certificate, federated credential."""

import datetime
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from django_entrance.conf.loading import current_settings
from django_entrance.conf.options import AuthoritySettings
from django_entrance.entra.client import client_of, credential_of, managed_identity_assertion
from django_entrance.entra.http_client import HttpClient, WrongHost, real_address
from entra_double import RunningEntra
from many_groups import Answers, answering, make_world
from many_groups import settings_for as world_settings
from own_credentials import as_pem, assertion, pem_of, trust_certificate, trust_platform
from scripted import API, K2, TENANT, Key

GRAPH = ["https://graph.microsoft.com/.default"]


@pytest.fixture
def entra(entra_server: RunningEntra, settings: Any) -> RunningEntra:
    make_world(entra_server.emulator)
    settings.DEBUG = True
    settings.ENTRANCE = world_settings(entra_server.base_url, CLIENT_SECRET=None)
    return entra_server


def is_given_a_token(settings: Any, **credential: str) -> bool:
    settings.ENTRANCE = settings.ENTRANCE | credential
    answer = client_of("default").acquire_token_for_client(GRAPH)
    return "access_token" in answer


@pytest.mark.parametrize("key_first", [True, False], ids=["key first", "certificate first"])
def test_a_certificate_proves_the_application(
    entra: RunningEntra, settings: Any, tmp_path: Path, key_first: bool
) -> None:
    private, certificate = pem_of(K2)
    file = tmp_path / "entra.pem"
    file.write_bytes(private + certificate if key_first else certificate + private)
    assert not is_given_a_token(settings, CLIENT_CERTIFICATE=str(file))
    trust_certificate(entra, certificate)
    client_of.cache_clear()
    assert is_given_a_token(settings, CLIENT_CERTIFICATE=str(file))


def test_a_chain_is_sent_whole(settings: Any, tmp_path: Path) -> None:
    (private, first), (_, second) = pem_of(K2), pem_of(Key.make("authority"))
    file = tmp_path / "entra.pem"
    file.write_bytes(b"Bag Attributes\n" + first + private + second)
    credential = credential_of(own(CLIENT_CERTIFICATE=str(file)))
    assert isinstance(credential, dict)
    assert credential["public_certificate"].count("BEGIN CERTIFICATE") == 2
    assert "CERTIFICATE" not in credential["private_key"]


@pytest.mark.parametrize("content", [b"", b"\x30\x82\xff", b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----"])
def test_another_kind_of_file_is_no_certificate(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "entra.pfx"
    file.write_bytes(content)
    with pytest.raises(ValueError, match="not a PEM file with a private key and a certificate"):
        credential_of(own(CLIENT_CERTIFICATE=str(file)))


@pytest.mark.parametrize(
    "private",
    [
        as_pem(ec.generate_private_key(ec.SECP256R1())),
        as_pem(ed25519.Ed25519PrivateKey.generate()),
        as_pem(K2.private, b"password"),
        as_pem(K2.private).replace(b"MII", b"MIJ", 1),
    ],
    ids=["EC", "Ed25519", "with a password", "broken"],
)
def test_another_key_is_refused_before_msal_has_it(tmp_path: Path, private: bytes) -> None:
    """MSAL's error has the key in its frames, and no class of ours."""
    file = tmp_path / "entra.pem"
    file.write_bytes(private + pem_of(K2)[1])
    with pytest.raises(ValueError, match="must be RSA, without a password"):
        credential_of(own(CLIENT_CERTIFICATE=str(file)))


def own(**changes: Any) -> AuthoritySettings:
    return AuthoritySettings(**{"TENANT_ID": TENANT, "CLIENT_ID": API, "APPLICATIONS": {}} | changes)


@pytest.fixture
def federated(entra: RunningEntra) -> RunningEntra:
    trust_platform(entra)
    return entra


def test_a_federated_token_in_a_file_proves_the_application(
    federated: RunningEntra, settings: Any, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    file.write_text(assertion(sub="another") + "\n")
    assert not is_given_a_token(settings, CLIENT_ASSERTION=str(file))
    file.write_text(assertion() + "\n")  # the platform renews it; it is read each time
    assert is_given_a_token(settings, CLIENT_ASSERTION=str(file))


@pytest.fixture
def app_service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Answers]:
    """The endpoint that an App Service has for the identities of its machine."""
    told = {"access_token": assertion(), "expires_on": str(int(time.time()) + 600), "token_type": "Bearer"}
    with answering(Answers(scripted={"/msi/token": (200, {"Content-Type": "application/json"}, told)})) as answers:
        monkeypatch.setenv("IDENTITY_ENDPOINT", f"{answers.host}/msi/token")
        monkeypatch.setenv("IDENTITY_HEADER", "the-header-of-the-machine")
        yield answers


IDENTITY = "1de00000-0000-4000-a000-000000000001"


@pytest.mark.parametrize(
    ("written", "asked"),
    [("managed-identity", ""), (f"managed-identity:{IDENTITY}", f"&client_id={IDENTITY}")],
)
def test_a_managed_identity_proves_the_application(
    federated: RunningEntra, settings: Any, app_service: Answers, written: str, asked: str
) -> None:
    assert is_given_a_token(settings, CLIENT_ASSERTION=written)
    ((path, headers),) = app_service.asked
    assert path.partition("?")[2] == f"api-version=2019-08-01&resource=api%3A%2F%2FAzureADTokenExchange{asked}"
    assert headers["x-identity-header"] == "the-header-of-the-machine"


def test_a_machine_without_an_identity_gives_no_assertion(app_service: Answers) -> None:
    app_service.scripted["/msi/token"] = (400, {}, {"statusCode": 400, "message": "No identity"})
    with pytest.raises(OSError, match="the machine's identity gave no token"):
        managed_identity_assertion("", "api://AzureADTokenExchange")


def test_an_endpoint_that_leads_elsewhere_is_not_followed(app_service: Answers) -> None:
    with answering(Answers()) as trap:
        app_service.scripted["/msi/token"] = (302, {"Location": trap.host}, {})
        with pytest.raises(OSError, match="gave no token"):
            managed_identity_assertion("", "api://AzureADTokenExchange")
        assert trap.asked == []


@pytest.mark.parametrize(
    ("cloud", "audience"),
    [
        ("public", "api://AzureADTokenExchange"),
        ("us-government", "api://AzureADTokenExchangeUSGov"),
        ("china", "api://AzureADTokenExchangeChina"),
    ],
)
def test_each_cloud_exchanges_tokens_of_its_own(settings: Any, app_service: Answers, cloud: str, audience: str) -> None:
    ids = {key: settings.ENTRANCE[key] for key in ("TENANT_ID", "CLIENT_ID")}
    settings.ENTRANCE = ids | {"CLOUD": cloud, "CLIENT_ASSERTION": "managed-identity"}
    credential = credential_of(current_settings().AUTHORITIES["default"])
    assert not isinstance(credential, str)
    assert credential["client_assertion"]() == app_service.scripted["/msi/token"][2]["access_token"]
    assert f"resource={audience.replace(':', '%3A').replace('/', '%2F')}" in app_service.asked[0][0]


def test_without_a_credential_there_is_no_client(entra: RunningEntra) -> None:
    with pytest.raises(ValueError, match="no CLIENT_SECRET, CLIENT_CERTIFICATE or CLIENT_ASSERTION"):
        client_of("default")


@pytest.mark.parametrize(
    ("changes", "url", "address"),
    [
        ({}, "https://login.microsoftonline.com/x?y#z", "https://login.microsoftonline.com/x?y#z"),
        ({}, "HTTPS://Graph.Microsoft.com/v1.0", "https://graph.microsoft.com/v1.0"),
        ({"AUTHORITY_HOST": "http://localhost:8400"}, "https://localhost:8400/x", "http://localhost:8400/x"),
        ({"AUTHORITY_HOST": "http://localhost:8400"}, "http://localhost:8400/x", "http://localhost:8400/x"),
        ({"AUTHORITY_HOST": "https://c.ciamlogin.com"}, f"https://{TENANT}.ciamlogin.com/", None),
    ],
)
def test_requests_go_to_hosts_of_the_authority(settings: Any, changes: Any, url: str, address: str | None) -> None:
    settings.DEBUG = True
    assert real_address(own(**changes), url) == (address or url)


@pytest.mark.parametrize(
    ("changes", "url", "debug"),
    [
        ({}, "https://login.microsoftonline.com.evil.example/", True),
        ({}, "https://login.microsoftonline.com@evil.example/", True),
        ({}, "https://evil.example/", True),
        ({}, "https://login.microsoftonline.com:8443/", True),
        ({}, f"https://{TENANT}.ciamlogin.com/", True),
        ({"AUTHORITY_HOST": "https://c.ciamlogin.com"}, "https://evilciamlogin.com/", True),
        ({"AUTHORITY_HOST": "https://c.ciamlogin.com"}, "https://evil.example\\.ciamlogin.com/", True),
        ({"AUTHORITY_HOST": "https://c.ciamlogin.com"}, "https://evil.example@d.ciamlogin.com/", True),
        ({}, "    https://graph.microsoft.com/x", True),
        ({}, "https://graph.microsoft\n.com/x", True),
        ({}, "\0https://graph.microsoft.com/x", True),
        ({"AUTHORITY_HOST": "http://localhost:8400"}, "https://localhost:84001/x", True),
        ({"AUTHORITY_HOST": "http://localhost:8400"}, "https://localhost:8400/x", False),
        ({"AUTHORITY_HOST": "http://entra.example"}, "https://entra.example/x", True),
    ],
)
def test_requests_go_to_no_other_host(settings: Any, changes: Any, url: str, debug: bool) -> None:
    settings.DEBUG = debug
    with pytest.raises(WrongHost):
        real_address(own(**changes), url)


def test_a_netrc_file_says_nothing(
    entra: RunningEntra, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login ada password from-netrc\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with answering(Answers(scripted={"/x": (200, {}, {})})) as answers:
        client = HttpClient(own(AUTHORITY_HOST=answers.host))
        answer = client.get(f"https://{answers.host.removeprefix('http://')}/x", headers={"Authorization": "Bearer t"})
        client.close()
        assert (answer.status_code, answer.json()) == (200, {})
        assert answers.asked[0][1]["authorization"] == "Bearer t"


def test_a_bad_status_is_raised_when_msal_asks_for_it() -> None:
    with answering(Answers(scripted={"/ok": (200, {}, {})})) as answers:
        client = HttpClient(own(AUTHORITY_HOST=answers.host))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("django.conf.settings.DEBUG", True)
            client.get(f"{answers.host}/ok").raise_for_status()
            with pytest.raises(requests.exceptions.HTTPError, match="status 404"):
                client.get(f"{answers.host}/missing").raise_for_status()


def test_certificates_are_of_now() -> None:
    """The tests' own certificates end after a day; this one says so."""
    _, certificate = pem_of(K2)
    ends = x509.load_pem_x509_certificate(certificate).not_valid_after_utc
    assert ends > datetime.datetime.now(datetime.UTC)
    assert hashes.SHA256().name == "sha256"
