from __future__ import annotations

import base64
import json

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from entra_double import Emulator
from entra_double._tokens.signing import SigningKey
from entra_double._tokens.verifying import BadToken, base64url, verify
from entra_double._world.ids import CONSUMERS

from ..single_page_app import ADA, SCOPE

BOTH = frozenset({"RS256", "PS256"})


def part(value: object) -> str:
    return base64url(json.dumps(value).encode())


def signed(key: SigningKey, header: object, claims: object) -> str:
    text = f"{part(header)}.{part(claims)}"
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
    scheme = pss if isinstance(header, dict) and header.get("alg") == "PS256" else padding.PKCS1v15()
    return f"{text}.{base64url(key.private_key.sign(text.encode(), scheme, hashes.SHA256()))}"


@pytest.mark.parametrize("algorithm", sorted(BOTH))
def test_a_signature_that_holds_is_taken(signing_key: SigningKey, algorithm: str) -> None:
    token = signed(signing_key, {"alg": algorithm}, {"sub": "x"})
    claims = verify(token, lambda header: signing_key.private_key.public_key(), algorithms=BOTH)
    assert claims == {"sub": "x"}


@pytest.mark.parametrize(
    ("header", "claims", "reason"),
    [
        ([], {}, "malformed"),
        ({"alg": "RS256"}, [], "malformed"),
        ({"alg": "none"}, {}, "algorithm"),
        ({"alg": "PS256"}, {}, "algorithm"),
        ({"alg": ["RS256"]}, {}, "algorithm"),
        ({}, {}, "algorithm"),
        ({"alg": "RS256", "kid": "other"}, {}, "key"),
    ],
)
def test_another_token_is_refused(signing_key: SigningKey, header: object, claims: object, reason: str) -> None:
    token = signed(signing_key, header, claims)
    with pytest.raises(BadToken) as refused:
        verify(token, lambda header: None if "kid" in header else signing_key.private_key.public_key())
    assert refused.value.reason == reason


@pytest.mark.parametrize("token", ["", "a.b", "a.b.c.d", "é.e30.x", "e30.e30.!", f"{base64url(b'[' * 99_999)}.e30.x"])
def test_what_is_no_token_is_malformed(token: str) -> None:
    with pytest.raises(BadToken, match="malformed"):
        verify(token, lambda header: None)


def test_a_changed_token_is_refused(signing_key: SigningKey) -> None:
    header, _, signature = signed(signing_key, {"alg": "RS256"}, {"sub": "x"}).split(".")
    with pytest.raises(BadToken, match="signature"):
        verify(f"{header}.{part({'sub': 'y'})}.{signature}", lambda header: signing_key.private_key.public_key())


# Tokens of our own


@pytest.mark.parametrize("scope", [SCOPE, "openid"])
def test_a_token_of_ours_is_known_again_and_so_is_one_for_graph(emulator: Emulator, scope: str) -> None:
    token = emulator.access_token("ada@contoso.example", scope=scope)
    assert emulator.verify_own(token)["oid"] == ADA


def test_a_token_of_before_a_rotation_is_known_and_another_emulators_is_not(emulator: Emulator) -> None:
    token = emulator.access_token("ada@contoso.example")
    emulator.keys.rotate()
    assert emulator.verify_own(token)["oid"] == ADA
    with pytest.raises(BadToken, match="key"):
        emulator.verify_own(Emulator(clock=lambda: emulator.now()).access_token("ada@contoso.example"))


@pytest.mark.parametrize("claims", [{}, {"exp": "9999999999"}])
def test_a_token_without_an_end_has_ended(emulator: Emulator, claims: dict[str, object]) -> None:
    with pytest.raises(BadToken, match="ended"):
        emulator.verify_own(emulator.keys.sign(claims))


def test_a_token_ends(emulator: Emulator) -> None:
    emulator.access_token_lifetime = 60
    token = emulator.access_token("ada@contoso.example")
    emulator.clock_offset = 59
    assert emulator.verify_own(token)
    emulator.clock_offset = 60
    with pytest.raises(BadToken, match="ended"):
        emulator.verify_own(token)


def test_the_keys_of_personal_accounts_are_others(emulator: Emulator) -> None:
    token = emulator.keys_for(CONSUMERS).sign({"exp": emulator.now() + 1})
    assert emulator.keys_for(CONSUMERS) is emulator.keys_for(CONSUMERS) is not emulator.keys
    assert emulator.verify_own(token)


def test_a_header_that_is_none_is_not_ours(emulator: Emulator) -> None:
    with pytest.raises(BadToken, match="malformed"):
        emulator.verify_own(base64.b64encode(b"[]").decode())
