"""The reference pages match the code. They are part of the repository, not of the installed package."""

import importlib.util
import re
from dataclasses import fields
from pathlib import Path
from types import ModuleType

import pytest
from django.test import Client
from django_entrance import checks
from django_entrance.accounts.addresses import home_name
from django_entrance.accounts.usernames import readable
from django_entrance.conf.auth_adfs import ALIASES, TRANSLATED
from django_entrance.conf.auth_adfs_advice import FROM_VALUES, KNOWN, REMEDIES
from django_entrance.conf.options import AuthoritySettings, EntranceSettings

DOCS = Path(__file__).parents[3] / "docs"


@pytest.fixture(scope="module")
def build_reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_reference", DOCS / "build_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def first_cells(page: Path, pattern: str) -> list[str]:
    return re.findall(rf"^\| `({pattern})` \|", page.read_text(), flags=re.MULTILINE)


def test_the_page_of_refusals_is_fresh(build_reference: ModuleType) -> None:
    assert build_reference.REFUSALS.read_text() == build_reference.refusals(), "run: make docs"


def test_the_page_of_commands_is_fresh(build_reference: ModuleType) -> None:
    assert build_reference.COMMANDS.read_text() == build_reference.commands_page.commands(), "run: make docs"


def test_the_page_of_python_names_is_fresh(build_reference: ModuleType) -> None:
    assert build_reference.PYTHON.read_text() == build_reference.python(), "run: make docs"


def test_the_page_of_python_names_one_by_one_is_fresh(build_reference: ModuleType) -> None:
    assert build_reference.API.read_text() == build_reference.python_reference.api(), "run: make docs"


def test_the_page_of_events_is_fresh(build_reference: ModuleType) -> None:
    assert build_reference.EVENTS.read_text() == build_reference.events(), "run: make docs"


def test_the_page_of_metrics_is_fresh(build_reference: ModuleType) -> None:
    assert build_reference.MEASURE.read_text() == build_reference.measure(), "run: make docs"


def test_the_page_of_python_names_has_every_member_of_config_json(client: Client) -> None:
    page = (DOCS / "reference" / "python.md").read_text().partition("## config.json")[2].partition("## Limits")[0]
    assert re.findall(r"^\| `(\w+)` \|", page, flags=re.MULTILINE) == list(client.get("/entrance/config.json").json())


def test_the_page_of_settings_has_every_key_in_order() -> None:
    known = [key.name for settings in (AuthoritySettings, EntranceSettings) for key in fields(settings)]
    assert first_cells(DOCS / "reference" / "settings.md", "[A-Z_]+") == known


def test_the_page_of_settings_has_every_check() -> None:
    source = "".join(module.read_text() for module in Path(checks.__file__).parent.rglob("*.py"))
    known = sorted(set(re.findall(r"\b[EW]0\d\d\b", source)))
    listed = first_cells(DOCS / "reference" / "settings.md", r"entrance\.[EW]\d+")
    assert sorted(check.removeprefix("entrance.") for check in listed) == known


def test_the_page_of_settings_says_what_user_names_become() -> None:
    page = (DOCS / "reference" / "settings.md").read_text().partition("### User names")[2].partition("## ")[0]
    rows = re.findall(r"^\| `([^`]+)` \| (?:`([^`]+)`.*|the same) \|$", page, flags=re.MULTILINE)
    assert len(rows) == 5
    assert [readable(home_name(name)) for name, _ in rows] == [becomes or name for name, becomes in rows]


def test_the_page_for_users_of_django_auth_adfs_has_every_key() -> None:
    page = (DOCS / "howto" / "move-from-django-auth-adfs.md").read_text().partition("## Every setting")[2]
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| (.+) \|$", page, flags=re.MULTILINE))
    assert rows.keys() == KNOWN
    assert all(rows[theirs].startswith(f"`{ours}`") for theirs, ours in TRANSLATED.items())
    assert all(f"`{current}`" in rows[older] for older, current in ALIASES.items())
    assert {key: rows[key] for key in REMEDIES} == {key: f"named: {hint}" for key, hint in REMEDIES.items()}
    assert all("named" in rows[key] for key in FROM_VALUES)
