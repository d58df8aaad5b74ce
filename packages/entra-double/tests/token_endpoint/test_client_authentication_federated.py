"""Federated credentials: the token of an issuer that the application trusts, and of no other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from entra_double import Emulator
from entra_double._token_endpoint.client_authentication import ASSERTION_TYPE
from entra_double._world.registration import FederatedCredential

from ..machine import (
    DAEMON,
    DAEMON_SECRET,
    KEY,
    SITE,
    credentials,
    proof,
    trust_certificate,
)
from ..single_page_app import API, NOW, aadsts, payload
from ..worlds import change, change_entry

OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


PIPELINE = FederatedCredential(
    id="one",
    name="pipeline",
    issuer="https://pipelines.example",
    subject="repo:logbook:main",
    public_key=KEY.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    ),
)
OF_PIPELINE = {"iss": PIPELINE.issuer, "sub": PIPELINE.subject, "aud": PIPELINE.audience}


@pytest.mark.parametrize(
    "changes", [{}, {"aud": [PIPELINE.audience]}, {"jti": None}, {"header": {"alg": "PS256"}}], ids=str
)
async def test_a_trusted_issuers_token_proves_the_client_again_and_again(
    http: httpx.AsyncClient, emulator: Emulator, changes: dict[str, Any]
) -> None:
    change(emulator, DAEMON, federated=(PIPELINE,))
    form = proof(**OF_PIPELINE | changes)
    for _ in range(2):
        response = await credentials(http, **form)
        assert payload(response.json()["access_token"])["azpacr"] == "2"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"iss": f"{PIPELINE.issuer}/"}, 700211),
        ({"iss": None}, 700211),
        ({"iss": "\ud800"}, 700211),
        ({"sub": "\ud800"}, 700213),
        ({"aud": "\ud800"}, 700212),
        ({"sub": "repo:logbook:Main"}, 700213),
        ({"aud": f"{PIPELINE.audience}/"}, 700212),
        ({"aud": [PIPELINE.audience, "another"]}, 700212),
        ({"aud": None}, 700212),
        ({"key": OTHER_KEY}, 700027),
        ({"header": {"alg": "none"}}, 700027),
        ({"exp": NOW - 300}, 700024),
        ({"exp": None}, 700024),
        ({"nbf": NOW + 301}, 700024),
    ],
    ids=str,
)
async def test_a_token_that_is_not_quite_it_proves_nothing(
    http: httpx.AsyncClient, emulator: Emulator, changes: dict[str, Any], code: int
) -> None:
    change(emulator, DAEMON, federated=(PIPELINE,))
    refused = await credentials(http, **proof(**OF_PIPELINE | changes))
    assert (refused.status_code, refused.json()["error"], aadsts(refused)) == (401, "invalid_client", code)
    assert (await credentials(http, **proof(**OF_PIPELINE))).status_code == 200


async def test_whoever_trusts_somebody_else_may_still_have_a_certificate(
    http: httpx.AsyncClient, emulator: Emulator
) -> None:
    change(emulator, DAEMON, federated=(PIPELINE,))
    trust_certificate(emulator)
    assert (await credentials(http, **proof())).status_code == 200
    assert aadsts(await credentials(http, **proof() | {"client_assertion": "nonsense"})) == 700027


async def test_a_key_that_is_not_rsa_signs_no_federated_token(http: httpx.AsyncClient, emulator: Emulator) -> None:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    change(emulator, DAEMON, federated=(replace(PIPELINE, public_key=der),))
    assert aadsts(await credentials(http, **proof(**OF_PIPELINE))) == 700027


async def test_a_token_of_our_own_proves_another_application(http: httpx.AsyncClient, emulator: Emulator) -> None:
    """An application of this emulator stands for another one, which trusts it by its tenant's name."""
    token = (await credentials(http, client_secret=DAEMON_SECRET)).json()["access_token"]
    claims = payload(token)
    trusted = FederatedCredential(
        id="own", name="the daemon", issuer=str(claims["iss"]), subject=str(claims["sub"]), audience=str(claims["aud"])
    )
    change(emulator, SITE, federated=(trusted,))
    change_entry(emulator, API, assignment_required=False)
    form = {"client_id": SITE, "client_assertion_type": ASSERTION_TYPE, "client_assertion": token}
    assert (await credentials(http, **form)).status_code == 200
    head, body, signature = token.split(".")
    forged = f"{head}.{body}.{signature[:-4]}AAAA"
    assert aadsts(await credentials(http, **form | {"client_assertion": forged})) == 700027
    emulator.clock_offset = int(str(claims["exp"])) - NOW
    assert aadsts(await credentials(http, **form)) == 700024
