"""Detects when ``LoginRequiredMiddleware`` would redirect a program to the login page, which is for people."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django.urls import NoReverseMatch
from django.utils.module_loading import import_string

from django_entrance.bearer.middleware_order import is_kind

FIRST_USER = "_entrance_first_user"
"""Attribute of a request with the user that its view got."""


def find_login_required() -> LoginRequiredMiddleware | None:
    """Return the project's ``LoginRequiredMiddleware`` or subclass, or None if it has none."""
    for path in settings.MIDDLEWARE:
        if is_kind(path, LoginRequiredMiddleware):
            try:
                guard: LoginRequiredMiddleware = import_string(path)(lambda request: HttpResponse())
                return guard
            except MiddlewareNotUsed:
                continue
    return None


def sends_program_to_login_page(
    guard: LoginRequiredMiddleware, request: HttpRequest, response: HttpResponseBase
) -> bool:
    """Return whether the response is the redirect of ``guard`` and the request did not ask for a page."""
    match = request.resolver_match
    if match is None or not getattr(match.func, "login_required", True) or request.user.is_authenticated:
        return False
    try:
        login_page = urlsplit(resolve_url(guard.get_login_url(match.func)))
    except NoReverseMatch:  # this URLconf has no login page, so another middleware answers
        return False
    target = urlsplit(response.headers.get("Location", ""))
    return (target.netloc, target.path) == (login_page.netloc, login_page.path) and not asks_for_a_page(request)


def asks_for_a_page(request: HttpRequest) -> bool:
    """Return whether a person would see the response: a navigation of the browser, or a client that prefers HTML.

    Scripts differ: ``fetch`` accepts any type and sends its mode, XMLHttpRequest often sends ``X-Requested-With`` (RFC
    9110 section 12.5.1; Fetch Metadata Request Headers). Without any such header Django's response stays.
    """
    mode = request.headers.get("Sec-Fetch-Mode")
    if mode == "navigate":
        return True
    if "Accept" in request.headers:
        return request.get_preferred_type(["application/json", "text/html"]) == "text/html"
    is_from_script = mode is not None or "X-Requested-With" in request.headers
    return not is_from_script and not re.fullmatch(r"application/(.+\+)?json", request.content_type or "")


def keep_first_user(request: HttpRequest) -> None:
    """Keep the user that the view gets, since the view may sign the user out."""
    request.__dict__[FIRST_USER] = request.user


def was_signed_in(request: HttpRequest) -> bool:
    """Return whether a user was signed in before the view ran, through any login.

    False if no view ran, because another middleware answered first.
    """
    user = request.__dict__.get(FIRST_USER)
    return user is not None and user.is_authenticated
