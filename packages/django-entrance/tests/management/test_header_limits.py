"""The length of headers that a site accepts, as ``entrance doctor --site`` reports it."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest
from doctor_runs import run_doctor, serving_with
from scripted import ScriptedAuthority

pytestmark = pytest.mark.django_db


class Narrow(BaseHTTPRequestHandler):
    """A server that accepts headers up to a length, in front of a site that answers 200."""

    most = 8_190
    hangs_up = False

    def do_GET(self) -> None:
        length = max(len(f"{name}: {value}") for name, value in self.headers.items())
        if length > self.most and self.hangs_up:
            self.close_connection = True
            return
        self.send_response(431 if length > self.most else 200 if self.path.startswith("/entrance/") else 302)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    with serving_with(Narrow) as host:
        yield host


@pytest.mark.parametrize("hangs_up", [False, True])
@pytest.mark.parametrize(
    ("most", "seen"),
    [
        (12_600, "accepts 12500 characters, the length of a token with 200 groups"),
        (12_500, "accepts 8000 characters (about 123 groups), but not 12500 (200 groups): "),
        (8_190, "accepts 8000 characters (about 123 groups), but not 12500 (200 groups): "),
        (4_096, "accepts 4000 characters (about 46 groups), but not 12500 (200 groups): "),
        (1_024, "accepts 0 characters (about 0 groups), but not 12500 (200 groups): "),
    ],
)
def test_a_server_that_refuses_long_headers_is_found(
    authority: ScriptedAuthority, monkeypatch: pytest.MonkeyPatch, site: str, most: int, seen: str, hangs_up: bool
) -> None:
    monkeypatch.setattr(Narrow, "most", most)
    monkeypatch.setattr(Narrow, "hangs_up", hangs_up)
    output = run_doctor("--site", f"{site}/entrance/config.json", problems=int(most < 12_520))
    assert f"site, headers: {seen}" in output
    assert ("got 431" in output) is (most < 12_520 and not hangs_up)
    assert ("--limit-request-field_size" in output) is (most < 12_520)


@pytest.mark.parametrize(
    ("address", "seen"),
    [
        ("localhost", "'localhost' is not the URL of a site"),
        ("http://localhost:1/", "Max retries exceeded"),
        ("http://", "'http://' is not the URL of a site"),
        ("ftp://localhost/", "is not the URL of a site"),
        ("https:localhost/x", "is not the URL of a site"),
        ("https://.example/", "is not the URL of a site"),
        (f"https://{64 * 'x'}.example/", "is not the URL of a site"),
        ("https://[::1/", "is not the URL of a site"),
        ("https://localhost:99999/", "is not the URL of a site"),
        ("https://local host/", "is not the URL of a site"),
        ("//localhost/", "is not the URL of a site"),
        ("{site}/", "expected status 200, got 302"),
    ],
)
def test_a_url_that_is_not_of_the_site_is_reported(
    authority: ScriptedAuthority, site: str, address: str, seen: str
) -> None:
    output = run_doctor("--site", address.format(site=site), problems=1)
    assert seen in output
    assert "Give a complete URL that the site answers with status 200" in output


def test_the_scheme_of_the_site_may_be_in_upper_case(authority: ScriptedAuthority, site: str) -> None:
    output = run_doctor("--site", f"{site}/entrance/config.json".replace("http://", "HTTP://"), problems=1)
    assert "site, headers: accepts 8000 characters" in output


def test_several_problems_are_counted(authority: ScriptedAuthority) -> None:
    authority.down = True
    assert "wrong  site, headers: " in run_doctor("--site", "nonsense", problems=2)
