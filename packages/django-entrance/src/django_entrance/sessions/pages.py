"""Shows the pages of page sign-in: its button, why it failed, and the one that sends an answer once more."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import NoReverseMatch, get_script_prefix, reverse

from django_entrance.bearer.refusal_log import log_refusal
from django_entrance.conf.loading import current_settings
from django_entrance.sessions.next_pages import page_after
from django_entrance.verification.errors import (
    AccountExists,
    AuthorityNotHere,
    AuthorityUnreachable,
    InactiveUserExists,
    Refused,
    SessionEnded,
    SessionStale,
    SignInLoop,
    SignInRefused,
)

ANSWER = ("code", "state", "error", "error_description", "error_uri", "iss", "session_state")
"""Members of an answer of Entra's (RFC 6749 section 4.1.2, RFC 9207)."""

SCRIPT = "document.forms[0].submit()"


def show_button(request: HttpRequest, fields: Mapping[str, str], *, is_after_sign_out: bool) -> HttpResponse:
    """Show the page with the button that begins a sign-in; with a session of Entra's it asks which account."""
    is_entra = request.user.is_authenticated and getattr(request, "entra", None) is not None
    shown = {
        "fields": {"prompt": "select_account", **fields} if is_entra else fields,
        "onward": page_after(fields.get("next", "")),
        "is_entra": is_entra,
        "is_after_sign_out": is_after_sign_out and not request.user.is_authenticated,
    }
    return secured(render(request, "django_entrance/sign_in_page.html", shown))


def show_failure(
    request: HttpRequest,
    refusal: Refused,
    *,
    next_page: str = "",
    authority: str = "",
    again: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Log why a sign-in failed, and show it with a button to try again.

    With ``again`` the button sends these fields, which ask about the session that goes on, unless that leads nowhere;
    without them a new one begins.
    """
    asks_again = bool(again) and not isinstance(refusal, (SignInLoop, AuthorityNotHere, SessionEnded))
    log_refusal(request, refusal, door="page")
    shown = refusal if current_settings().EXPLAIN_REFUSALS else refusal.redacted()
    details = shown if isinstance(shown, SignInRefused) else None
    fields = {"next": next_page, "authority": authority, "prompt": prompt_after(refusal)}
    if again and asks_again:
        fields = dict(again)
    can_connect = isinstance(refusal, AccountExists) and not isinstance(refusal, InactiveUserExists)
    facts = shown.detail if can_connect else shown.detail.removeprefix(shown.advice).strip()
    context = {
        "title": (details and details.sentence) or shown.title,
        "remedy": shown.advice,
        "detail": facts if current_settings().EXPLAIN_REFUSALS else "",
        "reason": shown.reason,
        "code": details.code if details else "",
        "correlation_id": details.correlation_id if details else "",
        "fields": {name: value for name, value in fields.items() if value},
        "account_page": reverse("entrance:account") if can_connect else "",
        "asks_again": asks_again,
        "has_ended": isinstance(refusal, SessionEnded),
        "onward": page_after(next_page),
    }
    response = secured(render(request, "django_entrance/sign_in_failed.html", context, status=shown.status))
    if isinstance(refusal, AuthorityUnreachable):
        response["Retry-After"] = str(refusal.retry_after)
    return response


def show_not_saved(request: HttpRequest, stale: SessionStale, *, form_page: str, sign_in: str) -> HttpResponse:
    """Log that a form was refused since its session is stale, and show how to send it again.

    With the address of sign-in a button asks Entra about the session and leads to the form's page. It begins no other
    session, since the form two pages back has the CSRF token of this one. Without the address there is only a link.
    """
    log_refusal(request, stale, door="page")
    context = {
        "reason": stale.reason,
        "fields": recheck_fields(form_page),
        "form_page": form_page or home_page(),
        "sign_in": sign_in,
    }
    return secured(render(request, "django_entrance/not_saved.html", context, status=stale.status))


def recheck_fields(next_page: str) -> dict[str, str]:
    """Return what a form sends by GET to have Entra asked about the session, which keeps its key and CSRF token."""
    return {"recheck": "1", "next": next_page} if next_page else {"recheck": "1"}


def home_page() -> str:
    """Return ``LOGIN_REDIRECT_URL``, or the site's root where the URLconf of this request has no such name."""
    try:
        return page_after("")
    except NoReverseMatch:
        return get_script_prefix()


def prompt_after(refusal: Refused) -> str:
    """Return the prompt for the next try: another account where this one was refused, or it would be again."""
    is_of_account = refusal.status in (401, 403) and not isinstance(refusal, SessionEnded)
    return "select_account" if is_of_account else ""


def show_waiting(request: HttpRequest) -> HttpResponse:
    """Show a page that opens its own address again in a second: other tabs are asking Entra about the session."""
    response = secured(render(request, "django_entrance/waiting.html", {"again": request.get_full_path()}))
    response["Refresh"] = "1"
    return response


def show_once_more(request: HttpRequest, sent: QueryDict) -> HttpResponse:
    """Show a page that sends an answer again, now from this site: only then the browser sends its Lax cookies."""
    fields: dict[str, Any] = {name: sent[name] for name in ANSWER if name in sent}
    shown = {"fields": fields | {"resubmitted": "1"}, "script": SCRIPT}
    response = secured(render(request, "django_entrance/once_more.html", shown))
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    response["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'sha256-{digest}'; base-uri 'none'; frame-ancestors 'none'"
    )
    return response


def secured(response: HttpResponse) -> HttpResponse:
    response["X-Frame-Options"] = "DENY"
    response["Referrer-Policy"] = "same-origin"
    return response
