"""A project of django-auth-adfs, with data that it created, is switched over: every person keeps row, groups, password.

The project's settings, URLs and views are in `project`. `before.py` runs in the environment of django-auth-adfs,
`after.py` in ours; both have the same AUTH_ADFS and the same database.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from entra_double._world.ids import GRAPH_CLIENT_ID
from entra_double._world.policies import Assignment
from entra_double._world.seed import CONTOSO

from interop.declared import HERE
from interop.test_interop import ENVIRONMENTS, WITHOUT, _converse
from interop.world import Running, run

MOVING = HERE / "moving"
ADFS = "adf50000-0000-4000-a000-000000000041"
USER_READ_ALL = "df021288-bdef-4463-88db-98f22de89214"
PEOPLE = ("ada@contoso.example", "grace@contoso.example", "katherine@fabrikam.example")


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with run("by name") as running:
        directory = running.emulator.directory
        principal = directory.service_principal(CONTOSO.id, ADFS)
        assert principal is not None
        ids = {"principal_id": principal.id, "tenant_id": CONTOSO.id, "client_id": GRAPH_CLIENT_ID}
        running.emulator.directory = directory.put(Assignment(**ids, role_id=USER_READ_ALL))
        yield running


def environment(running: Running, database: Path, settings: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in WITHOUT}
    return {
        **inherited,
        **running.environment,
        "PYTHONPATH": os.pathsep.join([str(MOVING / "project"), str(HERE / "inside")]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PROJECT_DATABASE": str(database),
        "DJANGO_SETTINGS_MODULE": settings,
    }


def sign_in_before(running: Running, database: Path) -> Any:
    """Let the people sign in with django-auth-adfs; return the project's users."""
    process = subprocess.Popen(
        [ENVIRONMENTS / "django-auth-adfs" / "bin" / "python", MOVING / "before_client.py"],
        env=environment(running, database, "before"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        found = {each.flow: each for each in _converse(process, running)}
    assert list(found) == [*PEOPLE, "rows"]
    assert [each.said for each in found.values() if not each.ok] == []
    return json.loads(found["rows"].said)


def manage(running: Running, database: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "django", *arguments]
    process = subprocess.run(command, env=environment(running, database, "after"), capture_output=True, text=True)
    assert process.returncode == 0, process.stdout + process.stderr
    return process.stdout + process.stderr


def call_after(running: Running, database: Path) -> Any:
    """Call the project with a token of each person; return the callers and the project's users."""
    tokens = {
        name: running.emulator.access_token(name, client_id=ADFS, scope=f"api://{ADFS}/user_impersonation")
        for name in PEOPLE
    }
    process = subprocess.run(
        [sys.executable, MOVING / "after_client.py"],
        env=environment(running, database, "after"),
        input=json.dumps(tokens),
        capture_output=True,
        text=True,
    )
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout)


def test_every_person_keeps_row_groups_and_password(running: Running, tmp_path: Path) -> None:
    database = tmp_path / "project.sqlite3"
    before = sign_in_before(running, database)
    assert before.keys() == {*PEOPLE, "admin"}
    assert len(before["grace@contoso.example"]["groups"]) == 2, "control: django-auth-adfs has mirrored them"
    assert before["ada@contoso.example"]["password"].startswith("pbkdf2_")

    manage(running, database, "migrate", "--verbosity", "0")
    checked = manage(running, database, "check")
    assert "AUTH_ADFS['GROUPS_CLAIM'] is not honoured." in checked
    assert "AUTH_ADFS['MIRROR_GROUPS'] is not honoured." in checked
    assert checked.count("W012") == 2

    command = ("entrance", "adopt", "--from-adfs", "--graph", "--staff")
    assert "3 of 4 users would be bound; --write binds them." in manage(running, database, *command)
    told = manage(running, database, *command, "--write")
    assert "skips  admin: no people of the tenant have this name" in told
    assert "3 of 4 users were bound." in told

    after = call_after(running, database)
    assert after["callers"] == {name: {"user": name} for name in PEOPLE}
    assert after["rows"] == before
    assert after["passwords"] == {"ada@contoso.example": True, "admin": True}


def test_without_graph_the_members_keep_theirs_and_a_guest_is_refused(running: Running, tmp_path: Path) -> None:
    database = tmp_path / "project.sqlite3"
    before = sign_in_before(running, database)
    manage(running, database, "migrate", "--verbosity", "0")
    command = ("entrance", "adopt", "--from-adfs", "--staff", "--write")
    assert "skips  admin: the user name is not a user principal name" in manage(running, database, *command)

    after = call_after(running, database)
    ada, grace, katherine = PEOPLE
    assert {name: after["callers"][name] for name in (ada, grace)} == {ada: {"user": ada}, grace: {"user": grace}}
    assert after["callers"][katherine]["reason"] == "account_exists", "only Graph knows a guest's object id"
    assert after["rows"] == before


def test_without_the_command_no_person_gets_the_user_of_before(running: Running, tmp_path: Path) -> None:
    """The control of the test above."""
    database = tmp_path / "project.sqlite3"
    before = sign_in_before(running, database)
    manage(running, database, "migrate", "--verbosity", "0")
    after = call_after(running, database)
    assert not {found.get("user") for found in after["callers"].values()} & before.keys()
