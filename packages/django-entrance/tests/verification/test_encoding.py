"""One spelling of each value: what a careless reader would take for the same is refused, and its twin is read."""

import json
import sys

import pytest
from django_entrance.verification.encoding import (
    MOST_BRACKETS,
    MOST_MEMBERS,
    decode_leniently,
    read_bytes,
    read_json,
)
from scripted import base64url

NO_BASE64URL = "not canonical base64url"
MOST_DIGITS = sys.get_int_max_str_digits()


def test_every_canonical_ending_is_read() -> None:
    for first in range(256):
        assert read_bytes(base64url(bytes([first]))) == bytes([first])
        for second in range(256):
            assert read_bytes(base64url(bytes([first, second]))) == bytes([first, second])


@pytest.mark.parametrize("ending", sorted(set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")))
def test_every_other_ending_is_refused(ending: str) -> None:
    """The last character of two has four bits that nothing uses, of three two: they are zero."""
    for segment, unused in ((f"A{ending}", "AQgw"), (f"AA{ending}", "AEIMQUYcgkosw048")):
        if ending not in unused:
            with pytest.raises(ValueError, match=NO_BASE64URL):
                read_bytes(segment)


@pytest.mark.parametrize("junk", ["????", "    ", "\n\n\n\n", "++++", "////", "====", "****", "QQ==", "\0\0\0\0"])
@pytest.mark.parametrize("place", [0, 4, 8])
def test_four_characters_of_junk_are_not_passed_over(junk: str, place: int) -> None:
    segment = base64url(b"abcdef")
    with pytest.raises(ValueError):  # noqa: PT011  # binascii's own words
        read_bytes(segment[:place] + junk + segment[place:])


@pytest.mark.parametrize("other", ["++++", "////", "QQ=="])
def test_base64_is_told_from_base64url(other: str) -> None:
    with pytest.raises(ValueError, match="base64, not base64url"):
        read_bytes(other)


@pytest.mark.parametrize("segment", ["", "A", "AAAAA"])
def test_no_bytes_have_that_length(segment: str) -> None:
    with pytest.raises(ValueError, match=NO_BASE64URL):
        read_bytes(segment)


def test_a_guess_knows_the_whole_alphabet() -> None:
    body = bytes(range(256))
    assert {"-", "_"} < set(base64url(body))
    assert decode_leniently(base64url(body)) == body


def nested(brackets: int, pair: tuple[str, str]) -> bytes:
    """An object with so many opening brackets."""
    inside = brackets - 1
    return f'{{"a":{pair[0] * inside}1{pair[1] * inside}}}'.encode()


@pytest.mark.parametrize("pair", [("[", "]"), ('{"a":', "}")])
def test_brackets_are_counted(pair: tuple[str, str]) -> None:
    assert read_json(nested(MOST_BRACKETS, pair)) == json.loads(nested(MOST_BRACKETS, pair))
    with pytest.raises(ValueError, match="too many brackets"):
        read_json(nested(MOST_BRACKETS + 1, pair))


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"5", b"null", b'{"a":1}x', b'{"a":1}{"a":1}', b'{"a":1} '])
def test_anything_but_one_object_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match="not one object"):
        read_json(body)


@pytest.mark.parametrize(
    ("last", "first", "reason"),
    [
        (
            json.dumps({f"a{number}": 1 for number in range(MOST_MEMBERS)}),
            json.dumps({f"a{number}": 1 for number in range(MOST_MEMBERS + 1)}),
            "too many members, or a duplicate name",
        ),
        ('{"a":1,"b":1}', '{"a":1,"A":1}', "too many members, or a duplicate name"),
        ('{"K":1,"B":1}', '{"K":1,"\N{KELVIN SIGN}":1}', "too many members, or a duplicate name"),
        (f'{{"a":{"1" * MOST_DIGITS}}}', f'{{"a":{"1" * (MOST_DIGITS + 1)}}}', "limit.*for integer string"),
        ('{"a":1e308}', '{"a":1e309}', "number too large"),
        ('{"a":"NaN"}', '{"a":NaN}', "NaN is not JSON"),
    ],
    ids=["members", "case", "case of a sign", "long", "large", "constant"],
)
def test_the_last_that_is_read_and_the_first_that_is_not(last: str, first: str, reason: str) -> None:
    assert read_json(last.encode()) == json.loads(last)
    with pytest.raises(ValueError, match=reason):
        read_json(first.encode())
