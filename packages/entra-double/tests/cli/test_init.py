"""`entra-double init`."""

from __future__ import annotations

from pathlib import Path

import pytest
from entra_double import seed
from entra_double._cli import main
from entra_double._cli.init import STARTER
from entra_double._world.directory import Directory
from entra_double._world.directory_file.read import read_directory
from entra_double._world.directory_file.write import write_directory
from entra_double._world.seed import CONTOSO


def settings_of(directory: Directory) -> dict[str, object]:
    """What applications have to be configured with."""
    return {
        known.client_id: (known.name, known.app_id_uris, known.redirect_uris, [s.value for s in known.secrets])
        for known in directory.applications
    }


def test_init_writes_a_file_that_serves_the_world_of_the_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "entra-double.toml"
    assert main(["init", str(file)]) == 0
    assert f"entra-double serve --directory {file}" in capsys.readouterr().out
    world, start = read_directory(file), seed()
    assert settings_of(world) == settings_of(start)
    assert world.tenants == start.tenants[:2]
    for person in start.people:
        tenant = start.tenant(person.tenant_id)
        assert tenant
        same = world.person(tenant, person.username)
        assert same
        assert world.all_roles_of(same) == start.all_roles_of(person)
        assert (same.name, same.is_guest) == (person.name, person.is_guest)
        assert {g.name for g in world.groups_of(same.object_id)} == {g.name for g in start.groups_of(person.object_id)}
    for client in start.applications:
        for api in start.applications:
            of_start, of_world = (d.granted_scopes(CONTOSO.id, client, api, None) for d in (start, world))
            assert of_world == of_start


def test_what_init_writes_can_be_written_again() -> None:
    world = read_directory(STARTER)
    assert read_directory("again.toml", text=write_directory(world)) == world


def test_init_leaves_a_file_that_is_there_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "entra-double.toml"
    file.write_text("mine")
    assert main(["init", str(file)]) == 1
    assert file.read_text() == "mine"
    assert "exists already, and was not changed" in capsys.readouterr().err
    assert main(["init", str(tmp_path / "nowhere" / "file")]) == 2
    assert "cannot be written: No such file" in capsys.readouterr().err
