import math
import random

import pytest
from django_entrance.verification.jwks import ROCA_PRIMES, is_guessable, read_document, read_key, read_keys
from scripted import K1, K2, Json, Key, base64url


def test_control_an_ordinary_key_is_read() -> None:
    key = read_key(K1.jwk())
    assert key is not None
    assert key.public_key.public_numbers() == K1.private.public_key().public_numbers()
    assert read_key(K1.jwk(use=None, alg="RS256", key_ops=["verify"], issuer=None)) is not None


@pytest.mark.parametrize(
    "changes",
    [
        {"kty": "EC"},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"use": "enc"},
        {"key_ops": ["encrypt"]},
        {"key_ops": []},
        {"key_ops": 5},
        {"alg": "RS512"},
        {"alg": "HS256"},
        {"kid": None},
        {"kid": ""},
        {"kid": 5},
        {"issuer": 5},
        {"n": None},
        {"n": 5},
        {"n": "é"},
        {"n": ""},
        {"e": None},
        {"e": "AQ"},
        {"e": "Aw"},
        {"n": "_" * 2731},
        {"d": "AQAB"},
    ],
    ids=str,
)
def test_a_key_unfit_for_rs256_is_passed_over(changes: Json) -> None:
    assert read_key(K1.jwk(**changes)) is None
    assert set(read_keys({"keys": [K1.jwk(**changes), K2.jwk()]})) == {"second-key"}


@pytest.mark.parametrize("other", [None, 1, "x", [], {}])
def test_what_is_no_key_at_all_is_passed_over(other: object) -> None:
    assert set(read_keys({"keys": [other, K1.jwk()]})) == {"first-key"}


@pytest.mark.parametrize(("bits", "is_fit"), [(1024, False), (2047, False), (2048, True), (4096, True)])
def test_a_key_has_2048_to_4096_bits(bits: int, is_fit: bool) -> None:
    assert (read_key(Key.make("sized", bits=bits).jwk()) is not None) is is_fit


@pytest.mark.parametrize("published", [None, {}, "x", [], [None], [{}]], ids=str)
def test_a_set_without_a_usable_key_cannot_be_read(published: object) -> None:
    with pytest.raises(ValueError, match=r"keys is not a list|no usable key"):
        read_keys({"keys": published})


@pytest.mark.parametrize(("length", "is_read"), [(1000, True), (1001, False)])
def test_a_set_has_at_most_a_thousand_keys(length: int, is_read: bool) -> None:
    keys = [K1.jwk(), *[None] * (length - 1)]
    if is_read:
        assert len(read_keys({"keys": keys})) == 1
    else:
        with pytest.raises(ValueError, match="at most 1000"):
            read_keys({"keys": keys})


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b"\xff", b"null", b'{"a":1,"a":2}', b'{"a":NaN}', b'{"a":1}{}', b'{"a":' + b"[" * 10_001],
    ids=lambda body: repr(body[:20]),
)
def test_a_document_is_read_as_strictly_as_a_token(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 some are json's own
        read_document(body)


@pytest.mark.parametrize("body", [b'{"a":1}', b' {"a":1}\n', b'{"a":' + b"[" * 400 + b"]" * 400 + b"}"])
def test_white_space_around_a_document_does_not_matter(body: bytes) -> None:
    assert "a" in read_document(body)


def roca_modulus() -> int:
    """Of the shape that the weak chips made: factors k*M + 65537^a mod M, here without being prime."""
    product = math.prod(ROCA_PRIMES)
    large = (3 << 1022) // product * product  # 1024 bits
    factors = [large + pow(65537, exponent, product) for exponent in (12345, 67890)]
    return factors[0] * factors[1]


def test_a_guessable_modulus_is_told_from_its_neighbour() -> None:
    modulus = roca_modulus()
    assert is_guessable(modulus)
    assert not is_guessable(modulus + 2)
    assert read_key(K1.jwk(n=as_base64(modulus))) is None
    assert read_key(K1.jwk(n=as_base64(modulus + 2))) is not None


def as_base64(number: int) -> str:
    return base64url(number.to_bytes((number.bit_length() + 7) // 8))


def test_ordinary_moduli_are_not_taken_for_guessable() -> None:
    numbers = random.Random(5)
    assert not any(is_guessable(numbers.getrandbits(2048) | 1) for _ in range(2000))
