"""Serves an emulator on a port of loopback in a thread, for tests."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import TYPE_CHECKING, ClassVar, Self

from entra_double._http.server import listen
from entra_double._http.tls import LOOPBACK_NAMES, kept_authority, write_certificate
from entra_double._testing.app import make_app
from entra_double._tokens.emulator import Emulator
from entra_double._world.directory import Directory
from entra_double._world.registration import AccessTokenVersion
from entra_double._world.seed import seed

if TYPE_CHECKING:
    import uvicorn


_TIME_LIMIT = 10.0


class EntraServer:
    """An emulator on a real port, in a thread; use it in a `with` statement.

    Args:
        port: 0 finds a free one.
        api_token_version: The version of the seeded API's access tokens.
        tls: https, for clients that insist on it. `ca` is the file of the authority to trust, deleted with the server.
        directory: The directory to serve, in place of the seed.
        base_url: The address that clients use, if it is not that of the port on localhost.
        hosts: Further names to answer to; the certificate has them too.
        control_token: The token that the control interface requires.
        coop: Whether the pages send `Cross-Origin-Opener-Policy`.
    """

    running: ClassVar[set[Emulator]] = set()
    """The emulators that this process serves now; the pytest plugin removes its own."""

    def __init__(
        self,
        *,
        port: int = 0,
        api_token_version: AccessTokenVersion = 2,
        tls: bool = False,
        directory: Directory | None = None,
        base_url: str | None = None,
        hosts: Iterable[str] = (),
        control_token: str | None = None,
        coop: bool = False,
    ) -> None:
        self._hosts = tuple(hosts)
        self._sockets = listen(port)
        self.port: int = self._sockets[0].getsockname()[1]
        self.base_url = base_url or f"{'https' if tls else 'http'}://localhost:{self.port}"
        self.emulator = Emulator(
            base_url=self.base_url,
            directory=directory or seed(api_token_version=api_token_version),
            hosts=self._hosts,
            control_token=control_token,
            coop=coop,
        )
        self._folder = TemporaryDirectory(prefix="entra-double-") if tls else None
        self.ca, certificate = self._make_certificate()
        self._server = _make_server(self.emulator, certificate)
        self._thread = threading.Thread(target=self._server.run, args=[self._sockets], name="entra-double", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self.running.add(self.emulator)
        while not self._server.started and self._thread.is_alive():
            time.sleep(0.001)  # ending before the start would lose a connection between accept and close
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.running.discard(self.emulator)
        self._server.should_exit = True
        self._thread.join(_TIME_LIMIT)
        if self._folder is not None:
            self._folder.cleanup()

    def _make_certificate(self) -> tuple[Path | None, tuple[Path, Path] | None]:
        if self._folder is None:
            return None, None
        folder = Path(self._folder.name)
        names = (*LOOPBACK_NAMES, *self._hosts)
        authority, ca = kept_authority(folder, names)
        return ca, write_certificate(authority, names, folder)


def _make_server(emulator: Emulator, certificate: tuple[Path, Path] | None) -> uvicorn.Server:
    """Import uvicorn only for a server: the emulator in process needs none."""
    from entra_double._http.server import make_server

    return make_server(make_app(emulator), certificate)
