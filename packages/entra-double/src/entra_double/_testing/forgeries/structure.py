"""Forgeries of the form: parts, base64url, JSON, sizes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.hashes import SHA1

from entra_double._testing.forgeries.forgery import Forge, Forgery, claiming
from entra_double._testing.forging import Bench, as_json, rs256
from entra_double._tokens.verifying import base64url

OTHER_TENANT = "0e120000-0000-4000-a000-000000000031"


def _made(name: str, corpus: str, says: str, forge: Forge) -> Forgery:
    return Forgery(name=name, group="structure", corpus=(corpus,), says=says, forge=forge)


def _respelt(name: str, corpus: str, says: str, change: Callable[[str], str]) -> Forgery:
    """Write a good token otherwise."""
    return _made(name, corpus, says, lambda bench: change(bench.good))


def _payload(name: str, corpus: str, says: str, change: Callable[[bytes], bytes]) -> Forgery:
    """Put something else in the place of the claims' JSON, under a good signature."""
    return _made(name, corpus, says, lambda bench: bench.token(claims=change(as_json(bench.claims))))


def _not_claims(name: str, corpus: str, text: bytes) -> Forgery:
    return _made(name, corpus, f"the payload is {text.decode()}", lambda bench: bench.token(claims=text))


def _header(name: str, corpus: str, says: str, text: bytes) -> Forgery:
    return _made(name, corpus, says, lambda bench: bench.token(header=text))


def _expiring(name: str, corpus: str, says: str, number: str) -> Forgery:
    """Write another number for exp, as no JSON writer would."""

    def forge(bench: Bench) -> str:
        exp = f'"exp":{bench.claims["exp"]}'.encode()
        return bench.token(claims=as_json(bench.claims).replace(exp, f'"exp":{number}'.encode()))

    return _made(name, corpus, f"exp is {says}", forge)


def _more(addition: str) -> Callable[[bytes], bytes]:
    return lambda text: text[:-1] + b"," + addition.encode() + b"}"


def _in_payload(change: Callable[[str], str]) -> Callable[[str], str]:
    def respell(token: str) -> str:
        header, payload, signature = token.split(".")
        return f"{header}.{change(payload)}.{signature}"

    return respell


def _encrypted(bench: Bench, key: bytes, **changes: object) -> str:
    """Make a text in the form of a JWE (RFC 7516) with unsigned claims in it."""
    header = as_json({"alg": "dir", "enc": "A256GCM", "kid": bench.key.key_id} | changes)
    return ".".join(map(base64url, (header, key, bytes(12), as_json(bench.claims), bytes(16))))


def _encrypted_to_our_key(bench: Bench) -> str:
    key = bench.key.private_key.public_key().encrypt(bytes(32), OAEP(MGF1(SHA1()), SHA1(), None))
    return _encrypted(bench, key, alg="RSA-OAEP")


def _swapped(token: str) -> str:
    header, payload, signature = token.split(".")
    return f"{payload}.{header}.{signature}"


def _mixed(bench: Bench) -> str:
    """Put the header of one good token before the rest of another."""
    return bench.token(header={"x": "of another"}).partition(".")[0] + "." + bench.good.partition(".")[2]


def _flattened(token: str) -> str:
    header, payload, signature = token.split(".")
    return json.dumps({"protected": header, "payload": payload, "signature": signature})


def _filled(good: dict[str, object], rest: int) -> bytes:
    """Give JSON whose length, by three, leaves `rest`."""
    return next(text for n in range(3) if len(text := as_json(good | {"x": "r" * n})) % 3 == rest)


def _standard_alphabet(bench: Bench) -> str:
    """Spell a good token in base64; its header has letters that the two alphabets spell differently."""
    return bench.token(header={"x": "?>?>?>"}).translate(str.maketrans("-_", "+/"))


def _sealed(bench: Bench, signed: str) -> str:
    return f"{signed}.{base64url(rs256(bench.key)(signed.encode()))}"


def _padded(bench: Bench) -> str:
    header, claims = _filled(bench.header, 1), _filled(bench.claims, 2)
    return _sealed(bench, f"{base64url(header)}==.{base64url(claims)}=")


def _spare_bits(bench: Bench) -> str:
    """Set the bits that the last character of the payload has to spare."""
    payload = base64url(_filled(bench.claims, 1))
    return _sealed(bench, f"{base64url(as_json(bench.header))}.{payload[:-1]}{chr(ord(payload[-1]) + 1)}")


_NOT_CLAIMS: Mapping[str, tuple[str, bytes]] = {
    "not_json": ("179", b"good morning"),
    "list": ("181", b"[]"),
    "text": ("182", b'"iss"'),
    "number": ("183", b"7"),
    "null": ("184", b"null"),
}

_HARMLESS: Mapping[str, object] = {
    "__proto__": {"is_staff": True},
    "constructor": 0,
    "__class__": "User",
    "self": 0,
    "request": 0,
    "password": "chosen",
    "is_superuser": True,
}

FORGERIES: tuple[Forgery, ...] = (
    _made("empty", "130", "nothing at all", lambda _: ""),
    _respelt("two_segments", "132", "two parts", lambda token: token.rpartition(".")[0]),
    _respelt("four_segments_empty", "133", "a dot after the last part", lambda token: f"{token}."),
    _respelt("four_segments", "134", "a fourth part", lambda token: f"{token}.AAAA"),
    _made("jwe_direct", "135", "the form of a JWE, without a key", lambda bench: _encrypted(bench, b"")),
    _made("jwe", "136", "a JWE to our own public key, with unsigned claims", _encrypted_to_our_key),
    _respelt("header_empty", "138", "no header", lambda token: token[token.index(".") :]),
    _respelt("payload_empty", "139", "no payload", _in_payload(lambda _: "")),
    _respelt("signature_empty", "140", "no signature", lambda token: token.rpartition(".")[0] + "."),
    _made("dots", "142", "two hundred thousand dots", lambda _: "." * 200_000),
    _respelt("segments_swapped", "143", "header and payload in each other's place", _swapped),
    _made("header_of_another", "144", "the header of another good token", _mixed),
    _respelt("jws_json", "146", "the JSON form of a JWS", _flattened),
    _respelt("tab_inside", "151", "a tab in the payload", _in_payload(lambda text: f"{text[:240]}\t{text[240:]}")),
    _respelt("nul_after", "154", "a NUL at the end", lambda token: f"{token}\0"),
    _respelt("full_width_dots", "157", "full-width dots", lambda token: token.replace(".", "\uff0e")),
    _respelt("homoglyph_in_header", "158", "a Cyrillic letter", lambda token: token.replace("e", "\u0435", 1)),
    _respelt("bom_before", "160", "a byte order mark at the start", lambda token: f"\ufeff{token}"),
    _respelt("percent_dots", "161", "escaped dots", lambda token: token.replace(".", "%2E")),
    _respelt("quoted", "162", "quotes around it", lambda token: f'"{token}"'),
    _made("word_undefined", "164", "what JavaScript writes for nothing", lambda _: "undefined"),
    _made("word_null", "165", "what JSON writes for nothing", lambda _: "null"),
    _made("standard_base64", "167", "the alphabet of base64", _standard_alphabet),
    _respelt("signature_padded", "168", "a padded signature", lambda token: f"{token}=="),
    _respelt("signature_overpadded", "169", "more padding than there is", lambda token: f"{token}===="),
    _made("segments_padded", "170", "padded header and payload, signed as they are", _padded),
    _respelt("junk_after_signature", "171", "other characters behind the signature", lambda token: f"{token}!!!!"),
    _respelt(
        "junk_in_payload",
        "172",
        "another character in the payload",
        _in_payload(lambda text: f"{text[:240]}?{text[240:]}"),
    ),
    _respelt("signature_one_more", "173", "a signature of a length that no bytes have", lambda token: f"{token}AAA"),
    _made("spare_bits", "175", "spare bits set in the payload, signed as it is", _spare_bits),
    _made("ten_megabytes", "178", "ten million characters without a dot", lambda _: "A" * (10 << 20)),
    *(_not_claims(f"payload_{end}", at, text) for end, (at, text) in _NOT_CLAIMS.items()),
    _payload("payload_bom", "188", "a byte order mark before the claims", lambda text: b"\xef\xbb\xbf" + text),
    _payload("payload_lone_surrogate", "189", "half a character in a claim", _more(r'"upn":"\ud800"')),
    _payload("payload_comment", "191", "a comment before the claims", lambda text: b"/**/" + text),
    _payload("payload_single_quotes", "192", "claims in single quotes", lambda text: text.replace(b'"', b"'")),
    _expiring("exp_nan", "193", "NaN", "NaN"),
    _expiring("exp_infinity", "194", "Infinity", "Infinity"),
    _expiring("exp_minus_infinity", "195", "-Infinity", "-Infinity"),
    _expiring("exp_overflow", "197", "too large for a float", "1e400"),
    _expiring("exp_large_float", "198", "as large as a float can be", "1e308"),
    _expiring("exp_5000_digits", "199", "of five thousand digits", "9" * 5_000),
    _expiring("exp_beyond_64_bits", "200", "beyond 64 bits", str(2**63)),
    _expiring("exp_nanoseconds", "201", "in nanoseconds", str(10**18)),
    _payload(
        "payload_deep", "202", "a hundred thousand lists in each other", _more(f'"x":{"[" * 10**5}0{"]" * 10**5}')
    ),
    _payload(
        "payload_deep_objects",
        "203",
        "three thousand objects in each other",
        _more('"x":' + '{"y":' * 3000 + "0" + "}" * 3000),
    ),
    _payload(
        "duplicate_tid",
        "206",
        "tid twice, the right one last",
        lambda text: b'{"tid":"%s",' % OTHER_TENANT.encode() + text[1:],
    ),
    _payload("tid_in_capitals_too", "209", "TID beside tid", _more(f'"TID":"{OTHER_TENANT}"')),
    claiming(
        "structure",
        "odd_claim_names",
        "210",
        "claims that are named like what Python and JavaScript have",
        _HARMLESS,
        expect="accept",
    ),
    _header("header_list", "211", "the header is a list", b'["RS256"]'),
    _header("header_null", "212", "the header is null", b"null"),
    _header("header_invalid_utf8", "213", "the header is not UTF-8", b'{"typ":"JWT","alg":"RS256","kid":"\xe9"}'),
    _made(
        "header_many_members",
        "215",
        "ten thousand members in the header",
        lambda bench: bench.token(header={f"m{n}": n for n in range(10_000)}),
    ),
)
