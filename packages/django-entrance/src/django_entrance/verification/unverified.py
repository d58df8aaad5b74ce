"""Takes a compact JWS apart and judges its form; the type it makes says that nothing is believed yet."""

import json
from base64 import urlsafe_b64decode
from binascii import a2b_base64, b2a_base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from django_entrance.verification.errors import (
    AlgorithmRefused,
    GraphToken,
    HeaderRefused,
    MalformedToken,
    TokenTooLarge,
)

LARGEST_TOKEN = 32_768
"""Characters. A token with 199 groups has about 11 500; the largest that servers let through is some 64 000."""

MOST_MEMBERS = 256
MOST_BRACKETS = 256
LONGEST_NUMBER = 20
LONGEST_KEY_ID = 256

#: Header members that change how a signature is checked, or bring a key along. Entra writes none of them.
REFUSED_HEADERS = frozenset({"crit", "b64", "zip", "jku", "jwk", "x5u", "x5c", "cty", "enc", "epk"})


@dataclass(frozen=True, slots=True, kw_only=True)
class UnverifiedToken:
    """A token in its parts. Only ``issuer`` and ``key_id`` may be used before the signature is proved, to choose a key.

    ``flaw`` is what is wrong with the form, kept until it is known whether the token is ours to refuse.
    """

    issuer: str
    key_id: str
    signed: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    claims: Mapping[str, Any] = field(repr=False)
    flaw: MalformedToken | None = field(repr=False, default=None)


def take_apart(bearer: str) -> UnverifiedToken | None:
    """Return the parts of a compact JWS (RFC 7515 section 7.1), or None for anything else.

    A text that names an issuer is always returned, with its flaw, so that its owner can refuse it.

    Raises:
        TokenTooLarge: more than LARGEST_TOKEN characters; nothing of them was looked at.
    """
    if len(bearer) > LARGEST_TOKEN:
        raise TokenTooLarge(expected=f"at most {LARGEST_TOKEN} characters", came=f"{len(bearer)} characters")
    segments = bearer.split(".")
    if len(segments) != 3:
        return None
    try:
        header, claims, signature = read_object(segments[0]), read_object(segments[1]), read_bytes(segments[2])
    except (ValueError, RecursionError):
        return take_flawed_apart(segments[1])
    issuer = claims.get("iss")
    if not isinstance(issuer, str):
        return None
    flaw = header_flaw(header)
    return UnverifiedToken(
        issuer=issuer,
        key_id="" if flaw else header["kid"],
        signed=f"{segments[0]}.{segments[1]}".encode("ascii"),
        signature=signature,
        claims=claims,
        flaw=flaw,
    )


def take_flawed_apart(payload: str) -> UnverifiedToken | None:
    """Read as much of a badly formed token as tells whose it claims to be."""
    try:
        claims = LENIENT.decode(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode(errors="replace"))
    except (ValueError, RecursionError):
        return None
    issuer = claims.get("iss") if isinstance(claims, dict) else None
    if not isinstance(issuer, str):
        return None
    flaw = MalformedToken(expected="canonical base64url and strict JSON objects (RFC 7515, RFC 8725)")
    return UnverifiedToken(issuer=issuer, key_id="", signed=b"", signature=b"", claims={}, flaw=flaw)


def header_flaw(header: Mapping[str, Any]) -> MalformedToken | None:
    """Return what keeps a JOSE header from being one that Entra writes, or None."""
    if header.get("alg") != "RS256":
        return AlgorithmRefused(expected="RS256", came=header.get("alg"))
    if "nonce" in header:
        return GraphToken()
    if header.get("typ") != "JWT":
        return HeaderRefused(expected="typ JWT", came=header.get("typ"))
    if refused := sorted(REFUSED_HEADERS.intersection(header)):
        return HeaderRefused(expected="no member that brings or changes a key", came=", ".join(refused))
    key_id = header.get("kid")
    if not isinstance(key_id, str) or not 0 < len(key_id) <= LONGEST_KEY_ID:
        return HeaderRefused(expected=f"a kid of 1 to {LONGEST_KEY_ID} characters")
    return None


def read_bytes(segment: str) -> bytes:
    """Decode canonical base64url without padding (RFC 7515 section 2); every other spelling is a ValueError."""
    encoded = segment.encode("ascii")
    decoded = a2b_base64(encoded.translate(TO_STANDARD) + b"=" * (-len(encoded) % 4))
    if not decoded or b2a_base64(decoded, newline=False).rstrip(b"=").translate(TO_URLSAFE) != encoded:
        raise ValueError("not canonical base64url")
    return decoded


def read_object(segment: str) -> dict[str, Any]:
    """Decode a segment that holds a strict JSON object of bounded size and depth; all else is a ValueError."""
    text = read_bytes(segment).decode("utf-8")
    if text.count("[") + text.count("{") > MOST_BRACKETS:
        raise ValueError("too many brackets")
    value = STRICT.decode(text)
    if not isinstance(value, dict):
        raise ValueError("not an object")
    if "\\u" in text:
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # a lone surrogate is no text (UnicodeEncodeError)
    return value


def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its members, refusing two names that differ in nothing, or in case only."""
    if len(pairs) > MOST_MEMBERS or len({name.lower() for name, _ in pairs}) != len(pairs):
        raise ValueError("too many members, or one twice")
    return dict(pairs)


def whole_number(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise ValueError("number too long")
    return int(text)


def no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


TO_STANDARD = bytes.maketrans(b"-_", b"+/")
TO_URLSAFE = bytes.maketrans(b"+/", b"-_")

STRICT = json.JSONDecoder(object_pairs_hook=members, parse_int=whole_number, parse_constant=no_constant)
LENIENT = json.JSONDecoder(parse_int=str, strict=False)
