"""Lets a person prove more: a second factor, and with it an authentication context."""

from __future__ import annotations

from dataclasses import replace

from entra_local._authorize_request import AuthorizeRequest
from entra_local._emulator import Emulator
from entra_local._rules import SECOND_PROOF
from entra_local._sessions import Account


def prove(emulator: Emulator, request: AuthorizeRequest, account: Account, browser_id: str) -> Account:
    """Note the second proof of a person who has one; what somebody else says they prove counts for nothing."""
    if SECOND_PROOF not in account.person.methods:
        return account
    wanted = request.claims.context
    contexts = frozenset({wanted}) if wanted else frozenset[str]()
    proved = emulator.sessions.proved(browser_id, account, frozenset({SECOND_PROOF}), contexts)
    return replace(proved, person=account.person)
