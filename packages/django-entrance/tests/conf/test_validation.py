from typing import Any

import pytest
from django_entrance.verification.issuers import CLOUDS, PERSONAL_ACCOUNTS
from entrance_settings import (
    CIAM,
    CONSUMERS,
    CUSTOM,
    check_and_load,
    problem_texts,
)
from scripted import OTHER_TENANT, TENANT

pytestmark = pytest.mark.usefixtures("empty_environment")


@pytest.mark.parametrize(
    ("changes", "ids"),
    [
        ({}, []),
        ({"TENANT_ID": None}, ["E002"]),
        ({"CLIENT_ID": ""}, ["E002"]),
        ({"XYZ": [5], "LEEWAY": 900, "CLIENT_ID": "api"}, ["E001", "E004", "E008"]),
        (
            {
                "AUTHORITIES": {
                    "by custom host": CUSTOM | {"ISSUER_HOST": f"https://{TENANT}.ciamlogin.com"},
                    "by its own": {"AUTHORITY_HOST": f"https://{TENANT}.ciamlogin.com"},
                }
            },
            ["E015"],
        ),
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
    ],
    ids=str,
)
def test_each_problem_has_its_check(settings: Any, changes: dict[str, Any], ids: list[str]) -> None:
    check_and_load(settings, changes, ids)


def test_a_missing_id_is_reported_with_both_of_its_variables(settings: Any) -> None:
    [text] = problem_texts(settings, {"TENANT_ID": TENANT})
    assert text.endswith("Set it there, or ENTRANCE_CLIENT_ID or AZURE_CLIENT_ID in the environment.")
