"""Splits a compact JWS and reads its issuer and key id, which nothing has verified yet."""

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from django_entrance.verification.encoding import decode_leniently, read_bytes, read_json
from django_entrance.verification.errors import (
    AlgorithmRefused,
    GraphToken,
    HeaderRefused,
    MalformedToken,
    RefreshTokenRefused,
    TokenTooLarge,
)

LARGEST_TOKEN = 32_768
"""Characters. A token with 199 groups has about 11 500; servers accept headers of up to some 64 000."""

LONGEST_KEY_ID = 256

LONGEST_ISSUER = 512
"""Characters. No issuer is longer: a host has 253 at most, and a tenant 36."""

REFUSED_HEADERS = frozenset({"crit", "b64", "zip", "jku", "jwk", "x5u", "x5c", "cty", "enc", "epk"})
"""Header members that change how a signature is checked, or supply a key. Entra writes none of them."""

REFRESH_TOKEN = re.compile(r"[01]\.A[\w-]{20,}\.(?:Ag|BQ)AB[\w-]{40}[\w.-]*", re.ASCII)
"""The shape of Entra's refresh tokens and authorization codes, which are opaque. No other token has it."""

ISSUER_WITHIN = 208
"""Characters of the payload in which Entra has written ``iss``; a multiple of 4, so that they can be decoded alone."""

ISSUER_FIRST = re.compile(rb'\{"aud":"[^"\\]*","iss":"([^"\\]*)"')
"""The first two claims, as Entra writes them."""

ENTRA_HEADER = re.compile(rb'\{"typ":"JWT","alg":"RS256",(?:"x5t":"[\w-]*",)?"kid":"([\w-]{1,256})"\}')
"""The headers that Entra writes: of v2.0 tokens, and of v1.0 tokens with ``x5t``."""


class UnverifiedToken(NamedTuple):
    """The three segments of a token, still in base64url.

    Only issuer and key id may be read before the signature is verified, to choose the key.
    """

    header: str
    payload: str
    signature: str

    def __repr__(self) -> str:
        return f"UnverifiedToken(of {len(self.header)}, {len(self.payload)} and {len(self.signature)} characters)"


def check_size(bearer: str) -> None:
    """Check the size of a token before anything reads it.

    Raises:
        TokenTooLarge: it has more than LARGEST_TOKEN characters.
    """
    if len(bearer) > LARGEST_TOKEN:
        raise TokenTooLarge(expected=f"at most {LARGEST_TOKEN} characters", actual=f"{len(bearer)} characters")


def parse_jws(bearer: str) -> UnverifiedToken | None:
    """Split a compact JWS (RFC 7515 section 7.1). Return None for any other text."""
    header, _, rest = bearer.partition(".")
    payload, dot, signature = rest.partition(".")
    return UnverifiedToken(header, payload, signature) if payload and dot and "." not in signature else None


def check_opaque(bearer: str) -> None:
    """Check a text without a trusted issuer, which is left to other logins unless Entra issued it.

    Raises:
        RefreshTokenRefused: it has the shape of Entra's refresh tokens, which only Entra can read.
    """
    if REFRESH_TOKEN.fullmatch(bearer):
        raise RefreshTokenRefused()


def read_issuer(payload: str) -> str | None:
    """Return the issuer in a payload, even in a malformed one, or None when it has none.

    Entra writes ``aud`` and ``iss`` first, so the rest of a token that will be refused is not decoded.
    """
    try:
        known = ISSUER_FIRST.match(decode_leniently(payload[:ISSUER_WITHIN]))
        if known is not None:
            return known[1].decode()
        claims = LENIENT.decode(decode_leniently(payload).decode(errors="replace"))
    except (ValueError, RecursionError):
        return None
    issuer = claims.get("iss") if isinstance(claims, dict) else None
    return issuer if isinstance(issuer, str) and len(issuer) <= LONGEST_ISSUER else None


def read_key_id(segment: str) -> str:
    """Return the ``kid`` of a JOSE header.

    Raises:
        MalformedToken: Entra does not write such a header; the subclass says why.
    """
    try:
        text = read_bytes(segment)
        known = ENTRA_HEADER.fullmatch(text)
        return known[1].decode() if known is not None else check_header(read_json(text))
    except (ValueError, RecursionError):
        raise MalformedToken(expected="a header in canonical base64url and strict JSON (RFC 7515, RFC 8725)") from None


def check_header(header: Mapping[str, Any]) -> str:
    """Return the ``kid`` of a header that is safe to use."""
    if header.get("alg") != "RS256":
        raise AlgorithmRefused(expected="RS256", actual=header.get("alg"))
    if "nonce" in header:
        raise GraphToken()
    if header.get("typ") != "JWT":
        raise HeaderRefused(expected="typ JWT", actual=header.get("typ"))
    if refused := sorted(REFUSED_HEADERS.intersection(header)):
        raise HeaderRefused(expected="no member that supplies or changes a key", actual=", ".join(refused))
    key_id = header.get("kid")
    if not isinstance(key_id, str) or not 0 < len(key_id) <= LONGEST_KEY_ID:
        raise HeaderRefused(expected=f"a kid of 1 to {LONGEST_KEY_ID} characters")
    return key_id


LENIENT = json.JSONDecoder(parse_int=float, strict=False)
