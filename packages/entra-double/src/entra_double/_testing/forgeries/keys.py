"""Forgeries that bring a key along, or name one in an odd way."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping

from entra_double._testing.forgeries.forgery import Expect, Forgery, Value
from entra_double._testing.forging import MISSING, Bench, rs256, stranger


def _under(
    name: str, corpus: str, says: str, changes: Mapping[str, Value], *, ours: bool = False, expect: Expect = "refuse"
) -> Forgery:
    """Make good claims under a changed header, signed by a stranger's key or by ours."""

    def forge(bench: Bench) -> str:
        wanted = {member: value(bench) if callable(value) else value for member, value in changes.items()}
        return bench.token(header=wanted, sign=rs256(bench.key if ours else stranger()))

    return Forgery(name=name, group="header", corpus=tuple(corpus.split()), says=says, expect=expect, forge=forge)


def _hs256(name: str, corpus: str, key_id: str, secret: bytes, says: str) -> Forgery:
    def forge(bench: Bench) -> str:
        return bench.token(
            header={"alg": "HS256", "kid": key_id}, sign=lambda signed: hmac.digest(secret, signed, hashlib.sha256)
        )

    return Forgery(name=name, group="header", corpus=(corpus,), says=f"HS256, kid leads to {says}", forge=forge)


def _jwk(_: Bench) -> object:
    return stranger().as_jwk(None)


def _certificate(_: Bench) -> object:
    return [base64.b64encode(stranger().certificate).decode()]


def _own(form: str) -> Value:
    return lambda bench: form.format(bench.key.key_id)


_ELSEWHERE: Mapping[str, tuple[str, str, str]] = {
    "jku": ("047", "jku", "https://evil.example/keys"),
    "jku_metadata_address": ("048", "jku", "http://169.254.169.254/latest/meta-data/"),
    "jku_file": ("049", "jku", "file:///etc/passwd"),
    "jku_userinfo": ("050", "jku", "https://login.microsoftonline.com@evil.example/keys"),
    "jku_lookalike": ("051", "jku", "https://login.microsoftonline.com.evil.example/common/discovery/v2.0/keys"),
    "x5u": ("052", "x5u", "https://evil.example/cert.pem"),
    "x5u_ftp": ("053", "x5u", "ftp://127.0.0.1/cert"),
}

_ODD_IDS: Mapping[str, tuple[str, str, Value]] = {
    "traversal": ("058", "a path upwards", "../../../../dev/null"),
    "path": ("059", "a path", "/dev/null"),
    "file": ("060", "a file's address", "file:///dev/null"),
    "sql": ("061", "SQL", "' OR '1'='1"),
    "sql_union": ("062", "SQL that selects a key", "x' UNION SELECT 'key'--"),
    "shell": ("063", "a shell's substitution", "$(id)"),
    "pipe": ("064", "a shell's pipe", "|whoami"),
    "template": ("065", "a template", "{{7*7}}"),
    "percent": ("066", "an escaped NUL", "%00"),
    "nul": ("067", "a NUL at the end", "k1\x00"),
    "space_before": ("069", "a space before it", _own(" {}")),
    "space_after": ("070", "a space behind it", _own("{} ")),
    "newline": ("071", "a line feed behind it", _own("{}\n")),
    "case": ("072", "other case of letters", lambda bench: bench.key.key_id.swapcase()),
    "direction": ("073", "a change of direction before it", _own("\u202e{}")),
    "long": ("074", "ten thousand characters", "K" * 10_000),
    "proto": ("075", "what JavaScript's objects have", "__proto__"),
    "question": ("078", "a question mark", "?"),
    "zero": ("080", "zero", 0),
    "one": ("081", "one", 1),
    "true": ("082", "true", True),
    "list": ("084", "a list with the right id", lambda bench: [bench.key.key_id]),
    "list_of_list": ("087", "a list in a list", [[]]),
    "missing": ("097", "left out, though two keys are published", MISSING),
}

FORGERIES: tuple[Forgery, ...] = (
    _under("jwk_embedded", "044", "brings its own JWK along, under our key's id", {"jwk": _jwk}),
    _under("jwk_embedded_no_kid", "045", "brings its own JWK along, without an id", {"jwk": _jwk, "kid": MISSING}),
    *(_under(name, at, f"{member} {address}", {member: address}) for name, (at, member, address) in _ELSEWHERE.items()),
    _under("x5c_embedded", "054", "brings its own certificate along", {"x5c": _certificate}),
    _under(
        "jku_signed",
        "055",
        "jku beside a good signature; nothing may be fetched from there",
        {"jku": "https://evil.example/keys"},
        ours=True,
        expect="either",
    ),
    _under("x5t_only_forged", "056", "our key's x5t, nobody's kid", {"x5t": _own("{}"), "kid": "of-nobody"}),
    _under(
        "x5t_only", "057", "our key's x5t, no kid, a good signature", {"x5t": _own("{}"), "kid": MISSING}, ours=True
    ),
    *(
        _under(f"kid_{end}", at, f"kid: {odd}, a good signature", {"kid": value}, ours=True)
        for end, (at, odd, value) in _ODD_IDS.items()
    ),
    _hs256("kid_path_hs256", "088", "/dev/null", b"", "an empty file"),
    _hs256("kid_traversal_hs256", "089", "../../../../../../dev/null", b"", "an empty file, upwards"),
    _hs256("kid_path_hs256_nul", "090", "/dev/null", b"\x00", "an empty file, read as a NUL"),
    _hs256("kid_sql_hs256", "091", "' UNION SELECT 'k'--", b"k", "SQL that gives the secret"),
    _hs256("kid_static_hs256", "092", "../static/admin/css/base.css", b"html {}", "a public file"),
    _hs256("kid_file_hs256", "093", "file:///proc/sys/kernel/randomize_va_space", b"2\n", "a file that is known"),
    _under("kid_unknown", "095", "kid is nobody's, a stranger's signature", {"kid": "of-nobody"}),
    _under("kid_missing_forged", "096", "no kid, a stranger's signature", {"kid": MISSING}),
)
