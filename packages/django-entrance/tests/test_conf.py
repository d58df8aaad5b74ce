from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django_entrance import conf
from django_entrance.checks import check_middleware, check_redirect_bridge, check_settings
from django_entrance.conf import EntranceSettings
from scripted import API, SPA, TENANT

GOOD = {"TENANT_ID": TENANT, "CLIENT_ID": API}


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in conf.ENVIRONMENT.values():
        monkeypatch.delenv(name, raising=False)


def faults(settings: Any, entrance: dict[str, Any]) -> list[str]:
    settings.ENTRANCE = entrance
    return [str(message.id).removeprefix("entrance.") for message in check_settings(None)]


def read(settings: Any, **entrance: Any) -> EntranceSettings:
    settings.ENTRANCE = GOOD | entrance
    return conf.current()


def test_two_ids_are_enough(settings: Any) -> None:
    entrance = read(settings)
    assert entrance.AUTHORITY_HOST == "https://login.microsoftonline.com"
    assert (entrance.LEEWAY, entrance.PROVISIONING, entrance.EXPLAIN_REFUSALS) == (60, "create", False)
    assert entrance.CLAIM_MAPPING["email"] == ("email", "upn", "preferred_username")


def test_refusals_are_explained_while_debugging(settings: Any) -> None:
    settings.DEBUG = True
    assert read(settings).EXPLAIN_REFUSALS
    assert not read(settings, EXPLAIN_REFUSALS=False).EXPLAIN_REFUSALS


def test_ids_are_lower_case_and_the_host_has_no_slash(settings: Any) -> None:
    entrance = read(settings, TENANT_ID=TENANT.upper(), AUTHORITY_HOST="https://login.microsoftonline.us/")
    assert entrance.TENANT_ID == TENANT
    assert entrance.AUTHORITY_HOST == "https://login.microsoftonline.us"


def test_the_environment_fills_what_the_settings_leave_out(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_TENANT_ID", "of-the-environment")
    monkeypatch.setenv("AZURE_SPA_CLIENT_ID", SPA)
    entrance = read(settings)
    assert (entrance.TENANT_ID, entrance.SPA_CLIENT_ID) == (TENANT, SPA)


def test_the_environment_alone_is_enough(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_TENANT_ID", TENANT)
    monkeypatch.setenv("AZURE_CLIENT_ID", API)
    del settings.ENTRANCE
    conf.current.cache_clear()
    assert conf.current().CLIENT_ID == API


def test_settings_are_read_once_and_dropped_when_overridden(settings: Any) -> None:
    first = read(settings)
    assert conf.current() is first
    assert conf.authorities() is conf.authorities()
    assert read(settings, LEEWAY=5).LEEWAY == 5
    assert conf.authorities()[0].leeway == 5


@pytest.mark.parametrize(
    ("entrance", "allowed"),
    [
        ({}, None),
        ({"SPA_CLIENT_ID": SPA}, {SPA, API}),
        ({"SPA_CLIENT_ID": SPA, "ALLOWED_CLIENTS": ["other"]}, {"other"}),
    ],
    ids=str,
)
def test_the_front_end_is_the_allowed_client_by_default(
    settings: Any, entrance: dict[str, Any], allowed: set[str] | None
) -> None:
    read(settings, **entrance)
    assert conf.authorities()[0].allowed_clients == allowed


@pytest.mark.parametrize(
    ("changes", "ids"),
    [
        ({}, []),
        ({"AUDIANCES": []}, ["E001"]),
        ({"XYZ": 1}, ["E001"]),
        ({"TENANT_ID": None}, ["E002"]),
        ({"CLIENT_ID": ""}, ["E002"]),
        ({"TENANT_ID": "undefined"}, ["E004"]),
        ({"SPA_CLIENT_ID": "app"}, ["E004"]),
        ({"TENANT_ID": 5}, ["E003"]),
        ({"AUDIENCES": "api://x"}, ["E003"]),
        ({"AUDIENCES": [""]}, ["E003"]),
        ({"AUDIENCES": ["api://x"]}, []),
        ({"REQUIRED_SCOPES": "access_as_user"}, ["E003"]),
        ({"LEEWAY": "60"}, ["E003"]),
        ({"LEEWAY": 301}, ["E008"]),
        ({"LEEWAY": -1}, ["E008"]),
        ({"LEEWAY": 300}, []),
        ({"REMEMBERED_TOKENS": -1}, ["E008"]),
        ({"REMEMBERED_TOKENS": 0}, []),
        ({"EXPLAIN_REFUSALS": "no"}, ["E003"]),
        ({"PROVISIONING": "link"}, ["E007"]),
        ({"PROVISIONING": "existing"}, []),
        ({"ALLOWED_CLIENTS": []}, ["E009"]),
        ({"AUTHORITY_HOST": "login.microsoftonline.com"}, ["E005"]),
        ({"AUTHORITY_HOST": "https://login.microsoftonline.com/common"}, ["E005"]),
        ({"AUTHORITY_HOST": "https://me@login.microsoftonline.com"}, ["E005"]),
        ({"AUTHORITY_HOST": "ftp://localhost"}, ["E005"]),
        ({"AUTHORITY_HOST": "http://localhost:8400"}, ["E006"]),
        ({"CLAIM_MAPPING": {"email": "upn"}}, []),
        ({"CLAIM_MAPPING": {"email": 5}}, ["E003"]),
        ({"CLAIM_MAPPING": {"email": []}}, ["E003"]),
        ({"CLAIM_MAPPING": ["email"]}, ["E003"]),
        ({"CLAIM_MAPPING": {"is_superuser": "x"}}, ["E010"]),
        ({"CLAIM_MAPPING": {"username": "upn"}}, ["E010"]),
        ({"CLAIM_MAPPING": {"groups": "groups"}}, ["E010"]),
        ({"CLAIM_MAPPING": {"entra_accounts": "x"}}, ["E010"]),
        ({"CLAIM_MAPPING": {"user__is_superuser": "x"}}, ["E010"]),
        ({"CLAIM_MAPPING": {"__class__": "x"}}, ["E010"]),
    ],
    ids=str,
)
def test_each_fault_has_its_check(settings: Any, changes: dict[str, Any], ids: list[str]) -> None:
    assert faults(settings, GOOD | changes) == ids
    if ids:
        with pytest.raises(ImproperlyConfigured):
            conf.current()
    else:
        assert conf.current().CLIENT_ID == API


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
def test_http_is_for_loopback_while_debugging(settings: Any, host: str, ids: list[str]) -> None:
    settings.DEBUG = True
    assert faults(settings, GOOD | {"AUTHORITY_HOST": host}) == ids


def test_a_misspelt_key_is_answered_with_the_right_one(settings: Any) -> None:
    settings.ENTRANCE = GOOD | {"AUDIANCES": []}
    with pytest.raises(ImproperlyConfigured, match=r"unknown key 'AUDIANCES'. Did you mean AUDIENCES\?"):
        conf.current()


def test_middleware_is_there_and_after_djangos(settings: Any) -> None:
    assert check_middleware(None) == []
    ours, theirs = (
        "django_entrance.middleware.EntraMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    )
    settings.MIDDLEWARE = [theirs]
    assert [message.id for message in check_middleware(None)] == ["entrance.E011"]
    settings.MIDDLEWARE = [ours, theirs]
    assert [message.id for message in check_middleware(None)] == ["entrance.E012"]


def test_the_missing_script_of_the_redirect_page_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    from django_entrance import views

    monkeypatch.setattr(views, "REDIRECT_BRIDGE", tmp_path / "redirect-bridge.js")
    assert [message.id for message in check_redirect_bridge(None)] == ["entrance.W001"]
    (tmp_path / "redirect-bridge.js").write_text("built")
    assert check_redirect_bridge(None) == []
