"""The tests of events and of the admin, once more on a PostgreSQL of the tests' own: one row a token, ids as uuid."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import postgres
import pytest
from test_matrix import postgres_socket

__all__ = ["postgres_socket"]

HERE = Path(__file__).parents[1]
FILES = ["accounts/test_events.py", "management/test_events.py", "test_admin.py"]


@pytest.mark.timeout(600)  # several hundred tests
def test_on_postgresql_as_on_sqlite(postgres_socket: str) -> None:
    postgres.new_database(postgres_socket, "events")
    url = f"postgres://postgres@{quote(postgres_socket, safe='')}/events"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *FILES]
    told = subprocess.run(
        command, cwd=HERE, capture_output=True, text=True, env=os.environ | {"ENTRANCE_TEST_DATABASE_URL": url}
    )
    assert told.returncode == 0, told.stdout[-4000:]
