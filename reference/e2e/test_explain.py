"""The admin's page *Explain*: a token is decoded in the page, and no request carries it."""

import json
import time
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from e2e.axe import expect_nothing_found
from e2e.people import PASSWORD
from e2e.servers import Servers
from playwright.sync_api import Page, Request, expect

EXPLAIN = "/admin/django_entrance/signinevent/explain/"
SIGNATURE = "c2lnbmF0dXJlLW9mLW5vYm9keQ"


def token(**claims: Any) -> str:
    head, payload = (urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=").decode() for each in ({}, claims))
    return f"{head}.{payload}.{SIGNATURE}"


ROOT = f"""
from django.contrib.auth.models import User

User.objects.filter(username="root").delete()
User.objects.create_superuser("root", password={PASSWORD!r})
"""


@pytest.fixture
def explain(page: Page, servers: Servers) -> Page:
    servers.manage("shell", "--verbosity", "0", "--command", ROOT)
    page.goto(EXPLAIN)
    page.get_by_label("Username").fill("root")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("heading", name="Explain")).to_be_visible()
    return page


def here(page: Page) -> dict[str, Any]:
    """Return what the page compares with, of its first authority."""
    text = page.locator("#entrance-here").text_content()
    authority: dict[str, Any] = json.loads(text or "")["authorities"][0]
    return authority


def test_a_token_is_explained_and_stays_in_the_page(explain: Page) -> None:
    requests: list[Request] = []

    def note(request: Request) -> None:
        requests.append(request)

    explain.on("request", note)
    settings = here(explain)
    good = {"iss": settings["issuers"][0], "aud": settings["audiences"][0], "scp": "access_as_user"}
    explain.get_by_label("A token", exact=True).fill(
        token(**good, exp=int(time.time()) + 900, azp=settings["clients"][0])
    )
    told = explain.get_by_label("What the token says")
    expect(told).to_contain_text("Expires in 14 minutes")
    expect(told.locator(".is-wrong")).to_have_count(0)
    expect(told).not_to_contain_text(SIGNATURE)
    explain.get_by_label("A token", exact=True).fill(
        token(**good | {"aud": "https://graph.microsoft.com", "exp": 1_000})
    )
    expect(told).to_contain_text("This token is for Microsoft Graph")
    expect(told).to_contain_text("Expired ")
    explain.get_by_label("A token", exact=True).fill("eyJ0.no")
    expect(told).to_contain_text("This is no token that can be read")
    explain.get_by_label("A token", exact=True).fill(token(**good, exp=1_000))
    expect(told).to_contain_text("Expired ")
    explain.get_by_label("A token", exact=True).fill(f"e30.bnVsbA.{SIGNATURE}")  # its claims are null
    expect(told).to_contain_text("This is no token that can be read")
    assert [each.url for each in requests] == []
    expect_nothing_found(explain)


def test_a_reason_is_explained_by_its_name(explain: Page) -> None:
    explain.get_by_label("A reason, a code").fill("audience_refused")
    explain.keyboard.press("Enter")
    told = explain.get_by_label("Explanation", exact=True)
    expect(told).to_contain_text("The token is for another application")
    expect(told).to_contain_text("APP_ID_URI = ")
