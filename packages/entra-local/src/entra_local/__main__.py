"""The command line: `entra-local serve`."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from entra_local._emulator import Emulator
from entra_local._principals import Person
from entra_local._seed import API_CLIENT_ID, CONTOSO, SPA_CLIENT_ID, seed
from entra_local._server import PortBusy, listen, make_server
from entra_local._tls import LOOPBACK_NAMES, kept_authority, trust_lines, write_certificate

_BANNER = """
  entra-local: a local stand-in for Microsoft Entra ID. It is not Microsoft.
  For development and tests only: everybody can sign in as anybody. It listens on this machine alone.

  Look at it     {base_url}
  Issuer         {base_url}/{tenant_id}/v2.0
  Tenant         {tenant_id}  ({tenant})
  Logbook API    {api}  (access tokens v{version}.0)
  Logbook web    {spa}

  People         {people}

  Ctrl-C ends it.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the answer is the exit code: 0 after Ctrl-C, 2 if it could not start."""
    options = _parser().parse_args(arguments)
    try:
        sockets = listen(options.port)
    except PortBusy as busy:
        print(f"entra-local: {busy}; choose another one with --port.", file=sys.stderr)
        return 2
    base_url = f"{'https' if options.tls else 'http'}://localhost:{sockets[0].getsockname()[1]}"
    emulator = Emulator(base_url=base_url, directory=seed(api_token_version=options.api_token_version))
    print(_banner(emulator, options.api_token_version), flush=True)
    certificate = _certificate() if options.tls else None
    _log_to_terminal()
    try:
        make_server(emulator, certificate).run(sockets)
    except KeyboardInterrupt:
        print("\nentra-local has ended.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="entra-local", description="A local stand-in for Microsoft Entra ID, for development and tests."
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    serve = commands.add_parser("serve", help="serve the seeded directory until Ctrl-C")
    serve.add_argument("--port", type=_port, default=8400, help="the port on localhost (default: %(default)s)")
    serve.add_argument(
        "--api-token-version",
        type=int,
        choices=(1, 2),
        default=2,
        help="the version of Logbook API's access tokens (default: %(default)s)",
    )
    serve.add_argument("--tls", action="store_true", help="https, with a certificate authority of its own")
    return parser


def _certificate() -> tuple[Path, Path]:
    """Issue the server's certificate, and say how clients come to trust its authority. No store is touched."""
    folder = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "entra-local"
    authority, ca = kept_authority(folder)
    print(f"  Its authority  {ca}, for localhost only. To trust it:\n")
    for client, line in trust_lines(ca):
        print(f"    {client:<40} {line}")
    print(flush=True)
    return write_certificate(authority, LOOPBACK_NAMES, folder)


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"{port} is not a port")
    return port


def _banner(emulator: Emulator, version: int) -> str:
    people = emulator.directory.people_of(CONTOSO)
    return _BANNER.format(
        base_url=emulator.base_url,
        tenant_id=CONTOSO.id,
        tenant=CONTOSO.domain,
        api=API_CLIENT_ID,
        spa=SPA_CLIENT_ID,
        version=version,
        people="\n                 ".join(_line(emulator, person) for person in people),
    )


def _line(emulator: Emulator, person: Person) -> str:
    roles = ", ".join(emulator.directory.all_roles_of(person))
    return f"{person.username:<28} {roles or 'not assigned (AADSTS50105)'}"


def _log_to_terminal() -> None:
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("%(asctime)s  %(message)s", datefmt="%H:%M:%S"))
    log = logging.getLogger("entra_local")
    log.addHandler(handler)
    log.setLevel(logging.INFO)


if __name__ == "__main__":
    sys.exit(main())
