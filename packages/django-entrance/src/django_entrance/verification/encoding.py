"""Reads base64url and JSON strictly: one spelling of each value, bounded in size, depth and numbers."""

import json
from binascii import a2b_base64
from math import isfinite
from typing import Any, NoReturn

MOST_MEMBERS = 256
MOST_BRACKETS = 256

#: What the unused bits of a last character may be, by the length of the text modulo 4: always zero.
LAST_CHARACTERS = {2: frozenset("AQgw"), 3: frozenset("AEIMQUYcgkosw048")}
PADDING = {0: "", 2: "==", 3: "="}


def read_bytes(segment: str) -> bytes:
    """Decode canonical base64url without padding (RFC 7515 section 2); every other spelling is a ValueError."""
    rest = len(segment) % 4
    if not segment or rest not in PADDING or (rest and segment[-1] not in LAST_CHARACTERS[rest]):
        raise ValueError("not canonical base64url")
    if "+" in segment or "/" in segment or "=" in segment:
        raise ValueError("base64, not base64url")
    return a2b_base64(segment.replace("-", "+").replace("_", "/") + PADDING[rest], strict_mode=True)


def guess_bytes(segment: str) -> bytes:
    """Decode base64url as well as it goes, to find out whose a text is; nothing read so may be believed."""
    return a2b_base64(segment.replace("-", "+").replace("_", "/") + "==")


def read_object(segment: str) -> dict[str, Any]:
    """Decode a segment that holds a strict JSON object (RFC 8259, RFC 8725 section 3.7); all else is a ValueError."""
    return read_json(read_bytes(segment))


def read_json(body: bytes, *, most_brackets: int = MOST_BRACKETS) -> dict[str, Any]:
    """Read one JSON object in UTF-8, without doubled names, NaN, endless numbers or deep nesting.

    Whole numbers are bounded by Python, which reads 4 300 digits at most (``sys.get_int_max_str_digits``).

    Raises:
        ValueError: for everything else.
    """
    text = body.decode("utf-8")
    if text.count("[") + text.count("{") > most_brackets:
        raise ValueError("too many brackets")
    value, end = STRICT.raw_decode(text)
    if not isinstance(value, dict) or end != len(text):
        raise ValueError("not one object")
    if "\\" in text:
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # a lone surrogate is no text (UnicodeEncodeError)
    return value


def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its members, refusing two names that differ in nothing, or in case only."""
    made = dict(pairs)
    joined = "".join(made)
    names = made if joined == joined.lower() else set(map(str.lower, made))
    if len(pairs) > MOST_MEMBERS or len(names) != len(pairs):
        raise ValueError("too many members, or one twice")
    return made


def finite_number(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError("number too large")
    return number


def no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


STRICT = json.JSONDecoder(object_pairs_hook=members, parse_float=finite_number, parse_constant=no_constant)
