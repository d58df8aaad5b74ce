"""Computes the addresses that Microsoft sends a browser back to after a sign-out: absolute, and of the settings."""

from __future__ import annotations

from urllib.parse import urljoin

from django.http import HttpRequest
from django.urls import get_script_prefix

from django_entrance.conf.loading import current_settings


def site_address(request: HttpRequest) -> str:
    """Return scheme and host as people see them: ``PUBLIC_URL``, or those of the request."""
    return current_settings().PUBLIC_URL or f"{request.scheme}://{request.get_host()}"


def signed_out_page() -> str:
    """Return where people land after a sign-out: ``POST_LOGOUT_REDIRECT_URI``, or the site's root."""
    return current_settings().POST_LOGOUT_REDIRECT_URI or get_script_prefix()


def absolute(request: HttpRequest, address: str) -> str:
    return urljoin(f"{site_address(request)}/", address)
