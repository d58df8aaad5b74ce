from typing import Any

import pytest
from django_entrance.conf.loading import current_settings
from django_entrance.conf.options import OF_ALL, OF_AN_AUTHORITY, normal_host
from django_entrance.entra.authorities import configured_authorities
from django_entrance.verification.issuers import CLOUDS
from entrance_settings import (
    CHINA,
    TWO_IDS,
    load_authority,
    load_settings,
    problem_ids,
)
from scripted import TENANT

pytestmark = pytest.mark.usefixtures("empty_environment")


def test_two_ids_are_enough(settings: Any) -> None:
    entrance = load_settings(settings)
    assert load_authority(settings).AUTHORITY_HOST == "https://login.microsoftonline.com"
    assert (load_authority(settings).LEEWAY, entrance.PROVISIONING, entrance.EXPLAIN_REFUSALS) == (60, "create", False)
    assert entrance.CLAIM_MAPPING["email"] == ("email", "upn", "preferred_username")


def test_ids_and_the_host_are_lower_case_and_the_host_has_no_slash(settings: Any) -> None:
    entrance = load_authority(settings, TENANT_ID=TENANT.upper(), AUTHORITY_HOST="https://Login.MicrosoftOnline.us/")
    assert entrance.TENANT_ID == TENANT
    assert entrance.AUTHORITY_HOST == "https://login.microsoftonline.us"


def test_a_cloud_in_the_settings_replaces_a_host_in_the_environment(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_AUTHORITY_HOST", f"{CLOUDS['public']}/")
    assert problem_ids(settings, TWO_IDS | {"CLOUD": "china"}) == []
    assert current_settings().AUTHORITIES["default"].AUTHORITY_HOST == CHINA
    assert CLOUDS["public"] == load_authority(settings).AUTHORITY_HOST, "control: the settings lack it"


def test_cloud_or_host_of_an_authority_replaces_either_beside_authorities(settings: Any) -> None:
    """The keys beside AUTHORITIES are defaults; each authority may replace them with either key."""
    others = {"one": {"CLOUD": "china"}, "two": {"AUTHORITY_HOST": "https://contoso.ciamlogin.com"}}
    for beside in ({"CLOUD": "us-government"}, {"AUTHORITY_HOST": CLOUDS["us-government"]}):
        load_settings(settings, **beside, AUTHORITIES={"staff": {}, **others})
        hosts = [own.AUTHORITY_HOST for own in current_settings().AUTHORITIES.values()]
        assert hosts == [CLOUDS["us-government"], CHINA, "https://contoso.ciamlogin.com"]


@pytest.mark.parametrize("key", [*OF_AN_AUTHORITY, *OF_ALL])
def test_none_counts_as_missing(settings: Any, key: str) -> None:
    assert load_settings(settings, **{key: TWO_IDS.get(key)}).AUTHORITIES == load_settings(settings).AUTHORITIES
    if key in OF_AN_AUTHORITY:
        named = load_settings(settings, LEEWAY=5, AUTHORITIES={"default": {key: None}})
        assert named.AUTHORITIES == load_settings(settings, LEEWAY=5).AUTHORITIES
        assert configured_authorities()


@pytest.mark.parametrize(
    ("host", "normal"),
    [
        ("https://Login.MicrosoftOnline.com:443/", "https://login.microsoftonline.com"),
        ("https://login.microsoftonline.com", "https://login.microsoftonline.com"),
        ("https://localhost:8443", "https://localhost:8443"),
        ("https://localhost:80", "https://localhost:80"),
        ("http://localhost:80", "http://localhost"),
        ("http://localhost:443", "http://localhost:443"),
        ("http://[::1]:80/", "http://[::1]"),
    ],
)
def test_a_host_has_one_spelling(host: str, normal: str) -> None:
    assert normal_host(host) == normal
