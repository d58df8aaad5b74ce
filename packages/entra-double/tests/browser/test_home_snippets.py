"""The settings to copy: they are code of their language, and say the right things of the application."""

from __future__ import annotations

import ast
import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import msal
import pytest
from entra_double import EntraServer
from entra_double._browser.home.snippets import Snippet, fitting, snippets
from entra_double._world.registration import AppRegistration, Platform, RedirectUri
from entra_double._world.seed import API_CLIENT_ID, CONTOSO, DAEMON_CLIENT_ID, SITE_CLIENT_ID, SPA_CLIENT_ID, seed

from ..single_page_app import ADA

BY_ID = {known.client_id: known for known in seed().applications}
API = BY_ID[API_CLIENT_ID]
PLAIN, SECURE = "http://localhost:8400", "https://localhost:8400"
HOSTILE = '"); import os; os.abort() #`${1}`'


def settings(client: AppRegistration, *, api: AppRegistration | None = API, url: str = PLAIN) -> dict[str, Snippet]:
    return {snippet.title: snippet for snippet in snippets(url, client, api)}


def hostile(client_id: str) -> AppRegistration:
    known = BY_ID[client_id]
    uris = tuple(RedirectUri(platform=platform, uri=HOSTILE) for platform in Platform)
    secrets = tuple(replace(secret, value=HOSTILE) for secret in known.secrets)
    return replace(known, name=HOSTILE, redirect_uris=uris, secrets=secrets, app_id_uris=(HOSTILE,))


CLIENTS = [
    *(BY_ID[client_id] for client_id in (SPA_CLIENT_ID, SITE_CLIENT_ID, DAEMON_CLIENT_ID, API_CLIENT_ID)),
    hostile(SITE_CLIENT_ID),
]


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name[:14])
@pytest.mark.parametrize("api", [API, hostile(API_CLIENT_ID), None], ids=["with an API", "hostile", "without"])
@pytest.mark.parametrize("url", [PLAIN, SECURE])
def test_settings_are_code_of_their_language(client: AppRegistration, api: AppRegistration | None, url: str) -> None:
    found = settings(client, api=api, url=url)
    for snippet in found.values():
        assert client.client_id in snippet.text or snippet.title == "django-entrance"
        assert CONTOSO.id in snippet.text
        if snippet.language == "python":
            calls = [node for node in ast.walk(ast.parse(snippet.text)) if isinstance(node, ast.Attribute)]
            assert "abort" not in [call.attr for call in calls]


@pytest.mark.parametrize("title", ["MSAL JS", "Auth.js"])
def test_settings_in_javascript_are_javascript(title: str) -> None:
    for client in CLIENTS:
        command = ["node", "--input-type=module", "--check"]
        check = subprocess.run(command, input=settings(client)[title].text, capture_output=True, text=True)
        assert check.returncode == 0, check.stderr


def test_the_settings_of_django_entrance_name_the_api_and_the_front_end() -> None:
    found: dict[str, object] = {}
    exec(settings(BY_ID[SPA_CLIENT_ID])["django-entrance"].text, found)
    assert found["ENTRANCE"] == {
        "AUTHORITY_HOST": PLAIN,
        "TENANT_ID": CONTOSO.id,
        "CLIENT_ID": API_CLIENT_ID,
        "SPA_CLIENT_ID": SPA_CLIENT_ID,
    }
    exec(settings(API, api=None)["django-entrance"].text, found)
    assert found["ENTRANCE"] == {"AUTHORITY_HOST": PLAIN, "TENANT_ID": CONTOSO.id, "CLIENT_ID": API_CLIENT_ID}


@pytest.mark.parametrize("uris", [("api://orders",), (f"api://{API_CLIENT_ID}", "api://orders"), ()], ids=str)
def test_the_settings_of_django_entrance_have_an_app_id_uri_of_its_own(uris: tuple[str, ...]) -> None:
    found: dict[str, dict[str, str]] = {}
    api = replace(API, app_id_uris=uris)
    exec(settings(BY_ID[SPA_CLIENT_ID], api=api)["django-entrance"].text, found)
    assert found["ENTRANCE"].get("APP_ID_URI") == ("api://orders" if uris == ("api://orders",) else None)


def test_msal_python_is_told_of_https_only_where_it_is_missing() -> None:
    daemon = BY_ID[DAEMON_CLIENT_ID]
    assert "insists on https" in settings(daemon)["MSAL Python"].text
    assert "insists on https" not in settings(daemon, url=SECURE)["MSAL Python"].text


def test_msal_python_gets_a_token_with_the_settings_as_they_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    with EntraServer(tls=True) as server:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(server.ca))
        found: dict[str, dict[str, object]] = {}
        exec(settings(BY_ID[DAEMON_CLIENT_ID], url=server.base_url)["MSAL Python"].text, found)
    assert msal.__name__ == "msal"
    assert found["result"]["token_type"] == "Bearer"


def test_auth_js_signs_a_person_in_with_the_settings_as_they_stand() -> None:
    """Auth.js takes https alone, so its settings say so where the server has none."""
    assert "// Auth.js insists on https" in settings(BY_ID[SITE_CLIENT_ID])["Auth.js"].text
    callback = RedirectUri(platform=Platform.WEB, uri="http://localhost:5000/api/auth/callback/microsoft-entra-id")
    site = replace(BY_ID[SITE_CLIENT_ID], redirect_uris=(callback,))
    with EntraServer(tls=True, directory=seed().put(site)) as server:
        text = settings(site, url=server.base_url)["Auth.js"].text
        environment = os.environ | {"SETTINGS": text, "ADA": ADA, "NODE_EXTRA_CA_CERTS": str(server.ca)}
        script = Path(__file__).with_name("auth_js.mjs")
        printed = subprocess.run(["node", script], env=environment, capture_output=True, text=True, timeout=60)
    assert "insists on https" not in text
    assert printed.returncode == 0, printed.stderr
    assert json.loads(printed.stdout)["user"] == {
        "name": "Ada Lovelace",
        "email": "ada@contoso.example",
        "image": None,
    }


def test_a_web_site_starts_a_sign_in_with_its_own_redirect_uri() -> None:
    text = settings(BY_ID[SITE_CLIENT_ID])["MSAL Python"].text
    assert 'redirect_uri="http://localhost/callback"' in text
    assert "initiate_auth_code_flow" in text


def test_only_what_is_registered_is_called_registered() -> None:
    spa, site = settings(BY_ID[SPA_CLIENT_ID]), settings(BY_ID[SITE_CLIENT_ID])
    assert '// registered: "http://localhost/entrance/redirect/"' in spa["MSAL JS"].text
    assert '// to be registered on the platform spa: "http://localhost/redirect.html"' in site["MSAL JS"].text
    assert "# to be registered on the platform public" in spa["MSAL Python"].text
    phone = replace(BY_ID[SPA_CLIENT_ID], redirect_uris=(RedirectUri(platform=Platform.PUBLIC_CLIENT, uri="a://b"),))
    assert "to be registered" not in settings(phone)["MSAL Python"].text
    both = replace(BY_ID[SPA_CLIENT_ID], secrets=BY_ID[SITE_CLIENT_ID].secrets)
    assert "# to be registered on the platform web" in settings(both)["MSAL Python"].text
    assert "# with the port of your site" in site["MSAL Python"].text


@pytest.mark.parametrize(
    ("client_id", "title"),
    [
        (SPA_CLIENT_ID, "MSAL JS"),
        (SITE_CLIENT_ID, "MSAL Python"),
        (DAEMON_CLIENT_ID, "MSAL Python"),
        (API_CLIENT_ID, "django-entrance"),
    ],
)
def test_each_kind_of_application_begins_with_what_it_needs(client_id: str, title: str) -> None:
    assert fitting(BY_ID[client_id]) == title
    assert title in settings(BY_ID[client_id])


def test_an_application_without_a_secret_is_told_so() -> None:
    for title in ("Auth.js", "Spring", "django-auth-adfs"):
        assert "this application has none: add a secret" in settings(BY_ID[SPA_CLIENT_ID])[title].text
        assert "entra-local-not-a-secret-site" in settings(BY_ID[SITE_CLIENT_ID])[title].text


def test_without_an_api_microsoft_graph_is_asked() -> None:
    assert '"User.Read"' in settings(BY_ID[SPA_CLIENT_ID], api=None)["MSAL JS"].text
    assert "https://graph.microsoft.com/.default" in settings(BY_ID[DAEMON_CLIENT_ID], api=None)["MSAL Python"].text
    bare = replace(API, app_id_uris=())
    assert f'"{API_CLIENT_ID}/access_as_user"' in settings(BY_ID[SPA_CLIENT_ID], api=bare)["MSAL JS"].text
    assert f'"{API_CLIENT_ID}/.default"' in settings(BY_ID[DAEMON_CLIENT_ID], api=bare)["MSAL Python"].text


def test_values_are_quoted_as_every_language_reads_them() -> None:
    assert json.dumps(HOSTILE) in settings(hostile(SITE_CLIENT_ID))["Spring"].text
