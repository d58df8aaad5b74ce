"""Connecting, adopting and disconnecting from several threads at once, on SQLite and PostgreSQL."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from test_matrix import database, postgres_socket

__all__ = ["database", "postgres_socket"]

HERE = Path(__file__).parents[1]


def test_each_thing_is_done_once(database: dict[str, Any]) -> None:
    """Rows are those of users, accounts and used tickets."""
    environment = {
        "USER_MODEL": "Usual",
        "USER_DATABASE": json.dumps(database),
        "PYTHONPATH": os.pathsep.join([str(HERE), *sys.path]),
        "DJANGO_SETTINGS_MODULE": "user_models.settings",
    }
    command = [sys.executable, "-m", "user_models.connecting"]
    told = subprocess.run(command, cwd=HERE, capture_output=True, text=True, env=os.environ | environment)
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout) == {
        "one_ticket": [{"": 1, "ticket_refused": 19}, [1, 1, 1]],
        "one_ticket_of_many": [{"": 1, "ticket_refused": 19}, [1, 1, 1]],
        "adopted": [{"": 20}, [1, 1, 0]],
        "both_ways_in": [{"": 1, "last_way_in": 1}, [1, 1, 0]],
    }
