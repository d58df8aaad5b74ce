"""``AUTH_ADFS``, the settings of django-auth-adfs: what follows from them, and which keys are named by a check."""

import datetime
import json
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django_entrance.checks import check_auth_adfs, check_settings
from django_entrance.conf.auth_adfs import ALIASES, TRANSLATED, TRANSLATORS
from django_entrance.conf.auth_adfs_advice import KNOWN, REMEDIES
from django_entrance.conf.loading import current_settings, read_raw
from django_entrance.conf.options import Access, AuthoritySettings
from django_entrance.entra.authorities import configured_authorities
from scripted import API, OTHER_TENANT, SPA, TENANT

pytestmark = pytest.mark.usefixtures("empty_environment")

EDITORS = "ed170000-0000-4000-8000-000000000001"
SITE = {
    "TENANT_ID": TENANT,
    "CLIENT_ID": API,
    "CLIENT_SECRET": "not-a-secret",
    "AUDIENCE": API,
    "RELYING_PARTY_ID": API,
    "GROUPS_CLAIM": None,
}


@pytest.fixture(autouse=True)
def silent(settings: Any) -> None:
    settings.ENTRANCE = {}


def load(settings: Any, **changes: Any) -> AuthoritySettings:
    settings.AUTH_ADFS = SITE | changes
    return current_settings().AUTHORITIES["default"]


def named(settings: Any, **changes: Any) -> dict[str, str]:
    """Return the keys that the check names, with its hints."""
    settings.AUTH_ADFS = SITE | changes
    messages = check_auth_adfs(None)
    assert {message.id for message in messages} <= {"entrance.W012"}
    return {message.msg.split("'")[1]: str(message.hint) for message in messages}


def test_settings_of_that_package_alone_are_enough(settings: Any) -> None:
    assert load(settings) == AuthoritySettings(
        TENANT_ID=TENANT, CLIENT_ID=API, CLIENT_SECRET="not-a-secret", APPLICATIONS={}
    )
    assert (check_settings(None), check_auth_adfs(None)) == ([], [])
    assert configured_authorities()[0].tenant == TENANT


def test_overriding_them_in_a_test_takes_effect(settings: Any) -> None:
    assert load(settings).TENANT_ID == TENANT
    assert configured_authorities()[0].tenant == TENANT
    assert load(settings, TENANT_ID=OTHER_TENANT).TENANT_ID == OTHER_TENANT
    assert configured_authorities()[0].tenant == OTHER_TENANT


def test_without_them_nothing_is_named(settings: Any) -> None:
    assert check_auth_adfs(None) == []
    settings.AUTH_ADFS = None
    assert check_auth_adfs(None) == []
    settings.AUTH_ADFS = {}
    assert check_auth_adfs(None) == []


@pytest.mark.parametrize(
    ("changes", "key", "value"),
    [
        ({"AUDIENCE": f"api://{API}"}, "AUDIENCES", (f"api://{API}",)),
        ({"AUDIENCE": ["https://api.contoso.example", API]}, "AUDIENCES", ("https://api.contoso.example",)),
        ({"RELYING_PARTY_ID": "https://api.contoso.example"}, "APP_ID_URI", "https://api.contoso.example"),
        ({"RELYING_PARTY_ID": SPA.upper()}, "APP_ID_URI", f"api://{SPA}"),
        ({"RELYING_PARTY_ID": API.upper()}, "APP_ID_URI", None),
        ({"RESOURCE": f"api://{API}/site"}, "APP_ID_URI", f"api://{API}/site"),
        ({"BLOCK_GUEST_USERS": True}, "ALLOW_GUESTS", False),
        ({"BLOCK_GUEST_USERS": False}, "ALLOW_GUESTS", True),
        ({"JWT_LEEWAY": 5}, "LEEWAY", 5),
        ({"JWT_LEEWAY": 0}, "LEEWAY", 0),
        ({"JWT_LEEWAY": datetime.timedelta(minutes=2)}, "LEEWAY", 120),
        ({"LEEWAY_JWT": 7}, "LEEWAY", 7),
        ({}, "LEEWAY", 60),
    ],
    ids=str,
)
def test_a_key_of_the_authority_is_honoured(settings: Any, changes: Any, key: str, value: Any) -> None:
    assert getattr(load(settings, **changes), key) == value
    assert named(settings, **changes) == {}


@pytest.mark.parametrize(("create", "choice"), [(True, "create"), (False, "existing"), (None, "existing")])
def test_create_new_users_is_honoured(settings: Any, create: bool | None, choice: str) -> None:
    load(settings, CREATE_NEW_USERS=create)
    assert choice == current_settings().PROVISIONING


@pytest.mark.parametrize(("client_id", "gives"), [(None, True), ("5ba00000-0000-4000-8000-000000000009", False)])
def test_app_roles_of_another_registration_give_nothing(settings: Any, client_id: str | None, gives: bool) -> None:
    load(settings, GROUPS_CLAIM="roles", GROUP_TO_FLAG_MAPPING={"is_superuser": "Admin"})
    if client_id is not None:
        settings.ENTRANCE = {"TENANT_ID": settings.AUTH_ADFS["TENANT_ID"], "CLIENT_ID": client_id}
    assert bool(current_settings().ACCESS.app_roles) == gives


def mapped() -> dict[str, tuple[str, ...]]:
    return {field: source.claims for field, source in current_settings().CLAIM_MAPPING.items()}


def test_the_claim_mapping_is_honoured(settings: Any) -> None:
    load(settings)
    assert mapped()["email"] == ("email", "upn", "preferred_username")
    load(settings, CLAIM_MAPPING={"first_name": "given_name", "email": "upn"})
    assert mapped() == {"first_name": ("given_name",), "email": ("upn",)}


def test_a_nested_claim_mapping_is_passed_on(settings: Any) -> None:
    nested = {"first_name": "given_name", "profile": {"department": "department"}}
    settings.AUTH_ADFS = SITE | {"CLAIM_MAPPING": nested}
    assert read_raw()["CLAIM_MAPPING"] == nested


def test_fields_that_claims_may_not_write_are_left_out_and_named(settings: Any) -> None:
    mapping = {"first_name": "given_name", "is_staff": "staff", "no_field": "x"}
    assert "'is_staff', 'no_field'" in named(settings, CLAIM_MAPPING=mapping)["CLAIM_MAPPING"]
    load(settings, CLAIM_MAPPING=mapping)
    assert mapped() == {"first_name": ("given_name",)}
    settings.ENTRANCE = {"CLAIM_MAPPING": {"last_name": "family_name"}}
    assert named(settings, CLAIM_MAPPING=mapping) == {}


@pytest.mark.parametrize(
    ("changes", "access"),
    [
        ({"GROUP_TO_FLAG_MAPPING": {"is_staff": EDITORS}}, Access({}, {EDITORS: frozenset({"is_staff"})})),
        (
            {"GROUP_TO_FLAG_MAPPING": {"is_staff": [EDITORS, SPA], "is_superuser": EDITORS}},
            Access({}, {EDITORS: frozenset({"is_staff", "is_superuser"}), SPA: frozenset({"is_staff"})}),
        ),
        (
            {"GROUPS_CLAIM": "roles", "GROUP_TO_FLAG_MAPPING": {"is_staff": "Editor"}},
            Access({"Editor": frozenset({"is_staff"})}, {}),
        ),
        ({"GROUPS_CLAIM": "wids", "GROUP_TO_FLAG_MAPPING": {"is_staff": EDITORS}}, Access({}, {})),
        ({"GROUP_TO_FLAG_MAPPING": {"is_active": EDITORS, "username": EDITORS}}, Access({}, {})),
        ({"GROUP_TO_FLAG_MAPPING": {"is_staff": "Django Staff"}}, Access({}, {})),
        ({"GROUP_TO_FLAG_MAPPING": "is_staff"}, Access({}, {})),
        ({"GROUPS_CLAIM": None, "GROUP_TO_FLAG_MAPPING": {"is_staff": EDITORS}}, Access({}, {})),
    ],
    ids=str,
)
def test_groups_by_object_id_and_app_roles_give_flags(settings: Any, changes: Any, access: Access) -> None:
    load(settings, **{"GROUPS_CLAIM": "groups"} | changes)
    assert access == current_settings().ACCESS


def written(hint: str) -> Any:
    """Return the ``ACCESS`` that a hint says to write, as Python reads it."""
    text = hint.partition('Write "ACCESS": ')[2].partition(" in ENTRANCE.")[0]
    return json.loads(text.replace("True", "true"))


def test_groups_by_name_are_named_with_the_access_to_write(settings: Any) -> None:
    mapping = {"is_staff": ["Django Staff", EDITORS], "is_superuser": "Django Admins", "is_active": "People"}
    hints = named(settings, GROUPS_CLAIM="groups", GROUP_TO_FLAG_MAPPING=mapping)
    flags = {
        "<object id of Django Staff>": {"is_staff": True},
        EDITORS: {"is_staff": True},
        "<object id of Django Admins>": {"is_superuser": True},
    }
    assert written(hints["GROUP_TO_FLAG_MAPPING"]) == {"groups": flags}
    assert hints["GROUP_TO_FLAG_MAPPING"].endswith("No group can give is_active.")
    example = {"groups": flags | {"<object id>": {"groups": ["<name in Django>"]}}}
    assert written(hints["GROUPS_CLAIM"]) == example, "one ACCESS has both"
    settings.ENTRANCE = {"ACCESS": {"groups": {EDITORS: {"is_staff": True}}}}
    assert named(settings, GROUPS_CLAIM="groups", GROUP_TO_FLAG_MAPPING=mapping) == {}


def test_flags_by_object_id_are_not_named(settings: Any) -> None:
    assert named(settings, GROUP_TO_FLAG_MAPPING={"is_staff": "Django Staff"}) == {}, "GROUPS_CLAIM is None"
    assert named(settings, GROUPS_CLAIM="groups", GROUP_TO_FLAG_MAPPING={"is_staff": EDITORS}).keys() == {
        "GROUPS_CLAIM"
    }


@pytest.mark.parametrize(("claim", "kind"), [("groups", "groups"), ("roles", "app_roles"), ("own", "app_roles")])
def test_the_groups_of_tokens_no_longer_change_django_groups(settings: Any, claim: str, kind: str) -> None:
    assert list(written(named(settings, GROUP_CLAIM=claim)["GROUP_CLAIM"])) == [kind]


def test_the_default_of_the_groups_claim_is_named_too(settings: Any) -> None:
    settings.AUTH_ADFS = {key: value for key, value in SITE.items() if key != "GROUPS_CLAIM"}
    [message] = check_auth_adfs(None)
    assert message.msg == "AUTH_ADFS['GROUPS_CLAIM'] is not honoured."
    settings.ENTRANCE = {"ACCESS": {"app_roles": {"Editor": {"groups": ["editors"]}}}}
    assert check_auth_adfs(None) == []


def test_flags_by_claims_become_app_roles(settings: Any) -> None:
    hints = named(settings, BOOLEAN_CLAIM_MAPPING={"is_staff": "user_is_staff"})
    assert written(hints["BOOLEAN_CLAIM_MAPPING"]) == {"app_roles": {"user_is_staff": {"is_staff": True}}}
    assert named(settings, BOOLEAN_CLAIM_MAPPING={}) == {}
    assert written(named(settings, BOOLEAN_CLAIM_MAPPING=["is_staff"])["BOOLEAN_CLAIM_MAPPING"]) == {"app_roles": {}}


@pytest.mark.parametrize(
    ("key", "value", "without_effect"),
    [
        ("SERVER", "adfs.contoso.example", None),
        ("SETTINGS_CLASS", "site.config.Settings", ""),
        ("MIRROR_GROUPS", True, False),
        ("CA_BUNDLE", "/etc/ssl/contoso.pem", True),
        ("CA_BUNDLE", False, True),
        ("PROXIES", {"https": "http://name:password@proxy.contoso.example"}, None),
        ("LOGIN_EXEMPT_URLS", ["^api"], []),
        ("TIMEOUT", 10, None),
        ("RETRIES", 5, 0),
        ("CONFIG_RELOAD_INTERVAL", 12, None),
        ("CERT_MAX_AGE", 12, None),
        ("DISABLE_SSO", True, False),
        ("CUSTOM_FAILED_RESPONSE_VIEW", "site.views.failed", None),
        ("SCOPES", ["openid"], []),
        ("VERSION", "v2.0", None),
        ("AUTHORIZE_PATH", "/adfs/oauth2/authorize", None),
        ("ISSUER", "http://adfs.contoso.example", None),
        ("LOGIN_REDIRECT_URL", "/", None),
        ("REDIR_URI", "https://site.contoso.example/oauth2/login", None),
        ("SIGNING_CERT", "MIIC", None),
        ("TOKEN_PATH", "/adfs/oauth2/token", None),
        ("USERNAME_CLAIM", "employeeid", "upn"),
        ("RELYING_PARTY_ID", "your-relying-party", None),
        ("TENANT", "x", TENANT),
    ],
)
def test_a_key_without_a_counterpart_is_named_with_a_remedy(
    settings: Any, key: str, value: Any, without_effect: Any
) -> None:
    hints = named(settings, **{key: value})
    assert list(hints) == [key]
    assert hints[key]
    assert "password" not in hints[key]
    assert check_settings(None) == [], "it does not prevent the start"
    if key in KNOWN:
        assert named(settings, **{key: without_effect}) == {}


def test_a_misspelt_key_gets_a_suggestion(settings: Any) -> None:
    assert named(settings, USERNAME_CLAIMS="upn") == {"USERNAME_CLAIMS": "Did you mean USERNAME_CLAIM?"}


@pytest.mark.parametrize("claim", ["upn", "email", "oid", "winaccountname"])
def test_claims_that_people_are_adopted_by_are_not_named(settings: Any, claim: str) -> None:
    assert named(settings, USERNAME_CLAIM=claim, GUEST_USERNAME_CLAIM="email") == {}


def test_every_key_of_that_package_has_one_treatment() -> None:
    """The attributes that its Settings class has in version 1.16.0, its deprecated keys and its aliases."""
    keys = """
        AUDIENCE BLOCK_GUEST_USERS BOOLEAN_CLAIM_MAPPING CA_BUNDLE CLAIM_MAPPING CLIENT_ID CLIENT_SECRET
        CONFIG_RELOAD_INTERVAL CREATE_NEW_USERS DISABLE_SSO GROUP_TO_FLAG_MAPPING GROUPS_CLAIM LOGIN_EXEMPT_URLS
        MIRROR_GROUPS RELYING_PARTY_ID RETRIES SERVER TENANT_ID TIMEOUT USERNAME_CLAIM GUEST_USERNAME_CLAIM JWT_LEEWAY
        CUSTOM_FAILED_RESPONSE_VIEW PROXIES VERSION SCOPES SETTINGS_CLASS
        AUTHORIZE_PATH ISSUER LOGIN_REDIRECT_URL REDIR_URI SIGNING_CERT TOKEN_PATH
        CERT_MAX_AGE GROUP_CLAIM RESOURCE LEEWAY_JWT
    """
    assert set(keys.split()) == KNOWN
    assert TRANSLATED.keys() == TRANSLATORS.keys()
    assert not TRANSLATED.keys() & REMEDIES.keys()
    assert not ALIASES.keys() & (TRANSLATED.keys() | REMEDIES.keys())


@pytest.mark.parametrize(
    ("entrance", "key", "value"),
    [
        ({"TENANT_ID": OTHER_TENANT}, "TENANT_ID", OTHER_TENANT),
        ({"CLIENT_SECRET": "own"}, "CLIENT_SECRET", "own"),
        ({"CLIENT_CERTIFICATE": "/run/own.pem"}, "CLIENT_SECRET", None),
        ({"CLIENT_ID": API.upper()}, "CLIENT_SECRET", "not-a-secret"),
        ({"CLIENT_ID": SPA, "TENANT_ID": TENANT}, "CLIENT_SECRET", None),
        ({"CLIENT_ID": SPA, "TENANT_ID": TENANT}, "AUDIENCES", ()),
        ({"CLIENT_ID": SPA, "TENANT_ID": TENANT}, "ALLOW_GUESTS", False),
        ({"ALLOW_GUESTS": True}, "ALLOW_GUESTS", True),
        ({"AUTHORITIES": {"default": {"CLIENT_ID": SPA, "TENANT_ID": TENANT}}}, "CLIENT_SECRET", None),
        ({"AUTHORITIES": {"default": {"CLIENT_ID": SPA, "TENANT_ID": TENANT}}}, "ALLOW_GUESTS", False),
    ],
    ids=str,
)
def test_our_own_settings_win(settings: Any, entrance: Any, key: str, value: Any) -> None:
    settings.ENTRANCE = entrance
    own = load(settings, BLOCK_GUEST_USERS=True, AUDIENCE="https://api.contoso.example")
    assert getattr(own, key) == value


def test_they_come_after_our_own_variables_and_before_those_of_the_machine(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_TENANT_ID", OTHER_TENANT)
    monkeypatch.setenv("AZURE_SPA_CLIENT_ID", SPA)
    own = load(settings)
    assert (own.TENANT_ID, own.SPA_CLIENT_ID) == (TENANT, SPA)
    monkeypatch.setenv("ENTRANCE_TENANT_ID", OTHER_TENANT)
    assert load(settings).TENANT_ID == OTHER_TENANT


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"TENANT_ID": "not a tenant"}, "AUTH_ADFS['TENANT_ID'] is not a tenant."),
        ({"CLIENT_ID": 5}, "AUTH_ADFS['CLIENT_ID']: expected a string, got 5."),
        ({"AUDIENCE": 5}, "AUTH_ADFS['AUDIENCE']: expected a list of strings, got 5."),
        ({"AUDIENCE": "https://graph.microsoft.com"}, "AUTH_ADFS['AUDIENCE'] names another application."),
        ({"RELYING_PARTY_ID": 5}, "AUTH_ADFS['RELYING_PARTY_ID']: expected a string, got 5."),
        ({"JWT_LEEWAY": 4000}, "AUTH_ADFS['JWT_LEEWAY'] is out of range."),
        (
            {"CLAIM_MAPPING": "email"},
            "AUTH_ADFS['CLAIM_MAPPING']: expected a dict from user field to claim name, to a list of claim names"
            ' or to a function, got the string "email".',
        ),
    ],
    ids=str,
)
def test_a_wrong_value_is_reported_at_its_place(settings: Any, changes: Any, message: str) -> None:
    settings.AUTH_ADFS = SITE | changes
    assert [found.msg for found in check_settings(None)] == [message]


def test_settings_that_are_not_a_dict_are_a_problem(settings: Any) -> None:
    settings.AUTH_ADFS = [SITE]
    assert check_auth_adfs(None) == []
    [message] = check_settings(None)
    assert message.msg == "AUTH_ADFS: expected a dict, got a list."
    with pytest.raises(ImproperlyConfigured, match="AUTH_ADFS: expected a dict"):
        current_settings()


def test_ad_fs_on_premises_alone_does_not_start(settings: Any) -> None:
    settings.AUTH_ADFS = {key: value for key, value in SITE.items() if key != "TENANT_ID"} | {"SERVER": "adfs.example"}
    assert [found.msg for found in check_settings(None)] == ["ENTRANCE has no TENANT_ID."]
    assert "not supported" in str(check_auth_adfs(None)[0].hint)
