"""Has uvicorn serve an application, and end when it is told to."""

from __future__ import annotations

import logging
import socket
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

_WORTH_NOTHING = ("Invalid HTTP request received", "ASGI callable returned without completing response")


def make_server(app: ASGIApp, certificate: tuple[Path, Path] | None = None) -> uvicorn.Server:
    """Prepare a server; `certificate` is the files of certificate and key, for https."""
    certificate_file, key_file = certificate or (None, None)
    logging.getLogger("uvicorn.error").addFilter(_is_worth_reading)
    config = uvicorn.Config(
        app,
        log_config=None,
        log_level=logging.WARNING,
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
        ssl_certfile=certificate_file,
        ssl_keyfile=key_file,
    )
    return _Server(config)


class _Server(uvicorn.Server):
    """Ends without the consent of its clients: one that keeps a TLS connection need not answer that it closes."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for connection in tuple(self.server_state.connections):
            connection.transport.abort()
        await super().shutdown(sockets)


def _is_worth_reading(record: logging.LogRecord) -> bool:
    """Drop what uvicorn says of a browser's speculative TLS connection to our plain-text port, and of outages."""
    return not record.getMessage().startswith(_WORTH_NOTHING)
