"""Puts conditional access policies into an emulator's world."""

from __future__ import annotations

from typing import Any

from entra_double import Emulator
from entra_double._world.policies import ConditionalAccess, Demand
from entra_double._world.seed import CONTOSO

POLICY = "90110000-0000-4000-a000-000000000031"


def demand(emulator: Emulator, what: Demand, **fields: Any) -> ConditionalAccess:
    """Add a policy of Contoso that demands `what`, and give it back."""
    policy = ConditionalAccess(
        **{"id": POLICY, "tenant_id": CONTOSO.id, "name": f"Demand {what}", "demand": what, **fields}
    )
    emulator.directory = emulator.directory.put(policy)
    return policy
