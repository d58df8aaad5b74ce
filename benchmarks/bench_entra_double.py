"""Measures entra-double: import, start, sign-in, tokens, loading a directory (`make bench`).

Prints each figure with its target. The exit code is 1 if one is missed. Figures are CPU time on one core, the best of a
few rounds, since other load only makes rounds slower. The wall-clock time is printed as well; on an idle machine both
are equal.
"""

import asyncio
import atexit
import importlib.metadata
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from browsing import Browser
from entra_double import Emulator, make_app
from entra_double._world.directory_file.read import read_directory
from entra_double._world.directory_file.write import write_directory

ROUNDS = 5
SIGN_INS, TOKENS = 250, 2_000
PEOPLE, GROUPS, MEMBERS = 10_000, 2_000, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A measured figure with its target, which is a maximum if `is_most`, else a minimum."""

    what: str
    value: float
    unit: str
    target: float
    is_most: bool = True
    wall: float | None = None

    @property
    def is_well(self) -> bool:
        return self.value <= self.target if self.is_most else self.value >= self.target

    def __str__(self) -> str:
        sign, verdict = ("<=" if self.is_most else ">="), ("ok" if self.is_well else "too slow")
        waited = "" if self.wall is None else f"  ({self.wall:.2f} s on the wall)"
        value, target = (
            f"{number:,.2f}" if self.unit == "s" else f"{number:,.0f}" for number in (self.value, self.target)
        )
        return f"{self.what:58} {value:>9} {self.unit:4} {sign} {target:>5}   {verdict:9}{waited}"


def main() -> int:
    figures = []
    for figure in measure():
        print(figure, flush=True)
        figures.append(figure)
    print(f"\nInstalled in an empty environment: {', '.join(closure('entra-double'))}")
    return 0 if all(figure.is_well for figure in figures) else 1


def measure() -> Iterator[Figure]:
    spent, wall = best(imported)
    what = "import entra_double in a new process"
    yield Figure(what=what, value=spent, unit="s", target=0.3, wall=wall)
    spent, wall = best(first_token)
    what = "`entra-double serve` to the first token, and its exit"
    yield Figure(what=what, value=spent, unit="s", target=1.0, wall=wall)
    rate = SIGN_INS / best(lambda: asyncio.run(sign_ins(SIGN_INS)))[0]
    what = "authorization-code sign-ins with PKCE, in process"
    yield Figure(what=what, value=rate, unit="1/s", target=200, is_most=False)
    rate = TOKENS / best(tokens)[0]
    yield Figure(what="access tokens minted", value=rate, unit="1/s", target=1_000, is_most=False)
    text = crowd()
    spent, wall = best(lambda: timed(lambda: read_directory("crowd.toml", text=text)))
    what = f"{PEOPLE:,} people, {GROUPS:,} groups of {MEMBERS}, from TOML"
    yield Figure(what=what, value=spent, unit="s", target=2.0, wall=wall)


Times = tuple[float, float]
"""CPU time and wall-clock time in seconds."""


def best(measured: Callable[[], Times]) -> Times:
    return min(measured() for _ in range(ROUNDS))


def timed(call: Callable[[], object]) -> Times:
    wall, spent = time.perf_counter(), time.process_time()
    call()
    return time.process_time() - spent, time.perf_counter() - wall


def imported() -> Times:
    """Time the imports of `Emulator`, the application and the server, without the start of Python."""
    code = (
        "import time; wall, spent = time.perf_counter(), time.process_time()\n"
        "from entra_double import Emulator, EntraServer, make_app\n"
        "print(time.process_time() - spent, time.perf_counter() - wall)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment())
    spent, wall = run.stdout.split()
    return float(spent), float(wall)


@cache
def environment() -> dict[str, str]:
    """Return an environment in which modules are compiled once, as in an installation."""
    folder = tempfile.mkdtemp(prefix="entra-double-bench-")
    atexit.register(shutil.rmtree, folder)
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": folder}


def first_token() -> Times:
    """Time the process from its start to the first token. CPU time includes its exit."""
    wall, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "entra_double", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment()) as process:
        assert process.stdout is not None
        said = ""
        while not (address := re.search(r"http://localhost:\d+", said)):
            said = process.stdout.readline()
        ask_for_token(address[0])
        needed = time.perf_counter() - wall
        process.terminate()
        process.stdout.read()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, needed


def ask_for_token(address: str) -> None:
    request = urllib.request.Request(
        f"{address}/_control/token",
        data=b'{"person": "ada@contoso.example"}',
        headers={"X-Entra-Double-Control": "1"},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=10) as response:
        assert response.status == 200


async def sign_ins(number: int) -> Times:
    """Time complete sign-ins: account picker, choice, code, three tokens."""
    browser = Browser(make_app(Emulator()))
    await browser.sign_in()  # creates templates and keys
    wall, spent = time.perf_counter(), time.process_time()
    for _ in range(number):
        await browser.sign_in()
    return time.process_time() - spent, time.perf_counter() - wall


def tokens() -> Times:
    emulator = Emulator()
    emulator.access_token("ada@contoso.example")

    def mint() -> None:
        for _ in range(TOKENS):
            emulator.access_token("ada@contoso.example")

    return timed(mint)


def crowd() -> str:
    """Return a large directory file: names only, with nested groups."""
    parts = ['[[tenants]]\nname = "Contoso"\ndomain = "contoso.example"\n']
    parts += (f'[[tenants.people]]\nname = "Person {n}"\nusername = "person{n}"\n' for n in range(PEOPLE))
    for number in range(GROUPS):
        members = [f'"person{(number * 7 + n) % PEOPLE}"' for n in range(MEMBERS - 1)]
        members.append(f'"Group {number - 1}"' if number else f'"person{PEOPLE - 1}"')
        parts.append(f'[[tenants.groups]]\nname = "Group {number}"\nmembers = [{", ".join(members)}]\n')
    text = "\n".join(parts)
    world = read_directory("crowd.toml", text=text)
    assert (len(world.people), len(world.groups)) == (PEOPLE, GROUPS)
    assert read_directory("written.toml", text=write_directory(world)) == world
    return text


def closure(name: str) -> list[str]:
    """Return the distributions that an installation requires, without other systems' and extras'."""
    found: dict[str, None] = {}
    waiting = [name]
    while waiting:
        current = waiting.pop()
        for line in importlib.metadata.requires(current) or ():
            requirement, _, marker = line.partition(";")
            needed = re.split(r"[\s<>=!~\[(]", requirement.strip())[0].lower().replace("_", "-")
            if holds(marker) and needed not in found:
                found[needed] = None
                waiting.append(needed)
    return sorted(found)


def holds(marker: str) -> bool:
    from packaging.markers import Marker

    return not marker.strip() or Marker(marker.strip()).evaluate({"extra": ""})


if __name__ == "__main__":
    sys.exit(main())
