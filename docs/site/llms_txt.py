"""llms.txt: the pages of the site for a language model, as https://llmstxt.org proposes, and their sources."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from contents import sections

if TYPE_CHECKING:
    from sphinx.application import Sphinx

HEAD = """\
# django-entrance

> Sign-in with Microsoft Entra ID for Django, React, GraphQL and REST, beside the logins that a project already has; and
> entra-double, a local Entra ID for development and tests.
"""


def write_llms_txt(app: Sphinx, error: Exception | None) -> None:
    """Write `llms.txt`, and the Markdown of each page beside its HTML."""
    if error is not None or app.builder.format != "html":
        return
    source, built = Path(app.srcdir), Path(app.outdir)
    for page in app.env.found_docs:
        (built / f"{page}.md").parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / f"{page}.md", built / f"{page}.md")
    first = source / f"{app.config.root_doc}.md"
    text = HEAD
    for caption, pages in sections(first.read_text(encoding="utf-8")):
        text += f"\n## {caption}\n\n"
        for page in pages:
            path = (first.parent / page).resolve().relative_to(source)
            text += f"- [{app.env.titles[str(path)].astext()}]({path}.md)\n"
    (built / "llms.txt").write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("build-finished", write_llms_txt)
    return {"parallel_read_safe": True}
