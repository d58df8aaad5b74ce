"""Knows which people are signed in in a browser, and which requests wait there for a decision."""

from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from entra_double._tokens.claims.request import ClaimsRequest
from entra_double._tokens.emulator import Emulator
from entra_double._tokens.memory.sessions import Account
from entra_double._world.directory import Directory
from entra_double._world.errors import Refusal
from entra_double._world.ids import CONSUMERS
from entra_double._world.principals import Person, Tenant
from entra_double._world.registration import AppRegistration
from entra_double._world.requests.lookup import Parameters, required
from entra_double._world.requests.rules import SECOND_PROOF, as_known_now, attempt_of, refusal_of
from entra_double._world.requests.scopes import Scopes

TOO_OLD, ONE_MORE_PROOF = 70043, 50076


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingRequest:
    """What an application asks for while its person decides on pages.

    Accounts of `tenants` may answer; the forms of the pages go to `action`. With `scopes` the account picker shows
    roles and assignments.
    """

    client: AppRegistration
    tenants: tuple[Tenant, ...]
    action: str
    purpose: Literal["sign-in", "device", "admin consent"]
    correlation_id: str | None = None
    scopes: Scopes | None = None
    hint: str | None = None
    domain_hint: str | None = None

    @property
    def tenant_names(self) -> str:
        return " or ".join(tenant.name for tenant in self.tenants)

    def refusal_of_account(self, person: Person) -> Refusal | None:
        """Refuse an account of another tenant (50020) or of another kind (500208) than those asked for."""
        if any(tenant.id == person.tenant_id for tenant in self.tenants):
            return None
        if person.tenant_id == CONSUMERS:
            return Refusal(500208, person=person.username, client=self.client.name)
        return Refusal(50020, person=person.username, tenant=self.tenant_names)


Request = TypeVar("Request", bound=PendingRequest)


@dataclass(frozen=True, slots=True)
class Browser:
    """One browser at an emulator. Its forms name a `transaction`, and mostly an `account` by object id."""

    emulator: Emulator
    id: str

    @property
    def directory(self) -> Directory:
        return self.emulator.directory

    def accounts(self) -> list[Account]:
        """Give the accounts with their people as the directory knows them now; deleted people are left out."""
        accounts = self.emulator.sessions.accounts(self.id)
        found = ((account, as_known_now(self.directory, account.person)) for account in accounts)
        return [replace(account, person=person) for account, person in found if person]

    def sign_in(self, person: Person) -> Account:
        return self.emulator.sessions.sign_in(self.id, person, self.emulator.now())

    def prove(self, account: Account, contexts: frozenset[str] = frozenset()) -> Account:
        """Note the second proof and the authentication contexts, if the person has a second proof at all."""
        if SECOND_PROOF not in account.person.methods:
            return account
        proved = self.emulator.sessions.proved(
            self.id, account, frozenset({SECOND_PROOF}), contexts, self.emulator.now()
        )
        return replace(proved, person=account.person)

    def wait(self, request: object) -> str:
        """Keep a request while its person looks at a page; the answer is the transaction's id."""
        return self.emulator.sessions.wait(self.id, request)

    def waiting(self, form: Parameters, kind: type[Request]) -> Request:
        """Give the request that a form continues (otherwise 165000)."""
        return self.emulator.sessions.waiting(self.id, required(form, "transaction"), kind)

    def end(self, form: Parameters, kind: type[Request]) -> Request:
        """Give the request that a form continues; its transaction ends."""
        request = self.waiting(form, kind)
        self.emulator.sessions.finish(form["transaction"])
        return request

    def choose(self, form: Parameters, kind: type[Request]) -> tuple[Request, Person]:
        """End a transaction with the choice of an existing person of any tenant (otherwise 50034)."""
        request, object_id = self.waiting(form, kind), form.get("account", "")
        person = self.directory.principal(object_id)
        if not isinstance(person, Person):
            raise Refusal(50034, person=object_id, tenant=request.tenant_names)
        return self.end(form, kind), person

    def account(self, form: Parameters) -> Account:
        """Give the account that a form names, which is signed in in this browser (otherwise 165000)."""
        for account in self.accounts():
            if account.person.object_id == form.get("account"):
                return account
        raise Refusal(165000)

    def confirm(self, form: Parameters, kind: type[Request]) -> tuple[Request, Account]:
        """End a transaction with the decision of a person who is signed in in this browser."""
        self.waiting(form, kind)
        account = self.account(form)
        return self.end(form, kind), account

    def tenant_of(self, person: Person) -> Tenant:
        """Give a person's tenant, which still exists (otherwise 90002)."""
        if tenant := self.directory.tenant(person.tenant_id):
            return tenant
        raise Refusal(90002, tenant=person.tenant_id)

    def refusal_by_rule(
        self, client: AppRegistration, account: Account, scopes: Scopes, claims: ClaimsRequest | None = None
    ) -> Refusal | None:
        """Give the refusal that the rules of the tenant have for an account; None lets it in."""
        delegation, apis = account.delegation(client, scopes.openid), [asked.resource for asked in scopes.resources]
        wanted, now = claims or ClaimsRequest(), self.emulator.now()
        attempt = attempt_of(
            delegation, *apis, now=now, wanted_contexts=wanted.contexts, wanted_policies=wanted.policies
        )
        return refusal_of(self.directory, attempt)
