"""Lets a person prove more: a second factor, and with it authentication contexts."""

from __future__ import annotations

from dataclasses import replace

from entra_double._emulator import Emulator
from entra_double._rules import SECOND_PROOF
from entra_double._sessions import Account


def prove(emulator: Emulator, account: Account, browser_id: str, wanted: frozenset[str] = frozenset()) -> Account:
    """Note the second proof of a person who has one, and the contexts that were `wanted`.

    What somebody says they prove who has no second proof counts for nothing.
    """
    if SECOND_PROOF not in account.person.methods:
        return account
    proved = emulator.sessions.proved(browser_id, account, frozenset({SECOND_PROOF}), wanted, emulator.now())
    return replace(proved, person=account.person)
