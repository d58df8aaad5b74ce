"""Fifty first requests of one person at once make one user, on SQLite as Django sets it up, and on PostgreSQL."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from test_matrix import database, postgres_socket

__all__ = ["database", "postgres_socket"]

HERE = Path(__file__).parents[1]


@pytest.fixture
def project_database(database: dict[str, Any]) -> dict[str, Any]:
    """The database as most projects have it: on SQLite, a transaction begins without a lock."""
    options = {name: value for name, value in database.get("OPTIONS", {}).items() if name != "transaction_mode"}
    return database | {"OPTIONS": options}


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
def test_one_person_gets_one_user(project_database: dict[str, Any], provisioning: str) -> None:
    mapping = {"first_name": "given_name", "profile": {"department": "department"}}
    seen = run(project_database, provisioning, {"CLAIM_MAPPING": mapping})
    assert seen.pop("errors") == []
    assert seen == {
        "found": [50, 1],
        "rows": [1, 1, 1],
        "department": "Research",
        "told": 1,
        "changes": [[], 1, 1, True],
        "deactivations": ["user_disabled", False, "user_disabled", False],
    }
