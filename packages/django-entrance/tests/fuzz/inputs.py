"""Makes a token's text of a fuzzer's bytes.

An input is one byte for the way, one byte for the size, and three strings: header, payload and signature::

    way · size · header · CUT · payload · CUT · signature
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from scripted import (
    ADA,
    API,
    K1,
    NOW,
    OTHER_TENANT,
    PUBLIC_HOST,
    SPA,
    TENANT,
    Json,
    as_json,
    base64url,
    claims_v1,
    claims_v2,
    header_of,
)

CUT = b"\xff\x1e"
"""Ends a string. It is no UTF-8, so every text can stand in the strings."""

EDIT = b"\x1d"
"""Parts the edits of a header or payload: a name's byte, a verb's byte, a value."""

LARGEST = 40_000
"""Characters of a token, and bytes of a value: more than the verifier reads."""

Members = list[tuple[bytes, bytes]]
"""Names and values of a JSON object as they are written: doubled names and nonsense are possible."""


@dataclass(frozen=True, slots=True)
class Strings:
    size: int
    header: bytes
    payload: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Made:
    """A token's text, and whether it is a text that our key signed, signature and all."""

    text: str
    is_genuine: bool


def members_of(value: Json) -> Members:
    return [(as_json(name), as_json(each)) for name, each in value.items()]


VERSIONS = [members_of(claims_v2()), members_of(claims_v1())]
HEADER = members_of(header_of(K1))

#: Claims that an edit can name: those of both versions, and those that tell another kind of token.
CLAIMS = (
    sorted({name for claims in VERSIONS for name, _ in claims})
    + [
        as_json(name)
        for name in ("idtyp", "cnf", "nonce", "at_hash", "acct", "idp", "tfp", "TID", "groups", "_claim_names")
    ]
    + [as_json(name) for name in ("xms_act_fct", "xms_sub_fct", "xms_par_app_azp")]
)
HEADERS = [
    as_json(name) for name in ("alg", "typ", "kid", "crit", "nonce", "jwk", "jku", "x5u", "x5c", "x5t", "zip", "b64")
]

VALUES = [
    *map(as_json, (ADA, API, SPA, TENANT, OTHER_TENANT, ADA.upper(), f"api://{API}", "access_as_user", "user", "app")),
    *map(as_json, (f"{PUBLIC_HOST}/{TENANT}/v2.0", f"https://sts.windows.net/{TENANT}/", "1.0", "2.0", "JWT", "RS256")),
    *map(as_json, (f"{PUBLIC_HOST}/{OTHER_TENANT}/v2.0", "00000000-0000-0000-0000-000000000000", "none", "HS256")),
    *map(as_json, (NOW, NOW + 3600, NOW - 300, str(NOW), NOW + 0.5, NOW * 1000, 0, -1, 2**63, 10**25, True, False)),
    *map(
        as_json, (None, "", [], {}, [ADA], {"$ne": 1}, "\x00", "\u202e", "é🦉", "00000003-0000-0000-c000-000000000000")
    ),
    *map(as_json, ("/", "3 9", "3 11", ["13", 1], [3, 9], "Jean\u00a0Pierre\u2028\u200d", "\u2066\x85")),
    *(b"NaN", b"-Infinity", b"1e400", b"01", b"-0", b'"\\ud800"', b'"\xed\xa0\x80"', b"'x'", b"[", b'{"a":1,"A":1}'),
]


def make(data: bytes) -> Made:
    """Return the token that a fuzzer's input stands for."""
    strings = cut(data)
    way = WAYS[data[0] % len(WAYS)] if data else as_text
    return way(strings)


def cut(data: bytes) -> Strings:
    header, payload, signature, *_ = (*data[2:].split(CUT, 2), b"", b"")
    return Strings(data[1] if len(data) > 1 else 0, header, payload, signature)


def as_text(strings: Strings) -> Made:
    """The strings one after the other, as they came; the middle one as often as the size says."""
    return Made(read(strings.header + repeated(strings.payload, strings.size) + strings.signature), False)


def as_segments(strings: Strings) -> Made:
    """Each string a segment, in base64url."""
    parts = strings.header, repeated(strings.payload, strings.size), strings.signature
    return Made(".".join(map(base64url, parts)), False)


def as_signed(strings: Strings) -> Made:
    """Header and payload in base64url, whatever they are, with a good signature."""
    return signed(f"{base64url(strings.header)}.{base64url(repeated(strings.payload, strings.size))}")


def as_edited(strings: Strings) -> Made:
    """A good token, edited as header and payload say, with a good signature."""
    return signed(edited(strings))


def as_spelt(strings: Strings) -> Made:
    """A good token, edited likewise; then its text is changed as the third string says, and signed as it is sent."""
    return signed(respelt(edited(strings), strings.signature))


def as_broken(strings: Strings) -> Made:
    """A good token, edited likewise; then its signature is changed as the third string says."""
    text = edited(strings)
    good = signature_of(text)
    change = strings.signature
    at = strings.size % len(good)
    broken = {
        0: bytes(a ^ b for a, b in zip(good, (bytes(at) + change).ljust(len(good), b"\0"), strict=False)),
        1: change,
        2: good[:at] + change,
        3: good + change,
    }[len(change) % 4]
    return Made(f"{text}.{base64url(broken)}", broken == good)


WAYS: list[Callable[[Strings], Made]] = [as_text, as_segments, as_signed, as_edited, as_spelt, as_broken]


def edited(strings: Strings) -> str:
    claims = edit(VERSIONS[strings.size % 2], strings.payload, CLAIMS, strings.size // 2)
    return f"{base64url(written(edit(HEADER, strings.header, HEADERS, 0)))}.{base64url(written(claims))}"


def edit(members: Members, program: bytes, names: Sequence[bytes], size: int) -> Members:
    """Carry out the edits of a program; each is the byte of a name, the byte of a verb, and a value."""
    for step in filter(None, program.split(EDIT)):
        name = names[step[0] % len(names)]
        verb = step[1] % 8 if len(step) > 1 else 0
        old = next((each for other, each in members if other == name), b"1")
        new = value_of(verb, step[2:], old, size)
        if verb < 7:
            members = [(other, each) for other, each in members if other != name]
        if verb > 0:
            members = [*members, (name, new)]
    return members


def value_of(verb: int, value: bytes, old: bytes, size: int) -> bytes:
    """Return the JSON text that takes the place of ``old``; verb 0 removes, verb 7 adds the value a second time."""
    first = value[0] if value else 0
    match verb:
        case 1 | 7:
            return VALUES[first % len(VALUES)]
        case 2:
            return value
        case 3:
            return as_json(value.decode("utf-8", "replace"))
        case 4:
            return b"%d" % (NOW + int.from_bytes(value[:3], signed=True))
        case 5:
            at = first % max(len(old), 1)
            return old[:at] + value[1:2] + old[at + 1 :]
        case 6:
            return repeated(value, size)
        case _:
            return b""


def respelt(text: str, program: bytes) -> str:
    """Carry out a program on a text; each step is two bytes of a place, the byte of a verb, and what is put in."""
    for step in filter(None, program.split(EDIT)):
        at = int.from_bytes(step[:2]) % (len(text) + 1)
        gone = step[2] % 4 if len(step) > 2 else 1
        text = text[:at] + read(step[3:]) + text[at + gone :]
    return text[:LARGEST]


def written(members: Members) -> bytes:
    return (b"{" + b",".join(name + b":" + value for name, value in members) + b"}")[:LARGEST]


def repeated(value: bytes, size: int) -> bytes:
    """Return ``value`` 1 to 4096 times, up to LARGEST bytes: long tokens come of short inputs."""
    return value[:LARGEST] if size % 13 == 0 else (value * (1 << size % 13))[:LARGEST]


def read(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")[:LARGEST]


def signed(text: str) -> Made:
    return Made(f"{text}.{base64url(signature_of(text))}", True)


@lru_cache(4096)
def signature_of(text: str) -> bytes:
    return K1.sign(text.encode("utf-8", "surrogateescape"))
