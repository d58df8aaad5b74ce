"""Builds the addresses of this package's URLs as people and Entra see them."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urljoin

from django.http import HttpRequest
from django.urls import get_script_prefix, reverse

from django_entrance.conf.loading import current_settings


def public_address(name: str, request: HttpRequest) -> str:
    """Return the address of a URL of ours: on ``PUBLIC_URL``, or on the host that the request came to.

    Only Django's own settings, such as ``SECURE_PROXY_SSL_HEADER``, decide which forwarded headers count.
    """
    path, site = reverse(f"entrance:{name}"), current_settings().PUBLIC_URL
    return site + path if site else request.build_absolute_uri(path)


def is_https(request: HttpRequest) -> bool:
    """Return whether people see the site over https, by ``PUBLIC_URL`` or by Django's own rules."""
    site = current_settings().PUBLIC_URL
    return site.startswith("https:") if site else request.is_secure()


def addresses_to_register(site: str) -> Mapping[str, str]:
    """Return what to register at Entra for a site, by the place in the registration.

    Raises:
        NoReverseMatch: the project does not include our URLs.
    """
    prefix = site + reverse("entrance:config").removesuffix("config.json")
    return {
        "single-page application": f"{prefix}redirect/",
        "web": f"{prefix}callback/",
        "front-channel logout URL": f"{prefix}front-channel-logout/",
    }


def signed_out_page() -> str:
    """Return where people land after a sign-out: ``POST_LOGOUT_REDIRECT_URI``, or the site's root."""
    return current_settings().POST_LOGOUT_REDIRECT_URI or get_script_prefix()


def signed_out_address(request: HttpRequest) -> str:
    """Return the same with scheme and host, as Microsoft needs it, and as it has to be registered there."""
    site = current_settings().PUBLIC_URL or f"{request.scheme}://{request.get_host()}"
    return urljoin(f"{site}/", signed_out_page())
