"""Ninja's Swagger page with the sign-in filled in; a browser test of Logbook's suite signs in from one."""

import json
import re
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import path
from django_entrance.contrib.ninja import EntraAuth, EntraSwagger
from ninja import NinjaAPI
from scripted import API, SPA, ScriptedAuthority

pytestmark = pytest.mark.urls(__name__)

api = NinjaAPI(
    auth=EntraAuth(), docs=EntraSwagger({"filter": True}), docs_url="/docs/", urls_namespace="swagger", title="Log"
)
urlpatterns = [path("api/", api.urls)]


@pytest.fixture
def installed(authority: ScriptedAuthority, settings: Any) -> None:
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "ninja"]


def settings_of(client: Client) -> Any:
    content = client.get("/api/docs/").content.decode()
    [found] = re.findall(r'id="swagger-settings">(.*?)</script>', content, re.DOTALL)
    return json.loads(found)


@pytest.mark.usefixtures("installed")
def test_client_scopes_and_pkce_are_filled_in(client: Client, settings: Any) -> None:
    told = settings_of(client)
    assert (told["filter"], told["url"]) == (True, "/api/openapi.json")
    assert told["initOAuth"] == {
        "clientId": SPA,
        "scopes": [f"api://{API}/access_as_user"],
        "usePkceWithAuthorizationCodeGrant": True,
    }
    settings.ENTRANCE = {key: value for key, value in settings.ENTRANCE.items() if key != "SPA_CLIENT_ID"}
    assert settings_of(client)["initOAuth"]["clientId"] == API


@pytest.mark.usefixtures("installed")
def test_it_keeps_its_window_and_needs_no_inline_script(client: Client) -> None:
    response = client.get("/api/docs/")
    assert response["Cross-Origin-Opener-Policy"] == "same-origin-allow-popups"
    content = response.content.decode()
    assert re.findall(r"<script>|https?://|<style", content) == []
    assert "/static/django_entrance/ninja-swagger.js" in content


def test_without_ninjas_files_it_says_what_to_do(authority: ScriptedAuthority, client: Client) -> None:
    with pytest.raises(ImproperlyConfigured, match="add 'ninja' to INSTALLED_APPS"):
        client.get("/api/docs/")
