from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory
from django_entrance.checks import check_settings
from django_entrance.conf.loading import current_settings
from django_entrance.entra.authorities import authorities_here, cache_name, configured_authorities
from django_entrance.verification.issuers import CLOUDS
from entrance_settings import (
    CUSTOM,
    TWO_IDS,
    load_authority,
    load_settings,
)
from scripted import API, OTHER_TENANT, SPA, TENANT

pytestmark = pytest.mark.usefixtures("empty_environment")


@pytest.mark.parametrize("debugging", [True, False])
def test_tokens_of_entra_double_are_accepted_with_debug(settings: Any, debugging: bool) -> None:
    settings.DEBUG = debugging
    load_settings(settings)
    assert configured_authorities()[0].policy.allow_development_tokens is debugging


def test_the_issuers_host_and_an_applications_own_keys_reach_the_authority(settings: Any) -> None:
    own = CUSTOM | {"ISSUER_HOST": f"https://{TENANT}.CiamLogin.com/", "OWN_SIGNING_KEYS": True}
    issuer_host = load_authority(settings, **own).ISSUER_HOST
    assert issuer_host == f"https://{TENANT}.ciamlogin.com"
    (authority,) = configured_authorities()
    assert list(authority.issuers) == [f"https://{TENANT}.ciamlogin.com/{TENANT}/v2.0"]
    assert authority.addresses.discovery_url.endswith(f"/openid-configuration?appid={API}")


@pytest.mark.parametrize(
    ("own", "name"),
    [({}, ""), ({"OWN_SIGNING_KEYS": True}, f"?appid={API}"), ({"USER_FLOWS": ["B2C_1_x", "B2C_1_y"]}, "/B2C_1_x")],
    ids=str,
)
def test_own_signing_keys_are_cached_under_their_own_name(settings: Any, own: dict[str, Any], name: str) -> None:
    assert cache_name(load_authority(settings, **own)) == f"https://login.microsoftonline.com/{TENANT}{name}"


async def authorities_of_an_async_function(_: object) -> list[str]:
    return ["default"]


def authorities_as_a_text(_: object) -> str:
    return "default"


def test_authorities_here_is_a_sync_function_that_returns_a_list(settings: Any, rf: RequestFactory) -> None:
    settings.ENTRANCE = {"TENANT_ID": TENANT, "CLIENT_ID": API, "AUTHORITIES_HERE": f"{__name__}.authorities_as_a_text"}
    with pytest.raises(ImproperlyConfigured, match="returned a string"):
        authorities_here(rf.get("/"))
    settings.ENTRANCE |= {"AUTHORITIES_HERE": f"{__name__}.authorities_of_an_async_function"}
    settings.ENTRANCE = dict(settings.ENTRANCE)
    assert [problem.id for problem in check_settings(None)] == ["entrance.E020"]
    settings.ENTRANCE = settings.ENTRANCE | {"AUTHORITIES_HERE": "project_urls.authorities_here"}
    assert check_settings(None) == []


@pytest.mark.parametrize(
    ("entrance", "allowed"),
    [
        ({}, None),
        ({"SPA_CLIENT_ID": SPA}, {SPA, API}),
        ({"SPA_CLIENT_ID": SPA, "ALLOWED_CLIENTS": [API.upper()]}, {API}),
    ],
    ids=str,
)
def test_the_front_end_is_the_allowed_client_by_default(
    settings: Any, entrance: dict[str, Any], allowed: set[str] | None
) -> None:
    load_settings(settings, **entrance)
    assert configured_authorities()[0].policy.allowed_clients == allowed


def test_a_token_is_verified_with_the_real_debug(settings: Any) -> None:
    settings.ENTRANCE = TWO_IDS | {"AUTHORITY_HOST": "http://localhost:8400"}
    with pytest.raises(ImproperlyConfigured, match="uses http"):
        configured_authorities()


def test_the_app_id_uri_is_an_audience_and_the_default_stays_one(settings: Any) -> None:
    load_settings(settings, APP_ID_URI="api://contoso/logbook")
    policy = configured_authorities()[0].policy
    assert policy.app_id_uri == "api://contoso/logbook"
    assert policy.audiences == {API, f"api://{API}", "api://contoso/logbook"}
    load_settings(settings)
    assert configured_authorities()[0].policy.app_id_uri == f"api://{API}"


def test_keys_beside_authorities_are_defaults_of_each(settings: Any) -> None:
    load_settings(
        settings,
        LEEWAY=5,
        AUTHORITIES={
            "all": {"TENANT_ID": "organizations", "ALLOWED_TENANTS": [OTHER_TENANT.upper()], "LEEWAY": 10},
            "own": {"SPA_CLIENT_ID": SPA.upper()},
        },
    )
    own, open_to_all = configured_authorities()
    assert (own.name, own.tenant, own.policy.leeway) == ("own", TENANT, 5), "one tenant comes before several"
    assert own.policy.allowed_tenants is None
    assert own.policy.allowed_clients == frozenset({API, SPA})
    assert (open_to_all.name, open_to_all.tenant, open_to_all.policy.leeway) == ("all", "organizations", 10)
    assert open_to_all.policy.allowed_tenants == frozenset({OTHER_TENANT})
    assert current_settings().AUTHORITIES["own"].CLIENT_ID == API


@pytest.mark.parametrize("allowed", ["*", ["*"], [TENANT, "*"]], ids=str)
def test_every_tenant_is_written_as_a_star(settings: Any, allowed: object) -> None:
    load_settings(settings, TENANT_ID="organizations", ALLOWED_TENANTS=allowed)
    assert configured_authorities()[0].policy.allowed_tenants is None


@pytest.mark.parametrize(("cloud", "host"), CLOUDS.items())
def test_a_cloud_is_chosen_by_name(settings: Any, cloud: str, host: str) -> None:
    load_settings(settings, CLOUD=cloud)
    assert f"{host}/{TENANT}/v2.0" in configured_authorities()[0].issuers


def test_a_function_limits_the_authorities_of_a_request(settings: Any, rf: RequestFactory) -> None:
    load_settings(settings)
    assert authorities_here(rf.get("/")) is None
    load_settings(settings, AUTHORITIES_HERE="project_urls.authorities_here")
    assert authorities_here(rf.get("/?authority=staff")) == frozenset({"staff"})
