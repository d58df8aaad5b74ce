"""Computes the addresses that a browser is sent to: of this site only, and absolute where Microsoft needs them."""

from __future__ import annotations

from urllib.parse import urljoin

from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils.http import url_has_allowed_host_and_scheme

from django_entrance.conf.loading import current_settings

LONGEST = 2_000
"""Characters of a path to return to."""


def site_address(request: HttpRequest) -> str:
    """Return scheme and host as people see them: ``PUBLIC_URL``, or those of the request."""
    return (current_settings().PUBLIC_URL or f"{request.scheme}://{request.get_host()}").rstrip("/")


def signed_out_page() -> str:
    """Return where people land after a sign-out: ``POST_LOGOUT_REDIRECT_URI``, or the site's root."""
    return current_settings().POST_LOGOUT_REDIRECT_URI or get_script_prefix()


def absolute(request: HttpRequest, address: str) -> str:
    return urljoin(f"{site_address(request)}/", address)


def local_path(text: str) -> str | None:
    """Return a path of this site, with query and fragment, or None if a browser could read it as another address.

    Only one ``/`` may stand at the beginning, and no backslash, space or control character anywhere: browsers drop some
    of these, and take others for a slash (WHATWG URL, "URL parsing").
    """
    is_plain = text.startswith("/") and "\\" not in text and text.isprintable() and not any(map(str.isspace, text))
    is_local = is_plain and len(text) <= LONGEST and url_has_allowed_host_and_scheme(text, allowed_hosts=None)
    return text if is_local else None
