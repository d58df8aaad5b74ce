from typing import Any
from uuid import UUID

import pytest
from django_entrance.checks import check_settings
from entrance_settings import (
    CIAM,
    TWO_IDS,
    problem_texts,
)
from scripted import API, TENANT

pytestmark = pytest.mark.usefixtures("empty_environment")

NO_CREDENTIAL = "This version does not support it, and verifying tokens needs no credential. Leave it out."


@pytest.mark.parametrize(
    ("key", "value", "entrance", "words"),
    [
        ("AUTHORITY_HOST", "login.example", TWO_IDS, "is not scheme and host."),
        ("AUTHORITY_HOST", "http://login.example", TWO_IDS, "uses http."),
        ("AUTHORITY_HOST", "https://contoso.b2clogin.com", TWO_IDS, "needs."),
        ("TENANT_ID", "nonsense", {"CLIENT_ID": API}, "is not a tenant."),
        ("TENANT_ID", "common", {"CLIENT_ID": API}, "stands for several tenants."),
        ("TENANT_ID", "consumers", {"CLIENT_ID": API}, "has only personal accounts, which are not allowed."),
        (
            "TENANT_ID",
            "common",
            {"CLIENT_ID": API, "ALLOWED_TENANTS": "*", **CIAM},
            "stands for several tenants, and customers have one.",
        ),
        ("CLIENT_ID", "nonsense", {"TENANT_ID": TENANT}, "is not a GUID."),
        ("SPA_CLIENT_ID", "nonsense", TWO_IDS, "is not a GUID."),
    ],
)
@pytest.mark.parametrize("prefix", ["ENTRANCE", "AZURE"])
def test_a_problem_names_the_variable_of_the_value(
    settings: Any, monkeypatch: pytest.MonkeyPatch, prefix: str, key: str, value: str, entrance: Any, words: str
) -> None:
    monkeypatch.setenv(f"{prefix}_{key}", value)
    [text] = problem_texts(settings, entrance)
    assert f"{prefix}_{key} in the environment {words}" in text
    monkeypatch.delenv(f"{prefix}_{key}")
    [text] = problem_texts(settings, entrance | {key: value})
    assert f"ENTRANCE['{key}'] {words}" in text, "control: the value is in the settings"


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
def test_no_problem_shows_a_secret(settings: Any, entrance: Any, secret: str) -> None:
    settings.ENTRANCE = {"TENANT_ID": TENANT, "CLIENT_ID": API, **entrance}
    told = [f"{message.msg} {message.hint}" for message in check_settings(None)]
    assert told
    assert secret not in " ".join(told)


@pytest.mark.parametrize(
    ("entrance", "words"),
    [
        ({"LEEWAY": "60"}, """['LEEWAY']: expected an integer, got the string "60". Write "LEEWAY": 60."""),
        ({"LEEWAY": 60.0}, """['LEEWAY']: expected an integer, got 60.0. Write "LEEWAY": 60."""),
        ({"LEEWAY": "soon"}, """got the string "soon". Write for example "LEEWAY": 60."""),
        ({"LEEWAY": float("inf")}, """got inf. Write for example "LEEWAY": 60."""),
        ({"LEEWAY": 60.5}, """got 60.5. Write for example "LEEWAY": 60."""),
        ({"LEEWAY": True}, """got True. Write for example "LEEWAY": 60."""),
        ({"LEEWAY": [60]}, """got a list with an int in it. Write for example "LEEWAY": 60."""),
        ({"REQUIRED_SCOPES": "access_as_user"}, """Write "REQUIRED_SCOPES": ["access_as_user"]."""),
        ({"AUDIENCES": "api://a, api://b"}, """Write "AUDIENCES": ["api://a", "api://b"]."""),
        ({"AUDIENCES": {"b", "a"}}, """expected a list of strings, got a set. Write "AUDIENCES": ["a", "b"]."""),
        ({"AUDIENCES": {5}}, """got a set. Write for example "AUDIENCES": ["https://api.contoso.example"]."""),
        ({"AUDIENCES": [""]}, "got a list with an empty string in it. Write for example"),
        ({"ALLOWED_TENANTS": {TENANT}}, f"""Write "ALLOWED_TENANTS": ["{TENANT}"]."""),
        (
            {"EXPLAIN_REFUSALS": "False"},
            """expected True or False, got the string "False". Write "EXPLAIN_REFUSALS": False.""",
        ),
        ({"ALLOW_GUESTS": 1}, """got 1. Write "ALLOW_GUESTS": True."""),
        ({"ALLOW_GUESTS": "maybe"}, """Write for example "ALLOW_GUESTS": True."""),
        ({"ALLOW_GUESTS": []}, """got a list. Write for example "ALLOW_GUESTS": True."""),
        ({"TENANT_ID": UUID(TENANT)}, f"""expected a string, got a UUID. Write "TENANT_ID": "{TENANT}"."""),
        (
            {"KEYS_CACHE": {"LOCATION": "redis://:pw@host"}},
            """got a dict. Write for example "KEYS_CACHE": "default".""",
        ),
        ({"APPLICATIONS": [API]}, "got a list. Write for example"),
        ({"CLAIM_MAPPING": {"email": 5}}, "got a dict with an int in it. Write for example"),
    ],
    ids=str,
)
def test_a_wrong_type_gets_a_suggestion(settings: Any, entrance: dict[str, Any], words: str) -> None:
    [text] = problem_texts(settings, TWO_IDS | entrance)
    assert words in text


def test_a_value_is_not_shown_if_it_may_be_secret_and_is_cut_if_it_is_long(settings: Any) -> None:
    text = " ".join(problem_texts(settings, TWO_IDS | {"KEYS_CACHE": {"pw": ["s3cret"]}, "LEEWAY": 400 * "x"}))
    assert "s3cret" not in text
    assert f'the string "{40 * "x"}…"' in text


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
def test_an_unknown_key_gets_a_hint(settings: Any, key: str, hint: str) -> None:
    [text] = problem_texts(settings, TWO_IDS | {key: ["s3cret"]})
    assert text == f"ENTRANCE has an unknown key {key!r}. {hint}"


def test_a_key_of_the_whole_site_inside_authorities_gets_a_hint(settings: Any) -> None:
    [text] = problem_texts(settings, TWO_IDS | {"AUTHORITIES": {"staff": {"PROVISIONING": "create"}}})
    assert text.endswith("It applies to the whole site: write it beside AUTHORITIES, not inside.")
