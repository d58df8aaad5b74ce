"""Renders the pages that people see, and gives every one of them the same safe headers."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse

if TYPE_CHECKING:
    from jinja2 import Environment

STATIC = Path(__file__).parent / "static"
_TEMPLATES = Path(__file__).parent / "templates"

# No form-action: browsers apply it to the redirect that follows a form too, and that leads to the application.
_POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; frame-ancestors 'none'"
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@cache
def _templates() -> Environment:
    """Prepare the pages when the first is shown: tests without a browser need none."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(template: str, *, status: int = 200, frames: tuple[str, ...] = (), **context: object) -> HTMLResponse:
    """Render `templates/<template>.html`; everything in `context` is escaped.

    Args:
        frames: The origins that the page may show in frames; none of them may hold a space or a semicolon.
    """
    policy = f"{_POLICY}; frame-src {' '.join(frames)}" if frames else _POLICY
    html = _templates().get_template(f"{template}.html").render(context)
    return HTMLResponse(html, status_code=status, headers=_HEADERS | {"Content-Security-Policy": policy})
