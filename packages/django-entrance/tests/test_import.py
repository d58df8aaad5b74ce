"""To import the package does nothing: nobody is called, no thread is started, no setting is read."""

import os
import subprocess
import sys

SCRIPT = """
import sys, threading
done = []
CALLS = {"socket.connect", "socket.getaddrinfo", "socket.sendto"}
sys.addaudithook(lambda name, args: done.append(name) if name in CALLS else None)
import importlib, pkgutil
import django_entrance
from django.conf import settings
for name in ("verification", "verification.identify", "conf", "key_cache", "faults", "compiled", "doctor"):
    importlib.import_module(f"django_entrance.{name}")
assert not settings.configured, "settings were read"
assert threading.active_count() == 1, threading.enumerate()
assert not done, done
import socket
socket.getaddrinfo("127.0.0.1", 1)
assert done, "control: the hook sees a call"
"""


def test_importing_calls_nobody_starts_no_thread_and_reads_no_setting() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    run = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, env=environment, timeout=60)
    assert run.returncode == 0, run.stderr
