"""What docs/entra-double says of testing is run as it stands, and its tables are those of the code."""

from __future__ import annotations

import importlib.util
import re
from collections import Counter
from pathlib import Path

import entra_double
import pytest
from entra_double import FORGERIES, Entra
from entra_double._testing.control import COMMANDS
from entra_double._world.outages import ENDPOINTS, KINDS

from .single_page_app import TENANT

pytest_plugins = ["pytester"]

PACKAGE = Path(__file__).parents[1]
DOCS = PACKAGE.parents[1] / "docs"
PAGE = (DOCS / "entra-double" / "testing.md").read_text()


def test_the_sample_for_pytest_passes(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    [code] = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    pytester.makepyfile(code)
    result = pytester.runpytest_subprocess("-q", "--strict-markers", "-p", "entra_double.pytest_plugin")
    outcomes = result.parseoutcomes()
    assert outcomes.pop("passed") > 300
    assert outcomes == {}


def test_the_sample_of_sign_in_adds_a_policy(entra: Entra) -> None:
    [code] = re.findall(r"^```python\n(.*?)^```", (DOCS / "entra-double" / "sign-in.md").read_text(), re.M | re.DOTALL)
    exec(code, {"entra": entra, "tenant_id": TENANT})
    assert "Second proof" in [known.name for known in entra.emulator.directory.policies]


@pytest.mark.parametrize("page", [*DOCS.rglob("*.md"), PACKAGE / "README.md"], ids=lambda page: page.name)
def test_no_page_imports_what_is_private(page: Path) -> None:
    assert not re.search(r"(from|import) entra_double[.\w]*\._", page.read_text())


def test_every_kind_of_thing_that_the_page_names_is_public() -> None:
    told = PAGE.partition("`entra.add(...)` puts")[2].partition("from `entra_double`")[0]
    names = set(re.findall("`([A-Z][A-Za-z]+)`", told))
    assert names <= set(entra_double.__all__)
    assert {"Person", "AppRegistration", "Group", "Assignment", "PermissionGrant", "ConditionalAccess"} <= names


def test_every_route_and_every_outage_is_on_the_page() -> None:
    made = {(command.method, command.path.partition("/{")[0]) for command in COMMANDS}
    told = set(re.findall(r"^\| `([A-Z]+) /_control(/[a-z-]+)", PAGE, re.MULTILINE))
    assert told == made
    assert all(f"`{name}`" in PAGE for name in (*ENDPOINTS, *KINDS))


def test_the_page_counts_the_forgeries() -> None:
    expected = Counter(forgery.expect for forgery in FORGERIES.values())
    for told in (
        f"lists all {expected.total()}: {expected['refuse']} that an API must refuse",
        f"{expected['accept']} controls",
        f"and {expected['either']} that it may accept or refuse",
        f"lets in none of the {expected['refuse']}",
    ):
        assert told in " ".join(PAGE.split())


def test_the_page_of_forgeries_is_fresh() -> None:
    spec = importlib.util.spec_from_file_location("build_reference", DOCS / "build_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.FORGERIES_PAGE.read_text() == module.forgeries(), "run: make docs"
