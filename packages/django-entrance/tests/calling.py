"""People who call a site that calls another API for them: by a bearer token, an exchanged session, or page sign-in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from browsing import ADA, GRACE, Person, browser
from django.core.cache import cache
from entra_double import Entra, RunningEntra
from entra_double._world.ids import GRAPH_CLIENT_ID
from entra_double._world.policies import ConditionalAccess, Demand
from entra_double._world.seed import API_CLIENT_ID, CONTOSO
from many_groups import change, settings_for
from token_watch import keep_secret

DOORS = ("bearer", "session", "page")
VIEWS = ("/", "/async/")
NAMES = {ADA: "ada@contoso.example", GRACE: "grace@contoso.example"}
CP1: dict[str, Any] = {"xms_cc": ["CP1"]}


def calling_settings(entra: Entra, **more: Any) -> dict[str, Any]:
    """Return settings of a site that keeps tokens in Django's cache."""
    return settings_for(entra.base_url, ACCESS=None, KEEP_EVENTS=0, TOKENS_CACHE="default", **more)


def use_project(settings: Any, entra: Entra, **more: Any) -> None:
    """Let the tests' project be a site that calls other APIs, with an empty cache."""
    settings.DEBUG = True
    settings.ROOT_URLCONF = "calling_urls"
    settings.ENTRANCE = calling_settings(entra, **more)
    cache.clear()


def access_token(entra: Entra, object_id: str = ADA, **claims: Any) -> str:
    token = entra.token(NAMES.get(object_id, object_id), **claims)
    keep_secret(*token.split("."))
    return token


class CallingPerson:
    """A person at our site, who came in through one of ``DOORS``."""

    def __init__(
        self, entra: RunningEntra, door: str, object_id: str = ADA, *, server: str = "wsgi", **claims: Any
    ) -> None:
        self.entra, self.door, self.object_id = entra, door, object_id
        self.client = browser(server)
        self.at_site = Person(entra, object_id, client=self.client)
        self.headers: dict[str, str] = {}
        bearer = {} if door == "page" else {"authorization": f"Bearer {access_token(entra, object_id, **claims)}"}
        if door == "page":
            assert self.at_site.sign_in().status_code == 302
        elif door == "session":
            assert self.client.post("/entrance/session/", headers=bearer).status_code == 200
        else:
            self.headers = bearer

    def get(self, path: str, **query: str) -> Any:
        return self.client.get(path, query, headers=self.headers)

    def digest(self, path: str = "/token/", **query: str) -> str:
        """Return what tells tokens apart."""
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.content
        return str(answer.json()["digest"])


def reason(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["reason"]


def token_requests(entra: Entra) -> int:
    """Count the requests for tokens so far."""
    return sum(str(each["path"]).endswith("/token") for each in entra.requests)


@contextmanager
def asking(entra: Entra, number: int) -> Iterator[None]:
    """Expect that tokens are asked for so many times."""
    before = token_requests(entra)
    yield
    assert token_requests(entra) - before == number


def grant_types(entra: Entra) -> list[str]:
    """Return how tokens were asked for so far."""
    return [str(each["grant_type"]) for each in entra.requests if str(each["path"]).endswith("/token")]


def change_person(entra: Entra, object_id: str = ADA, **fields: Any) -> None:
    emulator = entra.emulator
    person = next(each for each in emulator.directory.people if each.object_id == object_id)
    emulator.directory = emulator.directory.put(replace(person, **fields))


def revoke(entra: Entra, object_id: str = ADA) -> None:
    """Let the person's password change now: what was issued before counts no longer."""
    entra.advance(600)
    change_person(entra, object_id, valid_from=entra.emulator.now())


def demand_device(entra: Entra) -> None:
    """Let a policy ask for a managed device wherever Graph is called."""
    demand_of_graph(entra, Demand.COMPLIANT_DEVICE)


def demand_of_graph(entra: Entra, demand: Demand) -> None:
    """Let one policy, always the same, ask for something wherever Graph is called."""
    policy = ConditionalAccess(
        name="What Graph asks for",
        demand=demand,
        id="caca0000-0000-4000-a000-000000000001",
        tenant_id=CONTOSO.id,
        applications=frozenset({GRAPH_CLIENT_ID}),
    )
    entra.emulator.directory = entra.emulator.directory.put(policy)


def drop_consent(entra: Entra) -> None:
    """Take away what our API may have at Graph."""
    emulator = entra.emulator
    of_api = [each for each in emulator.directory.grants if each.client_id == API_CLIENT_ID]
    emulator.directory = emulator.directory.remove(*of_api)


__all__ = ["ADA", "GRACE", "change", "replace"]
