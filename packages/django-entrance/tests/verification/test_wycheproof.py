"""Project Wycheproof's public vectors (C2SP, Apache-2.0), where they lie beside the checkout: below the claims.

Their payloads are no claims, so the steps are asked one by one: the signature, the header and its key, the key set.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from django_entrance.verification.claims import is_valid_signature
from django_entrance.verification.encoding import decode_leniently, read_bytes, read_object
from django_entrance.verification.errors import MalformedToken
from django_entrance.verification.metadata.jwks import read_key
from django_entrance.verification.unverified import check_header, parse_jws
from scripted import Json, base64url

FOLDER = Path(os.environ.get("WYCHEPROOF") or Path(__file__).parents[5] / "shared" / "vectors" / "wycheproof")

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the vectors are not beside this checkout; WYCHEPROOF may name their folder"
)

#: Of the 401 JWS those that a verifier of RS256 alone accepts; 367 and 370 are called invalid and are 357 to the byte.
GOOD_JWS = {33, *range(259, 264), 345, 349}
#: Of the 26 key sets those with a sound RSA key for RS256 in them.
GOOD_KEY_SETS = {5}


def cases(name: str) -> Iterator[tuple[Json, Json]]:
    document = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    for group in document["testGroups"]:
        for case in group["tests"]:
            yield group, case


def rsa_key(group: Json) -> RSAPublicKey:
    key = load_der_public_key(bytes.fromhex(group.get("publicKeyDer") or group["keyDer"]))
    assert isinstance(key, RSAPublicKey)
    return key


@pytest.mark.parametrize(("bits", "count"), [(2048, 259), (3072, 259), (4096, 258)])
def test_signatures(bits: int, count: int) -> None:
    """The one that is called acceptable lacks the NULL of its DigestInfo; it is refused."""
    seen = 0
    for group, case in cases(f"rsa_signature_{bits}_sha256_test"):
        accepted = is_valid_signature(rsa_key(group), bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"]))
        assert accepted is (case["result"] == "valid"), case["tcId"]
        seen += 1
    assert seen == count


def test_pss_signatures_are_no_pkcs1_signatures() -> None:
    """The last of them is a PKCS #1 v1.5 signature, put there for who takes it for PSS."""
    seen = [
        is_valid_signature(rsa_key(group), bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"]))
        for group, case in cases("rsa_pss_2048_sha256_mgf1_32_test")
    ]
    assert seen == [False] * 107 + [True]


def is_read(group: Json) -> bool:
    numbers = rsa_key(group).public_numbers()
    modulus, exponent = (base64url(number.to_bytes(512).lstrip(b"\0")) for number in (numbers.n, numbers.e))
    return read_key({"kty": "RSA", "kid": "x", "alg": "RS256", "n": modulus, "e": exponent}) is not None


def test_keys_of_1024_bits_are_not_read() -> None:
    """Written in the same way, keys of 2048 bits are, if their exponent is the usual one."""
    weak = {group["keyDer"]: is_read(group) for group, _ in cases("rsa_pkcs1_1024_sig_gen_test")}
    sound = {rsa_key(group).public_numbers().e: is_read(group) for group, _ in cases("rsa_signature_2048_sha256_test")}
    assert list(weak.values()) == [False] * 5
    assert sound == {65537: True, 3: False}


def keys_of(group: Json) -> list[Json]:
    """A group brings one key, public or (for HMAC) not, or a set of them."""
    given: Json = group.get("public") or group["private"]
    return [{"kid": "none", **jwk} for jwk in given.get("keys", [given])]


def is_accepted(text: Any, keys: list[Json]) -> bool:
    """Do what ``identify`` does with header, key and signature; ``typ`` and ``kid`` are not what they are about."""
    segments = text.split(".") if isinstance(text, str) else []
    if len(segments) != 3:
        return False
    try:
        header = read_object(segments[0])
        key_id = check_header({"kid": "none", **header, "typ": "JWT"})
        if segments[1]:  # an empty text is signed in one vector, and can be no claims
            read_bytes(segments[1])
        signature = read_bytes(segments[2])
    except (ValueError, MalformedToken):
        return False
    usable = [key for key in map(read_key, keys) if key is not None and (len(keys) == 1 or key.key_id == key_id)]
    return any(is_valid_signature(key.public_key, ".".join(segments[:2]).encode(), signature) for key in usable)


def is_called_good(case: Json) -> bool:
    """Whether the vectors call it valid, and it is for RS256 alone."""
    if case["result"] != "valid" or not isinstance(case.get("jws"), str):
        return False
    return b'"RS256"' in decode_leniently(case["jws"].partition(".")[0])


@pytest.mark.parametrize(
    ("name", "count", "good"),
    [
        ("json_web_signature_test", 401, GOOD_JWS),
        ("json_web_key_test", 26, GOOD_KEY_SETS),
        ("json_web_crypto_test", 83, {33}),
    ],
)
def test_jws(name: str, count: int, good: set[int]) -> None:
    seen = {case["tcId"]: is_accepted(case.get("jws"), keys_of(group)) for group, case in cases(name)}
    assert {number for number, accepted in seen.items() if accepted} == good
    assert {case["tcId"] for _, case in cases(name) if is_called_good(case)} == good
    assert len(seen) == count


def test_encrypted_tokens_are_nobodys() -> None:
    texts = [case["jwe"] for _, case in cases("json_web_encryption_test")]
    assert [parse_jws(text) for text in texts if isinstance(text, str)] == [None] * len(texts)
    assert len(texts) == 139
