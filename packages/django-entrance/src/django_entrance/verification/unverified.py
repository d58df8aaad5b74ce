"""Takes a compact JWS apart, as far as is needed to find who signed it; nothing in it is believed yet."""

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from django_entrance.verification.errors import (
    AlgorithmRefused,
    GraphToken,
    HeaderRefused,
    MalformedToken,
    RefreshTokenRefused,
    TokenTooLarge,
)
from django_entrance.verification.strict import guess_bytes, read_bytes, read_json

LARGEST_TOKEN = 32_768
"""Characters. A token with 199 groups has about 11 500; the largest that servers let through is some 64 000."""

LONGEST_KEY_ID = 256

#: Header members that change how a signature is checked, or bring a key along. Entra writes none of them.
REFUSED_HEADERS = frozenset({"crit", "b64", "zip", "jku", "jwk", "x5u", "x5c", "cty", "enc", "epk"})

#: Entra's refresh tokens and authorization codes are opaque, but of a shape that nobody else's token has.
REFRESH_TOKEN = re.compile(r"[01]\.A[\w-]{20,}\.(?:Ag|BQ)AB[\w-]{40}[\w.-]*", re.ASCII)

HEAD = 208
"""Characters of the payload within which Entra has written ``iss``; a multiple of 4, so that they decode alone."""

#: The first two claims as Entra writes them, and its two headers: of v2.0 tokens, and of v1.0 tokens with x5t.
ISSUER_IN_HEAD = re.compile(rb'\{"aud":"[^"]*","iss":"([^"]*)"')
ENTRAS_HEADER = re.compile(rb'\{"typ":"JWT","alg":"RS256",(?:"x5t":"[\w-]*",)?"kid":"([\w-]{1,256})"\}')


class UnverifiedToken(NamedTuple):
    """A token in its parts. Only ``issuer`` and ``key_id`` may be used before the signature is proved, to choose a key.

    ``payload`` and ``signature`` are still base64url, ``signed`` is the text that the signature is over.
    ``flaw`` is what is wrong with the header, kept until it is known whether the token is ours to refuse.
    """

    issuer: str
    key_id: str
    signed: str
    payload: str
    signature: str
    flaw: MalformedToken | None

    def __repr__(self) -> str:
        return f"UnverifiedToken(issuer={self.issuer!r}, key_id={self.key_id!r})"

    def require_key_id(self) -> str:
        """Return the key id, now that the token is known to be ours.

        Raises:
            MalformedToken: the header is not one that Entra writes.
        """
        if self.flaw is not None:
            raise self.flaw
        return self.key_id


def take_apart(bearer: str) -> UnverifiedToken | None:
    """Return the parts of a compact JWS (RFC 7515 section 7.1) that names an issuer, or None for anything else.

    Raises:
        TokenTooLarge: more than LARGEST_TOKEN characters; nothing of them was looked at.
        RefreshTokenRefused: its shape is that of Entra's refresh tokens, which only Entra can read.
    """
    if len(bearer) > LARGEST_TOKEN:
        raise TokenTooLarge(expected=f"at most {LARGEST_TOKEN} characters", came=f"{len(bearer)} characters")
    if REFRESH_TOKEN.fullmatch(bearer):
        raise RefreshTokenRefused()
    signed, _, signature = bearer.rpartition(".")
    header, _, payload = signed.partition(".")
    issuer = None if "." in payload else read_issuer(payload)
    if issuer is None:
        return None
    key_id, flaw = judge_header(header)
    return UnverifiedToken(issuer, key_id, signed, payload, signature, flaw)


def read_issuer(payload: str) -> str | None:
    """Return the issuer that a payload names, however badly it is written, or None when it names none.

    Entra writes ``aud`` and ``iss`` first, so the rest need not be decoded for tokens that will be refused.
    """
    try:
        head = guess_bytes(payload[:HEAD])
        known = ISSUER_IN_HEAD.match(head) if b"\\" not in head else None
        if known is not None:
            return known[1].decode()
        claims = LENIENT.decode(guess_bytes(payload).decode(errors="replace"))
    except (ValueError, RecursionError):
        return None
    issuer = claims.get("iss") if isinstance(claims, dict) else None
    return issuer if isinstance(issuer, str) else None


def judge_header(segment: str) -> tuple[str, MalformedToken | None]:
    """Return the key id that a JOSE header names, or what keeps the header from being one that Entra writes."""
    try:
        return read_key_id(segment), None
    except MalformedToken as flaw:
        return "", flaw


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
