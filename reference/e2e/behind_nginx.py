"""Runs a site as `reference/deploy/compose.yaml` lays it out, as processes: nginx, two workers, PostgreSQL, Redis."""

import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import postgres
import pytest
import redis_server
from e2e.certificates import make_certificate
from e2e.servers import BACKEND, PATIENCE, free_ports

REQUIRE = "ENTRANCE_REQUIRE_NGINX"
"""In the environment: where nginx is missing, its tests fail; without it they are skipped."""

MISSING = "nginx, redis-server and postgresql are needed, Debian's packages nginx-light, redis-server and postgresql."

DEPLOY = Path(__file__).parents[1] / "deploy"
READY = "/entrance/config.json"
MAIN = """\
daemon off;
master_process {master};
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log error;
events {{ worker_connections 1024; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/logbook.conf;
}}
"""
"""What nginx's image has around the configuration of the site."""


class Worker:
    """A process of uvicorn, with the command of Logbook's image."""

    def __init__(self, application: str, environment: Mapping[str, str]) -> None:
        [port] = free_ports(1)
        self.address = f"127.0.0.1:{port}"
        self.command, self.environment = command_of_image(application, port), environment
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, cwd=BACKEND, env=self.environment)

    def stop(self) -> None:
        if self.process is not None:
            end(self.process)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Addresses of a site behind nginx, its two workers, and the folder with nginx's logs."""

    address: str
    http_address: str
    workers: tuple["Worker", "Worker"]
    folder: Path
    certificate: Path
    environment: Mapping[str, str]

    def tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.certificate)

    @contextmanager
    def without_worker(self, number: int) -> Iterator[None]:
        """Stop a worker until the end of the block."""
        worker = self.workers[number]
        worker.stop()
        yield
        worker.start()
        wait_for(f"http://{worker.address}{READY}", self)

    def log(self, name: str) -> str:
        """Return what nginx has logged in ``access`` or ``error``."""
        return (self.folder / f"{name}.log").read_text()


def command_of_image(application: str, port: int) -> list[str]:
    """Return the command of Logbook's image, for another application and a port of loopback."""
    [line] = [line for line in (DEPLOY / "Dockerfile").read_text().splitlines() if line.startswith("CMD ")]
    replaced = {"config.asgi:application": application, "0.0.0.0": "127.0.0.1", "8000": str(port)}
    return [sys.executable, "-m", *(replaced.get(part, part) for part in json.loads(line.removeprefix("CMD ")))]


def found(program: str) -> str | None:
    """Return the path of a server. Debian keeps those outside the PATH of many users."""
    return shutil.which(program, path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"]))


def find_servers() -> tuple[str, str, Path] | None:
    """Return nginx, redis-server and the folder of PostgreSQL, or None where one is missing."""
    nginx, redis, binaries = found("nginx"), found("redis-server"), postgres.find_binaries()
    return (nginx, redis, binaries) if nginx and redis and binaries else None


def require_servers() -> tuple[str, str, Path]:
    """Return the servers; where one is missing, skip or fail the test."""
    servers = find_servers()
    if servers is None and REQUIRE in os.environ:
        pytest.fail(f"{REQUIRE} is set: {MISSING}")
    if servers is None:
        pytest.skip(MISSING)
    return servers


@contextmanager
def data_stores(redis: str, binaries: Path) -> Iterator[dict[str, str]]:
    """Run PostgreSQL and Redis. Yield the environment that names them."""
    [port] = free_ports(1)
    with postgres.running(binaries) as socket, redis_server.running(redis, port=port) as cache:
        postgres.new_database(socket, "logbook")
        yield {
            "DATABASE_URL": f"postgres://postgres@{socket.replace('/', '%2F')}/logbook",
            "CACHE_URL": f"{cache}/0",
        }


@contextmanager
def behind_nginx(
    nginx: str,
    folder: Path,
    ports: tuple[int, int],
    environment: Mapping[str, str],
    *,
    application: str = "config.asgi:application",
) -> Iterator[Site]:
    """Serve an ASGI application with two workers behind nginx, at ``ports`` for https and http."""
    private, public = make_certificate("localhost")
    (folder / "site.key").write_text(private)
    (folder / "site.pem").write_text(public)
    site = Site(
        address=f"https://localhost:{ports[0]}",
        http_address=f"http://localhost:{ports[1]}",
        workers=(Worker(application, environment), Worker(application, environment)),
        folder=folder,
        certificate=folder / "site.pem",
        environment=environment,
    )
    configure(site, ports)
    with ExitStack() as stack:
        for each in site.workers:
            stack.callback(each.stop)
            each.start()
        stack.callback(end, subprocess.Popen([nginx, "-p", str(folder), "-c", str(folder / "nginx.conf")]))
        for address in (*(f"http://{each.address}" for each in site.workers), site.address):
            wait_for(address + READY, site)
        yield site


def configure(site: Site, ports: tuple[int, int]) -> None:
    """Write nginx's configuration: the file that the compose example uses, filled in as its image fills it in."""
    values = {
        "LOG_FOLDER": str(site.folder),
        "WORKER_1": site.workers[0].address,
        "WORKER_2": site.workers[1].address,
        "HTTP_LISTEN": f"127.0.0.1:{ports[1]}",
        "HTTPS_LISTEN": f"127.0.0.1:{ports[0]}",
        "PUBLIC_URL": site.address,
        "CERTIFICATE": str(site.certificate),
        "CERTIFICATE_KEY": str(site.folder / "site.key"),
    }
    template = (DEPLOY / "nginx.conf.template").read_text()
    filled = re.sub(r"\$\{(\w+)\}", lambda variable: values[variable[1]], template)
    (site.folder / "logbook.conf").write_text(filled)
    (site.folder / "nginx.conf").write_text(MAIN.format(folder=site.folder, master="off"))


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_for(address: str, site: Site) -> None:
    """Wait until a server answers for the site's host."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with open_at(site, address, {"Host": site.address.partition("://")[2]}):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def open_at(site: Site, address: str, headers: Mapping[str, str], body: bytes | None = None) -> Any:
    """Send a request without a browser, which trusts the site's certificate."""
    request = urllib.request.Request(address, body, dict(headers))
    return urllib.request.urlopen(request, timeout=30, context=site.tls() if address.startswith("https") else None)
