"""Shared by the clients in Python: ids of the seed, and the report of a flow."""

from __future__ import annotations

import base64
import json
import os
import ssl
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from person import Person  # servers.py puts this folder on PYTHONPATH

TENANT = "c0470500-0000-4000-a000-000000000001"
API = "a9100000-0000-4000-a000-000000000002"
WEB = "5ba00000-0000-4000-a000-000000000003"
DAEMON = "dae00000-0000-4000-a000-000000000004"
SITE = "517e0000-0000-4000-a000-000000000005"
ADA = "ada00000-0000-4000-a000-000000000011"

API_SECRET = "entra-local-not-a-secret-api"
DAEMON_SECRET = "entra-local-not-a-secret-daemon"
SITE_SECRET = "entra-local-not-a-secret-site"

SCOPE = f"api://{API}/access_as_user"
DEFAULT = f"api://{API}/.default"
READ_ME = "https://graph.microsoft.com/User.Read"
CALLBACK = "http://localhost:5000/callback"
NATIVE = "http://localhost:5001/native"

C1 = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}'
"""Claims challenge of an API that requires the authentication context c1."""

FEDERATED_ISSUER = "https://builds.example"
FEDERATED_SUBJECT = "repository:logbook"

URL = os.environ["ENTRA_URL"]
CERTIFICATE = Path(os.environ["ENTRA_CERTIFICATE"])

Flow = Callable[[], str]
_flows: list[tuple[str, Flow]] = []


def flow(name: str) -> Callable[[Flow], Flow]:
    """Register a flow. It returns a short summary, or raises."""

    def register(function: Flow) -> Flow:
        _flows.append((name, function))
        return function

    return register


def run() -> None:
    """End all sessions before each flow, run it, and print its result as a line of JSON."""
    for name, function in _flows:
        control("POST", "end-sessions")
        try:
            ok, said = True, function()
        except Exception as error:
            ok, said = False, f"{type(error).__name__}: {str(error).splitlines()[0][:300] if str(error) else ''}"
        print(json.dumps({"flow": name, "ok": ok, "said": said}), flush=True)


def control(method: str, path: str) -> None:
    """Call entra-double's control interface."""
    request = urllib.request.Request(
        f"{URL}/_control/{path}", method=method, headers={"X-Entra-Double-Control": "1"}, data=b""
    )
    trusting = ssl.create_default_context(cafile=os.environ.get("ENTRA_CA"))
    urllib.request.urlopen(request, context=trusting, timeout=30).close()


def payload(token: str) -> dict[str, Any]:
    """Return a token's claims, unverified."""
    part = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return claims


def expect(what: str, found: object, wanted: object) -> str:
    """Return `what` and `found` as a summary.

    Raises:
        AssertionError: `found` is not `wanted`.
    """
    if found != wanted:
        raise AssertionError(f"{what} is {found!r}, not {wanted!r}")
    words = found if isinstance(found, list | tuple) else [found]
    return " ".join([what, *(str(word) for word in words)])


def visit(address: str, **how: Any) -> dict[str, str]:
    """Open an address in a new browser. Return the parameters that the application receives."""
    fields: dict[str, str] = Person().visit(address, **how)["fields"]
    return fields
