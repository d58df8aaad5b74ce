"""Looks at the redirect page as people get it: headers that a proxy or a middleware adds break sign-in with MSAL."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import NoReverseMatch, reverse

from django_entrance.entra.registration.examining import Comparison
from django_entrance.frontend.views import bridge_script
from django_entrance.management.header_limits import site_origin, why_no_answer
from django_entrance.verification.errors import shown
from django_entrance.verification.metadata.fetch import open_document

WHERE = "redirect page"
OPENER, FRAMING = "Cross-Origin-Opener-Policy", "X-Frame-Options"
TO_BUILD = "In a checkout, run: npm run build -w packages/react. Releases have the script."
TO_SERVE = "Let no proxy or middleware change the headers or the path of this page: MSAL 5 needs it as Django sends it."


def redirect_path() -> str | None:
    """Return the path of the redirect page, or None if the project does not include our URLs."""
    try:
        return reverse("entrance:redirect")
    except NoReverseMatch:
        return None


def examine_redirect_page(site: str | None) -> Iterator[Comparison]:
    """Yield whether the page has its script, and whether it comes unchanged through a site that was named."""
    path = redirect_path()
    if path is None:
        return
    try:
        bridge_script()
    except FileNotFoundError:
        yield Comparison(WHERE, f"{path} has no script, so no sign-in by MSAL ends", TO_BUILD)
        return
    if site is not None and not why_no_answer(site, 0):
        yield as_people_get_it(site_origin(site) + path)


def as_people_get_it(address: str) -> Comparison:
    """Compare the headers of the page with what MSAL needs (MSAL.js, "redirect bridge")."""
    try:
        with open_document(address) as response:
            opener, framing = (response.headers.get(name, "") for name in (OPENER, FRAMING))
    except OSError as fault:
        return Comparison(WHERE, f"{address}: {shown(str(fault))}", TO_SERVE)
    wrong = [f"{OPENER}: {opener}"] * bool(opener) + [f"{FRAMING}: {framing}"] * (framing.upper() == "DENY")
    if wrong:
        return Comparison(WHERE, f"{address} has {shown(', '.join(wrong), at_most=200)}", TO_SERVE)
    return Comparison(WHERE, f"{address} comes with the headers that MSAL needs", "")
