"""The site's root address leads to its first page, which lies in `docs/` as in the repository."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

LEAD_ON = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>django-entrance</title>
<meta http-equiv="refresh" content="0; url={page}">
<link rel="canonical" href="{page}">
<p><a href="{page}">The documentation of django-entrance</a></p>
</html>
"""


def write_start_page(app: Sphinx, error: Exception | None) -> None:
    if error is None and app.builder.format == "html":
        page = app.builder.get_target_uri(app.config.root_doc)
        (Path(app.outdir) / "index.html").write_text(LEAD_ON.format(page=page), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("build-finished", write_start_page)
    return {"parallel_read_safe": True}
