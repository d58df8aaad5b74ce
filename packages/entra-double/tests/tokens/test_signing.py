"""Keys, and what only the service can do with them."""

from __future__ import annotations

import pytest
from cryptography import x509
from entra_double import Emulator
from entra_double._tokens.signing import KeyRing, as_signed
from entra_double._tokens.verifying import BadToken, verify

from ..single_page_app import header


def test_keys_are_never_the_same_twice() -> None:
    first, second = Emulator(), Emulator()
    assert len({key.key_id for key in (*first.keys.published, *second.keys.published)}) == 4


def test_the_key_id_is_the_thumbprint_of_the_certificate(emulator: Emulator) -> None:
    key = emulator.keys.published[0]
    certificate = x509.load_der_x509_certificate(key.certificate)
    assert certificate.public_key() == key.private_key.public_key()
    assert len(key.key_id) == 27


def test_a_certificate_says_what_it_is_for(emulator: Emulator) -> None:
    certificate = x509.load_der_x509_certificate(emulator.keys.published[0].certificate)
    assert "development only" in certificate.subject.rfc4514_string()


def test_a_rotated_key_signs_and_the_ones_before_stay_published() -> None:
    ring = KeyRing()
    before = ring.published
    ring.rotate()
    assert ring.published[1:] == before
    assert header(ring.sign({}))["kid"] == ring.published[0].key_id
    ring.rotate()
    assert len(ring.published) == 3


def test_a_hidden_nonce_is_undone_before_the_signature_is_proved(emulator: Emulator) -> None:
    key = emulator.keys.published[0].private_key.public_key()
    token = emulator.keys.sign({"a": 1}, nonce="shown")
    assert header(token)["nonce"] == "shown"
    assert verify(as_signed(token), lambda _: key) == {"a": 1}
    with pytest.raises(BadToken, match="signature"):
        verify(token, lambda _: key)


def test_a_token_without_a_nonce_is_as_it_was_signed(emulator: Emulator) -> None:
    token = emulator.keys.sign({"a": 1})
    assert as_signed(token) == token


def test_what_is_no_token_is_malformed() -> None:
    with pytest.raises(BadToken, match="malformed"):
        as_signed("no token")


def test_a_published_key_has_no_alg_and_names_an_issuer_only_where_it_is_asked(emulator: Emulator) -> None:
    key = emulator.keys.published[0]
    members = {"kty", "use", "kid", "x5t", "n", "e", "x5c"}
    assert key.as_jwk(None).keys() == members
    assert key.as_jwk("the issuer").keys() == members | {"issuer"}


def test_a_ring_goes_back_to_what_was_kept() -> None:
    ring = KeyRing()
    kept = ring.copy()
    ring.rotate()
    assert ring.published != kept.published
    ring.restore(kept)
    assert ring.published == kept.published
