"""Several processes that share a Redis need the same token at the same moment."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from calling import access_token, asking, calling_settings
from django.core.cache import caches
from entra_double import RunningEntra
from redis_server import redis_url

__all__ = ["redis_url"]

WORKER = Path(__file__).parents[1] / "token_worker.py"
PROCESSES = 4


def test_four_processes_ask_once(calling: RunningEntra, redis_url: str, settings: Any) -> None:
    shared = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": redis_url}}
    case = {"entrance": calling_settings(calling), "caches": shared, "token": access_token(calling)}
    command = [sys.executable, str(WORKER), json.dumps(case)]
    workers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(PROCESSES)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    with asking(calling, 1):
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.write("go\n")
            worker.stdin.flush()
        told = {worker.communicate(timeout=60)[0] for worker in workers}
    assert len(told) == 1
    settings.CACHES = shared
    caches["default"].clear()
