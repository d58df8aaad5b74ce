"""What the checks say of ``ON_CONFLICT``, ``ADOPT_DOMAINS`` and ``ADOPT_STAFF``."""

from typing import Any

import pytest
from django_entrance.checks import check_settings
from django_entrance.conf.loading import current_settings
from scripted import API, OTHER_TENANT, TENANT

GOOD = {"TENANT_ID": TENANT, "CLIENT_ID": API}
SEVERAL = {"TENANT_ID": "organizations", "ALLOWED_TENANTS": [TENANT]}


def problems(settings: Any, **entrance: Any) -> list[str]:
    settings.ENTRANCE = GOOD | entrance
    return [str(message.id).removeprefix("entrance.") for message in check_settings(None)]


@pytest.mark.parametrize(
    ("entrance", "ids"),
    [
        ({"ADOPT_DOMAINS": ["contoso.com"]}, []),
        ({"ADOPT_DOMAINS": ("@Contoso.com", "sub.contoso.co.uk", "xn--mller-kva.example")}, []),
        ({"ADOPT_DOMAINS": []}, []),
        ({"ADOPT_DOMAINS": ["contoso.com"], "ADOPT_STAFF": True}, []),
        ({"ADOPT_STAFF": False}, []),
        ({"ADOPT_DOMAINS": ["*"]}, ["E024"]),
        ({"ADOPT_DOMAINS": [""]}, ["E003"]),
        ({"ADOPT_DOMAINS": ["*.contoso.com"]}, ["E024"]),
        ({"ADOPT_DOMAINS": ["com"]}, ["E024"]),
        ({"ADOPT_DOMAINS": ["ada@contoso.com"]}, ["E024"]),
        ({"ADOPT_DOMAINS": ["https://contoso.com"]}, ["E024"]),
        ({"ADOPT_DOMAINS": "contoso.com"}, ["E003"]),
        ({"ADOPT_DOMAINS": [5]}, ["E003"]),
        ({"ADOPT_STAFF": True}, ["E024"]),
        ({"ADOPT_STAFF": "False"}, ["E003"]),
        ({"ADOPT_DOMAINS": ["contoso.com"], **SEVERAL}, ["E024"]),
        ({"ADOPT_DOMAINS": ["contoso.com"], "AUTHORITIES": {"own": {}, "all": SEVERAL}}, []),
        ({"ON_CONFLICT": "connect"}, []),
        ({"ON_CONFLICT": "separate"}, []),
        ({"ON_CONFLICT": "adopt"}, ["E007"]),
        ({"ON_CONFLICT": True}, ["E003"]),
    ],
    ids=str,
)
def test_a_setting_that_adopts_too_much_or_nothing_is_a_fault(
    settings: Any, entrance: dict[str, Any], ids: list[str]
) -> None:
    assert problems(settings, **entrance) == ids


def test_domains_are_read_in_one_spelling(settings: Any) -> None:
    settings.ENTRANCE = GOOD | {"ADOPT_DOMAINS": ["@Contoso.COM", "fabrikam.example"]}
    assert current_settings().ADOPT_DOMAINS == ("contoso.com", "fabrikam.example")
    settings.ENTRANCE = GOOD | {"AUTHORITIES": {"a": {}, "b": {"TENANT_ID": OTHER_TENANT}}}
    assert (current_settings().ADOPT_DOMAINS, current_settings().ON_CONFLICT) == ((), "connect")
