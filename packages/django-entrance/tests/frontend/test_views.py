import base64
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.handlers.wsgi import get_script_name
from django.test import Client, RequestFactory
from django.urls import clear_script_prefix, set_script_prefix
from django_entrance.checks import check_redirect_bridge
from django_entrance.frontend import views
from scripted import API, OTHER_TENANT, SPA, TENANT


@pytest.fixture
def built_bridge(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    script = 'broadcast("é");'
    (tmp_path / "redirect-bridge.js").write_text(script, encoding="utf-8")
    monkeypatch.setattr(views, "REDIRECT_BRIDGE", tmp_path / "redirect-bridge.js")
    views.bridge_script.cache_clear()
    yield script
    views.bridge_script.cache_clear()


def test_config_of_the_public_cloud(client: Client) -> None:
    response = client.get("/entrance/config.json")
    assert response["Cache-Control"] == "no-cache"
    assert response.json() == {
        "authority": f"https://login.microsoftonline.com/{TENANT}",
        "clientId": SPA,
        "scopes": [f"api://{API}/access_as_user"],
        "redirectUri": "/entrance/redirect/",
        "postLogoutRedirectUri": "/",
        "knownAuthorities": [],
        "authorityMetadata": None,
    }


def test_config_of_entra_double_has_the_endpoints(client: Client, settings: Any) -> None:
    settings.DEBUG = True
    settings.ENTRANCE = settings.ENTRANCE | {"AUTHORITY_HOST": "http://localhost:8400"}
    config = client.get("/entrance/config.json").json()
    assert config["authority"] == f"https://localhost:8400/{TENANT}"
    assert config["knownAuthorities"] == ["localhost:8400"]
    assert config["authorityMetadata"] == {
        "authorization_endpoint": f"http://localhost:8400/{TENANT}/oauth2/v2.0/authorize",
        "token_endpoint": f"http://localhost:8400/{TENANT}/oauth2/v2.0/token",
        "end_session_endpoint": f"http://localhost:8400/{TENANT}/oauth2/v2.0/logout",
        "issuer": f"http://localhost:8400/{TENANT}/v2.0",
        "jwks_uri": f"http://localhost:8400/{TENANT}/discovery/v2.0/keys",
    }


def test_config_of_one_shared_registration_without_scopes(client: Client, settings: Any) -> None:
    settings.ENTRANCE = {"TENANT_ID": TENANT, "CLIENT_ID": API}
    config = client.get("/entrance/config.json").json()
    assert (config["clientId"], config["scopes"]) == (API, [f"api://{API}/.default"])


def test_config_of_one_authority_among_several(client: Client, settings: Any) -> None:
    host, flow = "https://contoso.b2clogin.com", "B2C_1_sign_in"
    settings.ENTRANCE = settings.ENTRANCE | {
        "AUTHORITIES": {"staff": {}, "customers": {"AUTHORITY_HOST": host, "USER_FLOWS": [flow], "SPA_CLIENT_ID": API}}
    }
    assert client.get("/entrance/config.json").json()["clientId"] == SPA
    config = client.get("/entrance/config.json?authority=customers").json()
    assert (config["authority"], config["clientId"]) == (f"{host}/{TENANT}/{flow}", API)
    assert (config["knownAuthorities"], config["authorityMetadata"]) == (["contoso.b2clogin.com"], None)
    assert client.get("/entrance/config.json?authority=unknown").status_code == 404


def test_config_of_external_id_names_the_host_of_its_issuer_too(client: Client, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"AUTHORITY_HOST": "https://contoso.ciamlogin.com"}
    config = client.get("/entrance/config.json").json()
    assert config["authority"] == f"https://contoso.ciamlogin.com/{TENANT}"
    assert config["knownAuthorities"] == ["contoso.ciamlogin.com", f"{TENANT}.ciamlogin.com"]


def test_scopes_follow_the_app_id_uri(client: Client, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {
        "APP_ID_URI": "api://contoso/logbook",
        "AUTHORITIES": {"staff": {}, "customers": {"TENANT_ID": OTHER_TENANT, "APP_ID_URI": "https://b2c.example/x"}},
    }
    assert client.get("/entrance/config.json").json()["scopes"] == ["api://contoso/logbook/access_as_user"]
    customers = client.get("/entrance/config.json?authority=customers").json()
    assert customers["scopes"] == ["https://b2c.example/x/access_as_user"]


def test_the_slash_of_an_older_app_id_uri_stays_before_that_of_the_scope(client: Client, settings: Any) -> None:
    """Entra takes the scope off after the last slash, and compares the rest with the registration."""
    settings.ENTRANCE = settings.ENTRANCE | {"APP_ID_URI": "https://contoso.example/"}
    assert client.get("/entrance/config.json").json()["scopes"] == ["https://contoso.example//access_as_user"]


def answered(address: str, **environ: Any) -> str:
    """Return the response of a site under a script prefix, which servers set and the test client does not."""
    request = RequestFactory().get(address, **environ)
    set_script_prefix(get_script_name(request.environ))
    return Client().get(address, **environ).content.decode()


@pytest.mark.parametrize("by", ["FORCE_SCRIPT_NAME", "SCRIPT_NAME"])
def test_a_site_under_a_sub_path_is_come_back_to(settings: Any, by: str, built_bridge: str) -> None:
    prefix = {"SCRIPT_NAME": "/logbook"} if by == "SCRIPT_NAME" else {}
    settings.FORCE_SCRIPT_NAME = None if prefix else "/logbook"
    try:
        config = json.loads(answered("/entrance/config.json", **prefix))
        assert (config["redirectUri"], config["postLogoutRedirectUri"]) == ("/logbook/entrance/redirect/", "/logbook/")
        assert 'data-home="/logbook/"' in answered("/entrance/redirect/", **prefix)
        settings.ENTRANCE = settings.ENTRANCE | {"POST_LOGOUT_REDIRECT_URI": "/bye/"}
        assert json.loads(answered("/entrance/config.json", **prefix))["postLogoutRedirectUri"] == "/bye/"
    finally:
        clear_script_prefix()


def test_control_a_site_at_the_root_is_come_back_to_there(client: Client, built_bridge: str) -> None:
    assert client.get("/entrance/config.json").json()["postLogoutRedirectUri"] == "/"
    assert 'data-home="/"' in client.get("/entrance/redirect/").content.decode()


def test_config_is_of_an_authority_that_may_enter_here(client: Client, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {
        "AUTHORITIES": {"staff": {}, "customers": {"TENANT_ID": OTHER_TENANT}, "partners": {"TENANT_ID": API}},
        "AUTHORITIES_HERE": "project_urls.authorities_of_host",
    }

    def ask(host: str, query: str = "") -> str | int:
        response = client.get(f"/entrance/config.json{query}", headers={"host": host})
        tenant: str = response.json()["authority"].rpartition("/")[2] if response.status_code == 200 else ""
        return tenant or response.status_code

    assert ask("staff.localhost") == TENANT
    assert ask("customers.localhost") == OTHER_TENANT, "the first of those here, not the first of all"
    assert ask("customers.localhost", "?authority=customers") == OTHER_TENANT
    assert ask("customers.localhost", "?authority=staff") == 404
    assert ask("nothing.localhost") == 404
    assert ask("nothing.localhost", "?authority=staff") == 404


def test_config_of_a_custom_host_names_the_host_of_its_issuer_too(client: Client, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {
        "AUTHORITY_HOST": "https://login.contoso.example",
        "ISSUER_HOST": f"https://{TENANT}.ciamlogin.com",
    }
    config = client.get("/entrance/config.json").json()
    assert config["authority"] == f"https://login.contoso.example/{TENANT}"
    assert config["knownAuthorities"] == ["login.contoso.example", f"{TENANT}.ciamlogin.com"]


def test_redirect_page_has_the_headers_that_msal_needs(client: Client, built_bridge: str) -> None:
    response = client.get("/entrance/redirect/")
    digest = base64.b64encode(hashlib.sha256(built_bridge.encode()).digest()).decode()
    assert f"<script>{built_bridge}</script>" in response.content.decode()
    assert f"script-src 'sha256-{digest}'" in response["Content-Security-Policy"]
    assert "Cross-Origin-Opener-Policy" not in response
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "no-store" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff", "other defaults of SecurityMiddleware stay"


def test_without_its_script_the_redirect_page_says_what_to_do(client: Client, built_bridge: str) -> None:
    script = views.REDIRECT_BRIDGE
    assert isinstance(script, Path)
    script.unlink()
    response = client.get("/entrance/redirect/")
    assert (response.status_code, response["Content-Type"]) == (503, "text/plain")
    [warning] = check_redirect_bridge(None)
    assert response.content.decode() == f"{warning.msg} {warning.hint}\n"
    script.write_text(built_bridge, encoding="utf-8")
    assert client.get("/entrance/redirect/").status_code == 200


def test_control_other_pages_keep_the_opener_policy(client: Client, settings: Any) -> None:
    assert client.get("/entrance/config.json")["Cross-Origin-Opener-Policy"] == "same-origin"


def test_the_redirect_page_refuses_one_default_only() -> None:
    response = views.BridgeResponse()
    response.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.setdefault("Permissions-Policy", "camera=()")
    assert "Cross-Origin-Opener-Policy" not in response
    assert response["Permissions-Policy"] == "camera=()"


@pytest.mark.parametrize("address", ["/entrance/config.json", "/entrance/redirect/"])
def test_only_reading_is_answered(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405
