"""Reads the `claims` parameter, in which a client asks for claims (OpenID Connect Core 1.0, section 5.5)."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from entra_double._world.errors import Refusal

_CONTEXT = re.compile("c[1-9][0-9]?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsRequest:
    """What is asked for: authentication contexts (`acrs`), and what the client can do (`xms_cc`) in its spelling.

    `policies` are ids of policies that the person is to meet, too (`capolids`), of another API that the API calls.
    A context may be asked for in either token: it is the person who satisfies it, and both tokens tell it.
    """

    contexts: frozenset[str] = frozenset()
    capabilities: tuple[str, ...] = ()
    policies: frozenset[str] = frozenset()


def read_claims(text: str | None) -> ClaimsRequest:
    """Understand the parameter; unknown claims are ignored, and JSON of another form is refused (9002313).

    https://learn.microsoft.com/entra/identity-platform/claims-challenge
    """
    if not text:
        return ClaimsRequest()
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        raise _malformed("it is not JSON") from None
    access_token, id_token = (_members(_members({"it": whole}, "it"), token) for token in ("access_token", "id_token"))
    return ClaimsRequest(
        contexts=frozenset(filter(_CONTEXT.fullmatch, _values(access_token, "acrs") + _values(id_token, "acrs"))),
        capabilities=_values(access_token, "xms_cc"),
        policies=frozenset(_values(access_token, "capolids")),
    )


def _members(whole: Mapping[str, object], name: str) -> Mapping[str, object]:
    """Give a member that is an object; null and missing are an empty one."""
    value = whole.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _malformed(f"{name} is no JSON object")
    return value


def _values(claims: Mapping[str, object], name: str) -> tuple[str, ...]:
    """Give the `values` that are wished for a claim, or its one `value`."""
    wish = _members(claims, name)
    values = wish["values"] if "values" in wish else [wish["value"]] if "value" in wish else []
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise _malformed(f"{name} asks for something else than text")
    return tuple(values)


def _malformed(why: str) -> Refusal:
    return Refusal(9002313, why=f"the parameter 'claims' cannot be read, {why}")
