"""``entrance doctor --site`` looks at the redirect page as people get it."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django_entrance.frontend import views
from django_entrance.management.redirect_page import examine_redirect_page, redirect_path
from doctor_runs import run_doctor, serving_with
from scripted import ScriptedAuthority

pytestmark = pytest.mark.django_db

PAGE = "/entrance/redirect/"


class Site(BaseHTTPRequestHandler):
    """A site that sends the redirect page with what stands in ``added``."""

    added: ClassVar[dict[str, str]] = {}
    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status if self.path == PAGE else 200)
        for name, value in self.added.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    with serving_with(Site) as host:
        yield host


def test_a_page_that_comes_as_it_is_sent_is_good(site: str) -> None:
    [(where, seen, remedy)] = examine_redirect_page(f"{site}/any")
    assert (where, seen, remedy) == ("redirect page", f"{site}{PAGE} comes with the headers that MSAL needs", "")


@pytest.mark.parametrize(
    ("name", "value", "is_wrong"),
    [
        ("Cross-Origin-Opener-Policy", "same-origin", True),
        ("X-Frame-Options", "deny", True),
        ("X-Frame-Options", "SAMEORIGIN", False),
        ("Referrer-Policy", "no-referrer", False),
    ],
)
def test_a_header_that_breaks_msal_is_found(
    site: str, monkeypatch: pytest.MonkeyPatch, name: str, value: str, is_wrong: bool
) -> None:
    monkeypatch.setattr(Site, "added", {name: value})
    [(_, seen, remedy)] = examine_redirect_page(site)
    assert (f"{PAGE} has {name}: {value}" in seen) is is_wrong
    assert remedy.startswith("Let no proxy or middleware change") is is_wrong


def test_another_page_in_its_place_is_found(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Site, "status", 404)
    [(_, seen, remedy)] = examine_redirect_page(site)
    assert seen.endswith("expected status 200, got 404")
    assert remedy


def test_a_site_that_does_not_answer_is_reported_elsewhere() -> None:
    assert list(examine_redirect_page("http://localhost:1/")) == []
    assert list(examine_redirect_page(None)) == []


def test_a_page_without_its_script_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    views.bridge_script.cache_clear()
    monkeypatch.setattr(views, "REDIRECT_BRIDGE", Path("/nowhere"))
    [(_, seen, remedy)] = examine_redirect_page(None)
    assert seen == f"{PAGE} has no script, so no sign-in by MSAL ends"
    assert "npm run build" in remedy


def test_a_project_without_our_urls_has_no_such_page(settings: Any) -> None:
    settings.ROOT_URLCONF = "empty_urls"
    assert redirect_path() is None
    assert list(examine_redirect_page("http://localhost:1/")) == []


def test_doctor_reports_it(authority: ScriptedAuthority, site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Site, "added", {"Cross-Origin-Opener-Policy": "same-origin"})
    assert f"wrong  redirect page: {site}{PAGE} has Cross-Origin" in run_doctor("--site", f"{site}/", problems=1)
