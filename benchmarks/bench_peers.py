"""Measures a bearer request here and in comparable packages, in one run (`make bench`).

Each peer has its own environment (`.make/peers/NAME`, from `benchmarks/peers/NAME.txt`) and process. Rounds alternate
between processes, so that a slow moment affects all. All use the same keys and tokens. Figures are the CPU time of the
peer's process. The only network is loopback.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT / "packages" / "django-entrance" / "tests"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project_settings")

from loopback import QuietHandler, serving_requests  # noqa: E402
from measure import (  # noqa: E402 the tests' helpers come first
    Rounds,
    differences,
    interleave,
    over,
    ratio,
    spread,
    stay_on_the_quickest_core,
)
from scripted import ADA, API, K1, TENANT, Key, claims_v1, claims_v2, header_of, token  # noqa: E402

ROUNDS, CALLS = 31, 40
OURS = "django-entrance"
PEERS = ("django-auth-adfs", "mozilla-django-oidc", "simplejwt", "fastapi-azure-auth")
UPN = "ada@contoso.example"
ANONYMOUS, ASKED = "request, anonymous", "request, anonymous, user read"
WARM, SESSION = "request, Entra bearer, warm", "request, Django session"
GOAL, GOALS_BARE = 60, 18.7
"""Goal for a warm request in µs, and the time of a bare verification on the machine where it was set."""


def main() -> None:
    stay_on_the_quickest_core()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        case = Path(folder) / "case.json"
        case.write_text(json.dumps(make_case(stack.enter_context(userinfo()))), encoding="utf-8")
        ways: dict[str, Callable[[int], float]] = {}
        for name in (OURS, *PEERS):
            worker = stack.enter_context(process(name, case))
            assert worker.stdout is not None
            for way in json.loads(worker.stdout.readline()):
                ways[f"{name}: {way}"] = asking(worker, way)
        report(interleave(ways, rounds=ROUNDS, calls=CALLS))


def make_case(userinfo_url: str) -> dict[str, Any]:
    """Return the input of every worker: six published keys, the first of which signs, and valid tokens."""
    now = int(time.time())
    keys = [K1, *(Key.make(f"key-{number}") for number in range(2, 7))]
    person: dict[str, Any] = {"now": now, "aio": "AXQAi", "upn": UPN, "given_name": "Ada", "family_name": "Lovelace"}
    groups = [f"{number:08d}-0000-4000-8000-000000000000" for number in range(10)]
    host = "https://login.microsoftonline.com"
    endpoints = dict.fromkeys(("authorization_endpoint", "token_endpoint", "end_session_endpoint"), f"{host}/x")
    return {
        "tenant": TENANT,
        "api": API,
        "upn": UPN,
        "oid": ADA,
        "v1": token(claims_v1(**person, groups=groups), header=header_of(K1, x5t=K1.key_id)),
        "v2": token(claims_v2(**person)),
        "jwks": {"keys": [key.jwk(x5c=[key.certificate()]) for key in keys]},
        "discovery_v1": {
            "issuer": f"https://sts.windows.net/{TENANT}/",
            "jwks_uri": f"{host}/{TENANT}/discovery/keys",
            "msgraph_host": "graph.microsoft.com",
            **endpoints,
        },
        "userinfo": userinfo_url,
    }


@contextmanager
def userinfo() -> Iterator[str]:
    """Serve a userinfo endpoint, for the peer that calls it at every request."""

    class Handler(QuietHandler):
        def do_GET(self) -> None:
            body = json.dumps({"sub": "s", "email": UPN}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with serving_requests(Handler) as port:
        yield f"http://127.0.0.1:{port}/userinfo"


@contextmanager
def process(name: str, case: Path, *more: str, kind: str = "") -> Iterator[subprocess.Popen[str]]:
    """Start a peer's process. ``kind`` is what its script's name begins with."""
    python = sys.executable if name == OURS else str(ROOT / ".make" / "peers" / name / "bin" / "python")
    script = HERE / "peers" / f"{kind}{'ours' if name == OURS else name}.py"
    with started(python, script, case, *more) as worker:
        yield worker


@contextmanager
def started(python: str, script: Path, case: Path, *more: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [python, str(script), str(case), *more], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as worker:
        try:
            yield worker
        finally:
            assert worker.stdin is not None
            worker.stdin.close()
            worker.wait(30)


def asking(worker: subprocess.Popen[str], way: str) -> Callable[[int], float]:
    assert worker.stdin is not None
    assert worker.stdout is not None
    stdin, stdout = worker.stdin, worker.stdout

    def ask(calls: int) -> float:
        print(json.dumps([way, calls]), file=stdin, flush=True)
        return float(stdout.readline())

    return ask


def report(times: Rounds) -> None:
    print(f"{'':66} {'µs CPU, median (quartiles)':28} {'x bare':>7} {'over anon.':>12}")
    for name in times:
        worker, _, way = name.partition(": ")
        cost = f"{over(times, name, f'{worker}: request, anonymous'):12.0f}" if way.startswith("request") else ""
        print(f"{name:66} {spread(times[name]):28} {ratio(times, name, f'{worker}: bare'):7.2f} {cost}")
    bare, anonymous, asked, warm, session = (f"{OURS}: {way}" for way in ("bare", ANONYMOUS, ASKED, WARM, SESSION))
    bearer, login = over(times, warm, anonymous), over(times, session, anonymous)
    verifications = ratio({"cost": differences(times, warm, anonymous), "bare": times[bare]}, "cost", "bare")
    print(f"\nA warm bearer request costs {bearer:.0f} µs over a view that does not read the user (goal {GOAL}),")
    print(f"{verifications:.1f} bare verifications (where the goal was set, {GOAL} µs were {GOAL / GOALS_BARE:.1f}),")
    print(f"{over(times, warm, asked):.0f} µs over the same view for an anonymous request,")
    print(f"and {bearer / login:.2f} of what Django's own session costs (goal 0.25). One read, no write.")


if __name__ == "__main__":
    main()
