"""Makes tables readable on a phone: there each row is a block, and each cell says the name of its column.

A name is a hidden element in front of the cell, which `site.css` shows on narrow screens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from sphinx.application import Sphinx

FEWEST_NAMED = 3
"""In a table of fewer columns it is plain what the second one is."""


def stack_tables(app: Sphinx, doctree: nodes.document, page: str) -> None:
    for table in doctree.findall(nodes.table):
        names = [entry.astext() for head in table.findall(nodes.thead) for entry in head.findall(nodes.entry)]
        table["classes"].append("stacked")
        for row in (row for body in table.findall(nodes.tbody) for row in body.findall(nodes.row)):
            name_cells(row, names)


def name_cells(row: nodes.row, names: list[str]) -> None:
    for entry, name in zip(row.findall(nodes.entry), names, strict=False):
        paragraph = next(iter(entry.findall(nodes.paragraph)), None)
        if paragraph is None or not entry.astext().strip():
            entry["classes"].append("empty")
        elif name and len(names) >= FEWEST_NAMED:
            paragraph.insert(0, nodes.inline("", f"{name}: ", classes=["column-name"]))


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("doctree-resolved", stack_tables)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
