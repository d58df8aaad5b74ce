"""What TLS connections trust, asked by real connections to servers with certificates of their own."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import certifi
import pytest
from django_entrance.verification.metadata.fetch import fetch_document
from django_entrance.verification.metadata.trust import read_stores, trusting
from entra_double._http.tls import Authority, make_authority
from loopback import QuietHandler, serving_requests
from requests.exceptions import SSLError

VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let only a test's own variables name certificates and proxies."""
    for name in (*VARIABLES, "SSL_CERT_DIR", "CURL_CA_BUNDLE", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@contextmanager
def serving_on_https(folder: Path, authority: Authority, name: str = "localhost") -> Iterator[str]:
    """Yield the address, at localhost, of a server with the authority's certificate for a name."""

    class Handler(QuietHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"body")

    certificate = folder / "server.pem"
    certificate.write_bytes(b"".join(authority.issue([name])))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with serving_requests(Handler, tls) as port:
        yield f"https://localhost:{port}/"


def bundle_of(path: Path, *authorities: Authority) -> Path:
    """Write a file of certificates in one step, as programs that install them do."""
    new = path.with_suffix(".new")
    new.write_bytes(b"".join(authority.pem for authority in authorities))
    return new.replace(path)


@pytest.mark.parametrize("variable", VARIABLES)
def test_an_authority_that_the_environment_names_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    authority = make_authority()
    with serving_on_https(tmp_path, authority) as address:
        for _ in range(2):
            with pytest.raises(SSLError, match="CERTIFICATE_VERIFY_FAILED"):
                fetch_document(address)
        monkeypatch.setenv(variable, str(bundle_of(tmp_path / "ca.pem", authority)))
        for _ in range(2):
            assert fetch_document(address) == b"body"
        monkeypatch.delenv(variable)
        with pytest.raises(SSLError, match="CERTIFICATE_VERIFY_FAILED"):
            fetch_document(address)


def test_a_certificate_for_another_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = make_authority()
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle_of(tmp_path / "ca.pem", authority)))
    with (
        serving_on_https(tmp_path, authority, "127.0.0.1") as address,
        pytest.raises(SSLError, match="Hostname mismatch"),
    ):
        fetch_document(address)
    with serving_on_https(tmp_path, authority) as address:
        assert fetch_document(address) == b"body", "control"


@pytest.mark.parametrize("variable", VARIABLES)
def test_a_store_that_has_changed_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    first, second = make_authority(), make_authority()
    monkeypatch.setenv(variable, str(bundle_of(tmp_path / "ca.pem", first)))
    with serving_on_https(tmp_path, second) as address:
        with pytest.raises(SSLError, match="CERTIFICATE_VERIFY_FAILED"):
            fetch_document(address)
        bundle_of(tmp_path / "ca.pem", second)
        assert fetch_document(address) == b"body"
        bundle_of(tmp_path / "ca.pem", first)
        with pytest.raises(SSLError, match="CERTIFICATE_VERIFY_FAILED"):
            fetch_document(address)


def test_the_stores_are_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = make_authority()
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle_of(tmp_path / "ca.pem", authority)))
    with serving_on_https(tmp_path, authority) as address:
        fetch_document(address)
        before = read_stores.cache_info().misses
        for _ in range(5):
            fetch_document(address)
    assert read_stores.cache_info().misses == before


@pytest.mark.parametrize("is_folder", [True, False])
def test_a_bundle_is_trusted_beside_the_systems_store(tmp_path: Path, is_folder: bool) -> None:
    """Certificates of a folder are read when one is needed, so they are not counted."""
    context = trusting(str(tmp_path) if is_folder else certifi.where())
    alone = ssl.create_default_context()
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    more = 0 if is_folder else len(ssl.create_default_context(cafile=certifi.where()).get_ca_certs())
    assert max(len(alone.get_ca_certs()), more) <= len(context.get_ca_certs()) <= len(alone.get_ca_certs()) + more


def test_a_bundle_that_is_missing_is_an_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/missing.pem")
    with pytest.raises(OSError, match=r"/missing\.pem"):
        fetch_document("https://localhost:1/")
