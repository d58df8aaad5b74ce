"""Makes the certificate of `serve --tls`, and says how clients come to trust its authority."""

from __future__ import annotations

from pathlib import Path

from entra_double._cli.authorities import folder_of, names_beside
from entra_double._cli.ending import CommandError
from entra_double._emulator import Emulator
from entra_double._tls import LOOPBACK_NAMES, kept_authority, trust_lines, write_certificate


def serving_certificate(emulator: Emulator) -> tuple[Path, Path]:
    """Issue the server's certificate, and print what makes clients trust its authority. No store is touched."""
    others = names_beside(emulator.hosts)
    folder, names = folder_of(others), (*LOOPBACK_NAMES, *others)
    try:
        authority, ca = kept_authority(folder, names)
        files = write_certificate(authority, names, folder)
    except OSError as error:
        raise CommandError(f"{folder} cannot keep the authority: {error.strerror}; set XDG_STATE_HOME.") from None
    except ValueError:
        raise CommandError(f"what {folder} keeps is no authority: delete it, and another one is made.") from None
    print(f"  Its authority  {ca}, for {' and '.join(others) or 'localhost'} only. To trust it:\n")
    for client, line in trust_lines(ca):
        print(f"    {client:<40} {line}")
    print(flush=True)
    return files
