"""The promise holds for the inputs that hypothesis makes, and it notices each way of breaking it."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django_entrance.verification.authority import Authority
from django_entrance.verification.errors import BadSignature, Refused
from django_entrance.verification.identify import identify
from django_entrance.verification.identity import Identity
from fuzz.inputs import CLAIMS, EDIT, WAYS, Made, Strings, as_broken, as_edited, as_signed, as_spelt, as_text, make
from fuzz.promise import Broken, Promise
from fuzz.seeds import assemble, first_inputs
from hypothesis import given
from hypothesis import strategies as st
from scripted import claims_v2, token
from token_watch import TokenWatch

PROMISE = Promise()

programs = st.lists(st.binary(min_size=2, max_size=6), max_size=4).map(EDIT.join)
strings = programs | st.binary(max_size=60)


@given(way=st.sampled_from(WAYS), header=strings, payload=strings, signature=strings, size=st.integers(0, 255))
def test_the_promise_holds(
    way: Callable[[Strings], Made], header: bytes, payload: bytes, signature: bytes, size: int
) -> None:
    PROMISE.check(assemble(way, header, payload, signature, size=size))


@given(data=st.binary(max_size=200))
def test_the_promise_holds_for_bytes(data: bytes) -> None:
    PROMISE.check(data)


def test_the_first_inputs_come_far() -> None:
    promise = Promise()
    for data in first_inputs():
        promise.check(data)
    assert promise.outcomes["let in"] > 50
    assert promise.outcomes.keys() >= {"nobody's", "signature_wrong", "token_malformed", "tenant_refused"}
    assert len(promise.outcomes) > 15


def let_in(bearer: str, authorities: list[Authority], *, now: float) -> Identity | None:
    """Let everybody in whose token is long enough."""
    return identify(token(), authorities, now=now) if len(bearer) > 100 else None


def let_in_unread(bearer: str, authorities: list[Authority], *, now: float) -> Identity | None:
    """Prove the signature and read no claim."""
    try:
        identity = identify(bearer, authorities, now=now)
    except BadSignature:
        raise
    except Refused:
        identity = None
    return identity or identify(token(), authorities, now=now)


def be_slow(bearer: str, authorities: list[Authority], *, now: float) -> Identity | None:
    end = time.process_time() + 0.06
    while time.process_time() < end:
        pass
    return identify(bearer, authorities, now=now)


def fetch_each_time(bearer: str, authorities: list[Authority], *, now: float) -> Identity | None:
    for authority in authorities:
        authority.keys.source.download()
    return identify(bearer, authorities, now=now)


def tell_the_token(bearer: str, authorities: list[Authority], *, now: float) -> Identity | None:
    identity = identify(bearer, authorities, now=now)
    if identity is not None and bearer != token():
        raise BadSignature(expected=f"not {bearer}")
    return identity


def fail(bearer: str, authorities: list[Authority], *, now: float) -> Identity | None:
    if not bearer.isascii():
        raise KeyError(bearer)
    return identify(bearer, authorities, now=now)


GOOD = assemble(as_edited, b"", b"")
CHANGED = assemble(as_edited, b"", b"\x09\x03x")
FORGED = assemble(as_broken, b"", b"", b"\1\0\0\0")
FOREIGN = assemble(as_edited, b"", bytes([CLAIMS.index(b'"aud"'), 1, 3]))


@pytest.mark.parametrize(
    ("verifier", "data", "fault"),
    [
        (let_in, FORGED, "without a good signature"),
        (let_in_unread, FOREIGN, "let in although"),
        (let_in_unread, assemble(as_signed, b"[]", b"{}"), "no object"),
        (let_in_unread, assemble(as_spelt, b"", b"", b"\xff\xff\0=", size=1), "spelling"),
        (be_slow, GOOD, "ms of CPU time"),
        (fetch_each_time, GOOD, "caused a fetch"),
    ],
)
def test_it_notices_a_verifier_that_breaks_it(verifier: Callable[..., Any], data: bytes, fault: str) -> None:
    promise = Promise()
    promise.verifier = verifier
    with pytest.raises(Broken, match=fault):
        check_often(promise, data)


def test_it_notices_a_refusal_that_tells_the_token(token_watch: TokenWatch) -> None:
    promise = Promise()
    promise.verifier = tell_the_token
    with pytest.raises(Broken, match="tells a segment"):
        promise.check(CHANGED)
    assert token_watch.tellers == ["BadSignature"], "the suite's own watch has noticed, too"
    token_watch.tellers.clear()


def check_often(promise: Promise, data: bytes) -> None:
    """One more fetch than the first is allowed: an unknown key id may cause it."""
    for _ in range(3):
        promise.check(data)


def test_it_lets_any_other_exception_through() -> None:
    promise = Promise()
    promise.verifier = fail
    with pytest.raises(KeyError):
        promise.check(assemble(as_text, "é.é.é".encode()))


def test_a_good_token_is_good_in_each_way_that_signs() -> None:
    assert make(GOOD).is_genuine
    assert not make(FORGED).is_genuine
    assert PROMISE.ask(make(GOOD).text) == "let in"
    assert PROMISE.ask(token(claims_v2(name="x"))) == "let in"
