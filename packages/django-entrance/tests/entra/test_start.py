"""A site with wrong settings does not start."""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django_entrance.entra.authorities import configured_authorities
from scripted import API, TENANT

GOOD = {"TENANT_ID": TENANT, "CLIENT_ID": API}
FAULTY = {"CLIENT_ID": API, "LEEWAY": 900, "AUTHORITIES_HERE": "raises_at_import.authorities_here"}

SERVERS = pytest.mark.parametrize("server", [WSGIHandler, ASGIHandler])


@SERVERS
def test_a_site_with_faulty_settings_does_not_start_and_says_every_fault(settings: Any, server: type) -> None:
    settings.ENTRANCE = FAULTY
    with pytest.raises(ImproperlyConfigured) as fault:
        server()
    assert "ENTRANCE has no TENANT_ID. Set it there, or ENTRANCE_TENANT_ID or AZURE_TENANT_ID" in str(fault.value)
    assert "ENTRANCE['LEEWAY'] is out of range. Write 0 to 300 seconds" in str(fault.value)
    assert "ENTRANCE['AUTHORITIES_HERE'] is not the path of a function: importing it raised KeyError." in str(
        fault.value
    )


@SERVERS
def test_control_a_site_whose_settings_are_right_starts(settings: Any, server: type) -> None:
    settings.ENTRANCE = GOOD
    assert server()
    assert configured_authorities.results, "what the first bearer needs is there"


@pytest.mark.django_db(databases=["default", "people"])
def test_check_lists_every_fault_and_commands_stay_as_django_has_them(settings: Any) -> None:
    settings.ENTRANCE = FAULTY
    with pytest.raises(SystemCheckError) as faults:
        call_command("check", stdout=StringIO(), stderr=StringIO())
    assert [f"entrance.E0{number}" in str(faults.value) for number in ("02", "08", "20")] == [True] * 3
    said = StringIO()
    call_command("migrate", plan=True, skip_checks=True, stdout=said)
    assert "No planned migration operations." in said.getvalue()


@SERVERS
def test_entra_double_in_the_settings_lets_tests_start_whose_debug_is_off(
    settings: Any, monkeypatch: pytest.MonkeyPatch, server: type
) -> None:
    """Both test runners turn DEBUG off; a test without tokens must start with entra-double in the settings."""
    settings.ENTRANCE = GOOD | {"AUTHORITY_HOST": "http://localhost:8400"}
    assert server()
    monkeypatch.delattr(mail, "outbox")
    with pytest.raises(ImproperlyConfigured, match="uses http"):
        server()


@SERVERS
def test_any_other_fault_ends_the_start_of_tests_too(settings: Any, server: type) -> None:
    settings.ENTRANCE = GOOD | {"AUTHORITY_HOST": "http://localhost:8400", "LEEWAY": 900}
    with pytest.raises(ImproperlyConfigured, match="out of range"):
        server()


SITE_TESTS = """
from django.test import TestCase

class Site(TestCase):
    def test_the_front_end_learns_its_configuration(self):
        assert self.client.get("/entrance/config.json").json()["clientId"]
"""


SITE_SETTINGS = """
from project_settings import *

DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
ENTRANCE = {**ENTRANCE, "AUTHORITY_HOST": "http://localhost:8400"}
"""


def test_djangos_own_runner_starts_with_entra_double_in_the_settings(tmp_path: Path) -> None:
    """It turns DEBUG off and runs the checks with databases, W007 among them."""
    (tmp_path / "test_site.py").write_text(SITE_TESTS)
    (tmp_path / "site_settings.py").write_text(SITE_SETTINGS)
    path = os.pathsep.join([str(tmp_path), str(Path(__file__).parents[1])])
    environment = os.environ | {"PYTHONPATH": path, "DJANGO_SETTINGS_MODULE": "site_settings"}
    command = [sys.executable, "-m", "django", "test", "test_site"]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100)
    assert ran.returncode == 0, ran.stderr
    assert "Ran 1 test" in ran.stderr
