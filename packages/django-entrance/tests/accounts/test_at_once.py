"""Fifty first requests of one person at once make one user, on SQLite as Django sets it up, and on PostgreSQL."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import postgres
import pytest

HERE = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def postgres_socket() -> Iterator[str]:
    binaries = postgres.find_binaries()
    if binaries is None and postgres.REQUIRE in os.environ:
        pytest.fail(f"{postgres.REQUIRE} is set, and PostgreSQL is not installed.")
    if binaries is None:
        pytest.skip("PostgreSQL is not installed; Debian has it in the package postgresql.")
    with postgres.running(binaries) as socket:
        yield socket


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    if request.param == "PostgreSQL":
        return postgres.new_database(request.getfixturevalue("postgres_socket"), "at_once")
    options = {"timeout": 60, "init_command": "PRAGMA synchronous=OFF"}
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "people.sqlite3"), "OPTIONS": options}


def run(database: dict[str, Any], provisioning: str, entrance: dict[str, Any]) -> dict[str, Any]:
    environment = {"USER_DATABASE": json.dumps(database), "PYTHONPATH": os.pathsep.join([str(HERE), *sys.path])}
    told = subprocess.run(
        [sys.executable, "-m", "user_models.at_once"],
        cwd=HERE,
        input=json.dumps({"provisioning": provisioning, "entrance": entrance | {"PROVISIONING": provisioning}}),
        capture_output=True,
        text=True,
        env=os.environ | environment | {"DJANGO_SETTINGS_MODULE": "user_models.settings", "USER_MODEL": "Usual"},
    )
    assert told.returncode == 0, told.stderr
    seen: dict[str, Any] = json.loads(told.stdout)
    return seen


@pytest.mark.parametrize(
    "provisioning", ["create", "project_people.find", "project_people.create", "project_people.create_with_us"]
)
def test_one_person_gets_one_user(database: dict[str, Any], provisioning: str) -> None:
    mapping = {"first_name": "given_name", "profile": {"department": "department"}}
    seen = run(database, provisioning, {"CLAIM_MAPPING": mapping})
    assert seen.pop("errors") == []
    assert seen == {
        "found": [50, 1],
        "rows": [1, 1, 1],
        "department": "Research",
        "told": 1,
        "changes": [[], 1, 1, True],
        "deactivations": ["user_disabled", False, "user_disabled", False],
    }
