"""Begins sign-ins on devices, and answers their page."""

from __future__ import annotations

import httpx
from entra_double import Emulator
from entra_double._tokens.memory.grants import DeviceGrant
from entra_double._world.requests.delegation import Delegation
from entra_double._world.seed import CONTOSO

from .single_page_app import (
    NOW,
    SCOPE,
    SPA,
    TOKEN,
    transaction,
)

CODE = "ABCDEFGH9"
DEVICE_CODE = TOKEN.replace("/token", "/devicecode")
APPROVAL = "Are you signing in to Logbook web?"
FULL_SCOPE = f"{SCOPE} openid profile offline_access"


def begin(emulator: Emulator, *, scope: str = FULL_SCOPE, tenants: tuple[str, ...] = (CONTOSO.id,)) -> str:
    """Begin a sign-in on a device, and give its device code."""
    client = emulator.directory.application(CONTOSO, SPA)
    assert client
    grant = DeviceGrant(user_code=CODE, client=client, tenants=tenants, scope=scope, issued_at=NOW)
    return emulator.grants.issue_device_code(grant)


async def enter(http: httpx.AsyncClient, code: str = CODE) -> httpx.Response:
    return await send(http, await http.get("/device"), user_code=code)


async def send(http: httpx.AsyncClient, page: httpx.Response, **form: str) -> httpx.Response:
    return await http.post("/device", data={"transaction": transaction(page), **form})


def taken(emulator: Emulator, device_code: str) -> Delegation:
    decision = emulator.grants.take_device_code(device_code, SPA, NOW).decision
    assert isinstance(decision, Delegation)
    return decision
