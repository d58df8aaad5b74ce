"""What a test holds in its hand: an emulator in process, and what one wishes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from starlette.applications import Starlette

from entra_local._app import make_app
from entra_local._emulator import Emulator
from entra_local._in_process import Answer, ask
from entra_local._outages import Endpoint, Kind, Outage
from entra_local._seed import API_SCOPE, DAEMON_CLIENT_ID, SPA_CLIENT_ID


class EntraDown(OSError):
    """The emulator does not answer with a document: a test has begun an outage, or asked for what is not there."""


class Entra:
    """A local Entra ID without a socket. Everything is as at start for each test.

    ``app`` is the ASGI application, for clients that take one; ``fetch`` is for verifiers that take a function which
    fetches documents.
    """

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.app: Starlette = make_app(emulator)

    @property
    def base_url(self) -> str:
        return self.emulator.base_url

    @property
    def requests(self) -> list[dict[str, object]]:
        """What was asked for so far: method, path, grant_type, client_id, person, status, aadsts; never a secret."""
        return list(self.emulator.requests)

    def request(self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """Ask for anything. `url` is absolute, or a path."""
        return ask(self.app, method, url if "://" in url else self.base_url + url, headers=headers, body=body)

    def fetch(self, url: str) -> bytes:
        """Give the document at `url`.

        Raises:
            EntraDown: The answer is not 200.
        """
        answer = self.request("GET", url)
        if answer.status != 200:
            raise EntraDown(f"expected status 200 from {url}, came {answer.status}")
        return answer.body

    def token(self, person: str = "ada@contoso.example", *, client: str = SPA_CLIENT_ID, scope: str = API_SCOPE) -> str:
        """Make a person's access token. `client` is a client id.

        Raises:
            Refusal: As the sign-in would be refused.
        """
        return self.emulator.access_token(person, client_id=client, scope=scope)

    def application_token(self, client: str = DAEMON_CLIENT_ID, *, scope: str | None = None) -> str:
        """Make an application's own access token. `client` is a client id, `scope` ends with `/.default`.

        Raises:
            Refusal: As the request would be refused.
        """
        return self.emulator.application_token(client, scope=scope or f"{API_SCOPE.rpartition('/')[0]}/.default")

    def advance(self, seconds: int) -> None:
        """Move the emulator's clock."""
        self.emulator.clock_offset += seconds

    def rotate_keys(self) -> None:
        """Sign with a key that nobody has seen; the ones before it stay published, three in all."""
        self.emulator.keys.rotate()

    @contextmanager
    def outage(
        self, endpoint: Endpoint = "any", kind: Kind = "unavailable", *, seconds: float = 1.0, times: int | None = None
    ) -> Iterator[None]:
        """Let an endpoint fail until the block ends."""
        self.emulator.outages.begin(Outage(endpoint=endpoint, kind=kind, seconds=seconds, times=times))
        try:
            yield
        finally:
            self.emulator.outages.end()
