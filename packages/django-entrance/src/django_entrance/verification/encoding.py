"""Decodes base64url and JSON strictly: one spelling for each value, bounded size, depth and numbers."""

import json
from binascii import a2b_base64
from math import isfinite
from typing import Any, NoReturn

MOST_MEMBERS = 256
MOST_BRACKETS = 256

LAST_CHARACTERS = {2: frozenset("AQgw"), 3: frozenset("AEIMQUYcgkosw048")}
"""Allowed last characters, by the length of the text modulo 4: their unused bits are zero."""

PADDING = {0: "", 2: "==", 3: "="}


def read_bytes(segment: str) -> bytes:
    """Decode canonical base64url without padding (RFC 7515 section 2). Any other spelling is a ValueError."""
    rest = len(segment) % 4
    if not segment or rest not in PADDING or (rest and segment[-1] not in LAST_CHARACTERS[rest]):
        raise ValueError("not canonical base64url")
    if "+" in segment or "/" in segment or "=" in segment:
        raise ValueError("base64, not base64url")
    return a2b_base64(segment.replace("-", "+").replace("_", "/") + PADDING[rest], strict_mode=True)


def decode_leniently(segment: str) -> bytes:
    """Decode base64url leniently, to find the issuer of a malformed token. Never trust the result."""
    return a2b_base64(segment.replace("-", "+").replace("_", "/") + "==")


def read_object(segment: str) -> dict[str, Any]:
    """Decode a segment with one strict JSON object (RFC 8259, RFC 8725 section 3.7). Anything else is a ValueError."""
    return read_json(read_bytes(segment))


def read_json(body: bytes, *, most_brackets: int = MOST_BRACKETS) -> dict[str, Any]:
    """Parse one JSON object in UTF-8, without duplicate names, NaN, infinite numbers or deep nesting.

    Python bounds whole numbers: it reads at most 4 300 digits (``sys.get_int_max_str_digits``).

    Raises:
        ValueError: the text is anything else.
    """
    text = body.decode("utf-8")
    if text.count("[") + text.count("{") > most_brackets:
        raise ValueError("too many brackets")
    value, end = STRICT.raw_decode(text)
    if not isinstance(value, dict) or end != len(text):
        raise ValueError("not one object")
    if "\\" in text:
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # a lone surrogate raises UnicodeEncodeError
    return value


def make_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object for its members. Two names that are equal, or differ only in case, are a ValueError."""
    made = dict(pairs)
    joined = "".join(made)
    names = made if joined == joined.lower() else set(map(str.lower, made))
    if len(pairs) > MOST_MEMBERS or len(names) != len(pairs):
        raise ValueError("too many members, or a duplicate name")
    return made


def finite_number(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError("number too large")
    return number


def refuse_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


STRICT = json.JSONDecoder(object_pairs_hook=make_object, parse_float=finite_number, parse_constant=refuse_constant)
