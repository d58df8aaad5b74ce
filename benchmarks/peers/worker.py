"""What each peer's process does: it is told how many calls of which way to make, and answers the CPU time of one.

Runs in an environment of the peer's own, with nothing but what is there.
"""

import base64
import json
import sys
import time
from collections.abc import Callable
from typing import Any


def read_case() -> dict[str, Any]:
    """Return what the driver has prepared: tokens, keys, addresses."""
    with open(sys.argv[1], encoding="utf-8") as file:
        return dict(json.load(file))


def serve(ways: dict[str, Callable[[], object]]) -> None:
    """Answer lines of JSON ``[way, calls]`` with µs a call, until the input ends."""
    print(json.dumps(list(ways)), flush=True)
    for line in sys.stdin:
        name, calls = json.loads(line)
        call = ways[name]
        started = time.process_time_ns()
        for _ in range(calls):
            call()
        print((time.process_time_ns() - started) / calls / 1000, flush=True)


def bare_verify(case: dict[str, Any]) -> Callable[[], object]:
    """The signature alone, on this process's own cryptography."""
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
    from cryptography.hazmat.primitives.hashes import SHA256

    modulus, exponent = (
        int.from_bytes(base64.urlsafe_b64decode(case["jwks"]["keys"][0][name] + "=="), "big") for name in "ne"
    )
    key = RSAPublicNumbers(exponent, modulus).public_key()
    signed, _, signature = case["v1"].rpartition(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    return lambda: key.verify(raw, signed.encode(), PKCS1v15(), SHA256())
