"""Importing the package has no effect: no call to the network, no thread, no setting is read."""

import os
import subprocess
import sys

import pytest

WATCH = """
import importlib, pkgutil, socket, sys, threading
done = []
CALLS = {"socket.connect", "socket.getaddrinfo", "socket.sendto"}  # urllib3 makes one to see whether IPv6 is there
sys.addaudithook(lambda name, args: done.append(name) if name in CALLS else None)

def import_everything():
    import django_entrance
    every = pkgutil.walk_packages(django_entrance.__path__, "django_entrance.", onerror=imported)
    found = [module.name for module in every]
    assert len(found) > 30, found
    return {name for name in found if not imported(name)}

def imported(name):
    from django.core.exceptions import ImproperlyConfigured
    try:
        importlib.import_module(name)
    except (ImproperlyConfigured, ValueError):  # Ninja validates its settings, and raises pydantic's error
        return False
    return True
"""

WITHOUT_SETTINGS = """
from django.conf import settings
others = {name.removeprefix("django_entrance.") for name in import_everything()}
users = {"admin", "backends", "checks", "middleware", "models", "session_admin", "urls"}
users |= {"management.commands.entrance", "management.commands.clearsessions"}
users |= {f"migrations.{name}" for name in ("0001_initial", "0003_people_and_rights", "0004_sessions")}
users |= {f"accounts.{name}" for name in ("linked_users", "linking", "project_users", "provisioning", "user_fields")}
users |= {f"accounts.{name}" for name in ("access", "current_rights", "django_groups", "explaining", "withdrawing")}
users |= {f"accounts.{name}" for name in ("adopting", "adopting_many", "connecting", "events", "old_events", "ways_in")}
users |= {f"accounts.{name}" for name in ("session_index", "session_users", "used_once")}
users |= {f"sessions.{name}" for name in ("authentication", "ending", "record", "starting", "views")}
users |= {f"sessions.{name}" for name in ("callback", "connecting", "front_channel", "late_answers", "page_caches")}
users |= {f"sessions.{name}" for name in ("kept_forms", "recheck", "sign_in", "sign_out", "step_up")}
users |= {f"bearer.{name}" for name in ("authentication", "guard", "login_page", "middleware_order")}
users |= {f"frontend.{name}" for name in ("account", "callers", "confirming", "notices")}
users |= {f"frontend.{name}" for name in ("own_accounts", "own_sessions")}
users |= {f"live.{name}" for name in ("announcing", "authentication", "changes", "handshake", "listening", "looking")}
users |= {f"live.{name}" for name in ("opening", "watched", "watching")} | {"contrib.channels"}
users |= {f"management.{name}" for name in ("adfs_report", "adopt", "adopt_adfs", "connect", "events", "expecting")}
users |= {f"management.{name}" for name in ("doctor", "explain", "prune", "registrations", "sign_out", "tables")}
users |= {"explain_admin", "explaining.events", "explaining.tokens"}
users |= {"callers", "decorators", "mixins", "templatetags.entrance"}
users |= {"contrib.ninja", "contrib.rest_framework"}  # the frameworks themselves ask for settings
users |= {"contrib.mcp"}
assert others == users, f"these ask Django for the user model, which is known with the settings: {others ^ users}"
assert not settings.configured
"""

WITH_DJANGO = """
import django
django.setup()
assert import_everything() == set()
from django_entrance.entra.authorities import configured_authorities
from django_entrance.conf.loading import current_settings
from django_entrance.entra.authorities import verified_tokens
for made in (current_settings, configured_authorities, verified_tokens):
    assert made.results == {}, "ENTRANCE was read"
"""

NOTHING_WAS_DONE = """
assert threading.active_count() == 1, threading.enumerate()
assert done == [], done
socket.getaddrinfo("127.0.0.1", 1)
assert done, "control: the hook sees a call"
"""


@pytest.mark.parametrize(
    ("scene", "settings"), [(WITHOUT_SETTINGS, None), (WITH_DJANGO, "project_settings")], ids=["without", "with"]
)
def test_importing_has_no_effect(scene: str, settings: str | None) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    environment |= {"PYTHONPATH": os.pathsep.join(sys.path)}
    environment |= {"DJANGO_SETTINGS_MODULE": settings} if settings else {}
    script = WATCH + scene + NOTHING_WAS_DONE
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment, timeout=60)
    assert run.returncode == 0, run.stderr
