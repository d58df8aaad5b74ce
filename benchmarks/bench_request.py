"""What a bearer token costs: verification alone, and a whole warm request, side by side in interleaved rounds.

Run by `make bench`. Every way is timed in every round, so that a slow moment of the machine hits all alike; the figure
is the median over the rounds of the CPU time of one call, in microseconds.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

TESTS = Path(__file__).parents[1] / "packages" / "django-entrance" / "tests"
sys.path.insert(0, str(TESTS))
os.environ["DJANGO_SETTINGS_MODULE"] = "project_settings"

import django  # noqa: E402 the settings come first
from django.conf import settings  # noqa: E402

ROUNDS = 41
CALLS = 50


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings.DATABASES["default"]["NAME"] = str(Path(folder) / "bench.sqlite3")
        settings.DATABASES["default"]["CONN_MAX_AGE"] = None
        settings.DEBUG = False
        settings.ENTRANCE = {**settings.ENTRANCE, "EXPLAIN_REFUSALS": False}
        django.setup()
        report(measure(ways()))


def ways() -> dict[str, Callable[[], object]]:
    """Return what is timed, by name: each a call that must succeed."""
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.test import Client
    from django_entrance import conf
    from django_entrance.verification.identify import identify
    from django_entrance.verification.proved import ProvedTokens
    from scripted import K1, STRANGER, ScriptedAuthority, claims_v2, header_of, token, trust

    call_command("migrate", verbosity=0)
    authority = trust(ScriptedAuthority(keys=[K1.jwk()]))
    conf.authorities = lambda: (authority,)  # type: ignore[assignment]  # no network in a benchmark
    good = token(claims_v2(now=int(time.time())))
    unknown = token(claims_v2(now=int(time.time())), header=header_of(K1, kid="unknown"), key=STRANGER)
    proved = ProvedTokens(1)
    public_key, signed = K1.private.public_key(), good.rpartition(".")[0].encode()
    signature = K1.sign(signed)

    anonymous, session, bearer = Client(), Client(), Client(headers={"authorization": f"Bearer {good}"})
    session.force_login(
        get_user_model().objects.create_user("barbara"), backend="django.contrib.auth.backends.ModelBackend"
    )

    def refuse_unknown() -> None:
        try:
            identify(unknown, [authority])
        except Exception:  # the refusal is what is timed
            return
        raise AssertionError("an unknown key was accepted")

    def ask(client: Client, username: str) -> Callable[[], None]:
        def call() -> None:
            assert client.get("/").json()["username"] == username

        return call

    return {
        "bare RSA-2048 verify": lambda: public_key.verify(signature, signed, PKCS1v15(), SHA256()),
        "identify a token not seen before": lambda: identify(good, [authority]),
        "identify a token seen before": lambda: identify(good, [authority], proved=proved),
        "refuse an unknown key id": refuse_unknown,
        "request, nobody signed in": ask(anonymous, ""),
        "request, Entra bearer (warm)": ask(bearer, "ada@contoso.example"),
        "request, Django session": ask(session, "barbara"),
    }


def measure(timed: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return the median CPU time of one call of each way, in microseconds."""
    rounds: dict[str, list[float]] = {name: [] for name in timed}
    for _ in range(ROUNDS):
        for name, call in timed.items():
            started = time.process_time_ns()
            for _ in range(CALLS):
                call()
            rounds[name].append((time.process_time_ns() - started) / CALLS / 1000)
    return {name: statistics.median(times) for name, times in rounds.items()}


def report(medians: dict[str, float]) -> None:
    bare = medians["bare RSA-2048 verify"]
    nobody = medians["request, nobody signed in"]
    print(f"{'':33} {'µs CPU':>9} {'x bare verify':>14} {'over nobody':>12}")
    for name, median in medians.items():
        over = f"{median - nobody:12.0f}" if name.startswith("request") else ""
        print(f"{name:33} {median:9.1f} {median / bare:14.2f} {over}")


if __name__ == "__main__":
    main()
