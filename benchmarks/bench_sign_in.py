"""Page sign-in here and in comparable packages, and our exchange of a token for a session, in one run. `make bench`.

A sign-in is two requests of a new browser: the one that leads to the provider, and the callback with the code, which
ends in a Django session of a known person. Each peer has its own environment and process. The provider has one too, on
https; its time is not counted.
"""

import json
import os
import ssl
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench_peers import OURS, asking, process
from measure import Rounds, differences, interleave, spread, stay_on_the_quickest_core, time_calls
from openid_provider import counts, serving_provider
from scripted import API, K1, SPA, TENANT, claims_v2, token

ROUNDS, CALLS = 31, 4
PEERS = ("django-allauth", "mozilla-django-oidc")
BEGIN, SIGN_IN, KNOWN, NEW = "begin", "sign-in", "exchange, known token", "exchange, new token"
CERTIFICATES = "reading the certificates of requests, once"
CHECKS = ("state", "nonce", "signature")

Requests = dict[str, float]
"""Kind of document → requests for it per sign-in."""


def main() -> None:
    stay_on_the_quickest_core()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        host, bundle = stack.enter_context(serving_provider(Path(folder)))
        os.environ.update(SSL_CERT_FILE=str(bundle), REQUESTS_CA_BUNDLE=str(bundle), NO_PROXY="localhost")
        case = Path(folder) / "case.json"
        case.write_text(json.dumps(make_case(host)), encoding="utf-8")
        ways: dict[str, Callable[[int], float]] = {CERTIFICATES: lambda calls: time_calls(lambda: read(bundle), calls)}
        checks: dict[str, dict[str, bool]] = {}
        requests: dict[str, Requests] = {}
        for name in (OURS, *PEERS):
            worker = stack.enter_context(process(name, case, kind="sign-in-"))
            checks[name] = read_checks(worker, name)
            ways |= {f"{name}: {way}": asking(worker, way) for way in read_line(worker)}
            requests[name] = count_requests(ways[f"{name}: {SIGN_IN}"], lambda: counts(host, bundle))
        report(interleave(ways, rounds=ROUNDS, calls=CALLS), checks, requests)


def make_case(host: str) -> dict[str, Any]:
    """Return the input of every worker. ``new`` has tokens of which each is used once."""
    person: dict[str, Any] = {"host": host, "now": int(time.time())}
    return {
        "host": host,
        "tenant": TENANT,
        "client": API,
        "spa": SPA,
        "known": token(claims_v2(**person, uti="known"), key=K1),
        "new": [token(claims_v2(**person, uti=f"new-{number}")) for number in range((ROUNDS + 1) * CALLS)],
    }


def read(bundle: Path) -> None:
    """Do what requests does for each connection that it opens."""
    ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(bundle)


def read_line(worker: subprocess.Popen[str]) -> Any:
    assert worker.stdout is not None
    return json.loads(worker.stdout.readline())


def read_checks(worker: subprocess.Popen[str], name: str) -> dict[str, bool]:
    """Return what a sign-in of the peer depends on. Ours depends on all; without the state, none is a sign-in."""
    checks: dict[str, bool] = read_line(worker)
    assert checks["state"], name
    assert name != OURS or all(checks[each] for each in CHECKS), checks
    return checks


def count_requests(sign_in: Callable[[int], float], counted: Callable[[], Any], *, times: int = 5) -> Requests:
    """Return the requests to the provider per sign-in, once the process has what it keeps."""
    sign_in(2)
    before = counted()
    sign_in(times)
    return {kind: number / times for kind, number in (counted() - before).items()}


def report(times: Rounds, checks: dict[str, dict[str, bool]], requests: dict[str, Requests]) -> None:
    print(f"{'':52} {'µs CPU, median (quartiles)':30} {'a second and core':>18}")
    for name in checks:
        sign_in, begin = f"{name}: {SIGN_IN}", f"{name}: {BEGIN}"
        show(f"{name}: page sign-in, both requests", times[sign_in])
        show(f"{name}: its callback", differences(times, sign_in, begin))
    for way in (KNOWN, NEW):
        show(f"{OURS}: {way}", times[f"{OURS}: {way}"])
    show(CERTIFICATES, times[CERTIFICATES])
    print(f"\n{'':24} {'a sign-in depends on':30} requests to the provider for one sign-in")
    for name, each in checks.items():
        depends = ", ".join(check for check in CHECKS if each[check])
        asked = ", ".join(f"{number:g} {kind}" for kind, number in requests[name].items())
        print(f"{name:24} {depends:30} {sum(requests[name].values()):g}: {asked}")


def show(name: str, costs: Sequence[float]) -> None:
    print(f"{name:52} {spread(costs):30} {1_000_000 / statistics.median(costs):18.0f}")


if __name__ == "__main__":
    main()
