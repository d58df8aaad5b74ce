"""Group B: three parts, base64url in one spelling, strict JSON, bounded sizes."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.hashes import SHA1
from django_entrance.verification.unverified import LARGEST_TOKEN
from scripted import K1, OTHER_TENANT, Json, as_json, base64url, claims_v2, header_of, sign, token

from vectors.cases import LET_IN, NOT_OURS, Case, Text, claiming, parts, with_claims, with_header

TO_STANDARD = str.maketrans("-_", "+/")


def sent(number: int, title: str, outcome: str, text: Text, control: Text = token) -> Case:
    return Case(number=number, title=title, text=text, outcome=outcome, control=control)


def respelt(number: int, title: str, outcome: str, change: Callable[[str], str]) -> Case:
    """A good token, written otherwise."""
    return sent(number, title, outcome, lambda: change(token()))


def with_payload(
    number: int, title: str, outcome: str, change: Callable[[bytes], bytes], control: Text = token
) -> Case:
    """Something else than the claims' JSON, under a good signature."""
    return sent(number, title, outcome, lambda: token(change(as_json(claims_v2()))), control)


def more(addition: str) -> Callable[[bytes], bytes]:
    """Add members to an object's JSON."""
    return lambda text: text[:-1] + b"," + addition.encode() + b"}"


def expiring(number: str) -> Callable[[bytes], bytes]:
    """Write another number for exp, as no JSON writer would."""
    return lambda text: text.replace(str(claims_v2()["exp"]).encode(), number.encode())


def joined(*segments: bytes) -> str:
    return ".".join(map(base64url, segments))


def encrypted(key: bytes, **changes: Any) -> str:
    """A text in the form of a JWE (RFC 7516) with unsigned claims in it."""
    header = as_json({"alg": "dir", "enc": "A256GCM", "kid": K1.key_id} | changes)
    return joined(header, key, bytes(12), as_json(claims_v2()), bytes(16))


def encrypted_to_our_key() -> str:
    key = K1.private.public_key().encrypt(bytes(32), OAEP(MGF1(SHA1()), SHA1(), None))
    return encrypted(key, alg="RSA-OAEP")


def swapped(text: str) -> str:
    header, payload, signature = parts(text)
    return f"{payload}.{header}.{signature}"


def mixed() -> str:
    """The header of one good token with the rest of another."""
    header, _, _ = parts(with_header(rh="of another")())
    _, payload, signature = parts()
    return f"{header}.{payload}.{signature}"


def flattened(text: str) -> str:
    header, payload, signature = parts(text)
    return json.dumps({"protected": header, "payload": payload, "signature": signature})


def in_payload(change: Callable[[str], str]) -> Callable[[str], str]:
    """Change a token's payload, and leave header and signature as they are."""

    def build(text: str) -> str:
        header, payload, signature = parts(text)
        return f"{header}.{change(payload)}.{signature}"

    return build


def in_another_alphabet() -> str:
    """Signed in base64url, sent in base64: the header has letters that the two spell differently."""
    return token(header=header_of(K1, rh="?>?>?>")).translate(TO_STANDARD)


def filled(rest: int, make: Callable[[str], Json]) -> bytes:
    """The JSON of an object, filled up until its length by three leaves that rest."""
    return next(text for n in range(3) if len(text := as_json(make("r" * n))) % 3 == rest)


def padded() -> str:
    """Header and payload with their padding, and the signature over just that."""
    header, claims = filled(1, lambda more: header_of(K1, rh=more)), filled(2, lambda more: claims_v2(rh=more))
    return sign(f"{base64url(header)}==.{base64url(claims)}=")


def with_spare_bits(spare: int) -> str:
    """Claims whose last character has bits to spare, set or not; and the signature over just that."""
    payload = base64url(filled(1, lambda more: claims_v2(rh=more)))
    return sign(f"{base64url(as_json(header_of(K1)))}.{payload[:-1]}{chr(ord(payload[-1]) + spare)}")


def nested(opening: str, closing: str, depth: int) -> Text:
    return lambda: token(more(f'"x":{opening * depth}0{closing * depth}')(as_json(claims_v2())))


def of_length(length: int) -> str:
    """A good token that is filled up to about that many characters."""
    return token(claims_v2(rh="r" * ((length - len(token())) * 3 // 4)))


def many_members(count: int) -> Text:
    many: Json = {f"m{n}": n for n in range(count)}
    return with_header(**many)


HARMLESS: Json = {
    **{"__proto__": {"is_staff": True}, "constructor": 0, "__class__": "User", "self": 0, "request": 0, "pk": 7},
    **{"id": 7, "password": "chosen", "is_staff": True, "is_superuser": True, "is_active": True},
}

NOT_THREE_PARTS = [
    sent(130, "nothing at all", NOT_OURS, str),
    respelt(132, "two parts", NOT_OURS, lambda text: text.rpartition(".")[0]),
    respelt(133, "a dot after the last part", NOT_OURS, lambda text: f"{text}."),
    respelt(134, "a fourth part", NOT_OURS, lambda text: f"{text}.AAAA"),
    sent(135, "a JWE without a key in it", NOT_OURS, lambda: encrypted(b"")),
    sent(136, "a JWE to our own public key", NOT_OURS, encrypted_to_our_key),
    sent(142, "dots only", "token_too_large", lambda: "." * 200_000),
    respelt(146, "the JSON form of a JWS", NOT_OURS, flattened),
    respelt(157, "full-width dots", NOT_OURS, lambda text: text.replace(".", "\uff0e")),
    respelt(161, "escaped dots", NOT_OURS, lambda text: text.replace(".", "%2E")),
    sent(164, "what JavaScript writes for nothing", NOT_OURS, lambda: "undefined"),
    sent(165, "what JSON writes for nothing", NOT_OURS, lambda: "null"),
    sent(
        178, "ten million characters", "token_too_large", lambda: "A" * (10 << 20), lambda: of_length(LARGEST_TOKEN - 9)
    ),
]

PARTS = [
    respelt(138, "no header", "token_malformed", lambda text: text[text.index(".") :]),
    respelt(139, "no payload", NOT_OURS, in_payload(lambda _: "")),
    respelt(140, "no signature", "token_malformed", lambda text: text.rpartition(".")[0] + "."),
    respelt(143, "header and payload in each other's place", NOT_OURS, swapped),
    sent(144, "the header of another good token", "signature_wrong", mixed, with_header(rh="of another")),
    respelt(
        151, "a tab in the payload", "signature_wrong", in_payload(lambda payload: f"{payload[:240]}\t{payload[240:]}")
    ),
    respelt(154, "a NUL at the end", "token_malformed", lambda text: f"{text}\0"),
    respelt(158, "a Cyrillic letter in the header", "token_malformed", lambda text: text.replace("e", "\u0435", 1)),
    respelt(160, "a byte order mark at the start", "token_malformed", lambda text: f"\ufeff{text}"),
    respelt(162, "quotes around it", "token_malformed", lambda text: f'"{text}"'),
]

SPELLINGS = [
    sent(167, "the alphabet of base64", "token_malformed", in_another_alphabet, with_header(rh="?>?>?>")),
    respelt(168, "a padded signature", "token_malformed", lambda text: f"{text}=="),
    respelt(169, "a signature with more padding than there is", "token_malformed", lambda text: f"{text}===="),
    sent(170, "padded header and payload, signed as they are", "token_malformed", padded),
    respelt(171, "other characters after the signature", "token_malformed", lambda text: f"{text}????"),
    respelt(
        172,
        "another character in the payload",
        "signature_wrong",
        in_payload(lambda payload: f"{payload[:240]}?{payload[240:]}"),
    ),
    respelt(173, "a signature of a length that no bytes have", "token_malformed", lambda text: f"{text}AAA"),
    sent(
        175,
        "spare bits set in the payload, signed as it is",
        "token_malformed",
        lambda: with_spare_bits(1),
        lambda: with_spare_bits(0),
    ),
]

NOT_AN_OBJECT = {
    179: ("a word", b"good morning"),
    181: ("a list", b"[]"),
    182: ("a text", b'"iss"'),
    183: ("a number", b"7"),
    184: ("null", b"null"),
}

NUMBERS = {
    193: ("not a number", "NaN", "token_malformed"),
    194: ("endless", "Infinity", "token_malformed"),
    195: ("endless, downwards", "-Infinity", "token_malformed"),
    197: ("too large for a float", "1e400", "token_malformed"),
    198: ("as large as a float can be", "1e308", "time_refused"),
    199: ("five thousand digits", "9" * 5_000, "token_malformed"),
    200: ("beyond 64 bits", str(2**63), "time_refused"),
    201: ("in nanoseconds", str(10**18), "time_refused"),
}

CASES = [
    *NOT_THREE_PARTS,
    *PARTS,
    *SPELLINGS,
    *(sent(n, f"payload is {what}", NOT_OURS, partial(token, text)) for n, (what, text) in NOT_AN_OBJECT.items()),
    with_payload(188, "a byte order mark before the claims", NOT_OURS, lambda text: b"\xef\xbb\xbf" + text),
    with_payload(
        189, "half a character in a claim", "token_malformed", more(r'"upn":"\ud83d"'), with_claims(upn="\U0001f989")
    ),
    with_payload(191, "a comment before the claims", NOT_OURS, lambda text: b"/**/" + text),
    with_payload(192, "claims in single quotes", NOT_OURS, lambda text: text.replace(b'"', b"'")),
    *(with_payload(n, f"exp is {what}", reason, expiring(number)) for n, (what, number, reason) in NUMBERS.items()),
    sent(
        202,
        "a hundred thousand lists in each other",
        "token_too_large",
        nested("[", "]", 100_000),
        nested("[", "]", 200),
    ),
    sent(
        203,
        "three thousand objects in each other",
        "token_malformed",
        nested('{"y":', "}", 3_000),
        nested('{"y":', "}", 200),
    ),
    with_payload(
        206,
        "tid twice, the right one last",
        "token_malformed",
        lambda text: f'{{"tid":"{OTHER_TENANT}",'.encode() + text[1:],
    ),
    with_payload(
        209, "tid again in capitals", "token_malformed", more(f'"TID":"{OTHER_TENANT}"'), with_claims(tdi=OTHER_TENANT)
    ),
    claiming(210, "claims named like what Python, JavaScript and Django have", LET_IN, **HARMLESS),
    sent(211, "header is a list", "token_malformed", lambda: token(header=b'["RS256"]')),
    sent(212, "header is null", "token_malformed", lambda: token(header=b"null")),
    sent(
        213, "header is not UTF-8", "token_malformed", lambda: token(header=b'{"typ":"JWT","alg":"RS256","kid":"\xe9"}')
    ),
    sent(215, "ten thousand members in the header", "token_too_large", many_members(10_000), many_members(250)),
]
