"""Makes forgeries from rows of data.

A row says what differs from the good token: `header` and `claims` are changed members as JSON, `without` names members
to leave out, `header_text` and `claims_text` replace the whole JSON text, `token` the whole token, and `version = 1`
means the v1.0 token. `sign` names another signing key than the emulator's (or "nothing"); `secret` signs with HS256.

In all of them, `$name` stands for a value of the good token: `$iss` for a claim, `$ISS` for the same in capitals, a
name of `_NAMED`, `${now-60}` for a moment, and `${a*300}` for a letter 300 times.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from string import Template
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from entra_double._testing.forgeries.good_token import GoodToken, stranger
from entra_double._testing.forgeries.jws import MISSING, Sign, as_json, rs256

_NAMED: Mapping[str, Callable[[GoodToken], object]] = {
    "base_url": lambda good: good.base_url,
    "scheme": lambda good: urlsplit(good.base_url).scheme,
    "host": lambda good: urlsplit(good.base_url).hostname,
    "domain": lambda good: _domain_of(good),
    "scope": lambda good: good.scope,
    "good": lambda good: good.v2,
    "head": lambda good: good.v2.split(".")[0],
    "payload": lambda good: good.v2.split(".")[1],
    "signature": lambda good: good.v2.split(".")[2],
    "members": lambda good: as_json(good.claims).decode()[1:-1],
    "header_members": lambda good: as_json(good.header).decode()[1:-1],
    "key_id": lambda good: good.key.key_id,
    "next_key_id": lambda good: good.next_key.key_id,
    "personal_key_id": lambda good: good.personal_key.key_id,
    "jwk": lambda good: good.key.as_jwk(None),
    "modulus": lambda good: good.key.as_jwk(None)["n"],
    "pem": lambda good: _public(good, PublicFormat.SubjectPublicKeyInfo),
    "pkcs1": lambda good: _public(good, PublicFormat.PKCS1),
    "stranger_id": lambda _: stranger().key_id,
    "stranger_jwk": lambda _: stranger().as_jwk(None),
    "stranger_x5c": lambda _: stranger().as_jwk(None)["x5c"],
}

_SIGNERS: Mapping[str, Callable[[GoodToken], Sign]] = {
    "nothing": lambda _: lambda _: b"",
    "next": lambda good: rs256(good.next_key),
    "personal": lambda good: rs256(good.personal_key),
    "stranger": lambda _: rs256(stranger()),
}


def forge(row: Mapping[str, Any], good: GoodToken) -> str:
    """Make the token of a row."""
    if "token" in row:
        return _fill(row["token"], good, _plain)
    if row.get("version") == 1:
        return good.forge_v1(_changes(row, "claims", good))
    header, claims = (_part(row, name, good) for name in ("header", "claims"))
    if "secret" in row and isinstance(header, dict):
        secret = _fill(row["secret"], good, _plain).encode()
        sign: Sign = lambda signed: hmac.digest(secret, signed, hashlib.sha256)  # noqa: E731
        return good.forge(header={"alg": "HS256"} | header, claims=claims, sign=sign)
    return good.forge(header=header, claims=claims, sign=_SIGNERS[row["sign"]](good) if "sign" in row else None)


def _part(row: Mapping[str, Any], name: str, good: GoodToken) -> dict[str, object] | bytes:
    text: str | None = row.get(f"{name}_text")
    return _changes(row, name, good) if text is None else _fill(text, good, _plain).encode()


def _changes(row: Mapping[str, Any], name: str, good: GoodToken) -> dict[str, object]:
    changes: dict[str, object] = json.loads(_fill(row.get(name, "{}"), good, _inside_json))
    return dict.fromkeys(row.get("without", "").split(), MISSING) | changes


class _Text(Template):
    braceidpattern = r"\w+([-+][\d.]+)?|.\*\d+"


class _Values(dict[str, str]):
    """The values of a good token by name, each made when it is asked for."""

    def __init__(self, good: GoodToken, write: Callable[[object], str]) -> None:
        self._good, self._write = good, write

    def __missing__(self, name: str) -> str:
        return self._write(_value(name, self._good))


def _value(name: str, good: GoodToken) -> object:
    if name[1:2] == "*":
        return name[0] * int(name[2:])
    if name in _NAMED:
        return _NAMED[name](good)
    if name.startswith("now"):
        return good.now + json.loads(name[3:].lstrip("+") or "0")
    return str(_value(name.lower(), good)).upper() if name.isupper() else good.claims[name]


def _fill(text: str, good: GoodToken, write: Callable[[object], str]) -> str:
    return _Text(text).safe_substitute(_Values(good, write))


def _plain(value: object) -> str:
    return value if isinstance(value, str) else as_json(value).decode()


def _inside_json(value: object) -> str:
    """Write a value in JSON; a text is written without the quotes, which the row has."""
    text = as_json(value).decode()
    return text[1:-1] if isinstance(value, str) else text


def _domain_of(good: GoodToken) -> str:
    return next(tenant.domain for tenant in good.emulator.directory.tenants if tenant.id == good.claims["tid"])


def _public(good: GoodToken, form: PublicFormat) -> str:
    return good.key.private_key.public_key().public_bytes(Encoding.PEM, form).decode()
