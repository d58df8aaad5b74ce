"""Forgeries of the header: other algorithms, and members that change what a signature means."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from entra_double._testing.forgeries.forgery import Expect, Forge, Forgery
from entra_double._testing.forging import MISSING, Bench, as_json, rs256
from entra_double._tokens.verifying import base64url

_PSS = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)


def made(name: str, corpus: str, says: str, forge: Forge, expect: Expect = "refuse") -> Forgery:
    return Forgery(name=name, group="header", corpus=tuple(corpus.split()), says=says, expect=expect, forge=forge)


def header(name: str, corpus: str, says: str, changes: Mapping[str, object], expect: Expect = "refuse") -> Forgery:
    """Make good claims under a changed header, with a signature that is right for them."""
    return made(name, corpus, says, lambda bench: bench.token(header=changes), expect)


def unsigned(name: str, corpus: str, says: str, algorithm: str) -> Forgery:
    return made(
        name, corpus, f"no signature, alg {says}", lambda bench: bench.token(header={"alg": algorithm}, sign=_nothing)
    )


def keyed(name: str, corpus: str, says: str, secret: Callable[[Bench], bytes], **changes: object) -> Forgery:
    """Make HS256 with a secret that anybody can know."""

    def forge(bench: Bench) -> str:
        key = secret(bench)
        return bench.token(
            header={"alg": "HS256"} | changes, sign=lambda signed: hmac.digest(key, signed, hashlib.sha256)
        )

    return made(name, corpus, f"HS256 with {says} as the secret", forge)


def _nothing(_: bytes) -> bytes:
    return b""


def _public(encoding: Encoding, form: PublicFormat) -> Callable[[Bench], bytes]:
    return lambda bench: bench.key.private_key.public_key().public_bytes(encoding, form)


def _modulus(bench: Bench) -> bytes:
    return bench.key.private_key.public_key().public_numbers().n.to_bytes(256, "big")


def _jwk(bench: Bench) -> dict[str, object]:
    return bench.key.as_jwk(None)


def _pss(bench: Bench) -> str:
    return bench.token(sign=lambda signed: bench.key.private_key.sign(signed, _PSS, hashes.SHA256()))


def _rsa(hash_algorithm: hashes.HashAlgorithm, name: str) -> Forge:
    def forge(bench: Bench) -> str:
        key = bench.key.private_key
        return bench.token(
            header={"alg": name}, sign=lambda signed: key.sign(signed, padding.PKCS1v15(), hash_algorithm)
        )

    return forge


def _elliptic(bench: Bench) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    return bench.token(header={"alg": "ES256"}, sign=lambda signed: key.sign(signed, ec.ECDSA(hashes.SHA256())))


def _unencoded(bench: Bench) -> str:
    """Sign what RFC 7797 says: the header's text, a dot, the payload's own bytes."""
    head = {"b64": False, "crit": ["b64"]}
    payload = as_json(bench.claims)
    return bench.token(header=head, sign=lambda signed: rs256(bench.key)(signed.partition(b".")[0] + b"." + payload))


def _twice(member: str, first: object, *, signed: bool = True) -> Forge:
    """Write a member of the header twice, `first` before the good one."""

    def forge(bench: Bench) -> str:
        value = first(bench) if callable(first) else first
        text = f'{{"{member}":{json.dumps(value)},'.encode() + as_json(bench.header)[1:]
        return bench.token(header=text, sign=None if signed else _nothing)

    return forge


def _none_last(bench: Bench) -> str:
    return bench.token(header=as_json(bench.header)[:-1] + b',"alg":"none"}', sign=_nothing)


def _nested(bench: Bench) -> str:
    return bench.token(header={"cty": "JWT"}, claims=bench.good.encode())


def _graph_nonce(bench: Bench) -> str:
    return bench.emulator.keys.sign(bench.claims, nonce=base64url(b"a nonce of Microsoft Graph"))


_ODD_ALGORITHMS: Mapping[str, tuple[str, str, object]] = {
    "missing": ("011", "left out", MISSING),
    "null": ("012", "null", None),
    "zero": ("013", "zero", 0),
    "true": ("014", "true", True),
    "list_empty": ("015", "an empty list", []),
    "list": ("016", "a list with RS256", ["RS256"]),
    "object": ("017", "an object", {"RS256": 1}),
    "empty": ("018", "an empty text", ""),
    "rs256_lower": ("019", "in small letters", "rs256"),
    "rs256_mixed": ("020", "in mixed letters", "Rs256"),
    "rs256_space": ("021", "with a space behind it", "RS256 "),
    "rs256_newline": ("022", "with a line feed behind it", "RS256\n"),
    "rsa_sha256": ("023", "under Java's name", "RSA-SHA256"),
    "xmldsig": ("024", "under XML's name", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"),
}

_CRITICAL: Mapping[str, tuple[str, object]] = {
    "unknown": ("102", ["bork"]),
    "exp": ("103", ["exp"]),
    "b64": ("104", ["b64"]),
    "text": ("106", "bork"),
    "twice": ("107", ["bork", "bork"]),
    "null_inside": ("108", [None]),
    "null": ("110", None),
    "zero": ("111", 0),
    "false": ("112", False),
}

_TYPES: Mapping[str, tuple[str, object]] = {
    "at_jwt": ("117", "at+jwt"),
    "application": ("118", "application/jwt"),
    "logout": ("120", "logout+jwt"),
    "secevent": ("121", "secevent+jwt"),
    "null": ("124", None),
    "number": ("125", 5),
    "list": ("126", ["JWT"]),
}

FORGERIES: tuple[Forgery, ...] = (
    unsigned("alg_none", "001", "none", "none"),
    unsigned("alg_none_upper", "003", "NONE", "NONE"),
    unsigned("alg_none_mixed", "004", "nOnE", "nOnE"),
    unsigned("alg_none_space_before", "005", "none after a space", " none"),
    unsigned("alg_none_space_after", "006", "none before a space", "none "),
    unsigned("alg_none_nul", "007", "none before a NUL", "none\x00"),
    unsigned("alg_none_homoglyph", "008", "none with a Greek letter", "n\u03bfne"),
    header("alg_none_kept_signature", "009", "alg none over a good signature", {"alg": "none"}),
    made(
        "alg_none_two_segments",
        "010",
        "alg none without the last dot",
        lambda bench: bench.token(header={"alg": "none"}, sign=_nothing).rstrip("."),
    ),
    *(header(f"alg_{end}", at, f"alg: {odd}", {"alg": value}) for end, (at, odd, value) in _ODD_ALGORITHMS.items()),
    keyed("hs256_pem", "025", "the public key in PEM", _public(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)),
    keyed("hs256_pkcs1", "027", "the public key in PKCS #1", _public(Encoding.PEM, PublicFormat.PKCS1)),
    keyed("hs256_der", "028", "the public key in DER", _public(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)),
    keyed("hs256_jwk", "029", "the JWK's text", lambda bench: as_json(_jwk(bench))),
    keyed("hs256_jwks", "030", "the key set's text", lambda bench: as_json({"keys": [_jwk(bench)]})),
    keyed("hs256_modulus", "031", "the modulus", _modulus),
    keyed("hs256_modulus_text", "032", "the modulus in base64url", lambda bench: base64url(_modulus(bench)).encode()),
    keyed("hs256_empty", "033", "nothing", lambda _: b""),
    keyed("hs256_null", "034", "the word null", lambda _: b"null"),
    keyed("hs256_kid", "036", "the key's id", lambda bench: bench.key.key_id.encode()),
    made("rs384", "037", "a right signature with RS384", _rsa(hashes.SHA384(), "RS384")),
    made("rs512", "038", "a right signature with RS512", _rsa(hashes.SHA512(), "RS512")),
    made("ps256_as_rs256", "040", "alg RS256 over an RSASSA-PSS signature", _pss),
    made("es256", "041", "ES256 by an elliptic key, under the id of an RSA key", _elliptic),
    made(
        "es256_zeros",
        "042",
        "ES256 with a signature of zeros",
        lambda bench: bench.token(header={"alg": "ES256"}, sign=lambda _: bytes(64)),
    ),
    made(
        "eddsa",
        "043",
        "EdDSA with any 64 bytes",
        lambda bench: bench.token(header={"alg": "EdDSA"}, sign=lambda signed: hashlib.sha512(signed).digest()),
    ),
    made("duplicate_kid", "098", "kid twice", _twice("kid", lambda bench: bench.next_key.key_id)),
    made("duplicate_alg", "100", "alg twice, none first", _twice("alg", "none")),
    made("duplicate_alg_none", "101", "alg twice, none last, no signature", _none_last),
    *(
        header(f"crit_{end}", at, f"crit is {json.dumps(value)}", {"crit": value})
        for end, (at, value) in _CRITICAL.items()
    ),
    made("b64_false", "113", "b64 false with crit, signed as RFC 7797 says", _unencoded),
    header("b64_false_without_crit", "114", "b64 false without crit", {"b64": False}),
    header("zip_def", "115", "zip on a signed token", {"zip": "DEF"}),
    *(header(f"typ_{end}", at, f"typ is {json.dumps(value)}", {"typ": value}) for end, (at, value) in _TYPES.items()),
    header("typ_missing", "127", "typ left out", {"typ": MISSING}, "either"),
    made("cty_nested", "128", "another signed token in place of claims", _nested),
    made("graph_nonce", "129", "a nonce in the header, as in tokens for Microsoft Graph", _graph_nonce),
)
