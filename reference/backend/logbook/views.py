"""The page at `/`: the front end as Vite built it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

NOT_BUILT = """Logbook's front end is not built yet.

Run this in the checkout, then reload the page:

    make install
"""


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Serve the front end's page, and tell it which session it has. A build renames its scripts, so it is read here."""
    try:
        page = (settings.FRONT_END / "index.html").read_text(encoding="utf-8")
    except FileNotFoundError:
        return HttpResponse(NOT_BUILT, status=503, content_type="text/plain; charset=utf-8")
    if settings.HAS_DJANGO_SESSION:
        page = page.replace("<html ", '<html data-session="django" ', 1)
    return HttpResponse(
        page, headers={"Cache-Control": "no-cache", "Content-Security-Policy": content_security_policy()}
    )


def content_security_policy() -> str:
    """Allow only this origin, and the authority for token requests and its hidden frame."""
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
