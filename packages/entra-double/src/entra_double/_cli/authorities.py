"""Keeps the certificate authorities of `serve --tls`, one for each set of names, and issues certificates."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from entra_double._cli.options import CommandError
from entra_double._http.tls import LOOPBACK_NAMES, kept_authority, names_of, trust_lines, write_certificate
from entra_double._tokens.emulator import Emulator

_WILDCARDS = ("0.0.0.0", "::")


def names_beside(hosts: Iterable[str]) -> list[str]:
    """Return a server's names without those of this machine, and without wildcards, which clients never use."""
    plain = (host.strip("[]") for host in hosts)
    return sorted(host for host in plain if host not in (*LOOPBACK_NAMES, *_WILDCARDS))


def folder_of(names: Iterable[str]) -> Path:
    """Return the folder of the authority for these names, beside those of this machine."""
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "entra-double"
    return state / "-".join(names).replace(":", "_")


def authority_for(url: str) -> Path:
    """Return the file of the authority for a server at `url`.

    That is the one for this host alone, else the newest of those for several hosts, else that of this machine.
    """
    host = names_beside([urlsplit(url).hostname or ""])
    own, of_machine = folder_of(host) / "ca.pem", folder_of([]) / "ca.pem"
    if not host or own.exists():
        return own
    shared = [file for file in of_machine.parent.glob("*/ca.pem") if _is_for(file, host[0])]
    return max(shared, key=lambda file: file.stat().st_mtime, default=of_machine)


def serving_certificate(emulator: Emulator) -> tuple[Path, Path]:
    """Issue the server's certificate, and print how clients come to trust its authority; no store is changed."""
    others = names_beside(emulator.hosts)
    folder, names = folder_of(others), (*LOOPBACK_NAMES, *others)
    try:
        authority, ca = kept_authority(folder, names)
        files = write_certificate(authority, names, folder)
    except OSError as error:
        raise CommandError(f"{folder} cannot keep the authority: {error.strerror}; set XDG_STATE_HOME.") from None
    except ValueError:
        raise CommandError(f"{folder} holds no valid authority: delete it, and another one is made.") from None
    print(f"  Its authority  {ca}, for {' and '.join(others) or 'localhost'} only. To trust it:\n")
    for client, line in trust_lines(ca):
        print(f"    {client:<40} {line}")
    print(flush=True)
    return files


def _is_for(file: Path, host: str) -> bool:
    try:
        return host in names_of(file.read_bytes())
    except (OSError, ValueError):
        return False
