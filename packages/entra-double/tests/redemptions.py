"""Redeems one grant many times at once."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from entra_double import Emulator
from entra_double._token_endpoint.redemption import redeem
from entra_double._world.errors import Refusal

from .single_page_app import TENANT

TIMES = 20
ONE_OF_THEM = [200] + [54005] * (TIMES - 1)


def redeem_at_once(emulator: Emulator, form: Mapping[str, str], origin: str | None) -> list[int]:
    """Return 200 for a redemption that got tokens, and for each other one the number of its error, in order."""
    start = threading.Barrier(TIMES)

    def attempt(_: int) -> int:
        start.wait()
        try:
            redeem(emulator, TENANT, form, origin)
        except Refusal as refusal:
            return refusal.code
        return 200

    with ThreadPoolExecutor(TIMES) as pool:
        return sorted(pool.map(attempt, range(TIMES)))
