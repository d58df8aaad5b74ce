"""The tests of who becomes which user, once more on a PostgreSQL of the tests' own."""

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
FILES = [f"accounts/test_{name}.py" for name in ("takeovers", "attacks", "lookup_index", "conflicts", "adopting")] + [
    "frontend/test_account.py",
    "frontend/test_connect.py",
]


@pytest.mark.timeout(600)  # several hundred tests
def test_on_postgresql_as_on_sqlite(postgres_socket: str) -> None:
    postgres.new_database(postgres_socket, "people")
    url = f"postgres://postgres@{quote(postgres_socket, safe='')}/people"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "not asgi", *FILES]
    told = subprocess.run(
        command, cwd=HERE, capture_output=True, text=True, env=os.environ | {"ENTRANCE_TEST_DATABASE_URL": url}
    )
    assert told.returncode == 0, told.stdout[-4000:]
