"""The page at `/`: the front end as Vite built it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

NOT_BUILT = """Logbook's front end is not built yet.

Run this in the folder of the checkout, then load the page again:

    make install
"""


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Answer the front end's page, read anew each time: it names its scripts by their content."""
    try:
        page = (settings.FRONT_END / "index.html").read_text(encoding="utf-8")
    except FileNotFoundError:
        return HttpResponse(NOT_BUILT, status=503, content_type="text/plain; charset=utf-8")
    return HttpResponse(
        page, headers={"Cache-Control": "no-cache", "Content-Security-Policy": content_security_policy()}
    )


def content_security_policy() -> str:
    """Return a policy that allows this origin, and the authority for tokens and for its hidden frame; nothing else."""
    authority = settings.ENTRANCE["AUTHORITY_HOST"]
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"connect-src 'self' {authority}",
            f"frame-src 'self' {authority}",
            "img-src 'self' data:",
            "font-src 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "object-src 'none'",
            "form-action 'self'",
        )
    )
