"""The page after *Authorize* in Swagger, with the headers that it needs; a browser test of Logbook's signs in by it."""

import base64
import hashlib
import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from django_entrance.contrib.swagger import oauth2_redirect
from sign_ins import LOGIN_REQUIRED, with_middleware

pytestmark = pytest.mark.urls(__name__)


def other(request: object) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("docs/oauth2-redirect.html", oauth2_redirect), path("other/", other)]
PAGE = "/docs/oauth2-redirect.html?code=secret&state=s"


def test_it_stays_beside_the_page_that_opened_it(client: Client) -> None:
    response = client.get(PAGE)
    assert "Cross-Origin-Opener-Policy" not in response
    assert client.get("/other/")["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert b"secret" not in response.content


def test_its_policy_allows_its_script_alone(client: Client) -> None:
    response = client.get(PAGE)
    [script] = re.findall(r"<script>(.*?)</script>", response.content.decode(), re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert response["Content-Security-Policy"].startswith(f"default-src 'none'; script-src 'sha256-{digest}';")


def test_it_needs_no_login(client: Client, settings: Any) -> None:
    with_middleware(settings, LOGIN_REQUIRED)
    assert client.get(PAGE).status_code == 200
    assert client.post(PAGE).status_code == 405
    assert client.get("/other/", headers={"accept": "text/html"}).status_code == 302
