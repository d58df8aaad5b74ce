import math
import random
from collections.abc import Iterator

import pytest
from django_entrance.verification.metadata.jwks import (
    ROCA_PRIMES,
    has_roca_weakness,
    read_document,
    read_key,
    read_keys,
)
from scripted import K1, K2, Json, Key, base64url


def test_control_an_ordinary_key_is_read() -> None:
    key = read_key(K1.jwk())
    assert key is not None
    assert key.public_key.public_numbers() == K1.private.public_key().public_numbers()
    assert read_key(K1.jwk(use=None, alg="RS256", key_ops=["verify"], issuer=None)) is not None


@pytest.mark.parametrize("chain", [5, {}, [], [5], ["x"], ["AAAA"], [None], None, "AAAA"], ids=str)
def test_a_key_whose_certificate_cannot_be_read_is_passed_over(chain: object) -> None:
    """Its twin has a certificate, and is read."""
    assert read_key(K1.jwk() | {"x5c": chain}) is None
    assert read_key(K1.jwk(x5c=[K1.certificate()])) is not None


def test_a_certificate_is_of_the_very_key() -> None:
    """RFC 7517 section 4.7. What follows the first certificate is about that one, and proves nothing here."""
    assert read_key(K1.jwk(x5c=[K1.certificate(), K2.certificate()])) is not None
    assert read_key(K1.jwk(x5c=[K2.certificate(), K1.certificate()])) is None
    assert read_key(K1.jwk(x5c=[" " + K1.certificate()])) is None, (
        "RFC 7517 section 4.7 takes base64 without white space"
    )


@pytest.mark.parametrize(
    ("of_the_document", "of_the_key", "is_read"),
    [
        ("microsoftonline.com", "microsoftonline.com", True),
        ("microsoftonline.com", "microsoftonline.us", False),
        ("microsoftonline.com", None, True),
        (None, "microsoftonline.us", True),
        (None, None, True),
    ],
)
def test_a_key_of_another_cloud_is_passed_over(
    of_the_document: str | None, of_the_key: str | None, is_read: bool
) -> None:
    keys = read_keys({"keys": [K1.jwk(cloud_instance_name=of_the_key), K2.jwk()]}, cloud=of_the_document)
    assert set(keys) == {"second-key"} | ({"first-key"} if is_read else set())


def test_a_key_shows_its_id_and_not_itself() -> None:
    key = read_key(K1.jwk(issuer="i"))
    assert repr(key) == "SigningKey(key_id='first-key', issuer='i')"


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


PRODUCT = math.prod(ROCA_PRIMES)


def weak_prime(exponent: int, steps: int, *, aside: int = 0) -> int:
    """Return a prime of the form k*M + (65537^a mod M), as the weak chips made them; ``aside`` leaves the form.

    ``steps`` is where the search from 1024 bits upwards has ended.
    """
    prime = (3 * 2**1022 // PRODUCT + steps) * PRODUCT + pow(65537, exponent, PRODUCT) + aside
    assert all(pow(base, prime - 1, prime) == 1 for base in (2, 3, 5, 7)), "Fermat's test"
    return prime


def test_a_modulus_of_weak_primes_is_refused() -> None:
    modulus = weak_prime(12345, 374) * weak_prime(67890, 379)
    assert modulus.bit_length() == 2048
    assert has_roca_weakness(modulus)
    assert read_key(K1.jwk(n=as_base64(modulus))) is None


def test_a_modulus_one_step_beside_the_weak_form_is_accepted() -> None:
    """Of the same primes, one moved to the next prime that is not of the form."""
    modulus = weak_prime(12345, 374) * weak_prime(67890, 379, aside=224)
    assert not has_roca_weakness(modulus)
    assert read_key(K1.jwk(n=as_base64(modulus))) is not None


@pytest.mark.parametrize("prime", ROCA_PRIMES)
def test_a_modulus_is_weak_only_by_all_of_the_primes(prime: int) -> None:
    """The Chinese remainder theorem: the same to every other prime, and no power of 65537 to this one."""
    modulus = weak_prime(12345, 374) * weak_prime(67890, 379)
    powers = {pow(65537, exponent, prime) for exponent in range(prime)}
    step = PRODUCT // prime
    neighbours = (modulus + 2 * turn * step for turn in range(prime))
    neighbour = next(each for each in neighbours if each % prime not in powers and each % prime)
    assert not has_roca_weakness(neighbour)
    assert read_key(K1.jwk(n=as_base64(neighbour))) is not None


def as_base64(number: int) -> str:
    return base64url(number.to_bytes((number.bit_length() + 7) // 8))


def ordinary_moduli(count: int) -> Iterator[int]:
    numbers = random.Random(5)
    for _ in range(count):
        yield numbers.getrandbits(2048) | 1 << 2047 | 1


def test_no_ordinary_key_is_refused() -> None:
    refused = [n for n in ordinary_moduli(200) if read_key(K1.jwk(n=as_base64(n))) is None]
    assert refused == []


def test_no_ordinary_modulus_is_taken_for_a_weak_one() -> None:
    assert not any(map(has_roca_weakness, ordinary_moduli(5_000)))


def test_an_even_modulus_is_nobodys_key() -> None:
    """It is no product of two large primes; one bit beside it, it might be."""
    modulus = K1.private.public_key().public_numbers().n
    assert read_key(K1.jwk(n=as_base64(modulus - 1))) is None
    assert read_key(K1.jwk(n=as_base64(modulus - 2))) is not None
