"""Examines one thing after another that keeps clients from a server."""

from __future__ import annotations

import json
import socket
import ssl
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from entra_double._cli.ending import CommandError
from entra_double._cli.running import Health, Running, Stranger
from entra_double._world.directory_file.problems import did_you_mean

_LOCAL = "localhost,127.0.0.1,::1"
_BUNDLES = {
    "REQUESTS_CA_BUNDLE": "MSAL Python, azure-identity and requests",
    "SSL_CERT_FILE": "httpx and urllib",
    "NODE_EXTRA_CA_CERTS": "programs in Node.js",
}
_MOST_DRIFT = 5
_PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, and what to do about it; None if it is well."""

    says: str
    remedy: str | None = None


def check_health(server: Running) -> tuple[Health | None, Finding]:
    """Ask whether it is there, and whether it is entra-double."""
    try:
        health = server.health()
    except Stranger as stranger:
        return None, _stranger(server, stranger.status)
    except OSError as reason:
        return None, _silence(server, reason)
    return health, Finding(f"entra-double {health['version']} answers at {server.url}, instance {health['instance']}")


def _stranger(server: Running, status: int) -> Finding:
    if status == 421:
        host = urlsplit(server.url).hostname
        return Finding(
            f"entra-double does not answer to the name {host}",
            f"use localhost, or start it with --base-url {server.url}",
        )
    return Finding(
        f"what listens at {server.url} is not entra-double (status {status})",
        "stop it, or give entra-double another port with serve --port",
    )


def _silence(server: Running, reason: OSError) -> Finding:
    if isinstance(reason, ssl.SSLCertVerificationError):
        says = f"the certificate of {server.url} is not trusted: {reason.verify_message}"
        return Finding(says, "name the authority's file that serve --tls printed with --ca")
    if isinstance(reason, ssl.SSLError):
        return Finding(
            f"{server.url} does not speak https", f"use {server.url.replace('https:', 'http:', 1)}, or serve --tls"
        )
    if isinstance(reason, ConnectionRefusedError):
        return Finding(f"nothing listens at {server.url}", f"start it: entra-double serve --port {server.port}")
    if isinstance(reason, socket.gaierror):
        return Finding(f"the name in {server.url} is not known", "use localhost, or enter the name in the hosts file")
    return Finding(f"{server.url} does not answer: {reason}", "is it http or https, and is this the right port?")


def check_loopback(server: Running, health: Health) -> Iterator[Finding]:
    """Ask whether every address of `localhost` leads to the same server: clients choose IPv4 or IPv6 as they like."""
    parts = urlsplit(server.url)
    if parts.hostname != "localhost":
        return
    addresses = {known[4][0] for known in socket.getaddrinfo("localhost", None, type=socket.SOCK_STREAM)}
    for address in sorted(map(str, addresses)):
        literal = f"[{address}]" if ":" in address else address
        try:
            with socket.create_connection((address, server.port), _PATIENCE):
                pass
        except OSError:
            yield Finding(
                f"localhost is {address} too, and nothing listens there",
                "some clients try it first: leave it out of the hosts file, or let the server listen on both",
            )
            continue
        if parts.scheme == "http":
            other = Running(url=f"http://{literal}:{server.port}", control_token=None, ca=server.ca)
            if _instance(other) != health["instance"]:
                yield Finding(
                    f"at {literal}:{server.port} another program listens than at {server.url}",
                    "stop one of the two: a client may be led to either",
                )
                continue
        yield Finding(f"localhost as {address} leads to it")


def _instance(server: Running) -> object:
    try:
        return server.health()["instance"]
    except (OSError, Stranger):
        return None


def check_proxy(server: Running, environment: Mapping[str, str]) -> Iterator[Finding]:
    """Ask whether clients would send what is meant for this machine to a proxy."""
    parts = urlsplit(server.url)
    proxy = environment.get(f"{parts.scheme}_proxy") or environment.get(f"{parts.scheme.upper()}_PROXY")
    if not proxy:
        return
    excepted = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
    by_name = {"no": excepted}
    if urllib.request.proxy_bypass_environment(parts.hostname or "", by_name):  # type: ignore[attr-defined]
        yield Finding(f"clients use a proxy ({parts.scheme}_proxy), but not for {parts.hostname}")
    else:
        yield Finding(
            f"clients send requests for {parts.hostname} to the proxy of {parts.scheme}_proxy",
            f"export NO_PROXY={_LOCAL} no_proxy={_LOCAL}",
        )


def check_authority(server: Running, environment: Mapping[str, str]) -> Iterator[Finding]:
    """Ask whether the clients of this shell would trust the certificate."""
    if not server.url.startswith("https:"):
        return
    if not server.ca.exists():
        yield Finding(f"there is no authority in {server.ca}", "start serve --tls, or name its file with --ca")
        return
    for variable, clients in _BUNDLES.items():
        bundle = environment.get(variable)
        if bundle and _holds(Path(bundle), server.ca):
            yield Finding(f"{clients} trust it ({variable})")
        else:
            says = f"{variable} names another file" if bundle else f"{variable} is not set"
            yield Finding(f"{clients} do not trust it: {says}", _trust(variable, bundle, server.ca))


def _trust(variable: str, bundle: str | None, ca: Path) -> str:
    """Say how clients come to trust the authority beside what they trust already."""
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
    """Ask whether the emulator's clock goes right: a test may have moved it."""
    drift = int(health["time"] - now)
    if abs(drift) <= _MOST_DRIFT:
        return Finding("its clock goes right")
    return Finding(
        f"its clock is {abs(drift)} seconds {'ahead' if drift > 0 else 'behind'}: verifiers refuse its tokens",
        'PUT /_control/clock {"offset": 0}, or POST /_control/reset',
    )


def check_documents(server: Running) -> Finding:
    """Ask whether the discovery document names the address that is used: clients compare the two."""
    try:
        reply = server.get("/organizations/v2.0/.well-known/openid-configuration")
        issuer = str(json.loads(reply.body)["issuer"])
    except OSError as reason:
        return _no_document(str(reason))
    except (ValueError, KeyError, TypeError):
        return _no_document(f"status {reply.status}")
    if issuer.startswith(f"{server.url}/"):
        return Finding(f"the discovery document names it: issuer {issuer}")
    known = issuer.partition("/{tenantid}")[0]
    return Finding(
        f"the discovery document says {known}, and not {server.url}",
        f"configure clients with {known}, or start it with --base-url {server.url}",
    )


def _no_document(why: str) -> Finding:
    return Finding(
        f"the discovery document is not there ({why})", "an outage may have been begun: DELETE /_control/outages"
    )


def check_control_token(server: Running) -> Finding:
    """Ask whether the control interface takes the token."""
    try:
        server.control("GET", "requests")
    except CommandError as error:
        return Finding("the control interface does not take the token", str(error))
    return Finding("the control interface takes the token")


def check_redirect_uri(server: Running, uri: str) -> Finding:
    """Ask who has registered a redirect URI."""
    try:
        directory = server.directory()
    except CommandError as error:
        return Finding(f"the directory cannot be asked for redirect URIs: {error}", "give the control token")
    for known in directory.applications:
        if platform := known.platform_of(uri):
            return Finding(f"{uri} is registered by {known.name!r} ({platform})")
    registered = [each.uri for known in directory.applications for each in known.redirect_uris]
    return Finding(
        f"no application has registered {uri}{did_you_mean(uri, registered)}",
        "register exactly this address; only the port of localhost is ignored (AADSTS50011)",
    )
