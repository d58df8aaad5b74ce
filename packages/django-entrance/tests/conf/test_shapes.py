from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django_entrance.conf.advice import EXAMPLES
from django_entrance.conf.loading import current_settings
from django_entrance.conf.options import OF_ALL, OF_AN_AUTHORITY
from django_entrance.conf.shapes import TYPES
from django_entrance.conf.validation import validate
from entrance_settings import (
    CUSTOM,
    TWO_IDS,
    check_and_load,
    problem_texts,
)
from scripted import API, OTHER_TENANT, TENANT

pytestmark = pytest.mark.usefixtures("empty_environment")


@pytest.mark.parametrize(
    ("changes", "ids"),
    [
        ({"AUDIANCES": []}, ["E001"]),
        ({"XYZ": 1}, ["E001"]),
        ({"TENANT_ID": 5}, ["E003"]),
        ({"AUDIENCES": "api://x"}, ["E003"]),
        ({"AUDIENCES": [""]}, ["E003"]),
        ({"REQUIRED_SCOPES": "access_as_user"}, ["E003"]),
        ({"XYZ": [5]}, ["E001"]),
        ({"LEEWAY": True}, ["E003"]),
        ({"LEEWAY": "60"}, ["E003"]),
        ({"EXPLAIN_REFUSALS": "no"}, ["E003"]),
        ({"TENANT_ID": "common", "ALLOWED_TENANTS": [5]}, ["E003"]),
        (CUSTOM | {"ISSUER_HOST": 5}, ["E003"]),
        ({"OWN_SIGNING_KEYS": "yes"}, ["E003"]),
        ({"APPLICATIONS": [API]}, ["E003"]),
        ({"AUTHORITIES": {}}, ["E015"]),
        ({"AUTHORITIES": {"staff": TENANT}}, ["E015"]),
        ({"AUTHORITIES": {5: {}}}, ["E015"]),
        ({"AUTHORITIES": [TENANT]}, ["E003"]),
        ({"AUTHORITIES": {"staff": {"PROVISIONING": "create"}}}, ["E001"]),
        ({"AUTHORITIES": {"staff": {"LEEWAY": "5"}}}, ["E003"]),
        ({"CLAIM_MAPPING": {"email": 5}}, ["E003"]),
        ({"CLAIM_MAPPING": {"email": []}}, ["E003"]),
        ({"CLAIM_MAPPING": ["email"]}, ["E003"]),
    ],
    ids=str,
)
def test_each_problem_has_its_check(settings: Any, changes: dict[str, Any], ids: list[str]) -> None:
    check_and_load(settings, changes, ids)


@pytest.mark.parametrize("key", [*OF_AN_AUTHORITY, *OF_ALL])
def test_each_setting_has_a_type_and_a_valid_example(key: str) -> None:
    assert key in TYPES
    found = {problem.check_id for problem in validate({"CLAIM_MAPPING": {}, **TWO_IDS, key: EXAMPLES[key]})}
    assert "E001" not in found
    assert "E003" not in found, "the others are of values that need others beside them"


def test_the_known_keys_are_listed_once(settings: Any) -> None:
    unknown: dict[Any, Any] = {"XYZ": 1, 5: [""], "AUTHORITIES": {"staff": {"ABC": {}}}}
    unknown["AUTHORITIES"]["others"] = {"TENANT_ID": OTHER_TENANT, "LEWAY": 5}
    texts = problem_texts(settings, TWO_IDS | unknown)
    assert [each for each in texts if "Known keys" in each] == texts[-1:]
    assert texts[-1].startswith(
        "No setting has this name: ENTRANCE['XYZ'], ENTRANCE[5], ENTRANCE['AUTHORITIES']['staff']['ABC']. "
        "Known keys: ALLOWED_CLIENTS, "
    )
    assert texts[0] == "ENTRANCE['AUTHORITIES']['others'] has an unknown key 'LEWAY'. Did you mean LEEWAY?"
    assert len(texts) == 2


def test_a_misspelt_key_gets_the_right_one(settings: Any) -> None:
    settings.ENTRANCE = TWO_IDS | {"AUDIANCES": []}
    with pytest.raises(ImproperlyConfigured, match=r"unknown key 'AUDIANCES'. Did you mean AUDIENCES\?"):
        current_settings()
