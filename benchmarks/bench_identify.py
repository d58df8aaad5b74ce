"""Measures the verification of a token, relative to a bare RSA-2048 signature (`make bench`)."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "packages" / "django-entrance" / "tests"))

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project_settings")

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from django_entrance.verification import Authority, Refused, VerifiedTokens, identify
from measure import BARE, interleave, ratio, spread, stay_on_the_quickest_core, time_calls
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

NOW = int(time.time())
ROUNDS, CALLS, WARM_UP = 61, 40, 3
TOTAL = WARM_UP + ROUNDS * CALLS
GOALS = {
    "a token not seen before, v2.0": 2.0,
    "a token not seen before, v1.0 with 10 groups": 2.0,
    "a token seen before": 0.15,
    "refuse an unknown key id": 0.25,
}


def main() -> None:
    stay_on_the_quickest_core()
    times = interleave({name: timed(way) for name, way in ways().items()}, rounds=ROUNDS, calls=CALLS)
    print(f"{'':44} {'µs CPU, median (quartiles)':28} {'x bare':>7}  goal")
    for name in times:
        goal = f"{GOALS[name]:.2f}" if name in GOALS else ""
        print(f"{name:44} {spread(times[name]):28} {ratio(times, name, BARE):7.2f}  {goal}")


def timed(way: Callable[[], object]) -> Callable[[int], float]:
    return lambda calls: time_calls(way, calls)


def ways() -> dict[str, Callable[[], object]]:
    """Return the measured calls. Each token is used once, except for tokens seen before, so CPU caches do not help."""
    authority = [trust(ScriptedAuthority(keys=[K1.jwk()]))]
    seen = many(v2)
    all_seen, filled = VerifiedTokens(TOTAL), VerifiedTokens(TOTAL)
    for text in seen:
        identify(text, authority, verified_tokens=all_seen)
    again, first, second = iter(seen), iter(many(v2)), iter(many(v2))
    v1, forged, unknown = iter(many(v1_with_groups)), iter(many(forged_v2)), iter(many(v2_of_unknown_key))
    public_key, signed = K1.private.public_key(), v2().rpartition(".")[0].encode()
    signature, padding, digest = K1.sign(signed), PKCS1v15(), SHA256()
    return {
        BARE: lambda: public_key.verify(signature, signed, padding, digest),
        "a token not seen before, v2.0": lambda: identify(next(first), authority),
        "the same, and remember it": lambda: identify(next(second), authority, verified_tokens=filled),
        "a token not seen before, v1.0 with 10 groups": lambda: identify(next(v1), authority),
        "a token seen before": lambda: identify(next(again), authority, verified_tokens=all_seen),
        "refuse an unknown key id": lambda: refuse(next(unknown), authority),
        "refuse a wrong signature": lambda: refuse(next(forged), authority),
    }


def many(make: Callable[[], str]) -> list[str]:
    return [make() for _ in range(TOTAL)]


def v2() -> str:
    return token(claims_v2(now=NOW, uti=os.urandom(16).hex()))


def v1_with_groups() -> str:
    groups = [f"{number:08d}-0000-4000-8000-000000000000" for number in range(10)]
    return token(claims_v1(now=NOW, groups=groups, uti=os.urandom(16).hex()))


def forged_v2() -> str:
    return sign(v2().rpartition(".")[0], STRANGER)


def v2_of_unknown_key() -> str:
    return token(claims_v2(now=NOW), header=header_of(K1, kid=os.urandom(20).hex()))


def refuse(text: str, authority: list[Authority]) -> None:
    try:
        identify(text, authority)
    except Refused:
        return
    raise AssertionError("a bad token was accepted")


if __name__ == "__main__":
    main()
