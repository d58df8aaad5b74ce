"""Verifies access tokens as strictly as the specifications allow, and knows nothing of how entra-double makes them.

RFC 7515, RFC 7519, RFC 8725; https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-tokens
"""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import RSAAlgorithm

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_RS256 = RSAAlgorithm(RSAAlgorithm.SHA256)
_LARGEST, _MOST_MEMBERS, _DEEPEST = 32_768, 256, 256
_LONGEST_LIFE = 30 * 3600
_HEADER = {"typ", "alg", "kid", "x5t"}
_OF_OTHER_TOKENS = {"nonce", "events", "cnf", "at_hash", "c_hash"}


class Refused(Exception):
    def __init__(self, why: str, status: int = 401) -> None:
        super().__init__(why)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedKey:
    """A key, and the issuer that it may sign for, with `{tenantid}` in the place of any tenant."""

    key: RSAPublicKey
    issuer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """Whom an API trusts: `keys` by their ids, `versions` by issuer, one tenant, one scope, one client."""

    keys: Mapping[str, PublishedKey]
    versions: Mapping[str, str]
    tenant: str
    audience: str
    scope: str
    client: str
    leeway: int = 60

    def verify(self, token: str, now: int) -> dict[str, Any]:
        """Give the claims, or raise `Refused`."""
        _demand(len(token) <= _LARGEST and _COMPACT.fullmatch(token), "form")
        header, payload, signature = token.split(".")
        key = self._key(_read_object(header))
        _demand(_RS256.verify(f"{header}.{payload}".encode(), key.key, _read_bytes(signature)), "signature")
        claims = _read_object(payload)
        self._judge_issuer(claims, key.issuer)
        self._judge_times(claims, now)
        _demand(claims.get("aud") in (self.audience, f"api://{self.audience}"), "audience")
        _demand(not _OF_OTHER_TOKENS & claims.keys(), "kind")
        self._judge_identity(claims)
        self._judge_access(claims)
        return claims

    def _key(self, header: dict[str, Any]) -> PublishedKey:
        _demand(header.keys() <= _HEADER, "header")
        _demand(header.get("typ") == "JWT" and header.get("alg") == "RS256", "algorithm")
        key_id: Any = header.get("kid")
        _demand(isinstance(key_id, str) and key_id in self.keys, "key")
        return self.keys[key_id]

    def _judge_issuer(self, claims: dict[str, Any], of_key: str) -> None:
        issuer = claims.get("iss")
        _demand(isinstance(issuer, str) and issuer in self.versions, "issuer")
        _demand(of_key.replace("{tenantid}", self.tenant) in self.versions, "issuer of the key")
        _demand(claims.get("ver") == self.versions[str(issuer)] and claims.get("tid") == self.tenant, "tenant")

    def _judge_times(self, claims: dict[str, Any], now: int) -> None:
        times: list[Any] = [claims.get(name) for name in ("exp", "nbf", "iat")]
        _demand(all(type(each) is int and 0 <= each < 2**40 for each in times), "times")
        exp, nbf, iat = times
        _demand(nbf <= exp and exp - _LONGEST_LIFE <= iat <= exp, "life")
        _demand(max(nbf, iat) - self.leeway <= now < exp + self.leeway, "time")

    def _judge_identity(self, claims: dict[str, Any]) -> None:
        oid, sub = claims.get("oid"), claims.get("sub")
        _demand(isinstance(oid, str) and _GUID.fullmatch(oid) and oid.strip("0-"), "oid")
        _demand(isinstance(sub, str) and 0 < len(sub) <= 255, "sub")

    def _judge_access(self, claims: dict[str, Any]) -> None:
        scopes, client = claims.get("scp"), claims.get("azp" if claims["ver"] == "2.0" else "appid")
        _demand(claims.get("idtyp", "user") == "user", "application", 403)
        _demand(isinstance(scopes, str) and self.scope in scopes.split(" "), "scope", 403)
        _demand(client == self.client, "client", 403)


def _demand(holds: object, why: str, status: int = 401) -> None:
    if not holds:
        raise Refused(why, status)


def _read_bytes(part: str) -> bytes:
    """Decode canonical base64url only: what does not come out the same again has another spelling."""
    _demand(len(part) % 4 != 1, "base64url")
    data = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    _demand(base64.urlsafe_b64encode(data).rstrip(b"=").decode() == part, "base64url")
    return data


def _read_object(part: str) -> dict[str, Any]:
    try:
        text = _read_bytes(part).decode()
        _demand(text.count("[") + text.count("{") <= _DEEPEST, "depth")
        value = json.loads(text, object_pairs_hook=_members, parse_constant=_no_number, parse_float=_finite)
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as problem:
        raise Refused("json") from problem
    _demand(isinstance(value, dict), "json")
    return dict(value)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    _demand(len({name.lower() for name, _ in pairs}) == len(pairs) <= _MOST_MEMBERS, "members")
    return dict(pairs)


def _no_number(text: str) -> None:
    raise Refused(text)


def _finite(text: str) -> float:
    _demand(math.isfinite(float(text)), "number")
    return float(text)
