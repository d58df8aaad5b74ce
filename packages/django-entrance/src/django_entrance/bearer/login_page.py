"""Tells when ``LoginRequiredMiddleware`` would send a program to a page that is for people to log in."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.module_loading import import_string


def find_login_required() -> LoginRequiredMiddleware | None:
    """Return the project's ``LoginRequiredMiddleware``, or its own kind of it, or None when it has none."""
    for path in settings.MIDDLEWARE:
        kind = import_string(path)
        if isinstance(kind, type) and issubclass(kind, LoginRequiredMiddleware):
            try:
                return kind(lambda request: HttpResponse())
            except MiddlewareNotUsed:
                continue
    return None


def sends_program_to_login_page(
    guard: LoginRequiredMiddleware, request: HttpRequest, response: HttpResponseBase
) -> bool:
    """Tell whether the answer is the redirect of ``guard``, and the request did not ask for a page."""
    match = request.resolver_match
    if match is None or not getattr(match.func, "login_required", True) or request.user.is_authenticated:
        return False
    login_page = urlsplit(resolve_url(guard.get_login_url(match.func)))
    target = urlsplit(response.headers.get("Location", ""))
    return (target.netloc, target.path) == (login_page.netloc, login_page.path) and not asks_for_a_page(request)


def asks_for_a_page(request: HttpRequest) -> bool:
    """Tell whether a person would see the answer: what the browser opens, or what prefers HTML.

    Of scripts, ``fetch`` accepts anything and says its mode, XMLHttpRequest often says so (RFC 9110 section 12.5.1;
    Fetch Metadata Request Headers). A request that says nothing of the kind is answered as Django does.
    """
    mode = request.headers.get("Sec-Fetch-Mode")
    if mode == "navigate":
        return True
    if "Accept" in request.headers:
        return request.get_preferred_type(["application/json", "text/html"]) == "text/html"
    is_by_script = mode is not None or "X-Requested-With" in request.headers
    return not is_by_script and not re.fullmatch(r"application/(.+\+)?json", request.content_type or "")
