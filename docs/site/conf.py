"""The documentation site. `make docs` builds it offline, and a warning stops the build.

Sphinx, MyST and Furo are what Django's own ecosystem uses. The pages stay Markdown that reads well in the repository.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from pygments.lexers.special import TextLexer  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))

project = "django-entrance"
author = "the django-entrance contributors"
release = version = tomllib.loads((ROOT / "packages/django-entrance/pyproject.toml").read_text())["project"]["version"]

extensions = ["myst_parser", "contents", "start_page", "llms_txt", "search_words", "stacked_tables"]
root_doc = "docs/README"
include_patterns = [
    "docs/**.md",
    "*.md",
    "benchmarks/README.md",
    "reference/README.md",
    "packages/*/*.md",
    "packages/*/docs/*.md",
    "packages/entra-double/npm/*.md",
]
exclude_patterns = ["**/node_modules", ".venv", ".make", ".nox", "packages/react-18"]

myst_heading_anchors = 4
nitpicky = True

html_theme = "furo"
html_title = "django-entrance"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_show_copyright = False
html_use_index = False
html_search_scorer = str(HERE / "scorer.js")
html_copy_source = False
html_theme_options = {"navigation_with_keys": True}


def keep_changes_out_of_the_search(app: Sphinx, env: BuildEnvironment) -> None:
    """A page of changes has every word, and would stand before the page about the matter."""
    for page in env.found_docs:
        if page.endswith("/CHANGELOG"):
            env.metadata[page]["nosearch"] = "yes"


def setup(app: Sphinx) -> None:
    app.connect("env-updated", keep_changes_out_of_the_search)
    app.add_lexer("svelte", TextLexer)  # Pygments has none of its own
