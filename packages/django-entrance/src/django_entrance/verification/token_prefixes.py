"""Computes how Entra's tokens begin, so that a good token is recognised without being parsed."""

import json
from base64 import urlsafe_b64encode


def entra_headers(key_id: str) -> list[str]:
    """Return the JOSE headers that Entra writes for a key, in base64url: of v2.0 tokens and of v1.0 tokens."""
    kid = json.dumps(key_id)
    return [as_segment(f'{{"typ":"JWT","alg":"RS256",{member}"kid":{kid}}}') for member in ("", f'"x5t":{kid},')]


def payload_prefix(audience: str, issuer: str) -> str:
    """Return the beginning of the payload that Entra writes, in base64url, up to the closing quote of the issuer.

    Three bytes make four characters, so the prefix also covers up to two of the characters that always follow.
    """
    beginning = json.dumps({"aud": audience, "iss": issuer}, separators=(",", ":"))[:-1] + ',"'
    return as_segment(beginning[: len(beginning) // 3 * 3])


def as_segment(text: str) -> str:
    return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()
