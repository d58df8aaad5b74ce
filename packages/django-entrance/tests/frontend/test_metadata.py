"""The metadata that leads a client from the address of an API to its authority, and the challenges that name it."""

from typing import Any

import pytest
from django.core.exceptions import DisallowedHost
from django.test import Client, RequestFactory
from django_entrance.bearer.challenges import challenge_to
from django_entrance.verification.errors import AppRoleMissing, AuthorityUnreachable, NotSignedIn, ScopeMissing
from scripted import API, OTHER_TENANT, TENANT, ScriptedAuthority
from sign_ins import LOGIN_REQUIRED, expired, with_middleware

SITE = "http://testserver"
WELL_KNOWN = "/.well-known/oauth-protected-resource"
SCOPE = f"api://{API}/access_as_user"


@pytest.fixture(autouse=True)
def urls(settings: Any, authority: ScriptedAuthority) -> None:
    settings.ROOT_URLCONF = "mcp_urls"


def change(settings: Any, **entrance: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | entrance


def test_the_site_is_a_resource(client: Client) -> None:
    response = client.get(WELL_KNOWN)
    assert response.json() == {
        "resource": SITE,
        "authorization_servers": [f"{SITE}/entrance/default"],
        "scopes_supported": [SCOPE],
        "bearer_methods_supported": ["header"],
    }
    assert response["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("suffix", "resource"), [("mcp", "/mcp"), ("mcp/", "/mcp"), ("a/b", "/a/b"), ("with%20blank", "/with%20blank")]
)
def test_an_address_is_a_resource_without_a_slash_at_its_end(client: Client, suffix: str, resource: str) -> None:
    assert client.get(f"{WELL_KNOWN}/{suffix}").json()["resource"] == SITE + resource


def test_scopes_are_named_by_the_resource_where_it_is_a_uri_of_the_api(client: Client, settings: Any) -> None:
    change(settings, AUDIENCES=[f"{SITE}/mcp", "bare"])
    assert client.get(f"{WELL_KNOWN}/mcp").json()["scopes_supported"] == [f"{SITE}/mcp/access_as_user"]
    assert client.get(f"{WELL_KNOWN}/other").json()["scopes_supported"] == [SCOPE]
    assert client.get(WELL_KNOWN).json()["scopes_supported"] == [SCOPE]


def test_without_required_scopes_all_that_were_granted_are_named(client: Client, settings: Any) -> None:
    change(settings, REQUIRED_SCOPES=[])
    assert client.get(WELL_KNOWN).json()["scopes_supported"] == [f"api://{API}/.default"]


def test_the_authorization_server_is_entra_with_pkce(client: Client, authority: ScriptedAuthority) -> None:
    issuer = client.get(WELL_KNOWN).json()["authorization_servers"][0]
    metadata = client.get(issuer.replace(SITE, "/.well-known/oauth-authorization-server")).json()
    entra = f"{authority.host}/{TENANT}/oauth2/v2.0"
    assert metadata["issuer"] == issuer
    assert (metadata["authorization_endpoint"], metadata["token_endpoint"]) == (f"{entra}/authorize", f"{entra}/token")
    assert metadata["code_challenge_methods_supported"] == ["S256"]
    assert "registration_endpoint" not in metadata


def test_an_authority_that_there_is_not_has_no_metadata(client: Client) -> None:
    assert client.get("/.well-known/oauth-authorization-server/entrance/other").status_code == 404


def test_every_authority_of_a_request_is_named(client: Client, settings: Any, authority: ScriptedAuthority) -> None:
    two = {"ours": {}, "their own": {"TENANT_ID": OTHER_TENANT, "APP_ID_URI": "api://theirs"}}
    change(settings, AUTHORITIES=two)
    found = client.get(WELL_KNOWN).json()
    assert found["authorization_servers"] == [f"{SITE}/entrance/ours", f"{SITE}/entrance/their%20own"]
    assert found["scopes_supported"] == [SCOPE, "api://theirs/access_as_user"]
    theirs = client.get("/.well-known/oauth-authorization-server/entrance/their%20own").json()
    assert theirs["issuer"] == f"{SITE}/entrance/their%20own"
    assert OTHER_TENANT in theirs["token_endpoint"]
    change(settings, AUTHORITIES_HERE="project_urls.authorities_here")
    assert client.get(f"{WELL_KNOWN}?authority=ours").json()["authorization_servers"] == [f"{SITE}/entrance/ours"]


def test_the_public_address_counts(client: Client, settings: Any) -> None:
    change(settings, PUBLIC_URL="https://logbook.example")
    assert client.get(f"{WELL_KNOWN}/mcp").json()["resource"] == "https://logbook.example/mcp"
    assert f'resource_metadata="https://logbook.example{WELL_KNOWN}"' in challenge_at("/")


def test_everyone_may_read_the_metadata(client: Client, settings: Any, authority: ScriptedAuthority) -> None:
    with_middleware(settings, LOGIN_REQUIRED)
    assert client.get(WELL_KNOWN).status_code == 200
    assert client.get(WELL_KNOWN, headers=expired(authority)).status_code == 200
    assert client.head(WELL_KNOWN).status_code == 200
    preflight = client.options(WELL_KNOWN)
    assert (preflight.status_code, preflight["Access-Control-Allow-Headers"]) == (204, "*")
    assert client.post(WELL_KNOWN).status_code == 405


def challenge_at(path: str, refusal: Any = None, **headers: str) -> str:
    return challenge_to(RequestFactory().get(path, headers=headers), refusal or NotSignedIn())


def test_a_refused_token_learns_where_to_get_another(client: Client, authority: ScriptedAuthority) -> None:
    refused = client.get("/", headers=expired(authority))
    assert refused["WWW-Authenticate"] == (
        'Bearer realm="entrance", error="invalid_token", error_description="The token has expired", '
        f'scope="{SCOPE}", resource_metadata="{SITE}{WELL_KNOWN}"'
    )


def test_without_the_urls_a_challenge_stays_as_it_was(
    client: Client, authority: ScriptedAuthority, settings: Any
) -> None:
    settings.ROOT_URLCONF = "project_urls"
    refused = client.get("/", headers=expired(authority))
    assert refused["WWW-Authenticate"] == (
        'Bearer realm="entrance", error="invalid_token", error_description="The token has expired"'
    )


def test_a_missing_scope_is_named_beside_those_of_every_token() -> None:
    missing = ScopeMissing()
    missing.scope = "Entries.Write"
    assert f'scope="{SCOPE} api://{API}/Entries.Write"' in challenge_at("/", missing)
    missing.scope = 'not "safe"'
    assert f'scope="{SCOPE}"' in challenge_at("/", missing)


def test_what_no_other_token_helps_against_names_no_scope() -> None:
    assert challenge_at("/", AppRoleMissing()) == (
        'Bearer realm="entrance", error="insufficient_scope", '
        f'error_description="This token lacks a required app role", resource_metadata="{SITE}{WELL_KNOWN}"'
    )
    assert "resource_metadata" not in challenge_at("/", AuthorityUnreachable())


@pytest.mark.parametrize(
    ("path", "metadata"),
    [("/api", f"{WELL_KNOWN}/api"), ("/api/entries/", f"{WELL_KNOWN}/api"), ("/apis/", WELL_KNOWN), ("/", WELL_KNOWN)],
)
def test_an_app_id_uri_of_the_site_is_the_resource_below_it(settings: Any, path: str, metadata: str) -> None:
    change(settings, APP_ID_URI=f"{SITE}/api", AUDIENCES=["https://elsewhere.example/"])
    assert f'resource_metadata="{SITE}{metadata}"' in challenge_at(path)


def test_a_host_that_is_not_allowed_names_no_metadata() -> None:
    request = RequestFactory().get("/", headers={"host": "evil.example"})
    assert challenge_to(request, NotSignedIn()) == 'Bearer realm="entrance"'
    with pytest.raises(DisallowedHost):
        request.get_host()
