"""1,000 open subscriptions on one worker, with and without authentication. `make bench` runs it.

Each figure is of a new process of uvicorn with one person in 50 connections, on SQLite. Memory is what the process grew
by, with uvicorn's, Channels' and Strawberry's own part; time is on the wall, from the word to its last delivery.
"""

import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench_peers import HERE, ROOT
from measure import stay_on_the_quickest_core
from scripted import API, K1, SPA, TENANT, ScriptedAuthority, claims_v2, serving, token
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

CONNECTIONS, PERSONS, WORDS = 1_000, 20, 9
WAYS = {"without": "without authentication", "with": "with EntranceMiddleware"}
SUBSCRIBE = {"type": "subscribe", "id": "1", "payload": {"query": "subscription { said }"}}


def main() -> None:
    stay_on_the_quickest_core()
    with tempfile.TemporaryDirectory() as folder, serving(ScriptedAuthority()) as authority:
        authority.keys = [K1.jwk(host=authority.host)]
        environment = environment_in(Path(folder), authority.host)
        subprocess.run([sys.executable, "-m", "django", "migrate", "--verbosity", "0"], env=environment, check=True)
        for way, name in WAYS.items():
            with worker(environment) as address:
                report(name, asyncio.run(measure(address, way, tokens(authority.host))))


def environment_in(folder: Path, host: str) -> dict[str, str]:
    entrance = {"TENANT_ID": TENANT, "CLIENT_ID": API, "SPA_CLIENT_ID": SPA, "AUTHORITY_HOST": host}
    paths = [str(HERE), str(ROOT / "packages" / "django-entrance" / "tests")]
    return os.environ | {
        "PYTHONPATH": os.pathsep.join(paths),
        "DJANGO_SETTINGS_MODULE": "live_settings",
        "LIVE_SITE_DATABASE": json.dumps({"ENGINE": "django.db.backends.sqlite3", "NAME": f"{folder}/bench.sqlite3"}),
        "LIVE_SITE_ENTRANCE": json.dumps(entrance | {"REQUIRED_SCOPES": ["access_as_user"]}),
    }


@contextmanager
def worker(environment: dict[str, str]) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0), backlog=CONNECTIONS) as listening:
        command = [sys.executable, "-m", "uvicorn", "live_worker:application", "--log-level", "error", "--fd"]
        fd = listening.fileno()
        with subprocess.Popen([*command, str(fd)], env=environment, pass_fds=[fd]) as process:
            try:
                yield "{}:{}".format(*listening.getsockname())
            finally:
                process.kill()


def tokens(host: str) -> list[str]:
    now = int(time.time())
    people = [f"0b1ec700-0000-4000-8000-{number:012d}" for number in range(PERSONS)]
    return [token(claims_v2(host=host, now=now, oid=oid, upn=f"{oid}@contoso.example")) for oid in people]


async def measure(address: str, way: str, bearers: list[str]) -> dict[str, float]:
    await open_one(address, way, bearers[0])  # what is loaded once
    before = await ask(address, "state")
    started = time.perf_counter()
    clients = [await open_one(address, way, bearers[number % PERSONS]) for number in range(CONNECTIONS)]
    opened = time.perf_counter() - started
    while (after := await ask(address, "state"))["subscriptions"] <= CONNECTIONS:
        pass
    words = [await deliver(address, clients) for _ in range(WORDS)]
    look = await ask(address, "look") if way == "with" else None
    return {
        "memory": (after["memory"] - before["memory"]) / CONNECTIONS,
        "opened": opened,
        "delivered": statistics.median(words),
        "look": look["wall"] if look else 0,
    }


async def open_one(address: str, way: str, bearer: str) -> ClientConnection:
    origin, protocols = Origin(f"http://{address}"), [Subprotocol("graphql-transport-ws")]
    client = await connect(f"ws://{address}/{way}/", origin=origin, subprotocols=protocols, ping_interval=None)
    await client.send(json.dumps({"type": "connection_init", "payload": {"Authorization": f"Bearer {bearer}"}}))
    assert json.loads(await client.recv()) == {"type": "connection_ack"}
    await client.send(json.dumps(SUBSCRIBE))
    return client


async def deliver(address: str, clients: list[ClientConnection]) -> float:
    """Return the seconds until the last client has the word."""
    receiving = asyncio.gather(*(each.recv() for each in clients))
    await asyncio.sleep(0)
    started = time.perf_counter()
    await ask(address, "say")
    await receiving
    return time.perf_counter() - started


async def ask(address: str, path: str) -> Any:
    def call() -> Any:
        with urllib.request.urlopen(f"http://{address}/{path}", timeout=60) as answer:
            return json.loads(answer.read())

    return await asyncio.to_thread(call)


def report(name: str, figures: dict[str, float]) -> None:
    print(f"{CONNECTIONS} subscriptions, {name}")
    print(f"  memory of one          {figures['memory'] / 1024:7.1f} kB")
    print(f"  opened one by one in   {figures['opened']:7.2f} s")
    print(f"  last delivery after    {figures['delivered'] * 1000:7.0f} ms")
    if figures["look"]:
        print(f"  one look at all of them{figures['look'] * 1000:7.0f} ms, every 30 s")


if __name__ == "__main__":
    main()
