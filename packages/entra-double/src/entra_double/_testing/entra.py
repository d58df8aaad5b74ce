"""What a test holds in its hand: an emulator, in process or on a port, and what one wishes of it."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.applications import Starlette

from entra_double._testing.app import make_app
from entra_double._testing.forgeries import forge
from entra_double._testing.forging import MISSING, changed, claims_of
from entra_double._testing.in_process import Answer, ask
from entra_double._tokens.claims.agents import AgentPart, in_own_token, in_person_token
from entra_double._tokens.emulator import Emulator
from entra_double._world.directory import DirectoryObject
from entra_double._world.outages import Kind, Outage
from entra_double._world.registration import AccessTokenVersion

if TYPE_CHECKING:
    from entra_double._testing.for_requests import InProcessAdapter
    from entra_double._testing.server import EntraServer

_PATIENCE = 30.0


class EntraDown(OSError):
    """The emulator does not answer with a document: a test has begun an outage, or asked for what is not there."""


class Entra:
    """A local Entra ID without a socket. Everything is as at start for each test.

    ``emulator`` is what changes while it runs. ``app`` is the ASGI application, for clients that take one; ``fetch`` is
    for verifiers that take a function which fetches documents; ``adapter`` is for those that use requests.
    """

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.app: Starlette = make_app(emulator)
        self._ask: Callable[..., Answer] = partial(ask, self.app)

    @property
    def base_url(self) -> str:
        return self.emulator.base_url

    @property
    def requests(self) -> list[dict[str, object]]:
        """What was asked for so far, with the reason of each refusal; never a secret. See `Entry`."""
        return list(self.emulator.requests)

    def request(self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """Ask for anything. `url` is absolute, or a path.

        Raises:
            EntraDown: The answer broke off.
        """
        address = url if "://" in url else self.base_url + url
        try:
            return self._ask(method, address, headers=headers, body=body)
        except (OSError, HTTPException) as problem:
            raise EntraDown(f"expected an answer from {address}, came {problem!r}") from problem

    def fetch(self, url: str) -> bytes:
        """Give the document at `url`.

        Raises:
            EntraDown: The answer is not 200.
        """
        answer = self.request("GET", url)
        if answer.status != 200:
            raise EntraDown(f"expected status 200 from {url}, came {answer.status}")
        return answer.body

    def adapter(self) -> InProcessAdapter:
        """Make an adapter: `session.mount(entra.base_url, entra.adapter())`.

        Raises:
            ImportError: requests is not installed; entra-double does not need it.
        """
        from entra_double._testing.for_requests import InProcessAdapter

        return InProcessAdapter(self.app)

    def token(
        self,
        person: str | None = None,
        *,
        client: str | None = None,
        scope: str | None = None,
        version: AccessTokenVersion | None = None,
        agent: AgentPart | None = None,
        **claims: object,
    ) -> str:
        """Make a person's access token.

        What is not said is chosen from the directory: Ada, Logbook web and Logbook API where they are there; else the
        only person, the only API's first scope, and the first application that may ask for it.

        Args:
            person: A user name, or the part before its domain.
            client: A client id.
            version: That of the token, if not the one that the API is registered for.
            agent: "acting" if the client is an agent that acts for the person, "account" if the account is the agent's.
            claims: Changes to what the service would say; None leaves a claim out.

        Raises:
            Refusal: As the sign-in would be refused.
            ValueError: What is not said may be several things, or nothing; the message says what to name.
        """
        token = self.emulator.access_token(person, client_id=client, scope=scope, version=version)
        by_agent = in_person_token(claims_of(token), agent) if agent else {}
        return changed(self.emulator, token, by_agent | _changes(claims))

    def application_token(
        self, client: str | None = None, *, scope: str | None = None, agent: bool = False, **claims: object
    ) -> str:
        """Make an application's own access token. `client` is a client id, `scope` ends with `/.default`.

        With `agent` it is that of an agent that comes as itself.

        What is not said is chosen from the directory: Logbook daemon and Logbook API where they are there; else the
        only application with `application_permissions`, and the API that they are for.

        Raises:
            Refusal: As the request would be refused.
            ValueError: What is not said may be several things, or nothing; the message says what to name. `agent` is
                neither true nor false.
        """
        if not isinstance(agent, bool):
            raise ValueError(f"expected agent to be True or False, came {agent!r}")
        token = self.emulator.application_token(client, scope=scope)
        by_agent = in_own_token(claims_of(token)) if agent else {}
        return changed(self.emulator, token, by_agent | _changes(claims))

    def forgery(
        self, name: str, person: str | None = None, *, client: str | None = None, scope: str | None = None
    ) -> str:
        """Make a token that an API has to refuse, or a control; `FORGERIES` tells which, and what is wrong with it.

        What is not said is chosen as for `token`.

        Raises:
            ValueError: There is no forgery of that name, or what is not said may be several things, or nothing.
            Refusal: The person would not get the good token that it is made of.
        """
        return forge(self.emulator, name, person, client_id=client, scope=scope)

    def add(self, *objects: DirectoryObject) -> None:
        """Put people, applications, groups, grants and so on into the world, in place of those of the same identity."""
        self.emulator.directory = self.emulator.directory.put(*objects)

    def advance(self, seconds: int) -> None:
        """Move the emulator's clock."""
        self.emulator.clock_offset += seconds

    def rotate_keys(self) -> None:
        """Sign with a key that nobody has seen; the ones before it stay published, three in all."""
        self.emulator.rotate_keys()

    @contextmanager
    def outage(
        self, endpoint: str = "any", kind: Kind = "unavailable", *, seconds: float = 1.0, times: int | None = None
    ) -> Iterator[None]:
        """Let an endpoint fail until the block ends; `Outage` has the names."""
        outages = self.emulator.outages
        begun = outages.begin(Outage(endpoint=endpoint, kind=kind, seconds=seconds, times=times))
        try:
            yield
        finally:
            outages.end(begun)


class RunningEntra(Entra):
    """The same on a port of this machine: requests go through a socket. ``ca`` is the authority's file with TLS."""

    def __init__(self, server: EntraServer) -> None:
        super().__init__(server.emulator)
        self.port, self.ca = server.port, server.ca
        self._ask = self._ask_by_socket

    def prove(self) -> None:
        """Make sure that the one who answers at the address is our emulator.

        Raises:
            EntraDown: It is somebody else, or nobody.
        """
        try:
            instance = json.loads(self.fetch("/health")).get("instance")
        except (ValueError, AttributeError):
            instance = None
        if instance != self.emulator.instance_id:
            raise EntraDown(f"expected our own emulator at {self.base_url}, came another process")

    def _ask_by_socket(self, method: str, url: str, *, headers: Mapping[str, str] | None, body: bytes) -> Answer:
        parts = urlsplit(url)
        connection = self._connect(parts.netloc, is_secure=parts.scheme == "https")
        try:
            connection.request(method, url.partition(parts.netloc)[2] or "/", body or None, dict(headers or {}))
            response = connection.getresponse()
            named = {name.lower(): value for name, value in response.getheaders()}
            return Answer(status=response.status, headers=named, body=response.read())
        finally:
            connection.close()

    def _connect(self, netloc: str, *, is_secure: bool) -> HTTPConnection:
        if not is_secure:
            return HTTPConnection(netloc, timeout=_PATIENCE)
        context = ssl.create_default_context(cafile=self.ca)
        return HTTPSConnection(netloc, timeout=_PATIENCE, context=context)


def _changes(claims: Mapping[str, object]) -> dict[str, object]:
    return {name: MISSING if value is None else value for name, value in claims.items()}
