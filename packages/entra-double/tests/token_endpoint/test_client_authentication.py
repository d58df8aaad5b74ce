"""How an application proves who it is: a secret in the body or the header, or a certificate's signature."""

from __future__ import annotations

import base64

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from entra_double import Emulator
from entra_double._token_endpoint.client_authentication import ASSERTION_TYPE, thumbprints
from entra_double._tokens.verifying import BadToken, verify
from entra_double._world.registration import Certificate

from ..machine import (
    CERTIFICATE,
    DAEMON,
    DAEMON_SECRET,
    KEY,
    SITE,
    assertion,
    credentials,
    part,
    proof,
    trust_certificate,
)
from ..single_page_app import API, BASE_URL, NOW, TOKEN, aadsts, payload
from ..single_page_app import TENANT as TENANT_ID
from ..worlds import change, change_entry

OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def basic(text: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(text.encode()).decode()}"}


async def test_the_secret_may_come_in_the_header(http: httpx.AsyncClient) -> None:
    response = await credentials(http, client_id=None, headers=basic(f"{DAEMON}:{DAEMON_SECRET.replace('-', '%2D')}"))
    assert payload(response.json()["access_token"])["azpacr"] == "1"
    again = await credentials(http, headers=basic(f"{DAEMON}:{DAEMON_SECRET}"))
    assert again.status_code == 200


@pytest.mark.parametrize(
    ("headers", "form"),
    [
        ({"Authorization": "Bearer x"}, {}),
        ({"Authorization": "Basic é".encode("latin-1").decode("latin-1")}, {}),
        ({"Authorization": "Basic !"}, {}),
        (basic("no colon"), {}),
        ({"Authorization": f"Basic {base64.b64encode(bytes([255, 58])).decode()}"}, {}),
        (basic(f"{DAEMON}:{DAEMON_SECRET}"), {"client_secret": DAEMON_SECRET}),
        (basic(f"other:{DAEMON_SECRET}"), {}),
    ],
    ids=["bearer", "letters", "no base64", "no colon", "no text", "twice", "two clients"],
)
async def test_a_header_that_says_something_else_is_refused(
    http: httpx.AsyncClient, headers: dict[str, str], form: dict[str, str]
) -> None:
    encoded = {name: value.encode("latin-1") for name, value in headers.items()}
    response = await credentials(http, headers=encoded, **form)
    assert (response.status_code, aadsts(response)) == (400, 9002313)


@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
async def test_a_certificate_proves_the_client(http: httpx.AsyncClient, emulator: Emulator, algorithm: str) -> None:
    trust_certificate(emulator)
    response = await credentials(http, **proof(header={"alg": algorithm}))
    assert payload(response.json()["access_token"])["azpacr"] == "2"


async def test_the_older_thumbprint_is_known(http: httpx.AsyncClient, emulator: Emulator) -> None:
    trust_certificate(emulator)
    for number, old in enumerate(thumbprints(Certificate(key_id="one", der=CERTIFICATE))):
        head: dict[str, object] = {"x5t#S256": old} if number else {"x5t": old, "x5t#S256": old}
        assert (await credentials(http, **proof(header=head))).status_code == 200


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"key": OTHER_KEY}, 700027),
        ({"header": {"x5t#S256": "unknown"}}, 700027),
        ({"header": {"alg": "none"}}, 700027),
        ({"header": {"alg": "HS256"}}, 700027),
        ({"iss": "other"}, 700027),
        ({"sub": "other"}, 700027),
        ({"aud": BASE_URL}, 700023),
        ({"aud": (BASE_URL + TOKEN).replace("localhost", "evil.example")}, 700023),
        ({"aud": []}, 700023),
        ({"aud": [BASE_URL, [BASE_URL + TOKEN]]}, 700023),
        ({"aud": {BASE_URL + TOKEN: None}}, 700023),
        ({"aud": "\ud800"}, 700023),
        ({"exp": NOW - 300}, 700024),
        ({"exp": None}, 700024),
        ({"exp": "soon"}, 700024),
        ({"nbf": NOW + 301}, 700024),
        ({"nbf": "soon"}, 700024),
    ],
    ids=str,
)
async def test_an_assertion_that_proves_nothing_is_refused(
    http: httpx.AsyncClient, emulator: Emulator, changes: dict[str, object], code: int
) -> None:
    trust_certificate(emulator)
    refused = await credentials(http, **proof(**changes))
    assert (refused.status_code, refused.json()["error"], aadsts(refused)) == (401, "invalid_client", code)
    for twin in ({}, {"exp": NOW - 299}, {"nbf": NOW + 300}, {"nbf": None}):
        assert (await credentials(http, **proof(**twin))).status_code == 200


async def test_the_tenants_domain_may_stand_in_the_audience(http: httpx.AsyncClient, emulator: Emulator) -> None:
    trust_certificate(emulator)
    audience = f"{BASE_URL}/contoso.example/oauth2/v2.0/token"
    assert (await credentials(http, tenant="contoso.example", **proof(aud=audience))).status_code == 200


@pytest.mark.parametrize("others", [[], [BASE_URL], [1, "\ud800", []]])
async def test_the_endpoint_may_be_one_of_several_audiences(
    http: httpx.AsyncClient, emulator: Emulator, others: list[object]
) -> None:
    trust_certificate(emulator)
    assert (await credentials(http, **proof(aud=[*others, BASE_URL + TOKEN]))).status_code == 200
    assert aadsts(await credentials(http, **proof(aud=others))) == 700023


async def test_an_assertion_works_again_until_it_ends(http: httpx.AsyncClient, emulator: Emulator) -> None:
    """MSAL Python and MSAL Node send the same one for nine or ten minutes."""
    trust_certificate(emulator)
    form = proof()
    for _ in range(2):
        assert (await credentials(http, **form)).status_code == 200
    emulator.clock_offset = 1_000
    assert aadsts(await credentials(http, **form)) == 700024


async def test_a_client_without_a_certificate_has_no_assertion_to_send(http: httpx.AsyncClient) -> None:
    assert aadsts(await credentials(http, **proof())) == 700027


async def test_a_key_that_is_not_rsa_signs_no_assertion(http: httpx.AsyncClient, emulator: Emulator) -> None:
    """Such a certificate can be registered; the service takes RS256 and PS256 only."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    key = ec.generate_private_key(ec.SECP256R1())
    mold = x509.load_der_x509_certificate(CERTIFICATE)
    made = x509.CertificateBuilder(
        mold.subject, mold.issuer, key.public_key(), 2, mold.not_valid_before_utc, mold.not_valid_after_utc
    ).sign(key, hashes.SHA256())
    der = made.public_bytes(serialization.Encoding.DER)
    change(emulator, DAEMON, certificates=(Certificate(key_id="one", der=der),))
    head: dict[str, object] = {"x5t#S256": next(iter(thumbprints(Certificate(key_id="one", der=der))))}
    assert aadsts(await credentials(http, **proof(header=head))) == 700027


async def test_two_proofs_are_one_too_many(http: httpx.AsyncClient, emulator: Emulator) -> None:
    trust_certificate(emulator)
    assert aadsts(await credentials(http, client_secret=DAEMON_SECRET, **proof())) == 9002313


async def test_the_type_of_an_assertion_must_be_said(http: httpx.AsyncClient, emulator: Emulator) -> None:
    trust_certificate(emulator)
    refused = await credentials(http, client_assertion=assertion())
    assert (aadsts(refused), "client_assertion_type" in refused.text) == (900144, True)
    assert (await credentials(http, client_assertion=assertion(), client_assertion_type=ASSERTION_TYPE)).is_success


@pytest.mark.parametrize(
    "token",
    ["", "a.b", "a.b.c.d", "é.e.e", f"{part([])}.{part({})}.AA", f"bm8.{part({})}.AA", f"!.{part({})}.AA"],
    ids=str,
)
def test_what_is_no_jws_proves_nothing(token: str) -> None:
    with pytest.raises(BadToken):
        verify(token, lambda _: KEY.public_key())
    assert verify(assertion(), lambda _: KEY.public_key())["iss"] == DAEMON


SPELLINGS = [
    f"{host}/{name}/oauth2/{version}token"
    for host in (BASE_URL, BASE_URL.replace("http:", "https:"))
    for name in (TENANT_ID, "contoso.example", "common", "organizations", "consumers")
    for version in ("v2.0/", "")
]


@pytest.mark.parametrize("audience", SPELLINGS)
async def test_every_spelling_of_the_endpoint_is_an_audience(
    http: httpx.AsyncClient, emulator: Emulator, audience: str
) -> None:
    trust_certificate(emulator)
    assert (await credentials(http, **proof(aud=audience))).status_code == 200
    wrong = audience.replace("token", "authorize")
    assert aadsts(await credentials(http, **proof(aud=wrong))) == 700023


async def test_another_tenants_endpoint_is_no_audience(http: httpx.AsyncClient, emulator: Emulator) -> None:
    trust_certificate(emulator)
    refused = await credentials(http, **proof(aud=f"{BASE_URL}/fabrikam.example/oauth2/v2.0/token"))
    assert (refused.status_code, aadsts(refused)) == (401, 700023)


@pytest.mark.parametrize(("ends_at", "code"), [(NOW, 1000502), (NOW + 1, None)])
async def test_a_certificate_ends(http: httpx.AsyncClient, emulator: Emulator, ends_at: int, code: int | None) -> None:
    change(emulator, DAEMON, certificates=(Certificate(key_id="one", der=CERTIFICATE, ends_at=ends_at),))
    response = await credentials(http, **proof())
    assert (response.json().get("error_codes") or [None])[0] == code


async def test_an_assertion_of_another_clients_name_is_no_replay(http: httpx.AsyncClient, emulator: Emulator) -> None:
    trust_certificate(emulator)
    change(emulator, SITE, certificates=(Certificate(key_id="one", der=CERTIFICATE),))
    assert (await credentials(http, **proof())).status_code == 200
    change_entry(emulator, API, assignment_required=False)
    assert (await credentials(http, client_id=SITE, **proof(iss=SITE, sub=SITE))).status_code == 200
