"""Properties that hold for every token: hypothesis looks for one that gets in, or makes an exception of its own."""

import json
from contextlib import suppress
from typing import Any

import pytest
from django_entrance.verification.bearer import read_bearer
from django_entrance.verification.errors import MalformedRequest, Refused
from django_entrance.verification.identify import identify
from django_entrance.verification.identity import Identity
from django_entrance.verification.token_prefixes import entra_headers, payload_prefix
from django_entrance.verification.unverified import LONGEST_KEY_ID, read_issuer, read_key_id
from hypothesis import assume, example, given
from hypothesis import strategies as st
from scripted import (
    ADA,
    K1,
    NOW,
    Json,
    ScriptedAuthority,
    as_json,
    base64url,
    claims_v1,
    claims_v2,
    header_of,
    token,
    trust,
)

VERSIONS = {"1.0": claims_v1(), "2.0": claims_v2()}
TOKENS = {version: token(claims) for version, claims in VERSIONS.items()}
AUTHORITY = trust(ScriptedAuthority(keys=[K1.jwk()]))

OPTIONAL = frozenset(
    {
        "acct",
        "acr",
        "aio",
        "amr",
        "appidacr",
        "azpacr",
        "family_name",
        "given_name",
        "idp",
        "ipaddr",
        "name",
        "preferred_username",
        "rh",
        "roles",
        "unique_name",
        "upn",
        "uti",
        "xms_ftd",
    }
)
"""Claims that a token may lack, or have in any shape, and still be let in: they are for display, or not read."""

either_version = st.sampled_from(sorted(TOKENS))

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
json_values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=8
)


def ask(text: str) -> Identity | None:
    """Identify, taking a refusal for a None: both keep the caller out. Any other exception fails the test."""
    with suppress(Refused):
        return identify(text, [AUTHORITY], now=NOW)
    return None


def as_sent(value: object) -> bytes:
    """JSON as a hostile writer would make it: NaN and lone surrogates included."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("version", sorted(TOKENS))
def test_control_the_tokens_that_are_changed_are_let_in(version: str) -> None:
    identity = ask(TOKENS[version])
    assert identity is not None
    assert (identity.object_id, identity.claims.version) == (ADA, version)


@given(version=either_version, data=st.data())
def test_one_flipped_bit_keeps_a_token_out(version: str, data: st.DataObject) -> None:
    text = TOKENS[version]
    index = data.draw(st.integers(0, len(text) - 1), label="character")
    bit = data.draw(st.integers(0, 7), label="bit")
    assume(text[index] != ".")
    flipped = text[:index] + chr(ord(text[index]) ^ 1 << bit) + text[index + 1 :]
    assert ask(flipped) is None


@given(version=either_version, data=st.data())
def test_only_optional_claims_may_be_missing(version: str, data: st.DataObject) -> None:
    claims = VERSIONS[version]
    gone = data.draw(st.sets(st.sampled_from(sorted(claims)), min_size=1), label="gone")
    identity = ask(token({name: value for name, value in claims.items() if name not in gone}))
    assert (identity is not None) == (gone <= OPTIONAL)


def of_another_type(value: object) -> st.SearchStrategy[Any]:
    return json_values.filter(lambda other: type(other) is not type(value))


@given(version=either_version, data=st.data())
def test_no_needed_claim_may_have_another_type(version: str, data: st.DataObject) -> None:
    claims = VERSIONS[version]
    needed = data.draw(st.sets(st.sampled_from(sorted(claims.keys() - OPTIONAL)), min_size=1, max_size=3))
    others = data.draw(st.sets(st.sampled_from(sorted(OPTIONAL)), max_size=2))
    changes = {name: data.draw(of_another_type(claims.get(name)), label=name) for name in sorted(needed | others)}
    assert ask(token(as_sent(claims | changes))) is None


@given(version=either_version, data=st.data())
def test_optional_claims_of_another_type_keep_nobody_out(version: str, data: st.DataObject) -> None:
    claims = VERSIONS[version]
    names = data.draw(st.sets(st.sampled_from(sorted(OPTIONAL)), min_size=1, max_size=4), label="changed")
    plain = st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.text("abc é🦉\x00\u202e") | st.just([5, {}])
    changes = {name: data.draw(plain, label=name) for name in sorted(names)}
    identity = ask(token(claims | changes))
    assert identity is not None
    assert identity.object_id == ADA


@given(text=st.text() | st.text("abAB01-_.=+/ ,\t\r\n\0") | st.binary().map(lambda raw: raw.decode("latin-1")))
@example(text="\ud800.\ud800.\ud800")
@example(text="é.é.é")
@example(text="." * 3)
def test_arbitrary_text_is_nobodys_token(text: str) -> None:
    assert ask(text) is None


@given(segments=st.lists(json_values.map(as_sent) | st.binary(), min_size=3, max_size=3))
def test_arbitrary_segments_are_nobodys_token(segments: list[bytes]) -> None:
    """The issuer is not ours, so not even a refusal: the next login may look."""
    assert identify(".".join(map(base64url, segments)), [AUTHORITY], now=NOW) is None


@given(value=st.text() | st.text("Bearer,. \t\0").map("Bearer{}".format))
def test_arbitrary_authorization_gives_one_word_or_nothing(value: str) -> None:
    with suppress(MalformedRequest):
        bearer = read_bearer(value)
        assert bearer is None or (bearer in value and not set(bearer) & set(" \t,\r\n\0"))


@given(header=json_values, payload=json_values)
def test_arbitrary_json_under_a_good_signature_is_nobodys_token(header: object, payload: object) -> None:
    assert ask(token(as_sent(payload), header=as_sent(header))) is None


claim_names = st.sampled_from(sorted({*VERSIONS["1.0"], *VERSIONS["2.0"], "idtyp", "cnf", "nonce", "acct", "idp"}))
header_names = st.sampled_from(["alg", "typ", "kid", "crit", "nonce", "jwk", "x5t", "zip", "b64"])


@given(
    version=either_version,
    claims=st.dictionaries(claim_names | st.text(max_size=5), json_values, max_size=5),
    header=st.dictionaries(header_names | st.text(max_size=5), json_values, max_size=3),
)
def test_hostile_members_under_a_good_signature_never_break_the_verifier(
    version: str, claims: Json, header: Json
) -> None:
    """Whoever gets in is Ada, of our tenant: the members were among the optional, or right by chance."""
    identity = ask(token(as_sent(VERSIONS[version] | claims), header=as_sent(header_of(K1) | header)))
    assert identity is None or identity.claims.all["oid"].lower() == identity.object_id


@given(payload=st.binary(), header=st.binary())
def test_arbitrary_bytes_under_a_good_signature_are_taken_for_nobodys(payload: bytes, header: bytes) -> None:
    assert ask(token(payload, header=header)) is None


@given(audience=st.text(), issuer=st.text(), other=st.text() | st.just('","iss":"'))
def test_what_is_told_by_how_a_payload_begins_is_what_reading_it_tells(audience: str, issuer: str, other: str) -> None:
    payload = base64url(as_json({"aud": audience, "iss": issuer, "iat": NOW}))
    assert payload.startswith(payload_prefix(audience, issuer))
    assert read_issuer(payload) == issuer
    for wrong in (payload_prefix(audience, other), payload_prefix(other, issuer), payload_prefix(other, audience)):
        assert not payload.startswith(wrong) or wrong == payload_prefix(audience, issuer)


@given(key_id=st.text(min_size=1, max_size=LONGEST_KEY_ID))
def test_a_key_is_told_by_its_headers_as_by_reading_them(key_id: str) -> None:
    assert [read_key_id(header) for header in entra_headers(key_id)] == [key_id, key_id]
