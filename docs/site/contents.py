"""The site's table of contents: each section of docs/README.md, with the pages that it links to.

So a page that docs/README.md does not list is one that Sphinx warns of, and the sidebar needs no list of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

SECTION = re.compile(r"^## (?P<caption>.+)\n(?P<body>(?:(?!^## ).*\n?)*)", re.MULTILINE)
PAGE = re.compile(r"\]\((?P<path>[\w./-]+)\.md\)")


def sections(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the caption of each section, and the pages that no earlier section lists, in order."""
    seen = set[str]()
    for section in SECTION.finditer(text):
        pages = [page for page in dict.fromkeys(PAGE.findall(section["body"])) if page not in seen]
        seen.update(pages)
        if pages:
            yield section["caption"], pages


def add_contents(app: Sphinx, page: str, source: list[str]) -> None:
    """Append a hidden table of contents to the first page."""
    if page == app.config.root_doc:
        for caption, pages in sections(source[0]):
            source[0] += f"\n```{{toctree}}\n:hidden:\n:caption: {caption}\n\n" + "\n".join(pages) + "\n```\n"


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("source-read", add_contents)
    return {"parallel_read_safe": True}
