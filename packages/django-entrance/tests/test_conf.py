from typing import Any

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.test import RequestFactory
from django_entrance import conf
from django_entrance.checks import check_middleware, check_redirect_bridge, check_settings
from django_entrance.claim_mapping import default_mapping
from django_entrance.entrance_settings import ENVIRONMENT, OF_ALL, OF_AN_AUTHORITY, AuthoritySettings, EntranceSettings
from django_entrance.verification.issuers import CLOUDS, PERSONAL_ACCOUNTS
from scripted import API, OTHER_TENANT, SPA, TENANT

GOOD = {"TENANT_ID": TENANT, "CLIENT_ID": API}
CONSUMERS = {"TENANT_ID": "consumers", "ALLOW_PERSONAL_ACCOUNTS": True}
CIAM = {"AUTHORITY_HOST": "https://contoso.ciamlogin.com"}


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ENVIRONMENT.values():
        monkeypatch.delenv(name, raising=False)


def faults(settings: Any, entrance: dict[str, Any]) -> list[str]:
    settings.ENTRANCE = entrance
    return [str(message.id).removeprefix("entrance.") for message in check_settings(None)]


def read(settings: Any, **entrance: Any) -> EntranceSettings:
    settings.ENTRANCE = GOOD | entrance
    return conf.current()


def read_one(settings: Any, **entrance: Any) -> AuthoritySettings:
    return read(settings, **entrance).AUTHORITIES["default"]


def test_two_ids_are_enough(settings: Any) -> None:
    entrance = read(settings)
    assert read_one(settings).AUTHORITY_HOST == "https://login.microsoftonline.com"
    assert (read_one(settings).LEEWAY, entrance.PROVISIONING, entrance.EXPLAIN_REFUSALS) == (60, "create", False)
    assert entrance.CLAIM_MAPPING["email"] == ("email", "upn", "preferred_username")


@pytest.mark.parametrize("debugging", [True, False])
def test_tokens_of_entra_local_are_let_in_while_debugging(settings: Any, debugging: bool) -> None:
    settings.DEBUG = debugging
    read(settings)
    assert conf.authorities()[0].policy.allow_development_tokens is debugging


def test_refusals_are_explained_while_debugging(settings: Any) -> None:
    settings.DEBUG = True
    assert read(settings).EXPLAIN_REFUSALS
    assert not read(settings, EXPLAIN_REFUSALS=False).EXPLAIN_REFUSALS


def test_ids_and_the_host_are_lower_case_and_the_host_has_no_slash(settings: Any) -> None:
    entrance = read_one(settings, TENANT_ID=TENANT.upper(), AUTHORITY_HOST="https://Login.MicrosoftOnline.us/")
    assert entrance.TENANT_ID == TENANT
    assert entrance.AUTHORITY_HOST == "https://login.microsoftonline.us"


def test_the_environment_fills_what_the_settings_leave_out(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_TENANT_ID", "of-the-environment")
    monkeypatch.setenv("AZURE_SPA_CLIENT_ID", SPA)
    entrance = read_one(settings)
    assert (entrance.TENANT_ID, entrance.SPA_CLIENT_ID) == (TENANT, SPA)


def test_the_environment_alone_is_enough(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_TENANT_ID", TENANT)
    monkeypatch.setenv("AZURE_CLIENT_ID", API)
    del settings.ENTRANCE
    conf.current.cache_clear()
    assert conf.current().AUTHORITIES["default"].CLIENT_ID == API


@pytest.mark.parametrize("key", [*OF_AN_AUTHORITY, *OF_ALL])
def test_none_says_nothing(settings: Any, key: str) -> None:
    assert read(settings, **{key: GOOD.get(key)}).AUTHORITIES == read(settings).AUTHORITIES
    if key in OF_AN_AUTHORITY:
        named = read(settings, LEEWAY=5, AUTHORITIES={"default": {key: None}})
        assert named.AUTHORITIES == read(settings, LEEWAY=5).AUTHORITIES
        assert conf.authorities()


def test_no_settings_at_all_are_said_to_be_missing(settings: Any) -> None:
    settings.ENTRANCE = None
    assert [message.id for message in check_settings(None)] == ["entrance.E002", "entrance.E002"]


def test_settings_are_read_once_and_dropped_when_overridden(settings: Any) -> None:
    first = read(settings)
    assert conf.current() is first
    assert conf.authorities() is conf.authorities()
    assert read_one(settings, LEEWAY=5).LEEWAY == 5
    assert conf.authorities()[0].policy.leeway == 5


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
    read(settings, **entrance)
    assert conf.authorities()[0].policy.allowed_clients == allowed


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
        ({"ALLOWED_CLIENTS": [SPA, "nonsense"]}, ["E009"]),
        ({"ALLOWED_CLIENTS": [SPA, "*"]}, ["E009"]),
        ({"ALLOWED_CLIENTS": [SPA, API.upper()]}, []),
        ({"AUTHORITY_HOST": "login.microsoftonline.com"}, ["E005"]),
        ({"AUTHORITY_HOST": "https://login.microsoftonline.com/common"}, ["E005"]),
        ({"AUTHORITY_HOST": "https://me@login.microsoftonline.com"}, ["E005"]),
        ({"AUTHORITY_HOST": "ftp://localhost"}, ["E005"]),
        ({"AUTHORITY_HOST": "https://[::1"}, ["E005"]),
        ({"AUTHORITY_HOST": "HTTPS://Login.MicrosoftOnline.com/"}, []),
        ({"AUTHORITY_HOST": "http://localhost:8400"}, ["E006"]),
        ({"TENANT_ID": "contoso.example"}, []),
        ({"TENANT_ID": "contoso..example"}, ["E004"]),
        ({"TENANT_ID": "organizations"}, ["E013"]),
        ({"TENANT_ID": "Organizations", "ALLOWED_TENANTS": []}, ["E013"]),
        ({"TENANT_ID": "common", "ALLOWED_TENANTS": TENANT}, ["E013"]),
        ({"TENANT_ID": "common", "ALLOWED_TENANTS": ["contoso.example"]}, ["E013"]),
        ({"TENANT_ID": "common", "ALLOWED_TENANTS": [5]}, ["E003"]),
        ({"TENANT_ID": "common", "ALLOWED_TENANTS": [TENANT.upper()]}, []),
        ({"TENANT_ID": "common", "ALLOWED_TENANTS": "*"}, []),
        ({"TENANT_ID": "common", "ALLOWED_TENANTS": ["*"]}, []),
        ({"ALLOWED_TENANTS": [TENANT]}, ["E013"]),
        ({"TENANT_ID": "consumers"}, ["E017"]),
        ({"TENANT_ID": PERSONAL_ACCOUNTS}, ["E017"]),
        ({"TENANT_ID": "consumers", "ALLOW_PERSONAL_ACCOUNTS": True}, []),
        ({"TENANT_ID": "common", "ALLOWED_TENANTS": "*", "ALLOW_PERSONAL_ACCOUNTS": True}, []),
        ({"TENANT_ID": "organizations", "ALLOWED_TENANTS": "*", "ALLOW_PERSONAL_ACCOUNTS": True}, ["E017"]),
        ({"ALLOW_PERSONAL_ACCOUNTS": True}, ["E017"]),
        ({"CLOUD": "china"}, []),
        ({"CLOUD": "mars"}, ["E014"]),
        ({"CLOUD": "china", "AUTHORITY_HOST": "https://login.partner.microsoftonline.cn"}, ["E014"]),
        ({"AUTHORITY_HOST": "https://contoso.ciamlogin.com"}, []),
        ({"AUTHORITY_HOST": "https://contoso.ciamlogin.com", "TENANT_ID": "common", "ALLOWED_TENANTS": "*"}, ["E016"]),
        ({"AUTHORITY_HOST": "https://contoso.b2clogin.com/"}, ["E016"]),
        ({"AUTHORITY_HOST": "https://Contoso.B2CLogin.com"}, ["E016"]),
        ({"AUTHORITY_HOST": "https://contoso.b2clogin.com", "USER_FLOWS": ["B2C_1_x"]}, []),
        ({"AUTHORITY_HOST": "https://login.contoso.example", "USER_FLOWS": ["B2C_1_x"]}, []),
        ({"USER_FLOWS": ["B2C_1_x"], "TENANT_ID": "common", "ALLOWED_TENANTS": "*"}, ["E016"]),
        ({"APPLICATIONS": {API: "robot"}}, []),
        ({"APPLICATIONS": {"daemon": "robot"}}, ["E018"]),
        ({"APPLICATIONS": {API: ["robot"]}}, ["E018"]),
        ({"APPLICATIONS": [API]}, ["E003"]),
        ({"APPLICATIONS": {API: "robot"}, "TENANT_ID": "common", "ALLOWED_TENANTS": "*"}, ["E018"]),
        ({"KEYS_CACHE": "default"}, []),
        ({"KEYS_CACHE": "nowhere"}, ["E019"]),
        ({"AUTHORITIES_HERE": "project_urls.no_such_function"}, ["E020"]),
        ({"AUTHORITIES_HERE": "nonsense"}, ["E020"]),
        ({"AUTHORITIES_HERE": "django_entrance.faults.PROVISIONINGS"}, ["E020"]),
        ({"AUTHORITIES_HERE": "project_urls.authorities_here"}, []),
        ({"AUTHORITIES": {}}, ["E015"]),
        ({"AUTHORITIES": {"staff": TENANT}}, ["E015"]),
        ({"AUTHORITIES": {5: {}}}, ["E015"]),
        ({"AUTHORITIES": [TENANT]}, ["E003"]),
        ({"AUTHORITIES": {"staff": {"PROVISIONING": "create"}}}, ["E001"]),
        ({"AUTHORITIES": {"staff": {"LEEWAY": "5"}}}, ["E003"]),
        ({"AUTHORITIES": {"staff": {"LEEWAY": 500}}}, ["E008"]),
        ({"AUTHORITIES": {"staff": {}}}, []),
        ({"AUTHORITIES": {"staff": {}, "others": {"TENANT_ID": OTHER_TENANT}}}, []),
        ({"AUTHORITIES": {"staff": {}, "others": {"TENANT_ID": TENANT.upper()}}}, ["E015"]),
        ({"AUTHORITIES": {"staff": {}, "others": {"CLOUD": "public"}}}, ["E015"]),
        ({"AUTHORITIES": {"staff": {}, "others": {"AUTHORITY_HOST": f"{CLOUDS['public']}/"}}}, ["E015"]),
        ({"AUTHORITIES": {"staff": {}, "others": {"CLOUD": "china"}}}, []),
        ({"AUTHORITIES": {"staff": {}, "others": {"CLOUD": "mars"}}}, ["E014"]),
        ({"AUTHORITIES": {"some": CONSUMERS, "all": CONSUMERS | {"TENANT_ID": PERSONAL_ACCOUNTS}}}, ["E015"]),
        ({"AUTHORITIES": {"some": CONSUMERS, "all": CONSUMERS | {"CLOUD": "china"}}}, []),
        (
            {"AUTHORITIES": {"guid": CIAM, "name": CIAM | {"AUTHORITY_HOST": f"https://{TENANT}.ciamlogin.com"}}},
            ["E015"],
        ),
        ({"AUTHORITIES": {"one": CIAM, "other": CIAM | {"TENANT_ID": OTHER_TENANT}}}, []),
        ({"AUTHORITIES": {"staff": {}, "all": {"TENANT_ID": "common", "ALLOWED_TENANTS": "*"}}}, []),
        (
            {
                "AUTHORITIES": {
                    "some": {"TENANT_ID": "organizations", "ALLOWED_TENANTS": [TENANT]},
                    "all": {"TENANT_ID": "common", "ALLOWED_TENANTS": "*"},
                }
            },
            ["E015"],
        ),
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
        assert conf.authorities()


class Employee(AbstractBaseUser):
    """A user of a project that keeps more of its people than text."""

    number = models.CharField(max_length=10, unique=True)
    nickname = models.TextField()
    shoe_size = models.IntegerField()
    badge = models.UUIDField()

    USERNAME_FIELD = "number"

    class Meta:
        app_label = "django_entrance"
        managed = False


@pytest.mark.parametrize(
    ("field", "ids"), [("nickname", []), ("shoe_size", ["E010"]), ("badge", ["E010"]), ("number", ["E010"])]
)
def test_claims_write_fields_that_hold_text(settings: Any, field: str, ids: list[str]) -> None:
    settings.AUTH_USER_MODEL = "django_entrance.Employee"
    assert faults(settings, GOOD | {"CLAIM_MAPPING": {field: "employeeid"}}) == ids


def test_the_default_mapping_is_what_the_user_model_has(settings: Any) -> None:
    usual = {"first_name": "given_name", "last_name": "family_name", "email": ["email", "upn", "preferred_username"]}
    assert default_mapping() == usual
    settings.AUTH_USER_MODEL = "django_entrance.Employee"
    assert default_mapping() == {}
    assert faults(settings, GOOD) == []


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


def test_what_is_said_of_all_is_the_default_of_each_authority(settings: Any) -> None:
    read(
        settings,
        LEEWAY=5,
        AUTHORITIES={
            "all": {"TENANT_ID": "organizations", "ALLOWED_TENANTS": [OTHER_TENANT.upper()], "LEEWAY": 10},
            "own": {"SPA_CLIENT_ID": SPA.upper()},
        },
    )
    own, everybody = conf.authorities()
    assert (own.name, own.tenant, own.policy.leeway) == ("own", TENANT, 5), "one tenant comes before several"
    assert own.policy.allowed_tenants is None
    assert own.policy.allowed_clients == frozenset({API, SPA})
    assert (everybody.name, everybody.tenant, everybody.policy.leeway) == ("all", "organizations", 10)
    assert everybody.policy.allowed_tenants == frozenset({OTHER_TENANT})
    assert conf.current().AUTHORITIES["own"].CLIENT_ID == API


@pytest.mark.parametrize("allowed", ["*", ["*"], [TENANT, "*"]], ids=str)
def test_everybody_is_written_out(settings: Any, allowed: object) -> None:
    read(settings, TENANT_ID="organizations", ALLOWED_TENANTS=allowed)
    assert conf.authorities()[0].policy.allowed_tenants is None


@pytest.mark.parametrize(("cloud", "host"), CLOUDS.items())
def test_clouds_go_by_name(settings: Any, cloud: str, host: str) -> None:
    read(settings, CLOUD=cloud)
    assert f"{host}/{TENANT}/v2.0" in conf.authorities()[0].issuers


def test_where_a_place_accepts_some_authorities_a_function_says_so(settings: Any, rf: RequestFactory) -> None:
    read(settings)
    assert conf.authorities_here(rf.get("/")) is None
    read(settings, AUTHORITIES_HERE="project_urls.authorities_here")
    assert conf.authorities_here(rf.get("/?authority=staff")) == frozenset({"staff"})


@pytest.mark.parametrize("setting", ["CACHES", "SECRET_KEY", "DEBUG"])
def test_what_was_read_is_dropped_with_what_it_depends_on(settings: Any, setting: str) -> None:
    first = read(settings)
    setattr(settings, setting, getattr(settings, setting))
    assert conf.current() is not first


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
