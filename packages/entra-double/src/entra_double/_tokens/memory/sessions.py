"""Stores the accounts that are signed in in each browser, and the requests that wait for a decision there."""

import secrets
import uuid
from dataclasses import dataclass, replace
from typing import TypeVar

from entra_double._tokens.claims.person import login_hint
from entra_double._tokens.memory import Bounded, Store
from entra_double._world.errors import Refusal
from entra_double._world.principals import Person
from entra_double._world.registration import AppRegistration
from entra_double._world.requests.delegation import Delegation

Waiting = TypeVar("Waiting")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One person signed in in one browser, with the methods and authentication contexts that were proved.

    `clients` are the ids of the applications that have been let in.
    """

    person: Person
    session_id: str
    authenticated_at: int = 0
    methods: frozenset[str] = frozenset({"pwd"})
    contexts: frozenset[str] = frozenset()
    clients: frozenset[str] = frozenset()

    def delegation(self, client: AppRegistration, openid: frozenset[str]) -> Delegation:
        """Let a client act for the person, with what was proved at the sign-in."""
        return Delegation(
            person=self.person,
            client=client,
            session_id=self.session_id,
            openid=openid,
            authenticated_at=self.authenticated_at,
            methods=self.methods,
            contexts=self.contexts,
        )

    def answers_to(self, hint: str) -> bool:
        """Say whether a `login_hint`, `sid` or `logout_hint` means this account."""
        return hint == self.session_id or is_meant(self.person, hint)


class SessionStore(Store):
    """All browsers of one emulator."""

    def __init__(self) -> None:
        super().__init__()
        self._accounts: Bounded[str, tuple[Account, ...]] = Bounded()
        self._waiting: Bounded[str, tuple[str, object]] = Bounded()

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

    def sign_in(self, browser_id: str, person: Person, now: int) -> Account:
        """Add `person` to the browser's accounts, in place of an older sign-in of the same person.

        The session stays the older one's, and with it the applications that it has let in; what was proved does not.
        The account of a disabled person is not kept: the rules turn it away.
        """
        fresh = Account(person=person, session_id=str(uuid.uuid4()), authenticated_at=now)
        if not person.enabled:
            return fresh
        with self._lock:
            older = self._account_of(browser_id, person)
            if older:
                fresh = replace(fresh, session_id=older.session_id, clients=older.clients)
            return self._put(browser_id, older, fresh)

    def proved(
        self, browser_id: str, account: Account, methods: frozenset[str], contexts: frozenset[str], now: int
    ) -> Account:
        """Note that a person has just proved `methods` and met `contexts`, beside those of before."""
        with self._lock:
            known = self._account_of(browser_id, account.person)
            proved = known and replace(
                known, authenticated_at=now, methods=known.methods | methods, contexts=known.contexts | contexts
            )
            return self._put(browser_id, known, proved) if proved else account

    def visited(self, browser_id: str, account: Account, client_id: str) -> None:
        """Note that an account has let an application in, which learns when the account signs out."""
        with self._lock:
            known = self._account_of(browser_id, account.person)
            if known and client_id not in account.clients:
                self._put(browser_id, known, replace(known, clients=known.clients | {client_id}))

    def _account_of(self, browser_id: str, person: Person) -> Account | None:
        accounts = self._accounts.get(browser_id, ())
        return next((known for known in accounts if known.person.object_id == person.object_id), None)

    def _put(self, browser_id: str, older: Account | None, account: Account) -> Account:
        """Put an account last among the browser's, in place of an `older` one."""
        accounts = self._accounts.get(browser_id, ())
        self._accounts[browser_id] = (*(other for other in accounts if other is not older), account)
        return account

    def sign_out(self, browser_id: str, leaving: tuple[Account, ...]) -> None:
        with self._lock:
            if accounts := self._accounts.get(browser_id):
                self._accounts[browser_id] = tuple(known for known in accounts if known not in leaving)

    def wait(self, browser_id: str, request: object) -> str:
        """Keep `request` while its person looks at a page; the answer is the transaction's id."""
        transaction = secrets.token_urlsafe(32)
        with self._lock:
            self._waiting[transaction] = (browser_id, request)
        return transaction

    def waiting(self, browser_id: str, transaction: str, kind: type[Waiting]) -> Waiting:
        """Give a request of that kind back to the browser that began it, and to no other (165000)."""
        with self._lock:
            owner, request = self._waiting.get(transaction, (None, None))
        if not isinstance(request, kind) or owner != browser_id:
            raise Refusal(165000)
        return request

    def bring_together(self, browser_id: str, others: set[str]) -> None:
        """Give a browser the requests that it began under other ids."""
        with self._lock:
            for transaction, (owner, request) in list(self._waiting.items()):
                if owner in others and browser_id in self._accounts:
                    self._waiting[transaction] = (browser_id, request)

    def finish(self, transaction: str) -> None:
        with self._lock:
            self._waiting.pop(transaction, None)


def is_meant(person: Person, hint: str) -> bool:
    """Say whether a hint names `person`: by user name, by user principal name, or by the `login_hint` claim."""
    names = (person.username.lower(), person.user_principal_name.lower())
    return hint.lower() in names or hint == login_hint(person)
