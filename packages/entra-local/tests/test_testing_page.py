"""What docs/entra-local says of testing is run as it stands, and its tables are those of the code."""

from __future__ import annotations

import importlib.util
import re
from collections import Counter
from pathlib import Path

import pytest
from entra_local import FORGERIES
from entra_local._control import clock, directory, outages, requests, tokens
from entra_local._outages import ENDPOINTS, KINDS

pytest_plugins = ["pytester"]

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "entra-local" / "testing.md").read_text()


def test_the_sample_for_pytest_passes(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    [code] = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    pytester.makepyfile(code)
    result = pytester.runpytest_subprocess("-q", "--strict-markers", "-p", "entra_local.pytest_plugin")
    outcomes = result.parseoutcomes()
    assert outcomes.pop("passed") > 300
    assert outcomes == {}


def test_every_route_and_every_outage_is_on_the_page() -> None:
    routes = [route for module in (clock, directory, outages, requests, tokens) for route in module.ROUTES]
    made = {(method, route.path.partition("/{")[0]) for route in routes for method in route.methods or ()} - {
        ("HEAD", "/directory"),
        ("HEAD", "/requests"),
        ("HEAD", "/forgeries"),
    }
    told = set(re.findall(r"^\| `([A-Z]+) /_control(/[a-z-]+)", PAGE, re.MULTILINE))
    assert told == made
    assert all(f"`{name}`" in PAGE for name in (*ENDPOINTS, *KINDS))


def test_the_page_counts_the_forgeries() -> None:
    expected = Counter(forgery.expect for forgery in FORGERIES.values())
    for told in (
        f"lists all {expected.total()}: {expected['refuse']} that an API must refuse",
        f"{expected['accept']} controls",
        f"and {expected['either']} that it may\njudge either way",
        f"lets in none of the {expected['refuse']}",
    ):
        assert told in PAGE


def test_the_page_of_forgeries_is_fresh() -> None:
    spec = importlib.util.spec_from_file_location("build_reference", DOCS / "build_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.FORGERIES_PAGE.read_text() == module.forgeries(), "run: make docs"
