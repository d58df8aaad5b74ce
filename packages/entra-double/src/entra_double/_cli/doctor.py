"""Finds out why a client does not reach a server, and says what to do."""

from __future__ import annotations

import argparse
import json
import os
import socket
import ssl
import time
import tomllib
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from entra_double._cli.options import Command, CommandError, option
from entra_double._cli.running_server import SERVER_OPTIONS, Health, NotEntraDouble, RunningServer, running_server
from entra_double._world.directory_file.problems import did_you_mean

_BUNDLES = {
    "REQUESTS_CA_BUNDLE": "MSAL Python, azure-identity and requests",
    "SSL_CERT_FILE": "httpx and urllib",
    "NODE_EXTRA_CA_CERTS": "programs in Node.js",
}
_MOST_DRIFT = 5
_PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, and the remedy; None if nothing is wrong."""

    says: str
    remedy: str | None = None


@cache
def _texts() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("doctor.toml").read_text(encoding="utf-8"))


def _found(name: str, /, **values: object) -> Finding:
    return Finding(**{part: text.format(**values) for part, text in _texts()[name].items()})


def run(options: argparse.Namespace) -> int:
    """Print every finding; the exit code is 1 if one of them needs a remedy."""
    problems = 0
    for finding in _examine(running_server(options), options.redirect_uri):
        print(f"{'ok   ' if finding.remedy is None else 'wrong'}  {finding.says}")
        if finding.remedy is not None:
            problems += 1
            print(f"       -> {finding.remedy}")
    print(f"\n{problems or 'No'} problem{'' if problems == 1 else 's'} found.")
    return int(problems > 0)


def _examine(server: RunningServer, redirect_uri: str | None) -> Iterator[Finding]:
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


def check_health(server: RunningServer) -> tuple[Health | None, Finding]:
    """Check that the server answers, and that it is entra-double."""
    try:
        health = server.health()
    except NotEntraDouble as other:
        name = "wrong-name" if other.status == 421 else "another-program"
        return None, _found(name, url=server.url, host=urlsplit(server.url).hostname, status=other.status)
    except OSError as reason:
        return None, _silence(server, reason)
    return health, _found("healthy", url=server.url, **health)


def _silence(server: RunningServer, reason: OSError) -> Finding:
    match reason:
        case ssl.SSLCertVerificationError():
            return _found("untrusted", url=server.url, reason=reason.verify_message)
        case ssl.SSLError():
            return _found("no-https", url=server.url, plain=server.url.replace("https:", "http:", 1))
        case ConnectionRefusedError():
            return _found("nothing-listens", url=server.url, port=server.port)
        case socket.gaierror():
            return _found("unknown-name", url=server.url)
        case _:
            return _found("silent", url=server.url, reason=reason)


def check_loopback(server: RunningServer, health: Health) -> Iterator[Finding]:
    """Check that every address of `localhost` leads to the same server: clients choose IPv4 or IPv6 as they like."""
    if urlsplit(server.url).hostname == "localhost":
        addresses = {known[4][0] for known in socket.getaddrinfo("localhost", None, type=socket.SOCK_STREAM)}
        for address in sorted(map(str, addresses)):
            yield _check_address(server, health, address)


def _check_address(server: RunningServer, health: Health, address: str) -> Finding:
    place = f"[{address}]:{server.port}" if ":" in address else f"{address}:{server.port}"
    try:
        with socket.create_connection((address, server.port), _PATIENCE):
            pass
    except OSError:
        return _found("empty-address", address=address)
    other = RunningServer(url=f"http://{place}", control_token=None, ca=server.ca)
    if server.url.startswith("http:") and _instance(other) != health["instance"]:
        return _found("two-programs", address=place, url=server.url)
    return _found("address", address=address)


def _instance(server: RunningServer) -> object:
    try:
        return server.health()["instance"]
    except (OSError, NotEntraDouble):
        return None


def check_proxy(server: RunningServer, environment: Mapping[str, str]) -> Iterator[Finding]:
    """Check that clients do not send requests for this machine to a proxy."""
    scheme, host = urlsplit(server.url).scheme, urlsplit(server.url).hostname or ""
    if environment.get(f"{scheme}_proxy") or environment.get(f"{scheme.upper()}_PROXY"):
        excepted = {"no": environment.get("no_proxy") or environment.get("NO_PROXY") or ""}
        is_excepted = urllib.request.proxy_bypass_environment(host, excepted)  # type: ignore[attr-defined]
        yield _found("no-proxy" if is_excepted else "proxy", scheme=scheme, host=host)


def check_authority(server: RunningServer, environment: Mapping[str, str]) -> Iterator[Finding]:
    """Check that the clients of this shell would trust the certificate."""
    if not server.url.startswith("https:"):
        return
    if not server.ca.exists():
        yield _found("no-authority", ca=server.ca)
        return
    for variable, clients in _BUNDLES.items():
        bundle = environment.get(variable)
        if bundle and _holds(Path(bundle), server.ca):
            yield _found("trusted", clients=clients, variable=variable)
        else:
            reason = f"{variable} names another file" if bundle else f"{variable} is not set"
            remedy = _trust(variable, bundle, server.ca)
            yield _found("not-trusted", clients=clients, reason=reason, remedy=remedy)


def _trust(variable: str, bundle: str | None, ca: Path) -> str:
    """Return the command by which clients trust the authority beside what they trust already."""
    if bundle is None or not Path(bundle).is_file():
        return f"export {variable}={ca}"
    both = f'cat {bundle} {ca} > both.pem; export {variable}="$PWD/both.pem"'
    return f"{both}, since the second alone would cut this shell off from other hosts"


def _holds(bundle: Path, ca: Path) -> bool:
    try:
        return ca.read_text().strip() in bundle.read_text()
    except OSError:
        return False


def check_clock(health: Health, now: float) -> Finding:
    """Check that the emulator's clock is right: a test may have moved it."""
    drift = int(health["time"] - now)
    name = "clock" if abs(drift) <= _MOST_DRIFT else "moved-clock"
    return _found(name, drift=abs(drift), way="ahead" if drift > 0 else "behind")


def check_documents(server: RunningServer) -> Finding:
    """Check that the discovery document names the address in use: clients compare the two."""
    try:
        reply = server.get("/organizations/v2.0/.well-known/openid-configuration")
        issuer = str(json.loads(reply.body)["issuer"])
    except OSError as reason:
        return _found("no-document", reason=reason)
    except (ValueError, KeyError, TypeError):
        return _found("no-document", reason=f"status {reply.status}")
    if issuer.startswith(f"{server.url}/"):
        return _found("document", issuer=issuer)
    return _found("other-issuer", issuer=issuer.partition("/{tenantid}")[0], url=server.url)


def check_control_token(server: RunningServer) -> Finding:
    try:
        server.control("GET", "requests")
    except CommandError as error:
        return _found("wrong-token", reason=error)
    return _found("control-token")


def check_redirect_uri(server: RunningServer, uri: str) -> Finding:
    """Find the application that has registered a redirect URI."""
    try:
        applications = server.directory().applications
    except CommandError as error:
        return _found("closed-directory", reason=error)
    for known in applications:
        if platform := known.platform_of(uri):
            return _found("redirect-uri", uri=uri, name=known.name, platform=platform)
    registered = [each.uri for known in applications for each in known.redirect_uris]
    return _found("no-redirect-uri", uri=uri, hint=did_you_mean(uri, registered))


COMMAND = Command(
    "doctor",
    "find out why a client does not reach a server",
    run,
    (
        option("--redirect-uri", metavar="URI", help="also find the application that has registered it"),
        *SERVER_OPTIONS,
    ),
)
