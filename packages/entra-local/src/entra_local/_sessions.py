"""Remembers who is signed in in which browser, and which sign-in a browser is in the middle of."""

from __future__ import annotations

import secrets
import threading
import uuid
from dataclasses import dataclass

from entra_local._authorize_request import AuthorizeRequest
from entra_local._bounded import Bounded
from entra_local._claims.person import login_hint
from entra_local._errors import Refusal
from entra_local._principals import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One person signed in in one browser."""

    person: Person
    session_id: str

    def answers_to(self, hint: str) -> bool:
        """Say whether a `login_hint`, `sid` or `logout_hint` means this account."""
        return hint == self.session_id or is_meant(self.person, hint)


class SessionStore:
    """All browsers of one emulator; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._accounts: Bounded[str, tuple[Account, ...]] = Bounded()
        self._waiting: Bounded[str, tuple[str, AuthorizeRequest]] = Bounded()

    def clear(self) -> None:
        with self._lock:
            self._accounts.clear()
            self._waiting.clear()

    def copy(self) -> SessionStore:
        """Give another store of the same browsers, which keeps them as they are now."""
        other = SessionStore()
        other.restore(self)
        return other

    def restore(self, other: SessionStore) -> None:
        """Take the browsers of `other`, which nobody else changes meanwhile."""
        with self._lock:
            self._accounts, self._waiting = other._accounts.copy(), other._waiting.copy()

    def recognise(self, browser_id: str) -> str:
        """Give the id that a browser sent, if it is one of ours, and otherwise a new one."""
        with self._lock:
            if browser_id in self._accounts:
                return browser_id
            fresh = secrets.token_urlsafe(32)
            self._accounts[fresh] = ()
            return fresh

    def accounts(self, browser_id: str) -> tuple[Account, ...]:
        with self._lock:
            return self._accounts.get(browser_id, ())

    def sign_in(self, browser_id: str, person: Person) -> Account:
        """Add `person` to the browser's accounts, in place of an older sign-in of the same person."""
        account = Account(person=person, session_id=str(uuid.uuid4()))
        with self._lock:
            others = (known for known in self._accounts.get(browser_id, ()) if known.person != person)
            self._accounts[browser_id] = (*others, account)
        return account

    def sign_out(self, browser_id: str, leaving: tuple[Account, ...]) -> None:
        with self._lock:
            if accounts := self._accounts.get(browser_id):
                self._accounts[browser_id] = tuple(known for known in accounts if known not in leaving)

    def wait(self, browser_id: str, request: AuthorizeRequest) -> str:
        """Keep `request` while its person chooses an account; the answer is the transaction's id."""
        transaction = secrets.token_urlsafe(32)
        with self._lock:
            self._waiting[transaction] = (browser_id, request)
        return transaction

    def waiting(self, browser_id: str, transaction: str) -> AuthorizeRequest:
        """Give the request back to the browser that began it, and to no other (165000)."""
        with self._lock:
            owner, request = self._waiting.get(transaction, (None, None))
        if request is None or owner != browser_id:
            raise Refusal(165000)
        return request

    def finish(self, transaction: str) -> None:
        with self._lock:
            self._waiting.pop(transaction, None)


def is_meant(person: Person, hint: str) -> bool:
    """Say whether a hint names `person`: by user name, by user principal name, or by the `login_hint` claim."""
    names = (person.username.lower(), person.user_principal_name.lower())
    return hint.lower() in names or hint == login_hint(person)
