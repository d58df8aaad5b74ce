"""What it costs to verify a token, beside the bare RSA-2048 signature that nobody can do without (`make bench`)."""

import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "packages" / "django-entrance" / "tests"))

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project_settings")

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from django_entrance.verification import Authority, ProvedTokens, Refused, identify
from measure import BARE, interleave, ratio, spread, time_calls
from scripted import (
    K1,
    STRANGER,
    ScriptedAuthority,
    claims_v1,
    claims_v2,
    header_of,
    sign,
    token,
    trust,
)

ROUNDS, CALLS = 61, 100
GOALS = {"a token not seen before, v2.0": 2.0, "a token seen before": 0.15, "refuse an unknown key id": 0.25}


def main() -> None:
    times = interleave({name: timed(way) for name, way in ways().items()}, rounds=ROUNDS, calls=CALLS)
    print(f"{'':44} {'µs CPU, median (quartiles)':28} {'x bare':>7}  goal")
    for name in times:
        goal = f"{GOALS[name]:.2f}" if name in GOALS else ""
        print(f"{name:44} {spread(times[name]):28} {ratio(times, name, BARE):7.2f}  {goal}")


def timed(way: Callable[[], object]) -> Callable[[int], float]:
    return lambda calls: time_calls(way, calls)


def ways() -> dict[str, Callable[[], object]]:
    now = int(time.time())
    authority = [trust(ScriptedAuthority(keys=[K1.jwk()]))]
    groups = [f"{number:08d}-0000-4000-8000-000000000000" for number in range(10)]
    v1, v2 = token(claims_v1(now=now, groups=groups)), token(claims_v2(now=now))
    forged = sign(v2.rpartition(".")[0], STRANGER)
    unknown = [token(claims_v2(now=now), header=header_of(K1, kid=os.urandom(20).hex())) for _ in range(ROUNDS * CALLS)]
    proved = ProvedTokens(10)
    public_key, signed = K1.private.public_key(), v2.rpartition(".")[0].encode()
    signature = K1.sign(signed)
    return {
        BARE: lambda: public_key.verify(signature, signed, PKCS1v15(), SHA256()),
        "a token not seen before, v2.0": lambda: identify(v2, authority),
        "a token not seen before, v1.0 with 10 groups": lambda: identify(v1, authority),
        "a token seen before": lambda: identify(v2, authority, proved=proved),
        "refuse an unknown key id": lambda: refuse(random.choice(unknown), authority),
        "refuse a wrong signature": lambda: refuse(forged, authority),
    }


def refuse(text: str, authority: list[Authority]) -> None:
    try:
        identify(text, authority)
    except Refused:
        return
    raise AssertionError("a bad token was accepted")


if __name__ == "__main__":
    main()
