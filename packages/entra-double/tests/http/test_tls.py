"""https with a certificate authority of its own, which can sign for this machine and for nobody else."""

from __future__ import annotations

import datetime
import os
import shlex
import shutil
import signal
import ssl
import stat
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError
from entra_double import EntraServer
from entra_double._http import tls
from entra_double._http.tls import kept_authority, make_authority, trust_lines, write_certificate

from ..commands import serve
from ..single_page_app import TENANT


def test_the_server_speaks_https_to_who_trusts_its_authority() -> None:
    with EntraServer(tls=True) as server:
        assert server.base_url == f"https://localhost:{server.port}"
        assert server.ca is not None
        trusting = ssl.create_default_context(cafile=server.ca)
        for host in ("localhost", "127.0.0.1"):
            url = f"https://{host}:{server.port}/{TENANT}/v2.0/.well-known/openid-configuration"
            assert httpx.get(url, verify=trusting).json()["issuer"] == f"{server.base_url}/{TENANT}/v2.0"
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            httpx.get(f"{server.base_url}/health", verify=ssl.create_default_context())
    assert not server.ca.exists(), "it ends with the server"


def test_without_tls_there_is_no_authority() -> None:
    with EntraServer() as server:
        assert (server.ca, server.base_url[:5]) == (None, "http:")


@pytest.mark.parametrize(("name", "is_good"), [("localhost", True), ("login.microsoftonline.com", False)])
def test_the_authority_can_sign_for_loopback_only(name: str, is_good: bool) -> None:
    authority = make_authority()
    certificate = x509.load_pem_x509_certificate(authority.issue([name])[0])
    verifier = PolicyBuilder().store(Store([authority.certificate])).build_server_verifier(x509.DNSName(name))
    if is_good:
        assert verifier.verify(certificate, [])
    else:
        with pytest.raises(VerificationError):
            verifier.verify(certificate, [])


def test_the_authority_is_kept_and_nobody_else_may_read_its_key(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    first, ca = kept_authority(folder)
    again, _ = kept_authority(folder)
    assert first.certificate == again.certificate
    write_certificate(first, ["localhost"], folder)
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
    assert modes == dict.fromkeys(["ca.pem", "ca.key", "server.pem", "server.key"], 0o600)
    assert ca.read_bytes() == first.pem
    assert "PRIVATE" not in repr(first)


def test_an_authority_that_has_ended_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = kept_authority(tmp_path)
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=366)
    monkeypatch.setattr(tls, "_now", lambda: later)
    assert kept_authority(tmp_path)[0].certificate != first.certificate


def test_a_key_of_another_kind_is_not_taken(tmp_path: Path) -> None:
    first, _ = kept_authority(tmp_path)
    other = ec.generate_private_key(ec.SECP256R1())
    assert isinstance(first.key, type(other))
    from cryptography.hazmat.primitives.asymmetric import rsa

    rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    (tmp_path / "ca.key").write_bytes(
        rsa_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    assert kept_authority(tmp_path)[0].certificate != first.certificate


ASKING = {
    "MSAL Python, azure-identity, requests": [sys.executable, "-c", "import requests, sys; requests.get(sys.argv[1])"],
    "httpx, urllib; Go and .NET on Linux": [sys.executable, "-c", "import httpx, sys; httpx.get(sys.argv[1])"],
    "Node.js, msal-node": ["node", "-e", "fetch(process.argv[1]).catch(() => process.exit(1))"],
    "curl": ["curl", "--silent", "--fail"],
    "Java": ["java", "Ask.java"],
}


"""How a client asks for an address; it fails when it does not trust who answers."""


MAY_BE_MISSING = ("curl", "Java")


"""Python and Node are what this repository needs anyway."""


ASK_IN_JAVA = """
public class Ask {
    public static void main(String[] given) throws Exception {
        new java.net.URL(given[0]).openStream().close();
    }
}
"""


@pytest.mark.parametrize("client", ASKING)
def test_the_line_of_a_client_makes_it_trust_the_authority(client: str, tmp_path: Path) -> None:
    if client in MAY_BE_MISSING and shutil.which(ASKING[client][0]) is None:
        pytest.skip(f"{ASKING[client][0]} is not installed")
    (tmp_path / "Ask.java").write_text(ASK_IN_JAVA)
    environment = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    with EntraServer(tls=True) as server:
        assert server.ca is not None
        ask = shlex.join([*ASKING[client], f"{server.base_url}/health"])
        line = dict(trust_lines(server.ca))[client]
        runs = [
            subprocess.run(["sh", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True)
            for script in (f"{line}\n{ask}", ask)
        ]
    assert [run.returncode == 0 for run in runs] == [True, False], runs


def test_every_line_names_the_authority() -> None:
    folder = Path("/x/with a space")
    lines = trust_lines(folder / "ca.pem")
    assert all("'/x/with a space/ca.pem'" in line for _, line in lines)
    assert {client for client, _ in lines} - set(ASKING) == {"Chromium on Linux"}


def test_the_command_says_how_to_trust_it(tmp_path: Path) -> None:
    arguments = [sys.executable, "-m", "entra_double", "serve", "--port", "0", "--tls"]
    environment = {"XDG_STATE_HOME": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        said = ""
        try:
            for line in process.stdout:
                said += line
                if "keytool" in line:
                    break
        finally:
            process.send_signal(signal.SIGINT)
    assert process.returncode == 0
    assert "Issuer         https://localhost:" in said
    assert f"REQUESTS_CA_BUNDLE={tmp_path}/entra-double/ca.pem" in said


def test_microsofts_own_host_names_lead_to_the_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As the documentation says, but for the port and the hosts file: the test connects to loopback by itself."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    def ask(client: httpx.Client) -> list[object]:
        authority = next(tmp_path.rglob("ca.pem"))
        trusting = ssl.create_default_context(cafile=authority)
        answers: list[object] = []
        for host, path in (
            ("login.microsoftonline.com", f"/{TENANT}/v2.0/.well-known/openid-configuration"),
            ("graph.microsoft.com", "/v1.0/me"),
            ("login.microsoftonline.de", "/health"),
        ):
            with httpx.Client(verify=trusting, base_url=client.base_url) as named:
                known = host if host != "login.microsoftonline.de" else "localhost"
                response = named.get(path, headers={"Host": host}, extensions={"sni_hostname": known})
            answers.append(response.json().get("issuer", 401) if response.status_code < 421 else response.status_code)
        return answers

    base_url = "https://login.microsoftonline.com"
    options = ("--tls", "--base-url", base_url, "--host-name", "Graph.Microsoft.com")
    code, answers = serve(*options, ask=ask, scheme="https")
    assert (code, answers) == (0, [f"{base_url}/{TENANT}/v2.0", 401, 421])
