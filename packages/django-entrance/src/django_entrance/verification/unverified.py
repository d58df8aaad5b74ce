"""Takes a compact JWS apart, and reads of it what is needed to find who signed it; nothing in it is believed yet."""

import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any, NamedTuple

from django_entrance.verification.encoding import guess_bytes, read_bytes, read_json
from django_entrance.verification.errors import (
    AlgorithmRefused,
    GraphToken,
    HeaderRefused,
    MalformedToken,
    RefreshTokenRefused,
    TokenTooLarge,
)

LARGEST_TOKEN = 32_768
"""Characters. A token with 199 groups has about 11 500; the largest that servers let through is some 64 000."""

LONGEST_KEY_ID = 256

LONGEST_ISSUER = 512
"""Characters. Whatever is longer names nobody: a host has 253 at most, and a tenant 36."""

#: Header members that change how a signature is checked, or bring a key along. Entra writes none of them.
REFUSED_HEADERS = frozenset({"crit", "b64", "zip", "jku", "jwk", "x5u", "x5c", "cty", "enc", "epk"})

#: Entra's refresh tokens and authorization codes are opaque, but of a shape that nobody else's token has.
REFRESH_TOKEN = re.compile(r"[01]\.A[\w-]{20,}\.(?:Ag|BQ)AB[\w-]{40}[\w.-]*", re.ASCII)

HEAD = 208
"""Characters of the payload within which Entra has written ``iss``; a multiple of 4, so that they decode alone."""

#: The first two claims as Entra writes them, and its two headers: of v2.0 tokens, and of v1.0 tokens with x5t.
ISSUER_IN_HEAD = re.compile(rb'\{"aud":"[^"\\]*","iss":"([^"\\]*)"')
ENTRAS_HEADER = re.compile(rb'\{"typ":"JWT","alg":"RS256",(?:"x5t":"[\w-]*",)?"kid":"([\w-]{1,256})"\}')


class UnverifiedToken(NamedTuple):
    """A token in its parts, each still base64url.

    Only issuer and key id may be read before the signature is proved, to choose a key.
    """

    header: str
    payload: str
    signature: str

    def __repr__(self) -> str:
        return f"UnverifiedToken(of {len(self.header)}, {len(self.payload)} and {len(self.signature)} characters)"


def refuse_oversized(bearer: str) -> None:
    """Refuse a text of which nothing shall be looked at.

    Raises:
        TokenTooLarge: it has more than LARGEST_TOKEN characters.
    """
    if len(bearer) > LARGEST_TOKEN:
        raise TokenTooLarge(expected=f"at most {LARGEST_TOKEN} characters", came=f"{len(bearer)} characters")


def take_apart(bearer: str) -> UnverifiedToken | None:
    """Return the parts of what may be a compact JWS (RFC 7515 section 7.1), or None for anything else."""
    header, _, rest = bearer.partition(".")
    payload, dot, signature = rest.partition(".")
    return UnverifiedToken(header, payload, signature) if payload and dot and "." not in signature else None


def refuse_opaque(bearer: str) -> None:
    """Leave a text that names no issuer of ours to others, unless it is Entra's all the same.

    Raises:
        RefreshTokenRefused: its shape is that of Entra's refresh tokens, which only Entra can read.
    """
    if REFRESH_TOKEN.fullmatch(bearer):
        raise RefreshTokenRefused()


def headers_of(key_id: str) -> list[str]:
    """Return the headers that Entra writes for a key, in base64url: in v2.0 tokens, and in v1.0 tokens."""
    kid = json.dumps(key_id)
    return [as_segment(f'{{"typ":"JWT","alg":"RS256",{member}"kid":{kid}}}') for member in ("", f'"x5t":{kid},')]


def as_segment(text: str) -> str:
    return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def opening(audience: str, issuer: str) -> str:
    """Return how the payload of such a token begins when Entra writes it, in base64url: up to the issuer's last quote.

    Three bytes are four characters, so up to two of those that always follow are in it as well.
    """
    begin = json.dumps({"aud": audience, "iss": issuer}, separators=(",", ":"))[:-1] + ',"'
    return as_segment(begin[: len(begin) // 3 * 3])


def read_issuer(payload: str) -> str | None:
    """Return the issuer that a payload names, however badly it is written, or None when it names none.

    Entra writes ``aud`` and ``iss`` first, so the rest need not be decoded for tokens that will be refused.
    """
    try:
        known = ISSUER_IN_HEAD.match(guess_bytes(payload[:HEAD]))
        if known is not None:
            return known[1].decode()
        claims = LENIENT.decode(guess_bytes(payload).decode(errors="replace"))
    except (ValueError, RecursionError):
        return None
    issuer = claims.get("iss") if isinstance(claims, dict) else None
    return issuer if isinstance(issuer, str) and len(issuer) <= LONGEST_ISSUER else None


def read_key_id(segment: str) -> str:
    """Return the ``kid`` of a JOSE header.

    Raises:
        MalformedToken: the header is not one that Entra writes; the subclass says why.
    """
    try:
        text = read_bytes(segment)
        known = ENTRAS_HEADER.fullmatch(text)
        return known[1].decode() if known is not None else judged_key_id(read_json(text))
    except (ValueError, RecursionError):
        raise MalformedToken(expected="a header in canonical base64url and strict JSON (RFC 7515, RFC 8725)") from None


def judged_key_id(header: Mapping[str, Any]) -> str:
    if header.get("alg") != "RS256":
        raise AlgorithmRefused(expected="RS256", came=header.get("alg"))
    if "nonce" in header:
        raise GraphToken()
    if header.get("typ") != "JWT":
        raise HeaderRefused(expected="typ JWT", came=header.get("typ"))
    if refused := sorted(REFUSED_HEADERS.intersection(header)):
        raise HeaderRefused(expected="no member that brings or changes a key", came=", ".join(refused))
    key_id = header.get("kid")
    if not isinstance(key_id, str) or not 0 < len(key_id) <= LONGEST_KEY_ID:
        raise HeaderRefused(expected=f"a kid of 1 to {LONGEST_KEY_ID} characters")
    return key_id


LENIENT = json.JSONDecoder(parse_int=float, strict=False)
