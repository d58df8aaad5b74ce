from typing import Any

import pytest
from django_entrance.verification.issuers import PERSONAL_ACCOUNTS
from entrance_settings import (
    CUSTOM,
    TWO_IDS,
    check_and_load,
    problem_texts,
)
from scripted import API, SPA, TENANT

pytestmark = pytest.mark.usefixtures("empty_environment")


@pytest.mark.parametrize(
    ("changes", "ids"),
    [
        ({"LEEWAY": 301}, ["E008"]),
        ({"LEEWAY": -1}, ["E008"]),
        ({"LEEWAY": 300}, []),
        ({"ALLOWED_CLIENTS": []}, ["E009"]),
        ({"ALLOWED_CLIENTS": [SPA, "nonsense"]}, ["E009"]),
        ({"ALLOWED_CLIENTS": [SPA, "*"]}, ["E009"]),
        ({"ALLOWED_CLIENTS": [SPA, API.upper()]}, []),
        ({"TENANT_ID": "organizations"}, ["E013"]),
        ({"TENANT_ID": "Organizations", "ALLOWED_TENANTS": []}, ["E013"]),
        ({"TENANT_ID": "common", "ALLOWED_TENANTS": TENANT}, ["E013"]),
        ({"TENANT_ID": "common", "ALLOWED_TENANTS": ["contoso.example"]}, ["E013"]),
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
        ({"AUTHORITY_HOST": "https://contoso.ciamlogin.com"}, []),
        ({"AUTHORITY_HOST": "https://contoso.ciamlogin.com", "TENANT_ID": "common", "ALLOWED_TENANTS": "*"}, ["E016"]),
        ({"AUTHORITY_HOST": "https://contoso.b2clogin.com/"}, ["E016"]),
        ({"AUTHORITY_HOST": "https://Contoso.B2CLogin.com"}, ["E016"]),
        ({"AUTHORITY_HOST": "https://contoso.b2clogin.com:443"}, ["E016"]),
        ({"AUTHORITY_HOST": "https://contoso.b2clogin.com", "USER_FLOWS": ["B2C_1_x"]}, []),
        ({"AUTHORITY_HOST": "https://login.contoso.example", "USER_FLOWS": ["B2C_1_x"]}, []),
        ({"USER_FLOWS": ["B2C_1_x"], "TENANT_ID": "common", "ALLOWED_TENANTS": "*"}, ["E016"]),
        (CUSTOM | {"ISSUER_HOST": CUSTOM["AUTHORITY_HOST"], "TENANT_ID": "common", "ALLOWED_TENANTS": "*"}, ["E016"]),
        ({"OWN_SIGNING_KEYS": True}, []),
        ({"OWN_SIGNING_KEYS": True, "TENANT_ID": "common", "ALLOWED_TENANTS": "*"}, ["E016"]),
        ({"APPLICATIONS": {API: "robot"}}, []),
        ({"APPLICATIONS": {"daemon": "robot"}}, ["E018"]),
        ({"APPLICATIONS": {API: ["robot"]}}, ["E018"]),
        ({"APPLICATIONS": {API: "robot"}, "TENANT_ID": "common", "ALLOWED_TENANTS": "*"}, ["E018"]),
    ],
    ids=str,
)
def test_each_problem_has_its_check(settings: Any, changes: dict[str, Any], ids: list[str]) -> None:
    check_and_load(settings, changes, ids)


@pytest.mark.parametrize(
    ("entrance", "words"),
    [
        ({"ALLOWED_TENANTS": TENANT, "TENANT_ID": "common"}, f"""Write "ALLOWED_TENANTS": ["{TENANT}"]."""),
        ({"ALLOWED_TENANTS": "all", "TENANT_ID": "common"}, "List the ids of the tenants that may enter"),
    ],
    ids=str,
)
def test_a_problem_has_a_hint(settings: Any, entrance: dict[str, Any], words: str) -> None:
    [text] = problem_texts(settings, TWO_IDS | entrance)
    assert words in text
