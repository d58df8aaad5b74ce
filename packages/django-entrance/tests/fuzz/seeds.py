"""The inputs that a fuzzer begins with, made by code, and the words that it may put in anywhere."""

from collections.abc import Callable, Iterator
from itertools import product

from fuzz.inputs import (
    CLAIMS,
    CUT,
    EDIT,
    HEADER,
    HEADERS,
    VALUES,
    VERSIONS,
    WAYS,
    Made,
    Strings,
    as_broken,
    as_edited,
    as_segments,
    as_signed,
    as_spelt,
    as_text,
    written,
)
from scripted import base64url

SPELLINGS = [b"\xff\xff\0=", b"\1\0\0\xff", b"\0\7\1+", b"\2\0\0\n", b"\0\0\0.", b"\1\x2c\1\xc3\xa9"]
"""Steps that put padding, marks and letters of other alphabets into a token's text."""

SHAPES = [
    b"0.AXoAEH0sYw9Lh0eQ2mXk3q.AgABAwEAAAD",  # of a refresh token
    b"1.AXoAEH0sYw9Lh0eQ2mXk3q.BQABAwEAAAD",  # of an authorization code
    base64url(written(HEADER)).encode() + b".",
    b".".join(base64url(written(each)).encode() for each in (HEADER, VERSIONS[0])),
]
"""Beginnings of what people send as a bearer."""


def assemble(way: Callable[[Strings], Made], *strings: bytes, size: int = 0) -> bytes:
    """Return the input that stands for these strings made in this way."""
    return bytes([WAYS.index(way), size]) + CUT.join(strings)


def first_inputs() -> Iterator[bytes]:
    """Yield what a fuzzer begins with: the good tokens in each way, a step from each of them, and long texts."""
    header = written(HEADER)
    for size, claims in enumerate(map(written, VERSIONS)):
        yield assemble(as_segments, header, claims, bytes(256))
        yield assemble(as_signed, header, claims)
        for way in (as_edited, as_spelt, as_broken):
            yield assemble(way, b"", b"", size=size)
        yield assemble(as_broken, b"", b"", b"\1\0\0\0", size=size)
        yield from (assemble(as_spelt, b"", b"", step, size=size) for step in SPELLINGS)
    yield from edited_inputs()
    yield from long_inputs()


def edited_inputs() -> Iterator[bytes]:
    """Each claim and each member of the header, changed in each way; each value once."""
    for number in range(len(CLAIMS)):
        for verb, value in (0, b""), (1, b"\0"), (4, b"\0\0\x3c"), (5, b"\1x"), (7, b"\0"):
            yield assemble(as_edited, b"", bytes([number, verb]) + value)
    for number in range(len(HEADERS)):
        yield assemble(as_edited, bytes([number, 1, 0]), b"")
    for number in range(len(VALUES)):
        yield assemble(as_edited, b"", bytes([CLAIMS.index(b'"name"'), 1, number]))


def long_inputs() -> Iterator[bytes]:
    """Texts that repeat a piece, with and without an end that does not fit: what makes careless readers slow."""
    for begin in (b"", *SHAPES):
        for piece, end, size in product((b"A", b"a-", b".", b"=", b"[", b"\\u0041"), (b"", b"!", b"."), (5, 12)):
            yield assemble(as_text, begin, piece, end, size=size)
    for piece, size in product((b"[", b'{"a":', b'"', b"9", b"1e", b"\\u0041", b"\\"), (10, 25)):
        yield assemble(as_edited, b"", bytes([CLAIMS.index(b'"groups"'), 6]) + piece, size=size)


def words() -> list[bytes]:
    """Return what the fuzzer may put in anywhere: names, values and marks."""
    return [CUT, EDIT, b".", b"\xed\xa0\x80", b"eyJ", *CLAIMS, *HEADERS, *VALUES]
