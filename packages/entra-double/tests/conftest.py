"""One emulator whose clock stands still until a test moves it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from entra_double import Emulator, make_app
from entra_double._tokens.signing import KeyRing, SigningKey, make_signing_key
from entra_double._world.registration import AppRegistration, Platform, RedirectUri

from .single_page_app import BASE_URL, NOW, SPA, SinglePageApp
from .worlds import change


@pytest.fixture(scope="session")
def signing_key() -> SigningKey:
    return make_signing_key()


@pytest.fixture
def emulator(signing_key: SigningKey) -> Emulator:
    return Emulator(base_url=BASE_URL, keys=KeyRing(signing_key), clock=lambda: NOW)


@pytest.fixture
async def http(emulator: Emulator) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(make_app(emulator))
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client:
        yield client


@pytest.fixture
def app(http: httpx.AsyncClient) -> SinglePageApp:
    return SinglePageApp(http)


@pytest.fixture
def registered(emulator: Emulator) -> AppRegistration:
    """Register addresses on the other platforms for Logbook web too."""
    more = (
        RedirectUri(platform=Platform.WEB, uri="https://app.example/back?from=entra"),
        RedirectUri(platform=Platform.PUBLIC_CLIENT, uri="http://localhost/native"),
        RedirectUri(platform=Platform.SPA, uri="https://spa.example/redirect.html"),
    )
    client = next(known for known in emulator.directory.applications if known.client_id == SPA)
    return change(emulator, client.client_id, redirect_uris=client.redirect_uris + more)
