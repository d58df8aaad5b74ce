"""Chooses the page after a sign-in: a path of this site, never another site."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.shortcuts import resolve_url
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme

from django_entrance.conf.loading import current_settings

LONGEST = 1_000
"""Characters as a URL has them, where a letter outside ASCII takes six and more; it has to fit into a cookie."""

UNSAFE = re.compile(r"[\x00-\x1f\x7f\\]|//|(^|/)\.\.?(/|$)")
"""In a path: what browsers drop or read as a slash, an empty segment, and dots, after which another site may stand."""


def sent_next(sent: QueryDict) -> str:
    """Return the page that a request names as ``next``, or an empty text if it names none, two or an unsafe one."""
    named = sent.getlist("next")
    return named[0] if len(named) == 1 and is_safe(named[0]) else ""


def page_of_form(request: HttpRequest) -> str:
    """Return the page of this site that sent a form, by ``Referer``, or an empty text. The form's target may be none.

    Behind a proxy that changes ``Host``, the page is on ``PUBLIC_URL``.
    """
    try:
        page = urlsplit(request.headers.get("Referer", ""))
        own = {request.get_host(), urlsplit(current_settings().PUBLIC_URL or "").netloc} - {""}
    except ValueError:
        return ""
    address = page._replace(scheme="", netloc="", fragment="").geturl()
    return address if page.netloc in own and is_safe(address) else ""


def is_safe(address: str) -> bool:
    """Return whether this is a path of this site, decoded or not, whatever ``ALLOWED_HOSTS`` has."""
    if not address.startswith("/") or len(iri_to_uri(address)) > LONGEST or not address.isprintable():
        return False
    path = re.split("[?#]", address, maxsplit=1)[0]
    if any(UNSAFE.search(each) for each in (path, unquote(path), unquote(unquote(path)))):
        return False
    return url_has_allowed_host_and_scheme(address, allowed_hosts=None)


def page_after(address: str) -> str:
    """Return where to go after a sign-in; without a page to return to, ``LOGIN_REDIRECT_URL``."""
    return address or resolve_url(settings.LOGIN_REDIRECT_URL)
