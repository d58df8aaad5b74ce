"""A storm behind nginx: first sign-ins and bearer requests, with a key rotation and an outage of Entra. `make bench`.

The layout is that of `reference/deploy`: nginx with TLS, two workers of uvicorn, PostgreSQL, Redis; entra-double and 50
clients run on the same cores. A tenth of the people sign in over two connections at once. `--of 10` runs a tenth of it.
The run fails if a request fails that Entra's state does not excuse, if a person has two users, or if the two workers
fetch the keys more than once together.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "packages" / "django-entrance" / "tests"))
sys.path.insert(0, str(Path(__file__).parents[1] / "reference"))

import psycopg
from e2e.behind_nginx import DEPLOY, MISSING, Site, behind_nginx, data_stores, find_servers
from e2e.servers import free_ports
from storm_clients import Connection, Tally
from storm_entra import StormEntra, username

PEOPLE, REQUESTS, CLIENTS = 10_000, 100_000, 50
SHARE_ON_PAGES, SHARE_AT_ONCE = 0.02, 0.1
ROTATION, OUTAGE, RETURN = 0.25, 0.5, 0.6
"""Shares of the work after which keys are rotated, and Entra's server stops and starts."""

FIRST = 20
"""People who have signed in before the storm."""

WAITING = 20
"""People who come back from Entra's pages just after its server has stopped."""

Job = Callable[[Connection], None]


class Storm:
    """The work of one run, and what it knows: the tokens of people who have signed in."""

    def __init__(self, site: Site, entra: StormEntra, people: int, requests: int) -> None:
        self.site, self.entra, self.people, self.requests = site, entra, people, requests
        self.tally = Tally()
        self.known: list[tuple[str, str]] = []
        self.tokens: dict[int, str] = {}
        self.locks = {number: threading.Lock() for number in range(people)}
        self.is_away = threading.Event()

    def jobs(self) -> list[Job]:
        """Return all requests in a random order. What one person does at once stays together."""
        on_pages = int(self.people * SHARE_ON_PAGES)
        groups: list[list[Job]] = [[self.bearer] for _ in range(self.requests)]
        for number in range(self.people):
            if number < on_pages:
                groups.append([partial(self.on_a_page, number=number)])
            else:
                is_at_once = number < on_pages + self.people * SHARE_AT_ONCE
                groups.append([partial(self.first, number=number)] * (2 if is_at_once else 1))
        random.shuffle(groups)
        return [job for group in groups for job in group]

    def bearer(self, connection: Connection) -> None:
        token, name = random.choice(self.known)
        connection.who("bearer request", token, name)

    def first(self, connection: Connection, number: int) -> None:
        """Sign in for the first time, by a bearer request or by the exchange for a session."""
        with self.locks[number]:
            token = self.tokens.get(number) or self.tokens.setdefault(number, self.entra.token(number))
        ask = connection.who if number % 2 else connection.exchange
        ask("first sign-in", token, username(number))
        self.known.append((token, username(number)))

    def on_a_page(self, connection: Connection, number: int) -> None:
        """Sign in on pages. While Entra is away its pages are too, so people try again."""
        person = self.entra.add_person(number)
        while True:
            try:
                address = self.entra.choose(connection.begin_on_a_page(), person)
            except OSError:
                self.tally.count("page sign-in: Entra's pages are away")
                time.sleep(0.5)
                continue
            if self.finish(connection, address):
                return

    def finish(self, connection: Connection, address: str) -> bool:
        """Return whether the sign-in ended in a session. 503 with Retry-After is what an outage allows."""
        answer = connection.come_back(address)
        self.tally.count(f"page sign-in: {answer.status}")
        if answer.status == 503 and "Retry-After" in answer.headers:
            time.sleep(float(answer.headers["Retry-After"]))
            return False
        if answer.status != 302:
            self.tally.note(f"page sign-in: {answer.status} {answer.body[:300]!r}")
        return True

    def outage(self) -> None:
        """Stop Entra's server while people are on their way back from it."""
        connections = [self.connect() for _ in range(WAITING)]
        numbers = range(self.people, self.people + WAITING)
        people = [self.entra.add_person(number) for number in numbers]
        addresses = [
            self.entra.choose(connection.begin_on_a_page(), person)
            for connection, person in zip(connections, people, strict=True)
        ]
        self.entra.stop()
        for connection, address in zip(connections, addresses, strict=True):
            answer = connection.come_back(address)
            self.tally.count(f"page sign-in in the outage: {answer.status}")
            if answer.status != 503 or "Retry-After" not in answer.headers:
                self.tally.note(f"page sign-in in the outage: {answer.status}")
        self.is_away.set()

    def come_back(self) -> None:
        """Start Entra's server again. The people that the outage has stopped sign in."""
        self.is_away.wait()
        self.entra.start()
        connection = self.connect()
        for number in range(self.people, self.people + WAITING):
            self.on_a_page(connection, number)

    def connect(self) -> Connection:
        return Connection(self.site.address, self.site.tls(), self.tally)

    def run(self) -> float:
        """Do all the work. Return the requests per second."""
        connection = self.connect()
        for number in range(self.people + WAITING, self.people + WAITING + FIRST):
            token = self.entra.token(number)
            connection.who("first sign-in", token, username(number))
            self.known.append((token, username(number)))
        jobs = self.jobs()
        events = {
            int(len(jobs) * ROTATION): self.entra.entra.rotate_keys,
            int(len(jobs) * OUTAGE): self.outage,
            int(len(jobs) * RETURN): self.come_back,
        }
        remaining, lock = iter(enumerate(jobs)), threading.Lock()
        started = time.monotonic()

        def work() -> None:
            connection = self.connect()
            while True:
                with lock:
                    number, job = next(remaining, (-1, None))
                if job is None:
                    return
                if number in events:
                    events[number]()
                try:
                    job(connection)
                except Exception as error:  # the run goes on, and fails at its end
                    self.tally.note(f"{type(error).__name__}: {error}")
                    connection = self.connect()

        with ThreadPoolExecutor(CLIENTS) as threads:
            for thread in [threads.submit(work) for _ in range(CLIENTS)]:
                thread.result()
        return len(jobs) / (time.monotonic() - started)


def main() -> int:
    parser = argparse.ArgumentParser(description="Run a storm of sign-ins and bearer requests behind nginx.")
    parser.add_argument("--of", type=int, default=1, help="run only this part of the work: 10 is a tenth")
    part = parser.parse_args().of
    servers = find_servers()
    if servers is None:
        print(MISSING, file=sys.stderr)
        return 1
    nginx, redis, binaries = servers
    with tempfile.TemporaryDirectory(prefix="storm-") as name, data_stores(redis, binaries) as stores:
        folder = Path(name)
        folder.chmod(0o755)
        entra_port, *ports = free_ports(3)
        environment = os.environ | stores | storm_environment(folder, entra_port, ports[0])
        manage = [sys.executable, "-m", "storm_site", "migrate", "--verbosity", "0"]
        subprocess.run(manage, env=environment, check=True)
        entra = StormEntra(entra_port, registered_at(folder, environment["STORM_PUBLIC_URL"]))
        with serving(nginx, folder / "with", ports, environment) as site, entra.running():
            storm = Storm(site, entra, PEOPLE // part, REQUESTS // part)
            speed = storm.run()
            warm = throughput(storm, REQUESTS // part // 10)
        with serving(nginx, folder / "without", ports, environment | {"STORM_WITHOUT": "1"}) as site:
            plain = throughput(Storm(site, entra, 0, 0), REQUESTS // part // 10)
        return report(storm, speed, warm, plain, users(stores["DATABASE_URL"]))


def storm_environment(folder: Path, entra_port: int, port: int) -> dict[str, str]:
    return {
        "PYTHONPATH": str(Path(__file__).parent),
        "STORM_LOG": str(folder / "site.log"),
        "STORM_AUTHORITY": f"http://localhost:{entra_port}",
        "STORM_PUBLIC_URL": f"https://localhost:{port}",
    }


def registered_at(folder: Path, address: str) -> Path:
    """Return a directory file with the redirect URIs of an address."""
    file = folder / "local-entra.toml"
    file.write_text((DEPLOY / "local-entra.toml").read_text().replace("https://localhost:8443", address))
    return file


@contextmanager
def serving(nginx: str, folder: Path, ports: list[int], environment: dict[str, str]) -> Iterator[Site]:
    folder.mkdir()
    application = "storm_site:application"
    with behind_nginx(nginx, folder, (ports[0], ports[1]), environment, application=application) as site:
        yield site


def throughput(storm: Storm, requests: int) -> float:
    """Return how many requests of known callers the site answers in a second, with nothing else to do."""
    callers = storm.known or [("none", "")]
    started = time.monotonic()

    def work(share: int) -> None:
        connection = storm.connect()
        for _ in range(share):
            connection.who("warm request", *random.choice(callers))

    with ThreadPoolExecutor(CLIENTS) as threads:
        for thread in [threads.submit(work, requests // CLIENTS) for _ in range(CLIENTS)]:
            thread.result()
    return requests / (time.monotonic() - started)


def users(database: str) -> dict[str, int]:
    """Count what must be once for each person."""
    asked = {
        "users": "SELECT count(*) FROM auth_user",
        "accounts": "SELECT count(*) FROM django_entrance_entraaccount",
        "people": "SELECT count(DISTINCT (tenant_id, object_id)) FROM django_entrance_entraaccount",
    }
    with psycopg.connect(database) as connection:
        return {name: connection.execute(query).fetchone()[0] for name, query in asked.items()}  # type: ignore[index]


def report(storm: Storm, speed: float, warm: float, plain: float, counted: dict[str, int]) -> int:
    """Print the figures and what was wrong. Return the exit code."""
    for what, number in sorted(storm.tally.answers.items()):
        print(f"  {what:60} {number:8}")
    fetches = storm.entra.key_fetches
    print(f"  {'fetches of keys: the first, and one for the rotation':60} {fetches:8}")
    for what, number in counted.items():
        print(f"  {what:60} {number:8}")
    print(f"  {'requests per second, in the storm':60} {speed:8.0f}")
    print(f"  {'the same site, warm bearer requests alone':60} {warm:8.0f}")
    print(f"  {'the same site without authentication':60} {plain:8.0f}   {warm / plain:.2f}")
    expected = storm.people + FIRST + WAITING
    wrong = [*storm.tally.wrong]
    wrong += [f"expected {expected} {what}, got {number}" for what, number in counted.items() if number != expected]
    wrong += [f"expected 2 fetches of keys, got {fetches}"] if fetches != 2 else []
    for each in wrong[:20]:
        print(f"  wrong: {each}")
    print(f"  {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
