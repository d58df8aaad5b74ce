"""Microsoft's own Python clients, unmodified, as judges: they complete their flows, or entra-local is wrong."""

from __future__ import annotations

import base64
import html
import json
import re
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msal
import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CertificateCredential, ClientSecretCredential, OnBehalfOfCredential
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from entra_local import EntraServer
from entra_local._registration import Certificate, Platform, RedirectUri

from .machine import CERTIFICATE, DAEMON, DAEMON_SECRET, DEFAULT, KEY, SITE, SITE_SECRET, self_signed
from .single_page_app import ADA, API, SCOPE, SPA, TENANT, payload, transaction
from .worlds import change

CALLBACK = "http://localhost:5000/callback"
NATIVE = "http://localhost/native"


@pytest.fixture(scope="module")
def running() -> Iterator[EntraServer]:
    with EntraServer(tls=True) as server:
        yield server


@pytest.fixture
def server(running: EntraServer, monkeypatch: pytest.MonkeyPatch) -> EntraServer:
    """As at start, trusted as the banner says; the daemon has a certificate, too, and Logbook web runs on a phone."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(running.ca))
    running.emulator.reset()
    change(running.emulator, DAEMON, certificates=(Certificate(key_id="one", der=CERTIFICATE),))
    change(running.emulator, SPA, redirect_uris=(RedirectUri(platform=Platform.PUBLIC_CLIENT, uri=NATIVE),))
    return running


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """The clients call nobody but this machine."""
    called, look_up = set[str](), socket.getaddrinfo

    def note(host: Any, *rest: Any, **more: Any) -> Any:
        called.add(str(host))
        return look_up(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", note)
    yield called
    assert called <= {"localhost"}


def authority(server: EntraServer) -> str:
    return f"{server.base_url}/{TENANT}"


def confidential(server: EntraServer, client_id: str, credential: Any) -> msal.ConfidentialClientApplication:
    return msal.ConfidentialClientApplication(
        client_id,
        client_credential=credential,
        authority=authority(server),
        instance_discovery=False,  # it would ask login.microsoftonline.com whether we are Microsoft
    )


def public(server: EntraServer) -> msal.PublicClientApplication:
    return msal.PublicClientApplication(SPA, authority=authority(server), instance_discovery=False)


def pem(value: Any) -> str:
    return str(
        value.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()
    )


FIELD = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


def sign_in(server: EntraServer, flow: dict[str, Any]) -> dict[str, str]:
    """Be the person in the browser: choose Ada if asked, and return what the page posts to the redirect URI."""
    trusting = ssl.create_default_context(cafile=server.ca)
    with httpx.Client(verify=trusting, base_url=server.base_url) as browser:
        page = browser.get(flow["auth_uri"])
        if 'name="transaction"' in page.text:
            page = browser.post(f"/{TENANT}/sign-in", data={"transaction": transaction(page), "account": ADA})
    assert f'action="{flow["redirect_uri"]}"' in page.text
    return {html.unescape(name): html.unescape(value) for name, value in FIELD.findall(page.text)}


def begin(client: Any, redirect_uri: str, **more: Any) -> dict[str, Any]:
    flow: dict[str, Any] = client.initiate_auth_code_flow(
        [SCOPE], redirect_uri=redirect_uri, response_mode="form_post", **more
    )
    return flow


def test_msal_gets_a_daemons_token_with_a_secret(server: EntraServer) -> None:
    client = confidential(server, DAEMON, DAEMON_SECRET)
    tokens = client.acquire_token_for_client([DEFAULT])
    assert payload(tokens["access_token"])["roles"] == ["Logbook.Read.All"]
    asked = len(server.emulator.requests)
    assert client.acquire_token_for_client([DEFAULT])["access_token"] == tokens["access_token"]
    assert len(server.emulator.requests) == asked, "the second one comes from its cache"


@pytest.mark.parametrize("form", ["thumbprint", "sha256", "pfx"])
def test_msal_gets_a_daemons_token_with_a_certificate(server: EntraServer, form: str, tmp_path: Path) -> None:
    certificate = x509.load_der_x509_certificate(CERTIFICATE)
    credential: dict[str, Any] = {"private_key": pem(KEY)}
    if form == "thumbprint":
        credential["thumbprint"] = certificate.fingerprint(hashes.SHA1()).hex()
    elif form == "sha256":
        credential["public_certificate"] = certificate.public_bytes(serialization.Encoding.PEM).decode()
    else:
        from cryptography.hazmat.primitives.serialization import pkcs12

        bundle = pkcs12.serialize_key_and_certificates(b"daemon", KEY, certificate, None, serialization.NoEncryption())
        (tmp_path / "daemon.pfx").write_bytes(bundle)
        credential = {"private_key_pfx_path": str(tmp_path / "daemon.pfx")}
    tokens = confidential(server, DAEMON, credential).acquire_token_for_client([DEFAULT])
    assert payload(tokens["access_token"])["azpacr"] == "2"


def test_msal_is_told_a_wrong_secret_as_the_service_does(server: EntraServer) -> None:
    refused = confidential(server, DAEMON, "wrong").acquire_token_for_client([DEFAULT])
    assert (refused["error"], refused["error_codes"]) == ("invalid_client", [7000215])


def test_msal_signs_a_person_in_to_a_web_site(server: EntraServer) -> None:
    client = confidential(server, SITE, SITE_SECRET)
    flow = begin(client, CALLBACK)
    tokens = client.acquire_token_by_auth_code_flow(flow, sign_in(server, flow))
    assert tokens["id_token_claims"]["oid"] == ADA
    assert payload(tokens["access_token"])["scp"] == "access_as_user"
    (account,) = client.get_accounts()
    assert account["username"] == "ada@contoso.example"
    silent = client.acquire_token_silent([SCOPE], account)
    renewed = client.acquire_token_silent([SCOPE], account, force_refresh=True)
    assert silent["access_token"] == tokens["access_token"] != renewed["access_token"]


def test_msal_notices_that_refresh_tokens_were_revoked(server: EntraServer) -> None:
    client = confidential(server, SITE, SITE_SECRET)
    flow = begin(client, CALLBACK)
    client.acquire_token_by_auth_code_flow(flow, sign_in(server, flow))
    server.emulator.revoke_refresh_tokens()
    refused = client.acquire_token_silent_with_error([SCOPE], client.get_accounts()[0], force_refresh=True)
    assert (refused["error"], refused["suberror"]) == ("invalid_grant", "bad_token")


def test_msal_signs_a_person_in_on_a_phone(server: EntraServer) -> None:
    client = public(server)
    flow = begin(client, NATIVE)
    tokens = client.acquire_token_by_auth_code_flow(flow, sign_in(server, flow))
    assert payload(tokens["access_token"])["azpacr"] == "0"


def test_msal_is_given_the_error_of_a_cancelled_sign_in(server: EntraServer) -> None:
    client = public(server)
    flow = begin(client, NATIVE, prompt="none")
    refused = client.acquire_token_by_auth_code_flow(flow, sign_in(server, flow))
    assert refused["error"] == "login_required"


def identity_of(server: EntraServer, credential: type[Any], **arguments: Any) -> Any:
    return credential(
        TENANT,
        DAEMON,
        authority=server.base_url,
        disable_instance_discovery=True,
        **arguments,
    )


def test_azure_identity_gets_a_token_with_a_secret(server: EntraServer) -> None:
    credential = identity_of(server, ClientSecretCredential, client_secret=DAEMON_SECRET)
    assert payload(credential.get_token(DEFAULT).token)["aud"] == API


def test_azure_identity_gets_a_token_with_a_certificate(server: EntraServer) -> None:
    certificate = x509.load_der_x509_certificate(self_signed()).public_bytes(serialization.Encoding.PEM)
    change(server.emulator, DAEMON, certificates=(Certificate(key_id="one", der=der_of(certificate)),))
    data = pem(KEY).encode() + certificate
    credential = identity_of(server, CertificateCredential, certificate_data=data)
    assert payload(credential.get_token(DEFAULT).token)["azpacr"] == "2"


def der_of(certificate: bytes) -> bytes:
    return x509.load_pem_x509_certificate(certificate).public_bytes(serialization.Encoding.DER)


def test_azure_identity_is_told_a_wrong_secret_as_the_service_does(server: EntraServer) -> None:
    credential = identity_of(server, ClientSecretCredential, client_secret="wrong")
    with pytest.raises(ClientAuthenticationError, match="AADSTS7000215"):
        credential.get_token(DEFAULT)


def test_msal_exchanges_a_token_on_somebodys_behalf(server: EntraServer) -> None:
    client = confidential(server, API, "entra-local-not-a-secret-api")
    called_with = server.emulator.access_token("ada@contoso.example")
    tokens = client.acquire_token_on_behalf_of(called_with, ["https://graph.microsoft.com/User.Read"])
    assert (payload(tokens["access_token"])["oid"], tokens["token_type"]) == (ADA, "Bearer")


def test_azure_identity_exchanges_a_token_on_somebodys_behalf(server: EntraServer) -> None:
    called_with = server.emulator.access_token("ada@contoso.example")
    credential = OnBehalfOfCredential(
        TENANT,
        API,
        client_secret="entra-local-not-a-secret-api",
        user_assertion=called_with,
        authority=server.base_url,
        disable_instance_discovery=True,
    )
    token = credential.get_token("https://graph.microsoft.com/User.Read").token
    assert payload(token)["scp"] == "User.Read"


def test_client_info_names_the_home_account(server: EntraServer) -> None:
    """MSAL keys its cache by it."""
    client = public(server)
    flow = begin(client, NATIVE)
    tokens = client.acquire_token_by_auth_code_flow(flow, sign_in(server, flow))
    info = json.loads(base64.urlsafe_b64decode(tokens["client_info"] + "=="))
    assert client.get_accounts()[0]["home_account_id"] == f"{info['uid']}.{info['utid']}" == f"{ADA}.{TENANT}"
