"""A peer's process: reads which call to make how often, and answers the CPU time per call.

Runs in the peer's environment and uses only its packages.
"""

import base64
import json
import sys
import time
from collections.abc import Callable
from typing import Any


def read_case() -> dict[str, Any]:
    """Return the driver's input: tokens, keys, URLs."""
    with open(sys.argv[1], encoding="utf-8") as file:
        return dict(json.load(file))


def serve(ways: dict[str, Callable[[], object]]) -> None:
    """Answer each line of JSON `[way, calls]` with µs per call, until the input ends."""
    print(json.dumps(list(ways)), flush=True)
    for line in sys.stdin:
        name, calls = json.loads(line)
        call = ways[name]
        started = time.process_time_ns()
        for _ in range(calls):
            call()
        print((time.process_time_ns() - started) / calls / 1000, flush=True)


def bare_verify(case: dict[str, Any]) -> Callable[[], object]:
    """Return a call that verifies only the signature, with this environment's cryptography."""
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
