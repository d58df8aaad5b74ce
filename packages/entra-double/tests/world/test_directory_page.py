"""The page of the documentation on the directory file: its example is read, and it has every key."""

from __future__ import annotations

import re
from pathlib import Path

from entra_double._world.directory_file.read import read_directory
from entra_double._world.directory_file.schema import TABLES, TENANT
from entra_double._world.directory_file.write import write_directory

PAGE = Path(__file__).parents[4] / "docs" / "entra-double" / "entra-double-toml.md"


def test_the_example_of_the_documentation_is_read() -> None:
    (example,) = re.findall(r"^```toml\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    world = read_directory("example.toml", text=example)
    contoso = world.tenants[0]
    roles = {person.username: world.all_roles_of(person) for person in world.people_of(contoso)}
    assert roles == {
        "ada@contoso.example": ("Writer",),
        "grace@contoso.example": ("Writer",),
        "katherine@fabrikam.example": ("Reader",),
    }
    assert read_directory("again.toml", text=write_directory(world)) == world


def test_every_key_is_documented() -> None:
    sections = PAGE.read_text().split("### `[[")[1:]
    documented = {f"[[{text.partition('`')[0]}": text for text in sections}
    assert set(documented) == {schema.name for schema in TABLES}
    for schema in TABLES:
        tables = {"people", "groups", "applications", "service_principals", "assignments", "grants"}
        tables |= {"conditional_access", "contexts"}
        for key in schema.keys.keys() - (tables if schema is TENANT else set()):
            assert f"`{key}`" in documented[schema.name], f"{key} of {schema.name}"
        for key in schema.required:
            assert f"**`{key}`**" in documented[schema.name], f"{key} of {schema.name}"
