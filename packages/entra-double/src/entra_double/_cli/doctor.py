"""Finds out why a client does not reach a server, and says what to do."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterator

from entra_double._cli.findings import (
    Finding,
    check_authority,
    check_clock,
    check_control_token,
    check_documents,
    check_health,
    check_loopback,
    check_proxy,
    check_redirect_uri,
)
from entra_double._cli.running import Running, add_options, running


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command and its options."""
    doctor = commands.add_parser("doctor", help="find out why a client does not reach a server")
    doctor.add_argument("--redirect-uri", metavar="URI", help="also say whether an application has registered it")
    add_options(doctor)
    doctor.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print every finding; the exit code is 1 if one of them needs a remedy."""
    is_well = True
    for finding in _examine(running(options), options.redirect_uri):
        print(f"{'ok   ' if finding.remedy is None else 'wrong'}  {finding.says}")
        if finding.remedy is not None:
            is_well = False
            print(f"       -> {finding.remedy}")
    print("\nNothing is in the way." if is_well else "\nDo what stands after each arrow, and ask again.")
    return 0 if is_well else 1


def _examine(server: Running, redirect_uri: str | None) -> Iterator[Finding]:
    yield from check_proxy(server, os.environ)
    yield from check_authority(server, os.environ)
    health, finding = check_health(server)
    yield finding
    if health is None:
        return
    yield from check_loopback(server, health)
    yield check_clock(health, time.time())
    yield check_documents(server)
    if server.control_token is not None:
        yield check_control_token(server)
    if redirect_uri is not None:
        yield check_redirect_uri(server, redirect_uri)
