"""Fifty exchanges at once, and what happens to a session at the moment it ends: on SQLite, PostgreSQL and Redis."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from redis_server import redis_url
from test_matrix import POSTGRESQL, SQLITE, database, postgres_socket

__all__ = ["database", "postgres_socket", "redis_url"]

HERE = Path(__file__).parents[1]


def storm(database: dict[str, Any], engine: str, caches: dict[str, Any]) -> dict[str, Any]:
    environment = {"PYTHONPATH": os.pathsep.join([str(HERE), *sys.path]), "DJANGO_SETTINGS_MODULE": "project_settings"}
    told = subprocess.run(
        [sys.executable, "-m", "session_storm"],
        cwd=HERE,
        input=json.dumps({"database": database, "engine": engine, "caches": caches}),
        capture_output=True,
        text=True,
        env=os.environ | environment,
    )
    assert told.returncode == 0, told.stderr[-4000:]
    seen: dict[str, Any] = json.loads(told.stdout)
    return seen


@pytest.mark.parametrize(
    ("database", "engine"), [(SQLITE, "db"), (POSTGRESQL, "db"), (POSTGRESQL, "cache")], indirect=["database"]
)
def test_nothing_is_half_done(database: dict[str, Any], engine: str, request: pytest.FixtureRequest) -> None:
    backend = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    if engine == "cache":
        url = request.getfixturevalue("redis_url")
        backend = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}
    seen = storm(database, engine, {"default": backend})
    assert seen["browsers"] == {"told": {"200": 50}, "rows": [1, 1, 50], "in": 50, "keys": 50}
    assert seen["signals"] == {"signed_in": 50, "user_logged_in": 50}
    assert seen["tabs"] == {"told": {"200": 50}, "in": 50, "has_rows": True, "in_later": 0}
    assert seen["sign_outs"]["halves"] == 0
    assert set(seen["sign_outs"]["told"]) <= {"200", "204", "400"}  # 400 is Django's: the session was signed out
    assert set(seen["disconnections"]["told"]) <= {"200", "403", "gone"}
    assert seen["disconnections"]["orphans"] == 0
    assert seen["disconnections"]["told"]["gone"] == 15
