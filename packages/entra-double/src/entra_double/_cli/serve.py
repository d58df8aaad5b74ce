"""Serves a directory until it is interrupted."""

from __future__ import annotations

import argparse
import ipaddress
import logging
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from entra_double._cli.authorities import serving_certificate
from entra_double._cli.banner import banner
from entra_double._cli.options import (
    TOKEN_OPTION,
    TOKEN_VARIABLE,
    Command,
    CommandError,
    address,
    control_token_of,
    host_name,
    ip_address,
    option,
    port,
    token_options,
)
from entra_double._http.server import NoSuchAddress, PortBusy, PortNotAllowed, listen
from entra_double._tokens.emulator import Emulator
from entra_double._tokens.state import ContentSecurity
from entra_double._world.database import DirectoryStore, StoreError
from entra_double._world.directory import Directory
from entra_double._world.directory_file.problems import DirectoryError
from entra_double._world.directory_file.read import read_directory
from entra_double._world.seed import seed

if TYPE_CHECKING:
    import socket

_KNOWN_AS_LOCALHOST = ("0.0.0.0", "::", "127.0.0.1", "::1")
_REMEDIES: Mapping[type[Exception], str] = {
    PortBusy: "choose another one with --port",
    PortNotAllowed: "choose one from 1024 on with --port",
    NoSuchAddress: "give one to --host that it has",
}


def run(options: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM."""
    is_open = options.host is not None and not _is_loopback(options.host)
    if is_open and not control_token_of(options):
        raise CommandError(
            f"--host {options.host} is reached from other machines: set {TOKEN_VARIABLE}, or add {TOKEN_OPTION}."
        )
    if options.directory and options.api_token_version:
        raise CommandError("--api-token-version is for the built-in directory: a file sets `access_token_version`.")
    with _until_interrupted(), _store(options.database) as store, _sockets(options) as sockets:
        _serve(options, store, sockets, is_open=is_open)
    return 0


@contextmanager
def _until_interrupted() -> Iterator[None]:
    """End cleanly at SIGINT and SIGTERM, also where SIGINT is ignored, as for what a shell starts in the background."""
    before = {ending: signal.signal(ending, signal.default_int_handler) for ending in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except KeyboardInterrupt:
        print("\nentra-double has ended.")
    finally:
        for ending, handler in before.items():
            signal.signal(ending, handler)


def _serve(
    options: argparse.Namespace, store: DirectoryStore | None, sockets: list[socket.socket], *, is_open: bool
) -> None:
    saved = store.load() if store else None
    emulator = Emulator(
        base_url=_base_url(options, sockets[0].getsockname()[1]),
        directory=saved or _directory(options),
        hosts=[*options.host_name, *([_literal(options.host)] if options.host else [])],
        control_token=control_token_of(options),
        coop=options.coop,
        csp=ContentSecurity(options.csp),
    )
    if store:
        store.save(emulator.directory)
        emulator.on_change = store.save
    print(banner(emulator, address=options.host if is_open else None, files=_files(options, saved)), flush=True)
    if is_open:
        _warn(options.host)
    from entra_double._http.server import make_server  # other commands need no server
    from entra_double._testing.app import make_app

    certificate = serving_certificate(emulator) if options.tls else None
    _log_to_terminal()
    make_server(make_app(emulator), certificate).run(sockets)


def _directory(options: argparse.Namespace) -> Directory:
    if options.directory is None:
        return seed(api_token_version=options.api_token_version or 2)
    try:
        return read_directory(options.directory)
    except DirectoryError as error:
        raise CommandError(str(error)) from None


@contextmanager
def _store(path: Path | None) -> Iterator[DirectoryStore | None]:
    """Open the database; a command that cannot start leaves no new file behind."""
    is_new = path is not None and not path.exists()
    try:
        with closing(DirectoryStore(path)) if path else nullcontext() as store:
            yield store
    except (StoreError, CommandError) as error:
        if path and is_new:
            path.unlink(missing_ok=True)
        raise CommandError(str(error)) from None


def _files(options: argparse.Namespace, saved: Directory | None) -> dict[str, str]:
    """Name the files of the directory: once a database has one, the directory file is not read."""
    files = {}
    if options.directory:
        files["Directory"] = f"{options.directory}{' (not read: the database has its own)' if saved else ''}"
    if options.database:
        files["Database"] = f"{options.database}{'' if saved else ' (new)'}"
    return files


@contextmanager
def _sockets(options: argparse.Namespace) -> Iterator[list[socket.socket]]:
    try:
        sockets = listen(options.port, options.host)
    except tuple(_REMEDIES) as problem:
        raise CommandError(f"{problem}; {_REMEDIES[type(problem)]}.") from None
    try:
        yield sockets
    finally:
        for each in sockets:
            each.close()


def _base_url(options: argparse.Namespace, port: int) -> str:
    """Return the address that issuers are made of; a server behind a wildcard is known as localhost."""
    if options.base_url:
        return str(options.base_url)
    host = "localhost" if options.host in (None, *_KNOWN_AS_LOCALHOST) else _literal(options.host)
    return f"{'https' if options.tls else 'http'}://{host}:{port}"


def _literal(host: str) -> str:
    """Write an address as in a URL and in the Host header (RFC 3986 section 3.2.2)."""
    return f"[{host}]" if ":" in host else host


def _warn(host: str) -> None:
    print(f"  WARNING: everybody who reaches {host} can sign in as anybody, and gets tokens that your", file=sys.stderr)
    print("  services accept if they trust this issuer. Use it in a network of your own only.\n", file=sys.stderr)


def _log_to_terminal() -> None:
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("%(asctime)s  %(message)s", datefmt="%H:%M:%S"))
    log = logging.getLogger("entra_double")
    log.addHandler(handler)
    log.setLevel(logging.INFO)


def _is_loopback(host: str) -> bool:
    return ipaddress.ip_address(host).is_loopback


COMMAND = Command(
    "serve",
    "serve a directory until Ctrl-C",
    run,
    (
        option("--port", type=port, default=8400, help="the port on localhost (default: %(default)s)"),
        option("--directory", type=Path, metavar="FILE", help="a directory file; `init` writes one"),
        option("--database", type=Path, metavar="FILE", help="an SQLite file that keeps changes"),
        option(
            "--api-token-version",
            type=int,
            choices=(1, 2),
            help="the version of Logbook API's access tokens, without a directory file (default: 2)",
        ),
        option("--tls", action="store_true", help="serve https, with a certificate authority of its own"),
        option("--host", type=ip_address, metavar="ADDRESS", help="the address to listen on (default: loopback only)"),
        option("--base-url", type=address, metavar="URL", help="the address that clients use, if it differs"),
        option(
            "--host-name",
            type=host_name,
            action="append",
            default=[],
            metavar="NAME",
            help="another host name to answer to; can be repeated",
        ),
        option(
            "--coop",
            action="store_true",
            help="send Cross-Origin-Opener-Policy, as the service will from February 2027 on",
        ),
        option(
            "--csp",
            choices=[each.value for each in ContentSecurity],
            default=ContentSecurity.ENFORCED.value,
            help="the Content-Security-Policy of the pages (default: %(default)s)",
        ),
        *token_options("the token that the control interface requires"),
    ),
)
