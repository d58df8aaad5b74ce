"""Rights from several requests at the same moment, on SQLite and PostgreSQL, each in a process of its own."""

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
ADMIN = ["group:admins", "group:editors", "is_staff"]


@pytest.fixture
def story(database: dict[str, Any]) -> dict[str, Any]:
    environment = {
        "USER_MODEL": "Usual",
        "USER_DATABASE": json.dumps(database),
        "PYTHONPATH": os.pathsep.join([str(HERE), *sys.path]),
        "DJANGO_SETTINGS_MODULE": "user_models.settings",
    }
    command = [sys.executable, "-m", "user_models.rights"]
    told = subprocess.run(command, cwd=HERE, input="{}", capture_output=True, text=True, env=os.environ | environment)
    assert told.returncode == 0, told.stderr
    seen: dict[str, Any] = json.loads(told.stdout)
    return seen


def test_the_same_change_is_written_once_and_told_once(story: dict[str, Any]) -> None:
    heard = [[ADMIN, ["group:finance"]]]
    assert story["same_change"] == {"has": ADMIN, "given": ADMIN, "heard": heard}


def test_other_changes_end_as_the_last_token_says(story: dict[str, Any]) -> None:
    assert story["other_changes"] == {"admin": {"has": ADMIN, "given": ADMIN}, "none": {"has": [], "given": []}}


def test_a_late_reader_takes_a_flag_away_too(story: dict[str, Any]) -> None:
    assert story["late_reader"] == {"has": [], "given": [], "heard": [[[], ADMIN]], "is_staff": False}


def test_who_is_gone_meanwhile_is_given_nothing(story: dict[str, Any]) -> None:
    assert story["gone_meanwhile"] == ["user_disabled"] * 3


def test_who_is_disconnected_meanwhile_keeps_nothing(story: dict[str, Any]) -> None:
    assert story["disconnected_meanwhile"] == {"left": [[]] * 5}


def test_connecting_and_a_changed_role_do_not_wait_for_each_other(story: dict[str, Any]) -> None:
    assert story["connected_meanwhile"] == {"has": ["group:finance"], "given": ["group:finance"]}
