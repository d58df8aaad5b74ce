"""Runs entra-double and Logbook for `make demo`."""

import argparse
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from demo_check import DemoError, check

BACKEND = Path(__file__).resolve().parent / "backend"
REAL_ENTRA = ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_SPA_CLIENT_ID")
PATIENCE = 30.0
"""Seconds to wait for a server to respond."""
FAREWELL = 5.0
"""Seconds to wait before a server is killed."""

WELCOME = """
  Logbook is ready:  {logbook}/

  Sign in with Microsoft{where}
{people}
  Sign in with a password (logbook-demo)
    barbara                      Barbara Liskov      Writer
    edsger                       Edsger Dijkstra     Admin
    hopper                       Grace Hopper        Reader; may connect Microsoft under Account

  Admins may enter Django's admin, {logbook}/admin/
  Clients of the Model Context Protocol find their tools at {logbook}/mcp

  Press Ctrl-C to stop the demo.
"""
ENTRA_DOUBLE_PEOPLE = """\
    ada@contoso.example          Ada Lovelace        Admin
    grace@contoso.example        Grace Hopper        Writer
    alan@contoso.example         Alan Turing         Reader
    katherine@fabrikam.example   Katherine Johnson   Writer, a guest
    mallory@contoso.example      Mallory Malone      not assigned: Entra refuses her
"""
REAL_PEOPLE = """\
    everyone with the app role Reader, Writer or Admin in your tenant;
    {logbook}/entrance/redirect/ must be a redirect URI of the single-page application
"""


@dataclass(slots=True)
class Server:
    """A child process in its own process group. Its output is printed once `is_loud` is set."""

    name: str
    process: subprocess.Popen[str]
    address: str
    is_loud: bool = False
    early_lines: list[str] = field(default_factory=list)

    def forward(self) -> None:
        """Read the output until it is closed."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if self.is_loud:
                print(f"  {self.name:<12}| {line}", end="", flush=True)
            else:
                self.early_lines.append(line)

    def wait_until_it_answers(self, *, then_be_loud: bool) -> None:
        deadline = time.monotonic() + PATIENCE
        while not answers(self.address):
            self.require_running()
            if time.monotonic() > deadline:
                raise DemoError(f"{self.name} does not respond at {self.address}.")
            time.sleep(0.05)
        self.is_loud = then_be_loud

    def require_running(self) -> None:
        if self.process.poll() is not None:
            last_lines = "".join(self.early_lines[-20:])
            raise DemoError(f"{last_lines}{self.name} exited with code {self.process.returncode}.")


def main() -> int:
    """Run the demo. Return the exit code: 0 after Ctrl-C or a successful check, else 1."""
    parser = argparse.ArgumentParser(description="Start entra-double and Logbook.")
    parser.add_argument("--check", action="store_true", help="sign Ada in with a headless browser, then exit")
    options = parser.parse_args()
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # shells ignore SIGINT in the background
        signal.signal(ending, signal.default_int_handler)
    try:
        with ExitStack() as stack:
            run(stack, only_check=options.check)
    except KeyboardInterrupt:
        print("\n  The demo has stopped.")
    except DemoError as problem:
        print(f"\n  {problem}", file=sys.stderr)
        return 1
    return 0


def run(stack: ExitStack, *, only_check: bool) -> None:
    if only_check and not uses_entra_double():
        raise DemoError(f"--check signs in at entra-double: leave {REAL_ENTRA[0]} unset.")
    logbook = f"http://localhost:{usable_port('PORT', 8000)}"
    entra = f"http://localhost:{usable_port('ENTRA_PORT', 8400)}" if uses_entra_double() else None
    environment = environment_of_logbook(entra)
    servers = []
    if entra is not None:
        command = ["-m", "entra_double", "serve", "--port", port_of(entra)]
        servers.append(stack.enter_context(serving("entra-double", command, environment, f"{entra}/health")))
    prepare_database(environment)
    command = ["-m", "uvicorn", "config.asgi:application", "--port", port_of(logbook), "--log-level", "warning"]
    servers.append(stack.enter_context(serving("logbook", command, environment, f"{logbook}/entrance/config.json")))
    for server in servers:
        server.wait_until_it_answers(then_be_loud=not only_check)
    if only_check:
        check(f"{logbook}/")
    else:
        print(welcome(logbook, entra), flush=True)
        watch(servers)


def uses_entra_double() -> bool:
    return not all(os.environ.get(name) for name in REAL_ENTRA)


def welcome(logbook: str, entra: str | None) -> str:
    """Return the welcome text: the address and the people."""
    if entra is None:
        return WELCOME.format(logbook=logbook, where="", people=REAL_PEOPLE.format(logbook=logbook))
    missing = [name for name in REAL_ENTRA if not os.environ.get(name)]
    is_half = len(missing) < len(REAL_ENTRA)
    note = f"\n  {' and '.join(missing)} not set: using entra-double instead of the real Entra ID.\n" if is_half else ""
    return note + WELCOME.format(logbook=logbook, where=f" (entra-double, {entra})", people=ENTRA_DOUBLE_PEOPLE)


def port_of(address: str) -> str:
    return address.rpartition(":")[2]


def watch(servers: list[Server]) -> None:
    """Wait until Ctrl-C, or until a server exits."""
    while True:
        for server in servers:
            server.require_running()
        time.sleep(0.2)


def usable_port(variable: str, default: int) -> int:
    """Return the port in the environment variable, or a free port for 0."""
    text = os.environ.get(variable) or str(default)
    if not (text.isascii() and text.isdecimal() and int(text) < 65536):
        raise DemoError(f"{variable}={text} is not a port: use a number below 65536.")
    if is_taken(int(text)):
        raise DemoError(f"Port {text} is in use: choose another one, for example {variable}={int(text) + 1} make demo.")
    return int(text) or free_port()


def is_taken(port: int) -> bool:
    """Check both loopback addresses: browsers may use either for `localhost`."""
    return any(not can_bind(family, address, port) for family, address in loopbacks())


def loopbacks() -> list[tuple[socket.AddressFamily, str]]:
    both = [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")]
    return [(family, address) for family, address in both if can_bind(family, address, 0)]


def can_bind(family: socket.AddressFamily, address: str, port: int) -> bool:
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address, port))
    except OSError:
        return False
    return True


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def environment_of_logbook(entra: str | None) -> dict[str, str]:
    """Return the environment for Logbook, without variables of other Django projects."""
    foreign = ("DJANGO_", "DATABASE_URL", "CACHE_URL", *(("AZURE_", "ENTRANCE_") if entra else ()))
    own = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DJANGO_DEBUG": "1",
        "LOGBOOK_SESSION": "django",
        "DATABASE_URL": f"sqlite:///{BACKEND / 'demo.sqlite3'}",
        "PYTHONUNBUFFERED": "1",
    }
    environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return environment | own | ({"AZURE_AUTHORITY_HOST": entra} if entra else {})


def prepare_database(environment: dict[str, str]) -> None:
    for command in ("migrate", "seed_demo"):
        arguments = [sys.executable, "manage.py", command, "--verbosity", "0"]
        done = subprocess.run(arguments, cwd=BACKEND, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise DemoError(f"{done.stdout}{done.stderr}manage.py {command} failed.")


@contextmanager
def serving(name: str, arguments: list[str], environment: dict[str, str], address: str) -> Iterator[Server]:
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=BACKEND,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,  # Ctrl-C reaches only this process, which then stops the others
    )
    server = Server(name, process, address)
    threading.Thread(target=server.forward, daemon=True).start()
    try:
        yield server
    finally:
        end(process)


def end(process: subprocess.Popen[str]) -> None:
    """Stop the process group with SIGTERM, then with SIGKILL."""
    for ending in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, ending)
            process.wait(FAREWELL)
        except subprocess.TimeoutExpired:
            continue
        except ProcessLookupError:
            process.wait()
        return


def answers(address: str) -> bool:
    no_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with no_proxy.open(address, timeout=1):
            return True
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
