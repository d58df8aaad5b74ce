"""Measures the look-up of a user among 1,000 and 1,000,000 accounts, on SQLite and PostgreSQL (`make bench`).

Each look-up is for another account, chosen at random; rounds of the two sizes take turns. The time is that on the wall,
since PostgreSQL works in a process of its own. The plan must use the unique index of tenant id and object id.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from hashlib import md5
from pathlib import Path
from typing import Any
from uuid import UUID

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "packages" / "django-entrance" / "tests"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project_settings")

import postgres  # noqa: E402 the tests' helpers come first
from django.conf import settings  # noqa: E402
from measure import interleave, ratio  # noqa: E402
from scripted import TENANT  # noqa: E402

FEW, MANY = 1_000, 1_000_000
ROUNDS, CALLS = 41, 200
MOST = 1.3
"""What a look-up among many accounts may take, of one among few."""

USERS = """
    INSERT INTO auth_user
    (id, username, password, email, first_name, last_name, is_staff, is_superuser, is_active, date_joined)
    {numbers} SELECT n, 'user-' || n, '!', 'user-' || n || '@contoso.example', 'Ada', 'Lovelace', {no}, {no}, {yes},
    CURRENT_TIMESTAMP FROM numbers
"""
ACCOUNTS = """
    INSERT INTO django_entrance_entraaccount (tenant_id, object_id, user_id, settled, access, created_at)
    {numbers} SELECT {tenant}, {object}, n, '', '', CURRENT_TIMESTAMP FROM numbers
"""
DIALECTS = {
    "sqlite": {
        "numbers": "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})",
        "no": "0",
        "yes": "1",
        "tenant": f"'{UUID(TENANT).hex}'",
        "object": "md5(CAST(n AS TEXT))",
    },
    "postgresql": {
        "numbers": "WITH numbers AS (SELECT generate_series(1, {count}) AS n)",
        "no": "false",
        "yes": "true",
        "tenant": f"'{TENANT}'::uuid",
        "object": "md5(n::text)::uuid",
    },
}


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        settings.DATABASES = databases(Path(folder), stack)
        import django

        django.setup()
        lines = list(measure())
        close_all()
    print(f"{'the look-up of a user, µs':28}{FEW:>12,}{MANY:>12,}   ratio (goal {MOST})")
    for line, _ in lines:
        print(line)
    return 0 if all(is_well for _, is_well in lines) else 1


def databases(folder: Path, stack: ExitStack) -> dict[str, Any]:
    """Return two databases of each kind; those of PostgreSQL only where it is installed."""
    found: dict[str, Any] = {
        f"sqlite {count}": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / f"{count}.sqlite3")}
        for count in (FEW, MANY)
    }
    if (binaries := postgres.find_binaries()) is not None:
        socket = stack.enter_context(postgres.running(binaries))
        found |= {f"postgresql {count}": postgres.new_database(socket, f"people{count}") for count in (FEW, MANY)}
    elif postgres.REQUIRE in os.environ:
        sys.exit("PostgreSQL is not installed.")
    return found | {"default": found[f"sqlite {FEW}"]}


def measure() -> Iterator[tuple[str, bool]]:
    """Fill each database, and yield a line of the table with whether its goal is met."""
    from lookup_plan import lookup_plan, uses_unique_index

    for vendor in DIALECTS:
        if f"{vendor} {FEW}" not in settings.DATABASES:
            yield f"{vendor}: not installed", True
            continue
        for count in (FEW, MANY):
            fill(f"{vendor} {count}", vendor, count)
        alias = f"{vendor} {MANY}"
        assert uses_unique_index(alias), lookup_plan(alias)
        times = interleave(
            {str(count): looking_up(f"{vendor} {count}", count) for count in (FEW, MANY)}, rounds=ROUNDS, calls=CALLS
        )
        few, many = (statistics.median(times[str(count)]) for count in (FEW, MANY))
        costs = ratio(times, str(MANY), str(FEW))
        verdict = "ok" if costs <= MOST else "too slow"
        yield f"{vendor:28}{few:>12.1f}{many:>12.1f}   {costs:.2f} {verdict}; by the unique index", costs <= MOST


def fill(alias: str, vendor: str, count: int) -> None:
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", database=alias, verbosity=0)
    words = DIALECTS[vendor] | {"numbers": DIALECTS[vendor]["numbers"].format(count=count)}
    with connections[alias].cursor() as cursor:
        for statement in (USERS, ACCOUNTS):
            cursor.execute(statement.format(**words))
        cursor.execute("ANALYZE")


def looking_up(alias: str, count: int) -> Callable[[int], float]:
    """Return a way that finds users by the ids of random accounts, and returns µs per call on the wall."""
    from django.contrib.auth.models import User
    from django_entrance.accounts.linked_users import linked_user

    lookup, chosen = linked_user(User, alias, ()), random.Random(count)

    def way(calls: int) -> float:
        numbers = [chosen.randint(1, count) for _ in range(calls)]
        ids = [
            {
                "entra_accounts__tenant_id": TENANT,
                "entra_accounts__object_id": str(UUID(md5(str(number).encode(), usedforsecurity=False).hexdigest())),
            }
            for number in numbers
        ]
        started = time.perf_counter_ns()
        found = [lookup.first(lookup.params(each)) for each in ids]
        spent = time.perf_counter_ns() - started
        assert [user.pk for user in found if user is not None] == numbers
        return spent / calls / 1000

    return way


def close_all() -> None:
    """Close the connections, which PostgreSQL waits for at its end."""
    from django.db import connections

    connections.close_all()


if __name__ == "__main__":
    sys.exit(main())
