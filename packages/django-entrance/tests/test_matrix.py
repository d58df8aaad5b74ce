"""Each user model, in each order of logins, on SQLite and PostgreSQL. A new model is one more row."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import postgres
import pytest

HERE = Path(__file__).parent
SQLITE = "SQLite"
POSTGRESQL = "PostgreSQL"

TAKEN, REFUSED = "own@contoso.example", "king@refused.example"
READ = ["SELECT"]

#: The look for the account twice, as a reader and as a writer; whether the name is free; and the new row once more.
CREATE = ["SELECT", "SELECT", "SELECT", "INSERT", "INSERT", "SELECT"]
WRITE = ["SELECT", "UPDATE", "SELECT"]
SETTLED = ["UPDATE"]


@dataclass(frozen=True, kw_only=True)
class Row:
    """A user model, its project's settings, and the expected rows.

    ``first`` and ``renamed`` are the rows; ``keeps`` names the addresses that the model or the database refuses. With
    ``tidies`` they store something else than the claim; with ``save_asks`` the model's ``save`` has queries of its own.
    """

    model: str
    first: dict[str, Any]
    renamed: dict[str, Any]
    keeps: tuple[str, ...] = ()
    tidies: bool = False
    entrance: dict[str, Any] = field(default_factory=dict)
    required: dict[str, Any] = field(default_factory=dict)
    triggers: bool = False
    maps_nothing: bool = False
    save_asks: bool = False
    hides: bool = False


def named(name: str, email: str, **more: Any) -> dict[str, Any]:
    return {"first_name": name, "email": email, "is_active": True, **more}


ADA, KING = named("Ada", "Ada@Contoso.example"), named("Augusta", "King@Contoso.example")
SMALL_ADA, SMALL_KING = named("Ada", "ada@contoso.example"), named("Augusta", "king@contoso.example")
BADGE = {"CLAIM_MAPPING": {"first_name": "given_name", "email": "email", "badge": "extn_badge"}}

ROWS = [
    Row(model="Usual", first=ADA, renamed=KING),
    Row(
        model="Email",
        first={"email": "ada@contoso.example", "is_active": True},
        renamed={"email": "ada@contoso.example", "is_active": True},
        maps_nothing=True,
    ),
    Row(model="UuidKey", first=ADA, renamed=KING),
    Row(model="HiddenRows", first=ADA, renamed=KING, hides=True),
    Row(
        model="TidyingSave",
        first=named("ADA", "ada@contoso.example"),
        renamed=named("AUGUSTA", "king@contoso.example"),
        tidies=True,
    ),
    Row(
        model="CleanInSave",
        first=named("Ada", "Ada@contoso.example"),
        renamed=named("Augusta", "King@contoso.example"),
        keeps=(TAKEN,),
        tidies=True,
        save_asks=True,
    ),
    Row(model="DeferredNames", first=ADA, renamed=KING),
    Row(model="BoxedName", first=ADA, renamed=KING),
    Row(model="SaltedName", first=ADA, renamed=KING),
    Row(model="UniqueEmail", first=ADA, renamed=KING, keeps=(TAKEN,)),
    Row(model="RequiredText", first=ADA, renamed=KING, entrance=BADGE, required={"badge": "O-0"}),
    Row(
        model="TidyingSignal",
        first=SMALL_ADA | {"level": "new"},
        renamed=SMALL_KING | {"level": "new"},
        tidies=True,
        keeps=(REFUSED,),
    ),
    Row(model="TidyingTrigger", first=SMALL_ADA, renamed=SMALL_KING, tidies=True, keeps=(REFUSED,), triggers=True),
]


@pytest.fixture(scope="session")
def postgres_socket() -> Iterator[str]:
    binaries = postgres.find_binaries()
    if binaries is None and postgres.REQUIRE in os.environ:
        pytest.fail(f"{postgres.REQUIRE} is set, and PostgreSQL is not installed.")
    if binaries is None:
        pytest.skip("PostgreSQL is not installed; Debian has it in the package postgresql.")
    with postgres.running(binaries) as socket:
        yield socket


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    if request.param == POSTGRESQL:
        return postgres.new_database(request.getfixturevalue("postgres_socket"), "matrix")
    options = {"transaction_mode": "IMMEDIATE", "timeout": 30, "init_command": "PRAGMA synchronous=OFF"}
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "people.sqlite3"), "OPTIONS": options}


def journeys(model: str, database: dict[str, Any], **asked: Any) -> dict[str, Any]:
    """Return the results of each order of logins, from a project in its own process."""
    environment = {
        "USER_MODEL": model,
        "USER_DATABASE": json.dumps(database),
        "PYTHONPATH": os.pathsep.join([str(HERE), *sys.path]),
    }
    told = subprocess.run(
        [sys.executable, "-m", "user_models.matrix"],
        cwd=HERE,
        input=json.dumps({"entrance": {}, "required": {}, "triggers": False} | asked),
        capture_output=True,
        text=True,
        env=os.environ | environment | {"DJANGO_SETTINGS_MODULE": "user_models.settings"},
    )
    assert told.returncode == 0, told.stderr
    seen: dict[str, Any] = json.loads(told.stdout)
    return seen


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.model)
def test_a_person_comes_in_is_renamed_and_is_deactivated(row: Row, database: dict[str, Any]) -> None:
    seen = journeys(row.model, database, entrance=row.entrance, required=row.required, triggers=row.triggers)
    assert set(seen) == {"own first", "Entra first", "Entra alone", "own alone"}
    for order, journey in seen.items():
        assert journey["own login"] == (order != "Entra alone")
        assert journey["session"] == ("anonymous" if order == "own alone" else "the same")
        check_requests(row, journey)
        check_refused(row, journey)
        assert journey["at once"] == [8, 1]
        assert journey["deactivated meanwhile"] == ("let in" if row.maps_nothing else "user_disabled")
        assert (journey["deactivated"]["status"], journey["deactivated"]["reason"]) == (403, "user_disabled")
        assert not journey["deactivated"]["row"]["is_active"]
        assert journey["session of the deactivated"] is None
        assert journey["users"] == 3
        if row.hides:
            check_hidden(journey)


def check_requests(row: Row, journey: dict[str, Any]) -> None:
    first, renamed = journey["first"], journey["renamed"]
    assert (first["status"], first["row"]) == (200, row.first)
    assert (renamed["status"], renamed["row"]) == (200, row.renamed)
    settled = SETTLED if row.tidies else []
    assert asked(row, first) == asked(row, {"statements": CREATE + settled})
    assert asked(row, renamed) == asked(row, {"statements": READ if row.maps_nothing else WRITE + settled})
    for step in ("warm", "warm again", f"{TAKEN} again", f"{REFUSED} again"):
        assert (journey[step]["status"], journey[step]["statements"]) == (200, READ), step


def asked(row: Row, step: dict[str, Any]) -> list[str]:
    return [each for each in step["statements"] if each not in READ or not row.save_asks]


def check_refused(row: Row, journey: dict[str, Any]) -> None:
    """A refused address leaves the row unchanged, and the person signs in."""
    email = row.renamed["email"]
    for address in (TAKEN, REFUSED):
        email = email if address in row.keeps or row.maps_nothing else address
        assert (journey[address]["status"], journey[address]["row"]["email"]) == (200, email)


def check_hidden(journey: dict[str, Any]) -> None:
    """A row that the default manager hides is refused everywhere, and is not created again."""
    hidden = journey["hidden"]
    assert (hidden["status"], hidden["reason"]) == (403, "user_disabled")
    assert journey["session of the hidden"] is None
    assert journey["users while hidden"] == journey["users"] - 1  # the third comes later
    assert (journey["shown again"]["status"], journey["shown again"]["statements"]) == (200, READ)
    assert journey["hidden application"] == "account_missing"


@pytest.mark.parametrize(
    ("model", "reason", "users"), [("ApprovedFirst", "user_disabled", 2), ("RequiredText", "user_not_creatable", 1)]
)
def test_a_new_person_that_the_project_does_not_take_yet_stays_out(
    model: str, reason: str, users: int, database: dict[str, Any]
) -> None:
    for journey in journeys(model, database, required={"badge": "O-0"}).values():
        assert (journey["first"]["status"], journey["first"]["reason"]) == (403, reason)
        assert (journey["again"]["status"], journey["again"]["reason"]) == (403, reason)
        assert journey["users"] == users
