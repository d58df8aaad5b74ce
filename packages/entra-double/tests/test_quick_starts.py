"""The quick starts of the README are run as they stand there, as a reader would run them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import requires
from pathlib import Path

import pytest
from entra_double import EntraServer, read_directory, seed
from entra_double._cli import main
from packaging.requirements import Requirement

from .single_page_app import payload

PACKAGE = Path(__file__).parents[1]
README = (PACKAGE / "README.md").read_text(encoding="utf-8")
NODE_PACKAGES = PACKAGE.parents[1] / "node_modules"
FENCE = re.compile(r"^```(?P<language>\w*)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r"^(?:#|//) (?P<name>\S+)$", re.MULTILINE)


def fences(language: str) -> list[str]:
    return [fence["code"] for fence in FENCE.finditer(README) if fence["language"] == language]


def write(folder: Path, language: str) -> None:
    """Write every sample in a language to the file that its first line names."""
    for code in fences(language):
        named = COMMENT.match(code)
        assert named, code
        (folder / named["name"]).write_text(code, encoding="utf-8")


def run(folder: Path, *command: str) -> str:
    """Run what a reader types, with entra-double on the PATH; return what it says."""
    here = {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]), "HOME": str(folder)}
    packages = os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])
    environment = here | {"PYTHONPATH": packages, "PYTHONDONTWRITEBYTECODE": "1"}
    process = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert process.returncode == 0, process.stdout + process.stderr
    return process.stdout


def test_five_minutes_with_pytest(tmp_path: Path) -> None:
    write(tmp_path, "python")
    said = run(tmp_path, sys.executable, "-m", "pytest", "-q", "-c", "/dev/null", "--rootdir=.", "-p", "no:django")
    assert re.search(r"\d\d passed", said)
    assert run(tmp_path, sys.executable, "any_program.py").startswith("http://localhost:")


def test_five_minutes_with_node(tmp_path: Path) -> None:
    write(tmp_path, "js")
    installed = tmp_path / "node_modules"
    installed.mkdir()
    (installed / "@azure").symlink_to(NODE_PACKAGES / "@azure")
    (installed / "@django-entrance").mkdir()
    (installed / "@django-entrance" / "entra-double").symlink_to(PACKAGE / "npm")
    said = run(tmp_path, "node", "--test", "--test-reporter=tap")
    assert "# pass 3" in said
    assert "# fail 0" in said


def test_the_directory_in_ten_lines_is_read() -> None:
    (text,) = fences("toml")
    world = read_directory("entra-double.toml", text=text)
    (tenant,) = [tenant for tenant in world.tenants if tenant.domain == "acme.example"]
    (ann,) = world.people_of(tenant)
    assert (ann.username, world.all_roles_of(ann)) == ("ann@acme.example", ("Clerk",))


def test_the_directory_in_ten_lines_gives_a_token(capsys: pytest.CaptureFixture[str]) -> None:
    (text,) = fences("toml")
    with EntraServer(directory=read_directory("entra-double.toml", text=text)) as server:
        assert main(["token", "ann", "--url", server.base_url]) == 0
    claims = payload(capsys.readouterr().out.strip())
    assert (claims["preferred_username"], claims["roles"]) == ("ann@acme.example", ["Clerk"])


def test_every_command_and_option_of_the_readme_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    rows = re.findall(r"^\| `entra-double (\w+)(.*)$", README, re.MULTILINE)
    assert len(rows) == 5
    for command, told in rows:
        with pytest.raises(SystemExit):
            main([command, "--help"])
        assert set(re.findall(r"--[\w-]+", told)) <= set(re.findall(r"--[\w-]+", capsys.readouterr().out))


def test_what_it_installs_is_what_the_readme_says() -> None:
    section = README.split("## What it installs")[1].split("\n## ")[0]
    told = set(re.findall(r"[a-z][a-z0-9-]+", " ".join(re.findall(r"^\| ([a-z].*?) \|", section, re.MULTILINE))))
    installed = closure("entra-double") - {"entra-double"}
    assert installed <= told
    assert told - installed <= {"and", "dependency", "typing-extensions"}, "the last one is for older Pythons"


def closure(name: str) -> set[str]:
    """Everything that an installation brings, on this Python and system."""
    found, waiting = set[str](), [name]
    while waiting:
        one = waiting.pop()
        if one in found:
            continue
        found.add(one)
        for line in requires(one) or []:
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting.append(requirement.name.lower().replace("_", "-"))
    return found


def test_every_id_of_the_readme_is_in_the_world() -> None:
    world = seed()
    ids = {one.client_id for one in world.applications} | {one.object_id for one in world.people}
    ids |= {one.id for one in world.tenants}
    section = README.split("## The initial directory")[1]
    assert set(re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", section)) <= ids
