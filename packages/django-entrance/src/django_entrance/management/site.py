"""Examines what belongs to the site: its addresses, TOKENS_CACHE, front end, redirect page, policy and headers."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import NoReverseMatch

from django_entrance.conf.loading import current_settings
from django_entrance.entra.registration.examining import Comparison
from django_entrance.frontend.addresses import addresses_to_register
from django_entrance.management.content_policy import examine_content_policy
from django_entrance.management.front_end import examine_front_end
from django_entrance.management.header_limits import examine_headers, site_origin
from django_entrance.management.redirect_page import examine_redirect_page
from django_entrance.management.tokens_cache import examine_tokens_cache


def examine_site(site: str | None, front_end: str | None) -> Iterator[Comparison]:
    """Yield what was seen. ``site`` is a URL of the site, ``front_end`` the folder of its front end, where known."""
    yield from examine_addresses(site)
    seen, remedy = examine_tokens_cache()
    if seen:
        yield Comparison("TOKENS_CACHE", seen, remedy)
    yield from examine_front_end(front_end)
    yield from examine_redirect_page(site)
    yield from examine_content_policy(site)
    if site is not None:
        yield Comparison("site, headers", *examine_headers(site))


def examine_addresses(site: str | None) -> Iterator[Comparison]:
    """Yield the exact addresses to register at Entra, on ``PUBLIC_URL`` or on the site that was named."""
    try:
        public = current_settings().PUBLIC_URL or (site_origin(site) if site else None)
        addresses = addresses_to_register(public or "https://<your site>")
    except NoReverseMatch:
        yield Comparison("redirect URIs", "none: the project's urls do not include django_entrance.urls")
        return
    except ValueError:  # --site is no URL, which is reported on its own
        return
    hint = "" if public else "; PUBLIC_URL or --site fills in your site"
    for place, address in addresses.items():
        yield Comparison(f"redirect URIs, {place}", f"{address}{hint}")
