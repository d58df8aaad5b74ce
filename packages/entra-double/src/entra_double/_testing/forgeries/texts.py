"""Makes the forgeries of header, structure and claims that a row of data cannot say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.hashes import SHA1

from entra_double._testing.forgeries.good_token import GoodToken
from entra_double._testing.forgeries.jws import as_json, compact, rs256
from entra_double._tokens.verifying import base64url

_MANY = 10_000


def _claims(good: GoodToken, name: str, change: Callable[[str], object]) -> str:
    return good.forge(claims={name: change(good.claim(name))})


def _groups(good: GoodToken, count: int) -> str:
    return good.forge(claims={"groups": [f"40010000-0000-4000-a000-{number:012x}" for number in range(count)]})


def _exp(good: GoodToken, number: str) -> str:
    """Write another number for exp, as no JSON writer would."""
    exp = f'"exp":{good.claims["exp"]}'.encode()
    return good.forge(claims=as_json(good.claims).replace(exp, f'"exp":{number}'.encode()))


def _payload_of(good: GoodToken, change: Callable[[str], str]) -> str:
    header, payload, signature = good.v2.split(".")
    return f"{header}.{change(payload)}.{signature}"


def _encrypted(good: GoodToken, key: bytes, **changes: object) -> str:
    """Make a text in the form of a JWE (RFC 7516) with unsigned claims in it."""
    header = as_json({"alg": "dir", "enc": "A256GCM", "kid": good.key.key_id} | changes)
    return ".".join(map(base64url, (header, key, bytes(12), as_json(good.claims), bytes(16))))


def _encrypted_to_our_key(good: GoodToken) -> str:
    key = good.key.private_key.public_key().encrypt(bytes(32), OAEP(MGF1(SHA1()), SHA1(), None))
    return _encrypted(good, key, alg="RSA-OAEP")


def _header_of_another(good: GoodToken) -> str:
    return good.forge(header={"x": "of another"}).partition(".")[0] + "." + good.v2.partition(".")[2]


def _standard_alphabet(good: GoodToken) -> str:
    """Write a good token in base64; its header has letters that the two alphabets spell differently."""
    return good.forge(header={"x": "?>?>?>"}).translate(str.maketrans("-_", "+/"))


def _filled(values: dict[str, object], rest: int) -> bytes:
    """Return JSON with a length that, divided by three, leaves `rest`."""
    return next(text for n in range(3) if len(text := as_json(values | {"x": "r" * n})) % 3 == rest)


def _sealed(good: GoodToken, signed: str) -> str:
    return f"{signed}.{base64url(rs256(good.key)(signed.encode()))}"


def _padded(good: GoodToken) -> str:
    header, claims = _filled(good.header, 1), _filled(good.claims, 2)
    return _sealed(good, f"{base64url(header)}==.{base64url(claims)}=")


def _spare_bits(good: GoodToken) -> str:
    """Set the bits that the last character of the payload has to spare."""
    payload = base64url(_filled(good.claims, 1))
    return _sealed(good, f"{base64url(as_json(good.header))}.{payload[:-1]}{chr(ord(payload[-1]) + 1)}")


def _deep_objects(good: GoodToken) -> str:
    nested = b'{"y":' * 3000 + b"0" + b"}" * 3000
    return good.forge(claims=as_json(good.claims)[:-1] + b',"x":' + nested + b"}")


def _client_assertion(good: GoodToken) -> str:
    client = good.claim("azp")
    claims = {"aud": good.claim("iss"), "iss": client, "sub": client, "exp": good.claims["exp"], "jti": "1"}
    return compact(as_json(good.header), as_json(claims), rs256(good.key))


MADE: Mapping[str, Callable[[GoodToken], str]] = {
    "alg_none_two_segments": lambda good: good.forge(header={"alg": "none"}, sign=lambda _: b"").rstrip("."),
    "graph_nonce": lambda good: good.emulator.keys.sign(good.claims, nonce=base64url(b"a nonce of Microsoft Graph")),
    "kid_case": lambda good: good.forge(header={"kid": good.key.key_id.swapcase()}),
    "jwe_direct": lambda good: _encrypted(good, b""),
    "jwe": _encrypted_to_our_key,
    "header_of_another": _header_of_another,
    "tab_inside": lambda good: _payload_of(good, lambda text: f"{text[:240]}\t{text[240:]}"),
    "junk_in_payload": lambda good: _payload_of(good, lambda text: f"{text[:240]}?{text[240:]}"),
    "homoglyph_in_header": lambda good: good.v2.replace("e", "\u0435", 1),
    "standard_base64": _standard_alphabet,
    "segments_padded": _padded,
    "spare_bits": _spare_bits,
    "payload_single_quotes": lambda good: good.forge(claims=as_json(good.claims).replace(b'"', b"'")),
    "exp_nan": partial(_exp, number="NaN"),
    "exp_infinity": partial(_exp, number="Infinity"),
    "exp_minus_infinity": partial(_exp, number="-Infinity"),
    "exp_overflow": partial(_exp, number="1e400"),
    "exp_large_float": partial(_exp, number="1e308"),
    "exp_5000_digits": partial(_exp, number="9" * 5000),
    "exp_beyond_64_bits": partial(_exp, number=str(2**63)),
    "exp_nanoseconds": partial(_exp, number=str(10**18)),
    "payload_deep_objects": _deep_objects,
    "header_invalid_utf8": lambda good: good.forge(header=b'{"typ":"JWT","alg":"RS256","kid":"\xe9"}'),
    "header_many_members": lambda good: good.forge(header={f"m{n}": n for n in range(_MANY)}),
    "iss_homoglyph": lambda good: _claims(good, "iss", lambda iss: iss.replace("o", "\u043e", 1)),
    "iss_percent": lambda good: _claims(good, "iss", lambda iss: quote(iss, safe="")),
    "aud_prefix": lambda good: _claims(good, "aud", lambda aud: aud[:-1]),
    "scp_case": lambda good: good.forge(claims={"scp": good.scope.swapcase()}),
    "client_assertion": _client_assertion,
    "groups_199": partial(_groups, count=199),
    "groups_2000": partial(_groups, count=2000),
    "many_claims": lambda good: good.forge(claims={f"c{n}": n for n in range(_MANY)}),
}
