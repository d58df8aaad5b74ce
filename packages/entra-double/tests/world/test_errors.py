"""The catalogue of errors is true: each one is raised, tested, explained, and on the page of the documentation."""

from __future__ import annotations

import ast
import importlib.util
import re
import tomllib
from pathlib import Path
from types import ModuleType

import entra_double
import httpx
import pytest
from entra_double._world.errors import CATALOGUE, Refusal

TESTS = Path(__file__).parents[1]
RECORDED = TESTS / "recorded"
ABOUT_ALL_ERRORS = {"test_errors.py"}


def numbers_in_code(folder: Path) -> set[int]:
    """Read every whole number that stands in the modules below a folder."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in folder.rglob("*.py"))
    nodes = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {node.value for node in nodes if type(node.value) is int}


def numbers_in_tests() -> set[int]:
    texts = (path.read_text(encoding="utf-8") for path in TESTS.rglob("*.py") if path.name not in ABOUT_ALL_ERRORS)
    return {int(number) for text in texts for number in re.findall(r"\d{5,7}", text.replace("_", ""))}


def named_differences() -> set[int]:
    differences = tomllib.loads((RECORDED / "differences.toml").read_text(encoding="utf-8"))["difference"]
    about = (entry for entry in differences if "errors" in entry["facts"])
    return {int(number) for entry in about for number in entry["members"]}


@pytest.fixture(scope="module")
def build_reference() -> ModuleType:
    path = TESTS.parents[2] / "docs" / "build_reference.py"
    spec = importlib.util.spec_from_file_location("build_reference", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_error_of_the_catalogue_is_raised_somewhere() -> None:
    assert CATALOGUE.keys() - numbers_in_code(Path(entra_double.__file__).parent) == set()


def test_every_error_of_the_catalogue_occurs_in_a_test() -> None:
    assert CATALOGUE.keys() - numbers_in_tests() == set()


def test_every_error_of_the_catalogue_can_be_provoked_and_mended() -> None:
    assert [entry.code for entry in CATALOGUE.values() if not entry.provoke.endswith(".")] == []
    assert [entry.code for entry in CATALOGUE.values() if not entry.remedy.endswith(".")] == []


def test_every_error_that_developers_meet_is_here_or_a_named_difference() -> None:
    met = set(tomllib.loads((RECORDED / "codes.toml").read_text(encoding="utf-8"))["codes"])
    assert met - CATALOGUE.keys() == named_differences()


def test_the_page_of_errors_is_fresh(build_reference: ModuleType) -> None:
    assert build_reference.ERRORS.read_text(encoding="utf-8") == build_reference.errors(), "run: make docs"


def test_the_page_of_differences_is_fresh(build_reference: ModuleType) -> None:
    assert build_reference.DIFFERENCES.read_text(encoding="utf-8") == build_reference.differences(), "run: make docs"


async def test_an_error_number_is_explained(http: httpx.AsyncClient) -> None:
    response = await http.get("/error?code=50105")
    assert "AADSTS50105" in response.text
    assert "… is not assigned to the application" in response.text
    assert "interaction_required" in response.text
    assert "bad_token" in (await http.get("/error?code=50173")).text


@pytest.mark.parametrize("code", ["", "1", "x", "²", "50105<b>", "1" * 5_000])
async def test_an_unknown_error_number_is_not(http: httpx.AsyncClient, code: str) -> None:
    assert (await http.get("/error", params={"code": code})).status_code == 404


def test_every_error_of_the_catalogue_fits_its_number() -> None:
    assert all(number == entry.code for number, entry in CATALOGUE.items())
    assert all(entry.text.endswith((".", "~")) for entry in CATALOGUE.values())


def test_no_description_contains_a_word_that_msal_takes_for_another_error() -> None:
    words = ("interaction_required", "consent_required", "login_required", "bad_token", "ui_not_allowed")
    assert not [entry.code for entry in CATALOGUE.values() if any(word in entry.text for word in words)]


def test_a_refusal_keeps_braces_in_details_as_they_are() -> None:
    assert "'{0.__class__}'" in str(Refusal(90002, tenant="{0.__class__}"))


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb", "a\u2028b", "a b"])
def test_a_description_is_one_line(text: str) -> None:
    assert "'a b'" in str(Refusal(50034, person=text, tenant="t"))
