"""What is told of a failure at Entra or Graph, with its remedy where one is known."""

import pytest
from django_entrance.entra.credential_errors import REMEDIES, with_remedy


@pytest.mark.parametrize("code", REMEDIES)
def test_a_wrong_credential_is_named(code: str) -> None:
    told = f"Entra gave no token: invalid_client {code}"
    assert with_remedy(told, "User.Read.All") == f"{told}: {REMEDIES[code]}"


def test_a_missing_permission_is_named() -> None:
    told = with_remedy("Graph answered 403", "GroupMember.Read.All")
    assert told == "Graph answered 403: the application permission GroupMember.Read.All is needed, with admin consent"


@pytest.mark.parametrize("told", ["Graph answered 503", "Entra gave no token: temporarily_unavailable", "Timeout"])
def test_an_outage_has_no_remedy(told: str) -> None:
    assert with_remedy(told, "User.Read.All") == told
