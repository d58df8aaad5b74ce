"""``entrance doctor --site`` looks whether the policy of the front end's page lets MSAL reach Entra."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any, ClassVar

import pytest
from django_entrance.management.content_policy import allow, examine_content_policy, read_policy
from doctor_runs import serving_with
from scripted import ScriptedAuthority

HOST = "https://login.microsoftonline.com"
GOOD = f"default-src 'self'; connect-src 'self' {HOST}; frame-src 'self' {HOST}"


class Site(BaseHTTPRequestHandler):
    """A site with a policy on its pages. The first one may be a login page, or not be there."""

    policies: ClassVar[list[str]] = []
    status = 200
    breaks = False

    def do_GET(self) -> None:
        if self.breaks and self.path == "/":
            return
        self.send_response(self.status if self.path == "/" else 200)
        for policy in self.policies:
            self.send_header("Content-Security-Policy", policy)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def site(settings: Any) -> Iterator[str]:
    spa = "5ba00000-0000-4000-a000-000000000003"
    settings.ENTRANCE = settings.ENTRANCE | {"SPA_CLIENT_ID": spa, "AUTHORITY_HOST": HOST}
    with serving_with(Site) as host:
        yield host


@pytest.mark.parametrize("status", [200, 302, 404])
@pytest.mark.parametrize("policies", [[], [GOOD], [GOOD, "object-src 'none'"]])
def test_a_policy_with_the_authority_is_good(
    site: str, monkeypatch: pytest.MonkeyPatch, policies: list[str], status: int
) -> None:
    monkeypatch.setattr(Site, "policies", policies)
    monkeypatch.setattr(Site, "status", status)
    [finding] = examine_content_policy(f"{site}/entrance/config.json")
    assert finding == ("site, Content-Security-Policy", f"{site}/ lets MSAL reach Entra", "")


@pytest.mark.parametrize(
    ("policies", "lacks"),
    [
        (["default-src 'self'"], f"connect-src {HOST}; frame-src {HOST}"),
        ([f"{GOOD}, default-src 'none'"], f"connect-src {HOST}; frame-src {HOST}"),
        ([GOOD, "frame-src 'none'"], f"frame-src {HOST}"),
        ([f"connect-src {HOST}; child-src 'self'"], f"frame-src {HOST}"),
        ([f"connect-src; frame-src {HOST}"], f"connect-src {HOST}"),
    ],
)
def test_a_policy_without_it_is_found(
    site: str, monkeypatch: pytest.MonkeyPatch, policies: list[str], lacks: str
) -> None:
    monkeypatch.setattr(Site, "policies", policies)
    [finding] = examine_content_policy(site)
    assert finding.seen == f"{site}/ does not let MSAL reach Entra"
    assert finding.remedy == f"Add to the policy of the front end's pages: {lacks}."


def test_without_a_front_end_or_a_site_there_is_nothing_to_see(site: str, settings: Any) -> None:
    assert list(examine_content_policy(None)) == []
    assert list(examine_content_policy("http://localhost:1/")) == []
    settings.ENTRANCE = {key: value for key, value in settings.ENTRANCE.items() if key != "SPA_CLIENT_ID"}
    assert list(examine_content_policy(site)) == []


def test_a_first_page_that_breaks_off_is_no_problem_of_its_policy(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Site, "breaks", True)
    [finding] = examine_content_policy(f"{site}/entrance/config.json")
    assert finding.seen.startswith(f"{site}/: ")
    assert finding.remedy == ""


@pytest.mark.parametrize(
    ("sources", "is_allowed"),
    [
        (HOST, True),
        (f"{HOST}/", True),
        (HOST.upper(), True),
        ("login.microsoftonline.com", True),
        ("https://*.microsoftonline.com", True),
        ("*", True),
        ("https:", True),
        ("http:", False),
        ("http://login.microsoftonline.com", False),
        ("https://microsoftonline.com", False),
        ("https://login.microsoftonline.com.evil.example", False),
        ("'self'", False),
        ("", False),
    ],
)
def test_a_source_stands_for_the_authority(sources: str, is_allowed: bool) -> None:
    assert allow([read_policy(f"connect-src {sources}")], "connect-src", HOST) is is_allowed


def test_the_first_of_two_equal_directives_counts(authority: ScriptedAuthority) -> None:
    policy = read_policy(f"connect-src 'self'; connect-src {HOST}")
    assert not allow([policy], "connect-src", HOST)
    assert allow([policy], "frame-src", HOST)
