"""Serves a directory until it is interrupted."""

from __future__ import annotations

import argparse
import ipaddress
import logging
import signal
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from entra_double._cli import control_token
from entra_double._cli.authorities import serving_certificate
from entra_double._cli.banner import banner
from entra_double._cli.control_token import TOKEN_OPTION, TOKEN_VARIABLE, control_token_of
from entra_double._cli.ending import CommandError
from entra_double._cli.forms import address, host_name
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


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command and its options."""
    serve = commands.add_parser("serve", help="serve a directory until Ctrl-C")
    serve.add_argument("--port", type=_port, default=8400, help="the port on localhost (default: %(default)s)")
    serve.add_argument("--directory", type=Path, metavar="FILE", help="a directory file; `init` writes one")
    serve.add_argument("--database", type=Path, metavar="FILE", help="an SQLite file that keeps changes")
    serve.add_argument(
        "--api-token-version",
        type=int,
        choices=(1, 2),
        help="the version of Logbook API's access tokens, without a directory file (default: 2)",
    )
    serve.add_argument("--tls", action="store_true", help="https, with a certificate authority of its own")
    serve.add_argument("--host", type=_address, metavar="ADDRESS", help="listen there, and not on this machine alone")
    serve.add_argument(
        "--base-url", type=address, metavar="URL", help="the address that clients use, if it is another one"
    )
    serve.add_argument(
        "--host-name",
        type=host_name,
        action="append",
        default=[],
        metavar="NAME",
        help="a further name to answer to; may be given several times",
    )
    serve.add_argument(
        "--coop", action="store_true", help="send Cross-Origin-Opener-Policy, as the service will from February 2027 on"
    )
    serve.add_argument(
        "--csp",
        choices=[each.value for each in ContentSecurity],
        default=ContentSecurity.ENFORCED.value,
        help="the Content-Security-Policy of the pages (default: %(default)s)",
    )
    control_token.add_to(serve, "the token that the control interface asks for")
    serve.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM."""
    is_open = options.host is not None and not _is_loopback(options.host)
    if is_open and not control_token_of(options):
        raise CommandError(
            f"--host {options.host} is reached from other machines: set {TOKEN_VARIABLE}, or add {TOKEN_OPTION}."
        )
    if options.directory and options.api_token_version:
        raise CommandError(
            "--api-token-version is for the world without a file: say `access_token_version` in the file."
        )
    with _until_interrupted(), _store(options.database) as store, _sockets(options) as sockets:
        _serve(options, store, sockets, is_open=is_open)
    return 0


@contextmanager
def _until_interrupted() -> Iterator[None]:
    """End well at either signal, also where a shell has it ignored: SIGINT for what it starts in the background."""
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


def _store(path: Path | None) -> AbstractContextManager[DirectoryStore | None]:
    return _database(path) if path else nullcontext()


@contextmanager
def _database(path: Path) -> Iterator[DirectoryStore]:
    """Open the database; a command that cannot begin leaves no file where none was."""
    is_new = not path.exists()
    try:
        with closing(DirectoryStore(path)) as store:
            yield store
    except (StoreError, CommandError) as error:
        if is_new:
            path.unlink(missing_ok=True)
        raise error if isinstance(error, CommandError) else CommandError(str(error)) from None


def _files(options: argparse.Namespace, saved: Directory | None) -> dict[str, str]:
    """Say where the directory comes from: once a database has one, a directory file is not read any more."""
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
    except PortBusy as busy:
        raise CommandError(f"{busy}; choose another one with --port.") from None
    except PortNotAllowed as refused:
        raise CommandError(f"{refused}; choose one from 1024 on with --port.") from None
    except NoSuchAddress as error:
        raise CommandError(f"{error}; give one to --host that it has.") from None
    try:
        yield sockets
    finally:
        for each in sockets:
            each.close()


def _base_url(options: argparse.Namespace, port: int) -> str:
    """Give the one address that issuers are made of; a server behind a wildcard is known as localhost."""
    if options.base_url:
        return str(options.base_url)
    host = "localhost" if options.host in (None, *_KNOWN_AS_LOCALHOST) else _literal(options.host)
    return f"{'https' if options.tls else 'http'}://{host}:{port}"


def _literal(host: str) -> str:
    """Give an address as it stands in a URL and in the Host header (RFC 3986 section 3.2.2)."""
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


def _port(text: str) -> int:
    if not (text.isdecimal() and int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text} is not a port")
    return int(text)


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address("127.0.0.1" if text == "localhost" else text.strip("[]")))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no IP address, such as 0.0.0.0") from None


def _is_loopback(host: str) -> bool:
    return ipaddress.ip_address(host).is_loopback
