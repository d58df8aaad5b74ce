from itertools import chain
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.test import RequestFactory
from django_entrance.checks import check_environment, check_middleware, check_redirect_bridge, check_settings
from django_entrance.conf.advice import EXAMPLES
from django_entrance.conf.default_mapping import default_mapping
from django_entrance.conf.loading import OWN_IDENTITY, current_settings
from django_entrance.conf.options import ENVIRONMENT, OF_ALL, OF_AN_AUTHORITY, AuthoritySettings, EntranceSettings
from django_entrance.conf.validation import TYPES, find_faults
from django_entrance.entra.authorities import authorities_here, configured_authorities, load_authorities, publisher_of
from django_entrance.verification.issuers import CLOUDS, PERSONAL_ACCOUNTS
from scripted import API, OTHER_TENANT, SPA, TENANT

GOOD = {"TENANT_ID": TENANT, "CLIENT_ID": API}
CONSUMERS = {"TENANT_ID": "consumers", "ALLOW_PERSONAL_ACCOUNTS": True}
CHINA = CLOUDS["china"]
CIAM = {"AUTHORITY_HOST": "https://contoso.ciamlogin.com"}
CUSTOM = {"AUTHORITY_HOST": "https://login.contoso.example"}


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*chain(*ENVIRONMENT.values()), *OWN_IDENTITY):
        monkeypatch.delenv(name, raising=False)


def faults(settings: Any, entrance: dict[str, Any]) -> list[str]:
    settings.ENTRANCE = entrance
    return [str(message.id).removeprefix("entrance.") for message in check_settings(None)]


def advice(settings: Any, entrance: dict[str, Any]) -> list[str]:
    """Return what the checks say of settings: message and hint of each."""
    settings.ENTRANCE = entrance
    return [f"{message.msg} {message.hint}" for message in check_settings(None)]


def read(settings: Any, **entrance: Any) -> EntranceSettings:
    settings.ENTRANCE = GOOD | entrance
    return current_settings()


def read_one(settings: Any, **entrance: Any) -> AuthoritySettings:
    return read(settings, **entrance).AUTHORITIES["default"]


def test_two_ids_are_enough(settings: Any) -> None:
    entrance = read(settings)
    assert read_one(settings).AUTHORITY_HOST == "https://login.microsoftonline.com"
    assert (read_one(settings).LEEWAY, entrance.PROVISIONING, entrance.EXPLAIN_REFUSALS) == (60, "create", False)
    assert entrance.CLAIM_MAPPING["email"] == ("email", "upn", "preferred_username")


@pytest.mark.parametrize("debugging", [True, False])
def test_tokens_of_entra_double_are_let_in_while_debugging(settings: Any, debugging: bool) -> None:
    settings.DEBUG = debugging
    read(settings)
    assert configured_authorities()[0].policy.allow_development_tokens is debugging


def test_refusals_are_explained_while_debugging(settings: Any) -> None:
    settings.DEBUG = True
    assert read(settings).EXPLAIN_REFUSALS
    assert not read(settings, EXPLAIN_REFUSALS=False).EXPLAIN_REFUSALS


def test_the_issuers_host_and_an_applications_own_keys_reach_the_authority(settings: Any) -> None:
    own = CUSTOM | {"ISSUER_HOST": f"https://{TENANT}.CiamLogin.com/", "OWN_SIGNING_KEYS": True}
    issuer_host = read_one(settings, **own).ISSUER_HOST
    assert issuer_host == f"https://{TENANT}.ciamlogin.com"
    (authority,) = configured_authorities()
    assert list(authority.issuers) == [f"https://{TENANT}.ciamlogin.com/{TENANT}/v2.0"]
    assert authority.addresses.discovery_url.endswith(f"/openid-configuration?appid={API}")


@pytest.mark.parametrize(
    ("own", "name"),
    [({}, ""), ({"OWN_SIGNING_KEYS": True}, f"?appid={API}"), ({"USER_FLOWS": ["B2C_1_x", "B2C_1_y"]}, "/B2C_1_x")],
    ids=str,
)
def test_keys_of_their_own_are_shared_under_a_name_of_their_own(settings: Any, own: dict[str, Any], name: str) -> None:
    assert publisher_of(read_one(settings, **own)) == f"https://login.microsoftonline.com/{TENANT}{name}"


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
    current_settings.cache_clear()
    assert current_settings().AUTHORITIES["default"].CLIENT_ID == API


@pytest.mark.parametrize("key", ENVIRONMENT)
def test_our_own_variables_count_before_those_of_the_machine(
    settings: Any, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    """A pod with workload identity has the ids of its own identity in AZURE_…."""
    pods = dict.fromkeys(ENVIRONMENT, OTHER_TENANT) | {"AUTHORITY_HOST": CHINA}
    ours = GOOD | {"SPA_CLIENT_ID": SPA, "AUTHORITY_HOST": CLOUDS["us-government"]}
    for each, value in pods.items():
        monkeypatch.setenv(f"AZURE_{each}", value)
    settings.ENTRANCE = {}
    assert getattr(current_settings().AUTHORITIES["default"], key) == pods[key]
    monkeypatch.setenv(f"ENTRANCE_{key}", ours[key])
    settings.ENTRANCE = {}
    assert getattr(current_settings().AUTHORITIES["default"], key) == ours[key]


def test_a_cloud_in_the_settings_is_not_disputed_by_the_environment(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_AUTHORITY_HOST", f"{CLOUDS['public']}/")
    assert faults(settings, GOOD | {"CLOUD": "china"}) == []
    assert current_settings().AUTHORITIES["default"].AUTHORITY_HOST == CHINA
    assert CLOUDS["public"] == read_one(settings).AUTHORITY_HOST, "control: where the settings are silent it counts"


def test_the_nearer_of_cloud_and_host_takes_the_place_of_the_other(settings: Any) -> None:
    """Beside AUTHORITIES stands the default; an authority of its own says otherwise with either key."""
    others = {"one": {"CLOUD": "china"}, "two": {"AUTHORITY_HOST": "https://contoso.ciamlogin.com"}}
    for beside in ({"CLOUD": "us-government"}, {"AUTHORITY_HOST": CLOUDS["us-government"]}):
        read(settings, **beside, AUTHORITIES={"staff": {}, **others})
        hosts = [own.AUTHORITY_HOST for own in current_settings().AUTHORITIES.values()]
        assert hosts == [CLOUDS["us-government"], CHINA, "https://contoso.ciamlogin.com"]


@pytest.mark.parametrize(
    ("key", "value", "entrance", "words"),
    [
        ("AUTHORITY_HOST", "login.example", GOOD, "is not the address of a host."),
        ("AUTHORITY_HOST", "http://login.example", GOOD, "uses http."),
        ("AUTHORITY_HOST", "https://contoso.b2clogin.com", GOOD, "needs."),
        ("TENANT_ID", "nonsense", {"CLIENT_ID": API}, "names no tenant."),
        ("TENANT_ID", "common", {"CLIENT_ID": API}, "has several."),
        ("TENANT_ID", "consumers", {"CLIENT_ID": API}, "has only personal accounts, which are refused."),
        (
            "TENANT_ID",
            "common",
            {"CLIENT_ID": API, "ALLOWED_TENANTS": "*", **CIAM},
            "names several tenants of customers.",
        ),
        ("CLIENT_ID", "nonsense", {"TENANT_ID": TENANT}, "is not a GUID."),
        ("SPA_CLIENT_ID", "nonsense", GOOD, "is not a GUID."),
    ],
)
@pytest.mark.parametrize("prefix", ["ENTRANCE", "AZURE"])
def test_a_fault_names_the_variable_that_a_value_came_from(
    settings: Any, monkeypatch: pytest.MonkeyPatch, prefix: str, key: str, value: str, entrance: Any, words: str
) -> None:
    monkeypatch.setenv(f"{prefix}_{key}", value)
    [said] = advice(settings, entrance)
    assert f"{prefix}_{key} in the environment {words}" in said
    monkeypatch.delenv(f"{prefix}_{key}")
    [said] = advice(settings, entrance | {key: value})
    assert f"ENTRANCE['{key}'] {words}" in said, "control: what the settings say is found in the settings"


def test_a_missing_id_is_answered_with_both_of_its_variables(settings: Any) -> None:
    [said] = advice(settings, {"TENANT_ID": TENANT})
    assert said.endswith("Set it there, or ENTRANCE_CLIENT_ID or AZURE_CLIENT_ID in the environment.")


SECRET_IN_A_URL = "redis://:S3cret@redis.example/0"


@pytest.mark.parametrize(
    ("entrance", "secret"),
    [
        ({"KEYS_CACHE": SECRET_IN_A_URL}, "S3cret"),
        ({"AUTHORITIES": '{"staff": {"CLIENT_SECRET": "S3cret"}}'}, "S3cret"),
        ({"LEEWAY": "S3cret=1"}, "S3cret"),
        ({"AUTHORITIES_HERE": "raises_at_import.x"}, "A_VARIABLE"),
    ],
    ids=lambda each: str(each)[:20],
)
def test_no_fault_tells_a_secret(settings: Any, entrance: Any, secret: str) -> None:
    settings.ENTRANCE = {"TENANT_ID": TENANT, "CLIENT_ID": API, **entrance}
    told = [f"{message.msg} {message.hint}" for message in check_settings(None)]
    assert told
    assert secret not in " ".join(told)


@pytest.mark.parametrize(
    ("scope", "is_right"),
    [
        ("access_as_user", True),
        ("Files.Read-All", True),
        ("access_as_user\n", False),
        ("access_as_user ", False),
        ("/", False),
        (".default", False),
        (f"{API}/access_as_user", False),
        ('a"b', False),
        ("权限", False),
    ],
)
def test_a_required_scope_is_one_that_a_header_can_carry(settings: Any, scope: str, is_right: bool) -> None:
    settings.ENTRANCE = {"TENANT_ID": TENANT, "CLIENT_ID": API, "REQUIRED_SCOPES": [scope]}
    faults = check_settings(None)
    assert [fault.id for fault in faults] == ([] if is_right else ["entrance.E021"])
    assert '[""]' not in str(faults)


@pytest.mark.parametrize(
    ("entrance", "is_right"),
    [
        ({"APP_ID_URI": "https://graph.microsoft.com"}, False),
        ({"AUDIENCES": ["00000003-0000-0000-c000-000000000000"]}, False),
        ({"AUDIENCES": [SPA]}, False),
        ({"APP_ID_URI": f"api://{SPA}"}, False),
        ({"AUDIENCES": [API], "APP_ID_URI": f"api://{API}"}, True),
        ({"SPA_CLIENT_ID": API, "AUDIENCES": [f"api://{API}"]}, True),
    ],
    ids=str,
)
def test_tokens_for_another_application_are_not_for_this_one(settings: Any, entrance: Any, is_right: bool) -> None:
    settings.ENTRANCE = {"TENANT_ID": TENANT, "CLIENT_ID": API, "SPA_CLIENT_ID": SPA, **entrance}
    assert [fault.id for fault in check_settings(None)] == ([] if is_right else ["entrance.E021"])


@pytest.mark.parametrize(
    ("key", "host"),
    [("AUTHORITY_HOST", "https://login.example:44x3"), ("ISSUER_HOST", "https://login.example:abc"),
     ("ISSUER_HOST", "http://localhost:9")],
)  # fmt: skip
def test_a_host_has_a_port_that_is_a_number_and_an_issuer_is_on_https(settings: Any, key: str, host: str) -> None:
    right = {"TENANT_ID": TENANT, "CLIENT_ID": API, "AUTHORITY_HOST": "https://login.example"}
    settings.ENTRANCE = right
    assert check_settings(None) == []
    settings.ENTRANCE = right | {key: host}
    assert [fault.id for fault in check_settings(None)] == ["entrance.E005"]


async def authorities_of_an_async_function(_: object) -> list[str]:
    return ["default"]


def authorities_as_a_text(_: object) -> str:
    return "default"


def test_who_may_enter_here_is_said_in_sync_code_and_as_a_list(settings: Any, rf: RequestFactory) -> None:
    settings.ENTRANCE = {"TENANT_ID": TENANT, "CLIENT_ID": API, "AUTHORITIES_HERE": f"{__name__}.authorities_as_a_text"}
    with pytest.raises(ImproperlyConfigured, match="returned a text"):
        authorities_here(rf.get("/"))
    settings.ENTRANCE |= {"AUTHORITIES_HERE": f"{__name__}.authorities_of_an_async_function"}
    settings.ENTRANCE = dict(settings.ENTRANCE)
    assert [fault.id for fault in check_settings(None)] == ["entrance.E020"]
    settings.ENTRANCE = settings.ENTRANCE | {"AUTHORITIES_HERE": "project_urls.authorities_here"}
    assert check_settings(None) == []


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
def test_the_identity_of_a_pod_is_not_silently_the_api(
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


@pytest.mark.parametrize("key", [*OF_AN_AUTHORITY, *OF_ALL])
def test_none_says_nothing(settings: Any, key: str) -> None:
    assert read(settings, **{key: GOOD.get(key)}).AUTHORITIES == read(settings).AUTHORITIES
    if key in OF_AN_AUTHORITY:
        named = read(settings, LEEWAY=5, AUTHORITIES={"default": {key: None}})
        assert named.AUTHORITIES == read(settings, LEEWAY=5).AUTHORITIES
        assert configured_authorities()


def test_no_settings_at_all_are_said_to_be_missing(settings: Any) -> None:
    settings.ENTRANCE = None
    assert [message.id for message in check_settings(None)] == ["entrance.E002", "entrance.E002"]


@pytest.mark.parametrize(("entrance", "kind"), [((GOOD,), "a tuple"), ([], "a list"), ("", "a str")])
def test_settings_that_are_no_dict_are_said(settings: Any, entrance: Any, kind: str) -> None:
    settings.ENTRANCE = entrance
    with pytest.raises(ImproperlyConfigured, match=f"expected a dict, came {kind}. Write ENTRANCE = {{…}}, without"):
        load_authorities()


def test_settings_are_read_once_and_dropped_when_overridden(settings: Any) -> None:
    first = read(settings)
    assert current_settings() is first
    assert configured_authorities() is configured_authorities()
    assert read_one(settings, LEEWAY=5).LEEWAY == 5
    assert configured_authorities()[0].policy.leeway == 5


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
    assert configured_authorities()[0].policy.allowed_clients == allowed


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
        ({"REQUIRED_SCOPES": ["access_as_user"]}, []),
        ({"REQUIRED_SCOPES": ["access_as_user more"]}, ["E021"]),
        ({"REQUIRED_SCOPES": [f"api://{API}/access_as_user"]}, ["E021"]),
        ({"XYZ": [5]}, ["E001"]),
        ({"XYZ": [5], "LEEWAY": 900, "CLIENT_ID": "api"}, ["E001", "E004", "E008"]),
        ({"LEEWAY": True}, ["E003"]),
        ({"APP_ID_URI": f"api://{API}"}, []),
        ({"APP_ID_URI": "api://contoso/logbook"}, []),
        ({"APP_ID_URI": "https://logbook.contoso.example"}, []),
        ({"APP_ID_URI": "https://contoso.example/logbook"}, []),
        ({"APP_ID_URI": "https://contoso.example/" + 231 * "x"}, []),
        ({"APP_ID_URI": "https://contoso.example/" + 232 * "x"}, ["E021"]),
        ({"APP_ID_URI": "https://contoso.example/"}, ["E021"]),
        ({"APP_ID_URI": "api://contoso//logbook"}, ["E021"]),
        ({"APP_ID_URI": "api://contoso/logbook#x"}, ["E021"]),
        ({"APP_ID_URI": "api://contoso/logbook?x"}, ["E021"]),
        ({"APP_ID_URI": "api://me@contoso/logbook"}, ["E021"]),
        ({"APP_ID_URI": " api://contoso/logbook"}, ["E021"]),
        ({"APP_ID_URI": "contoso/logbook"}, ["E021"]),
        ({"APP_ID_URI": "http://contoso.example/logbook"}, ["E021"]),
        ({"APP_ID_URI": ""}, ["E021"]),
        ({"APP_ID_URI": f"api://{API}/.default"}, ["E021"]),
        ({"APP_ID_URI": "api://logbook", "REQUIRED_SCOPES": ["logbook"]}, []),
        ({"APP_ID_URI": "api://contoso/logbook", "REQUIRED_SCOPES": ["logbook"]}, ["E021"]),
        ({"APP_ID_URI": f"api://{API}/access_as_user"}, []),
        ({"APP_ID_URI": f"api://{API}/access_as_user", "REQUIRED_SCOPES": ["access_as_user"]}, ["E021"]),
        ({"POST_LOGOUT_REDIRECT_URI": "/"}, []),
        ({"POST_LOGOUT_REDIRECT_URI": "/logbook/bye/"}, []),
        ({"POST_LOGOUT_REDIRECT_URI": "https://www.contoso.example/bye/"}, []),
        ({"POST_LOGOUT_REDIRECT_URI": "http://localhost:5173/"}, []),
        ({"POST_LOGOUT_REDIRECT_URI": ""}, ["E022"]),
        ({"POST_LOGOUT_REDIRECT_URI": "bye/"}, ["E022"]),
        ({"POST_LOGOUT_REDIRECT_URI": "//evil.example/"}, ["E022"]),
        ({"POST_LOGOUT_REDIRECT_URI": "/\\evil.example/"}, ["E022"]),
        ({"POST_LOGOUT_REDIRECT_URI": "/bye bye/"}, ["E022"]),
        ({"POST_LOGOUT_REDIRECT_URI": "https:///bye/"}, ["E022"]),
        ({"POST_LOGOUT_REDIRECT_URI": "https://[::1"}, ["E022"]),
        ({"POST_LOGOUT_REDIRECT_URI": "http://www.contoso.example/"}, ["E022"]),
        ({"POST_LOGOUT_REDIRECT_URI": "javascript:alert(1)"}, ["E022"]),
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
        (CUSTOM | {"ISSUER_HOST": f"https://{TENANT}.ciamlogin.com"}, []),
        (CUSTOM | {"ISSUER_HOST": "HTTPS://Login.Contoso.example/"}, []),
        (CUSTOM | {"ISSUER_HOST": f"https://{TENANT}.ciamlogin.com/{TENANT}/v2.0"}, ["E005"]),
        (CUSTOM | {"ISSUER_HOST": "http://login.contoso.example"}, ["E005"]),
        (CUSTOM | {"ISSUER_HOST": "https://[::1"}, ["E005"]),
        (CUSTOM | {"ISSUER_HOST": 5}, ["E003"]),
        ({"ISSUER_HOST": f"https://{TENANT}.ciamlogin.com"}, ["E016"]),
        ({"ISSUER_HOST": f"https://{TENANT}.ciamlogin.com", "AUTHORITY_HOST": f"{CLOUDS['china']}/"}, ["E016"]),
        (CUSTOM | {"ISSUER_HOST": CUSTOM["AUTHORITY_HOST"], "TENANT_ID": "common", "ALLOWED_TENANTS": "*"}, ["E016"]),
        ({"OWN_SIGNING_KEYS": True}, []),
        ({"OWN_SIGNING_KEYS": "yes"}, ["E003"]),
        ({"OWN_SIGNING_KEYS": True, "TENANT_ID": "common", "ALLOWED_TENANTS": "*"}, ["E016"]),
        (
            {
                "AUTHORITIES": {
                    "by custom host": CUSTOM | {"ISSUER_HOST": f"https://{TENANT}.ciamlogin.com"},
                    "by its own": {"AUTHORITY_HOST": f"https://{TENANT}.ciamlogin.com"},
                }
            },
            ["E015"],
        ),
        ({"APPLICATIONS": {API: "robot"}}, []),
        ({"APPLICATIONS": {"daemon": "robot"}}, ["E018"]),
        ({"APPLICATIONS": {API: ["robot"]}}, ["E018"]),
        ({"APPLICATIONS": [API]}, ["E003"]),
        ({"APPLICATIONS": {API: "robot"}, "TENANT_ID": "common", "ALLOWED_TENANTS": "*"}, ["E018"]),
        ({"KEYS_CACHE": "default"}, []),
        ({"KEYS_CACHE": "nowhere"}, ["E019"]),
        ({"AUTHORITIES_HERE": "project_urls.no_such_function"}, ["E020"]),
        ({"AUTHORITIES_HERE": "nonsense"}, ["E020"]),
        ({"AUTHORITIES_HERE": "django_entrance.conf.validation.PROVISIONINGS"}, ["E020"]),
        ({"AUTHORITIES_HERE": "raises_at_import.authorities_here"}, ["E020"]),
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
            current_settings()
    else:
        assert configured_authorities()


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
def test_http_is_for_loopback_while_debugging(
    settings: Any, monkeypatch: pytest.MonkeyPatch, host: str, ids: list[str]
) -> None:
    settings.DEBUG = True
    assert faults(settings, GOOD | {"AUTHORITY_HOST": host}) == ids
    settings.DEBUG = False
    assert faults(settings, GOOD | {"AUTHORITY_HOST": host}) == ids, "as Django's own test runner asks"
    monkeypatch.delattr(mail, "outbox")
    assert faults(settings, GOOD | {"AUTHORITY_HOST": host}) == ["E006"], "no test, and no debugging"


def test_a_token_is_judged_with_debug_as_it_is(settings: Any) -> None:
    settings.ENTRANCE = GOOD | {"AUTHORITY_HOST": "http://localhost:8400"}
    with pytest.raises(ImproperlyConfigured, match="uses http"):
        configured_authorities()


def test_a_misspelt_key_is_answered_with_the_right_one(settings: Any) -> None:
    settings.ENTRANCE = GOOD | {"AUDIANCES": []}
    with pytest.raises(ImproperlyConfigured, match=r"unknown key 'AUDIANCES'. Did you mean AUDIENCES\?"):
        current_settings()


@pytest.mark.parametrize(
    ("entrance", "words"),
    [
        ({"LEEWAY": "60"}, """['LEEWAY']: expected a whole number, came the text "60". Write "LEEWAY": 60."""),
        ({"LEEWAY": 60.0}, """['LEEWAY']: expected a whole number, came 60.0. Write "LEEWAY": 60."""),
        ({"LEEWAY": "soon"}, """came the text "soon". Write for example "LEEWAY": 60."""),
        ({"LEEWAY": float("inf")}, """came inf. Write for example "LEEWAY": 60."""),
        ({"LEEWAY": 60.5}, """came 60.5. Write for example "LEEWAY": 60."""),
        ({"LEEWAY": True}, """came True. Write for example "LEEWAY": 60."""),
        ({"LEEWAY": [60]}, """came a list with an int in it. Write for example "LEEWAY": 60."""),
        ({"REQUIRED_SCOPES": "access_as_user"}, """Write "REQUIRED_SCOPES": ["access_as_user"]."""),
        ({"AUDIENCES": "api://a, api://b"}, """Write "AUDIENCES": ["api://a", "api://b"]."""),
        ({"AUDIENCES": {"b", "a"}}, """expected a list of texts, came a set. Write "AUDIENCES": ["a", "b"]."""),
        ({"AUDIENCES": {5}}, """came a set. Write for example "AUDIENCES": ["https://api.contoso.example"]."""),
        ({"AUDIENCES": [""]}, "came a list with an empty text in it. Write for example"),
        ({"ALLOWED_TENANTS": {TENANT}}, f"""Write "ALLOWED_TENANTS": ["{TENANT}"]."""),
        ({"ALLOWED_TENANTS": TENANT, "TENANT_ID": "common"}, f"""Write "ALLOWED_TENANTS": ["{TENANT}"]."""),
        ({"ALLOWED_TENANTS": "all", "TENANT_ID": "common"}, "List the ids of the tenants whose people may enter"),
        (
            {"EXPLAIN_REFUSALS": "False"},
            """expected True or False, came the text "False". Write "EXPLAIN_REFUSALS": False.""",
        ),
        ({"ALLOW_GUESTS": 1}, """came 1. Write "ALLOW_GUESTS": True."""),
        ({"ALLOW_GUESTS": "maybe"}, """Write for example "ALLOW_GUESTS": True."""),
        ({"ALLOW_GUESTS": []}, """came a list. Write for example "ALLOW_GUESTS": True."""),
        ({"TENANT_ID": UUID(TENANT)}, f"""expected a text, came a UUID. Write "TENANT_ID": "{TENANT}"."""),
        (
            {"KEYS_CACHE": {"LOCATION": "redis://:pw@host"}},
            """came a dict. Write for example "KEYS_CACHE": "default".""",
        ),
        ({"APPLICATIONS": [API]}, "came a list. Write for example"),
        ({"CLAIM_MAPPING": {"email": 5}}, "came a dict with an int in it. Write for example"),
        ({"REQUIRED_SCOPES": [f"api://{API}/a b"]}, """Write "REQUIRED_SCOPES": ["a", "b"]; the rest"""),
        ({"APP_ID_URI": f"api://{API}/.default"}, f"""Leave the scope out: "APP_ID_URI": "api://{API}"."""),
        ({"CLOUD": "china", "AUTHORITY_HOST": CHINA}, "ENTRANCE['CLOUD'] stands beside AUTHORITY_HOST."),
        ({"CLOUD": "mars"}, "ENTRANCE['CLOUD'] is none of Microsoft's clouds: 'mars'."),
        ({"AUTHORITIES_HERE": "project_urls.nothing"}, """: ImportError: Module "project_urls" does not define"""),
        (
            {"AUTHORITIES_HERE": "raises_at_import.x"},
            "names no function: to import it raised KeyError.",
        ),
        (
            {"AUTHORITIES_HERE": "django_entrance.conf.validation.TYPES"},
            ": django_entrance.conf.validation.TYPES is a dict.",
        ),
    ],
    ids=str,
)
def test_a_fault_says_what_was_expected_what_came_and_what_would_do(
    settings: Any, entrance: dict[str, Any], words: str
) -> None:
    [said] = advice(settings, GOOD | entrance)
    assert words in said


def test_what_came_is_not_told_where_it_may_be_secret_or_long(settings: Any) -> None:
    said = " ".join(advice(settings, GOOD | {"KEYS_CACHE": {"pw": ["s3cret"]}, "LEEWAY": 400 * "x"}))
    assert "s3cret" not in said
    assert f'the text "{40 * "x"}…"' in said


@pytest.mark.parametrize("key", [*OF_AN_AUTHORITY, *OF_ALL])
def test_each_setting_has_a_type_and_an_example_that_has_no_fault(key: str) -> None:
    assert key in TYPES
    shapes = {fault.check_id for fault in find_faults({"CLAIM_MAPPING": {}, **GOOD, key: EXAMPLES[key]})}
    assert "E001" not in shapes
    assert "E003" not in shapes, "the others are of values that need others beside them"


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("AUDIANCES", "Did you mean AUDIENCES?"),
        ("audiences", "Did you mean AUDIENCES?"),
        ("TENANT", "Did you mean TENANT_ID?"),
        ("AZURE_CLIENT_ID", "Did you mean CLIENT_ID?"),
        ("ENTRANCE_TENANT_ID", "Did you mean TENANT_ID?"),
        ("AZURE_CLIENT_SECRET", "Did you mean CLIENT_SECRET?"),
    ],
)
def test_an_unknown_key_is_answered_with_what_to_do(settings: Any, key: str, hint: str) -> None:
    [said] = advice(settings, GOOD | {key: ["s3cret"]})
    assert said == f"ENTRANCE has an unknown key {key!r}. {hint}"


def test_the_known_keys_are_listed_once(settings: Any) -> None:
    unknown: dict[Any, Any] = {"XYZ": 1, 5: [""], "AUTHORITIES": {"staff": {"ABC": {}}}}
    unknown["AUTHORITIES"]["others"] = {"TENANT_ID": OTHER_TENANT, "LEWAY": 5}
    said = advice(settings, GOOD | unknown)
    assert [each for each in said if "Known keys" in each] == said[-1:]
    assert said[-1].startswith(
        "No setting has this name: ENTRANCE['XYZ'], ENTRANCE[5], ENTRANCE['AUTHORITIES']['staff']['ABC']. "
        "Known keys: ALLOWED_CLIENTS, "
    )
    assert said[0] == "ENTRANCE['AUTHORITIES']['others'] has an unknown key 'LEWAY'. Did you mean LEEWAY?"
    assert len(said) == 2


def test_a_key_of_the_whole_site_is_sent_to_its_place(settings: Any) -> None:
    [said] = advice(settings, GOOD | {"AUTHORITIES": {"staff": {"PROVISIONING": "create"}}})
    assert said.endswith("It is for the whole site: write it beside AUTHORITIES, not in it.")


def test_the_app_id_uri_is_an_audience_and_the_default_stays_one(settings: Any) -> None:
    read(settings, APP_ID_URI="api://contoso/logbook")
    policy = configured_authorities()[0].policy
    assert policy.app_id_uri == "api://contoso/logbook"
    assert policy.audiences == {API, f"api://{API}", "api://contoso/logbook"}
    read(settings)
    assert configured_authorities()[0].policy.app_id_uri == f"api://{API}"


def test_what_is_said_of_all_is_the_default_of_each_authority(settings: Any) -> None:
    read(
        settings,
        LEEWAY=5,
        AUTHORITIES={
            "all": {"TENANT_ID": "organizations", "ALLOWED_TENANTS": [OTHER_TENANT.upper()], "LEEWAY": 10},
            "own": {"SPA_CLIENT_ID": SPA.upper()},
        },
    )
    own, everybody = configured_authorities()
    assert (own.name, own.tenant, own.policy.leeway) == ("own", TENANT, 5), "one tenant comes before several"
    assert own.policy.allowed_tenants is None
    assert own.policy.allowed_clients == frozenset({API, SPA})
    assert (everybody.name, everybody.tenant, everybody.policy.leeway) == ("all", "organizations", 10)
    assert everybody.policy.allowed_tenants == frozenset({OTHER_TENANT})
    assert current_settings().AUTHORITIES["own"].CLIENT_ID == API


@pytest.mark.parametrize("allowed", ["*", ["*"], [TENANT, "*"]], ids=str)
def test_everybody_is_written_out(settings: Any, allowed: object) -> None:
    read(settings, TENANT_ID="organizations", ALLOWED_TENANTS=allowed)
    assert configured_authorities()[0].policy.allowed_tenants is None


@pytest.mark.parametrize(("cloud", "host"), CLOUDS.items())
def test_clouds_go_by_name(settings: Any, cloud: str, host: str) -> None:
    read(settings, CLOUD=cloud)
    assert f"{host}/{TENANT}/v2.0" in configured_authorities()[0].issuers


def test_where_a_place_accepts_some_authorities_a_function_says_so(settings: Any, rf: RequestFactory) -> None:
    read(settings)
    assert authorities_here(rf.get("/")) is None
    read(settings, AUTHORITIES_HERE="project_urls.authorities_here")
    assert authorities_here(rf.get("/?authority=staff")) == frozenset({"staff"})


@pytest.mark.parametrize("setting", ["CACHES", "SECRET_KEY", "DEBUG"])
def test_what_was_read_is_dropped_with_what_it_depends_on(settings: Any, setting: str) -> None:
    first = read(settings)
    setattr(settings, setting, getattr(settings, setting))
    assert current_settings() is not first


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
    from django_entrance.frontend import views

    monkeypatch.setattr(views, "REDIRECT_BRIDGE", tmp_path / "redirect-bridge.js")
    assert [message.id for message in check_redirect_bridge(None)] == ["entrance.W001"]
    (tmp_path / "redirect-bridge.js").write_text("built")
    assert check_redirect_bridge(None) == []
