"""The API for tests: an emulator, in process or on a port, with its tokens, clock and outages."""

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
from entra_double._testing.forgeries.jws import changed, claims_of, or_missing
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
    """The emulator did not answer, or not with a document: during an outage, or because the path does not exist."""


class Entra:
    """A local Entra ID without a socket, reset for each test.

    ``emulator`` has its state. ``app`` is the ASGI application, for clients that take one; ``fetch`` is for verifiers
    that take a function which fetches documents; ``adapter`` is for clients that use requests.
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
        """The requests so far, with the reason of each refusal; never a secret. See `Entry`."""
        return list(self.emulator.requests)

    def request(self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """Send a request. `url` is absolute, or a path.

        Raises:
            EntraDown: The answer broke off.
        """
        address = url if "://" in url else self.base_url + url
        try:
            return self._ask(method, address, headers=headers, body=body)
        except (OSError, HTTPException) as problem:
            raise EntraDown(f"expected an answer from {address}, got {problem!r}") from problem

    def fetch(self, url: str) -> bytes:
        """Return the document at `url`.

        Raises:
            EntraDown: The answer is not 200.
        """
        answer = self.request("GET", url)
        if answer.status != 200:
            raise EntraDown(f"expected status 200 from {url}, got {answer.status}")
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

        What is left out is chosen from the directory: Ada, Logbook web and Logbook API if they exist; else the only
        person, the only API's first scope, and the first application that may ask for it.

        Args:
            person: A user name, or the part before its domain.
            client: A client id.
            version: That of the token, if not the one that the API is registered for.
            agent: "acting" if the client is an agent that acts for the person, "account" if the account is the agent's.
            claims: Changes to the service's claims; None leaves a claim out.

        Raises:
            Refusal: The sign-in would be refused.
            ValueError: What is left out is ambiguous, or does not exist; the message says what to name.
        """
        token = self.emulator.access_token(person, client_id=client, scope=scope, version=version)
        by_agent = in_person_token(claims_of(token), agent) if agent else {}
        return changed(self.emulator, token, by_agent | or_missing(claims))

    def application_token(
        self, client: str | None = None, *, scope: str | None = None, agent: bool = False, **claims: object
    ) -> str:
        """Make an application's own access token. `client` is a client id, `scope` ends with `/.default`.

        With `agent` it is an agent's own. What is left out is chosen from the directory: Logbook daemon and Logbook API
        if they exist; else the only application with `application_permissions`, and the API that they are for.

        Raises:
            Refusal: The request would be refused.
            ValueError: What is left out is ambiguous, or does not exist; the message says what to name. Or `agent` is
                neither true nor false.
        """
        if not isinstance(agent, bool):
            raise ValueError(f"expected agent to be True or False, got {agent!r}")
        token = self.emulator.application_token(client, scope=scope)
        by_agent = in_own_token(claims_of(token)) if agent else {}
        return changed(self.emulator, token, by_agent | or_missing(claims))

    def forgery(
        self, name: str, person: str | None = None, *, client: str | None = None, scope: str | None = None
    ) -> str:
        """Make a token that an API has to refuse, or a control; `FORGERIES` says which, and what is wrong with it.

        What is left out is chosen as for `token`.

        Raises:
            ValueError: There is no forgery of that name, or what is left out is ambiguous, or does not exist.
            Refusal: The person would not get the good token that it is made of.
        """
        return forge(self.emulator, name, person, client_id=client, scope=scope)

    def add(self, *objects: DirectoryObject) -> None:
        """Add people, applications, groups, grants and so on to the directory; the same identity is replaced."""
        self.emulator.directory = self.emulator.directory.put(*objects)

    def advance(self, seconds: int) -> None:
        """Move the emulator's clock."""
        self.emulator.clock_offset += seconds

    def rotate_keys(self) -> None:
        """Sign with a new key; the keys before it stay published, three in all."""
        self.emulator.rotate_keys()

    @contextmanager
    def outage(
        self, endpoint: str = "any", kind: Kind = "unavailable", *, seconds: float = 1.0, times: int | None = None
    ) -> Iterator[None]:
        """Make an endpoint fail until the block ends; `Outage` has the names."""
        outages = self.emulator.outages
        begun = outages.begin(Outage(endpoint=endpoint, kind=kind, seconds=seconds, times=times))
        try:
            yield
        finally:
            outages.end(begun)


class RunningEntra(Entra):
    """The same on a port of this machine, through a socket. With TLS, ``ca`` is the file of the authority to trust."""

    def __init__(self, server: EntraServer) -> None:
        super().__init__(server.emulator)
        self.port, self.ca = server.port, server.ca
        self._ask = self._ask_by_socket

    def prove(self) -> None:
        """Check that our own emulator answers at the address.

        Raises:
            EntraDown: There is no answer, or another process answers.
        """
        try:
            instance = json.loads(self.fetch("/health")).get("instance")
        except (ValueError, AttributeError):
            instance = None
        if instance != self.emulator.instance_id:
            raise EntraDown(f"expected our own emulator at {self.base_url}, got another process")

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
