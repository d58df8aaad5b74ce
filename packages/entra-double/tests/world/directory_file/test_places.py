"""Every table, key and item of a TOML text has its line."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

import pytest
from entra_double._world.directory_file.places import find_places
from entra_double._world.directory_file.problems import Path
from entra_double._world.directory_file.write import write_directory
from entra_double._world.seed import SEED_FILE, seed


def test_every_kind_of_toml_has_its_lines() -> None:
    text = '''
title = "x" # [[no]] "table"
[a.b]
"quoted key" = 'lit#eral'
[[a.list]]
one = """
[[not a table]]
\\"""" # still
two = 1.5
[[a.list]]
[a.list.inner]
deep.er = [[1,
  2], { x = {}, y = [
  ] } ]
end = 2027-01-31T12:00:00Z'''
    places = find_places(text)
    assert tomllib.loads(text)
    assert {path: line for path, line in places.items() if path[-1] != 0} == {
        ("a",): 3,
        ("a", "list"): 5,
        ("title",): 2,
        ("a", "b"): 3,
        ("a", "b", "quoted key"): 4,
        ("a", "list", 0, "one"): 6,
        ("a", "list", 0, "two"): 9,
        ("a", "list", 1): 10,
        ("a", "list", 1, "inner"): 11,
        ("a", "list", 1, "inner", "deep"): 12,
        ("a", "list", 1, "inner", "deep", "er"): 12,
        ("a", "list", 1, "inner", "deep", "er", 0, 1): 13,
        ("a", "list", 1, "inner", "deep", "er", 1): 13,
        ("a", "list", 1, "inner", "deep", "er", 1, "x"): 13,
        ("a", "list", 1, "inner", "deep", "er", 1, "y"): 13,
        ("a", "list", 1, "inner", "end"): 15,
    }
    assert places["a", "list", 0] == 5
    assert places["a", "list", 1, "inner", "deep", "er", 0, 0] == 12


def paths_in(value: object, path: Path = ()) -> Iterator[Path]:
    """Give the path of everything in a parsed text."""
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from paths_in(inner, (*path, key))


@pytest.mark.parametrize("text", [write_directory(seed()), SEED_FILE.read_text()], ids=["written", "by hand"])
def test_everything_in_a_file_has_its_line(text: str) -> None:
    places, lines = find_places(text), text.splitlines()
    for path in paths_in(tomllib.loads(text)):
        if path and path != ("tenants",):
            last = [part for part in path if isinstance(part, str)][-1]
            assert last in lines[places[path] - 1] or isinstance(path[-1], int)
