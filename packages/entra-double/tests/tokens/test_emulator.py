"""A token that a test asks for is the one that a sign-in would have given, by whichever way it comes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from entra_double import Emulator, Entra
from entra_double._world.errors import Refusal
from entra_double._world.policies import Demand
from entra_double._world.registration import FederatedCredential, OptionalClaim

from ..machine import SITE
from ..policies import demand
from ..single_page_app import ADA, API, NOW, SPA, payload
from ..worlds import change, change_person

FEDERATED = FederatedCredential(id="1", name="f", issuer="i", subject="s")


def claims_of(emulator: Emulator, **asked: Any) -> dict[str, object]:
    return payload(emulator.access_token("ada@contoso.example", **asked))


def test_the_person_has_just_proved_all_that_they_can(emulator: Emulator) -> None:
    api = next(known for known in emulator.directory.applications if known.client_id == API)
    change(emulator, API, access_token_claims=(*api.access_token_claims, OptionalClaim(name="auth_time")))
    demand(emulator, Demand.MFA, sign_in_frequency=60)
    assert claims_of(emulator)["auth_time"] == NOW
    assert claims_of(emulator, version=1)["amr"] == ["mfa", "pwd"]
    assert Entra(emulator).forgery("alg_none", "ada@contoso.example")
    change_person(emulator, ADA, methods=frozenset({"compliant-device"}))
    with pytest.raises(Refusal) as refused:
        claims_of(emulator)
    assert refused.value.code == 50079
    emulator.directory = replace(emulator.directory, policies=())
    assert claims_of(emulator, version=1)["amr"] == ["pwd"]


@pytest.mark.parametrize(
    ("client_id", "fields", "proof"),
    [
        (SPA, {}, "0"),
        (SITE, {}, "1"),
        (SITE, {"secrets": (), "federated": (FEDERATED,)}, "2"),
        (SITE, {"secrets": ()}, "0"),
        (SITE, {"redirect_uris": ()}, "1"),
    ],
)
def test_the_client_proves_itself_as_it_would_at_a_sign_in(
    emulator: Emulator, client_id: str, fields: dict[str, Any], proof: str
) -> None:
    change(emulator, client_id, **fields)
    assert claims_of(emulator, client_id=client_id)["azpacr"] == proof
