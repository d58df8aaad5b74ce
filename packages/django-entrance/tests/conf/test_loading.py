from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django_entrance.checks import check_environment, check_settings
from django_entrance.conf.loading import OWN_IDENTITY, current_settings
from django_entrance.conf.options import ENVIRONMENT
from django_entrance.entra.authorities import configured_authorities, load_authorities
from django_entrance.verification.issuers import CLOUDS
from entrance_settings import (
    CHINA,
    TWO_IDS,
    load_authority,
    load_settings,
    problem_ids,
)
from scripted import API, OTHER_TENANT, SPA, TENANT

pytestmark = pytest.mark.usefixtures("empty_environment")


def test_refusals_are_explained_with_debug(settings: Any) -> None:
    settings.DEBUG = True
    assert load_settings(settings).EXPLAIN_REFUSALS
    assert not load_settings(settings, EXPLAIN_REFUSALS=False).EXPLAIN_REFUSALS


def test_the_environment_sets_keys_that_the_settings_lack(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_TENANT_ID", "of-the-environment")
    monkeypatch.setenv("AZURE_SPA_CLIENT_ID", SPA)
    entrance = load_authority(settings)
    assert (entrance.TENANT_ID, entrance.SPA_CLIENT_ID) == (TENANT, SPA)


def test_the_environment_alone_is_enough(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_TENANT_ID", TENANT)
    monkeypatch.setenv("AZURE_CLIENT_ID", API)
    del settings.ENTRANCE
    current_settings.cache_clear()
    assert current_settings().AUTHORITIES["default"].CLIENT_ID == API


@pytest.mark.parametrize("key", ENVIRONMENT)
def test_entrance_variables_win_over_azure_variables(settings: Any, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    """A pod with workload identity has the ids of its own identity in AZURE_…."""
    pods = dict.fromkeys(ENVIRONMENT, OTHER_TENANT) | {"AUTHORITY_HOST": CHINA}
    ours = TWO_IDS | {"SPA_CLIENT_ID": SPA, "AUTHORITY_HOST": CLOUDS["us-government"]}
    for each, value in pods.items():
        monkeypatch.setenv(f"AZURE_{each}", value)
    settings.ENTRANCE = {}
    assert getattr(current_settings().AUTHORITIES["default"], key) == pods[key]
    monkeypatch.setenv(f"ENTRANCE_{key}", ours[key])
    settings.ENTRANCE = {}
    assert getattr(current_settings().AUTHORITIES["default"], key) == ours[key]


@pytest.mark.parametrize("variable", OWN_IDENTITY)
@pytest.mark.parametrize(
    ("environment", "entrance", "ids"),
    [
        ({}, {}, ["entrance.W004"]),
        ({}, {"TENANT_ID": TENANT}, ["entrance.W004"]),
        ({}, {"CLIENT_ID": API}, ["entrance.W004"]),
        ({"ENTRANCE_CLIENT_ID": API}, {}, ["entrance.W004"]),
        ({}, {"CLIENT_ID": API, "TENANT_ID": TENANT}, []),
        ({"ENTRANCE_CLIENT_ID": API, "ENTRANCE_TENANT_ID": TENANT}, {}, []),
        ({}, {"TENANT_ID": TENANT, "AUTHORITIES": {"staff": {"CLIENT_ID": API}}}, []),
        ({}, {"AUTHORITIES": {"staff": {"CLIENT_ID": API}, "others": {}}}, ["entrance.W004"]),
        ({}, {"AUTHORITIES": {"staff": "misshapen"}}, []),
        ({}, {"XYZ": 1}, ["entrance.W004"]),
    ],
    ids=str,
)
def test_the_ids_of_a_machines_own_identity_cause_a_warning(
    settings: Any, monkeypatch: pytest.MonkeyPatch, variable: str, environment: Any, entrance: Any, ids: list[str]
) -> None:
    settings.ENTRANCE = entrance
    for name, value in ({"AZURE_TENANT_ID": TENANT, "AZURE_CLIENT_ID": OTHER_TENANT} | environment).items():
        monkeypatch.setenv(name, value)
    assert check_environment(None) == [], "control: no identity of its own, no warning"
    monkeypatch.setenv(variable, "/var/run/secrets/azure/tokens/azure-identity-token")
    warnings = check_environment(None)
    assert [message.id for message in warnings] == ids
    assert all(variable in message.msg for message in warnings)


def test_missing_settings_are_reported(settings: Any) -> None:
    settings.ENTRANCE = None
    assert [message.id for message in check_settings(None)] == ["entrance.E002", "entrance.E002"]


@pytest.mark.parametrize(("entrance", "kind"), [((TWO_IDS,), "a tuple"), ([], "a list"), ("", "a str")])
def test_settings_that_are_not_a_dict_are_a_problem(settings: Any, entrance: Any, kind: str) -> None:
    settings.ENTRANCE = entrance
    with pytest.raises(ImproperlyConfigured, match=f"expected a dict, got {kind}. Write ENTRANCE = {{…}}, without"):
        load_authorities()


def test_settings_are_read_once_until_overridden(settings: Any) -> None:
    first = load_settings(settings)
    assert current_settings() is first
    assert configured_authorities() is configured_authorities()
    assert load_authority(settings, LEEWAY=5).LEEWAY == 5
    assert configured_authorities()[0].policy.leeway == 5


@pytest.mark.parametrize("setting", ["CACHES", "SECRET_KEY", "DEBUG"])
def test_settings_are_dropped_with_settings_that_they_depend_on(settings: Any, setting: str) -> None:
    first = load_settings(settings)
    setattr(settings, setting, getattr(settings, setting))
    assert current_settings() is not first


@pytest.mark.parametrize(
    ("host", "ids"),
    [
        ("http://localhost:8400", []),
        ("http://127.0.0.1:8400", []),
        ("http://[::1]:8400", []),
        ("http://localhost.evil.example", ["E006"]),
        ("http://login.microsoftonline.com", ["E006"]),
    ],
)
def test_http_is_for_loopback_with_debug(
    settings: Any, monkeypatch: pytest.MonkeyPatch, host: str, ids: list[str]
) -> None:
    settings.DEBUG = True
    assert problem_ids(settings, TWO_IDS | {"AUTHORITY_HOST": host}) == ids
    settings.DEBUG = False
    assert problem_ids(settings, TWO_IDS | {"AUTHORITY_HOST": host}) == ids, "as Django's own test runner asks"
    monkeypatch.delattr(mail, "outbox")
    assert problem_ids(settings, TWO_IDS | {"AUTHORITY_HOST": host}) == ["E006"], "no test, and no debugging"
