"""Template tags for pages: ``{% load entrance %}{% sign_in_with_microsoft %}``."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import LoginView
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from django_entrance.entra.authorities import settings_here
from django_entrance.sessions.next_pages import is_safe

register = template.Library()

THEMES = ("auto", "light", "dark")
STYLES = "_entrance_styles"
"""Name in the context that says that the page has the style sheet."""


class NotOffered(Exception):
    """Why the button is not shown; the text is for the developer."""


@register.simple_tag(takes_context=True)
def sign_in_with_microsoft(
    context: template.Context,
    *,
    next: str | None = None,
    authority: str | None = None,
    text: str | None = None,
    theme: str = "auto",
    prompt: str | None = None,
) -> SafeString:
    """Return Microsoft's button in a form that begins page sign-in; the first one of a page brings its style sheet.

    ``next`` is where the person goes then: a safe local address, by default that of the query, else this page. Where
    sign-in is not set up, there is no button; with ``DEBUG`` a sentence says why.

    Raises:
        TemplateSyntaxError: ``theme`` is none of "auto", "light" and "dark".
    """
    if theme not in THEMES:
        raise template.TemplateSyntaxError('The theme of sign_in_with_microsoft is "auto", "light" or "dark".')
    try:
        request, action = offer(context, authority)
    except NotOffered as problem:
        return explain(problem)
    full = gettext("Sign in with Microsoft")
    fields = {"next": next_page(request, next), "authority": authority, "prompt": prompt}
    shown = {
        "action": action,
        "fields": {name: value for name, value in fields.items() if value},
        "text": text or full,
        "label": full if text and text in full and text != full else "",
        "theme": theme,
        "csrf_token": get_token(request),
    }
    return entrance_styles(context) + SafeString(render_to_string("django_entrance/sign_in_button.html", shown))


@register.simple_tag(takes_context=True)
def entrance_styles(context: template.Context) -> SafeString:
    """Return the link to the style sheet of the button, once a page: for ``<head>``; the button brings it elsewhere.

    A style sheet that ``collectstatic`` has not seen leaves the button plain.
    """
    if context.get(STYLES):
        return SafeString("")
    context.dicts[0][STYLES] = True  # the bottom of the context, which all blocks and included templates see
    try:
        address = static("django_entrance/sign-in.css")
    except ValueError:
        return SafeString("")
    return format_html('<link rel="stylesheet" href="{}">', address)


@register.simple_tag(takes_context=True)
def microsoft_sign_in_is_set_up(context: template.Context) -> bool:
    """Return whether the button would be shown: ``{% microsoft_sign_in_is_set_up as is_set_up %}``."""
    try:
        offer(context, None)
    except NotOffered:
        return False
    return True


def offer(context: template.Context, authority: str | None) -> tuple[HttpRequest, str]:
    """Return the request, and the address that begins sign-in.

    Raises:
        NotOffered: something of it is missing.
    """
    request = context.get("request")
    if request is None:
        raise NotOffered(
            "the template has no request. Render it with the request, and add "
            "django.template.context_processors.request to TEMPLATES."
        )
    require_credential(request, authority)
    try:
        return request, reverse("entrance:sign-in")
    except NoReverseMatch:
        raise NotOffered('the URLs are missing: path("entrance/", include("django_entrance.urls")).') from None


def require_credential(request: HttpRequest, name: str | None) -> None:
    """Require that people can sign in with the authority of that name, or with one, on this request.

    Raises:
        NotOffered: the request may use no such authority, or it has no credential.
    """
    known = settings_here(request)
    if name and name not in known:
        raise NotOffered(f"no authority is named {name!r} here.")
    if not any(own.has_credential for each, own in known.items() if not name or each == name):
        raise NotOffered("ENTRANCE has no CLIENT_SECRET, CLIENT_CERTIFICATE or CLIENT_ASSERTION for page sign-in.")


def explain(problem: NotOffered) -> SafeString:
    if not settings.DEBUG:
        return SafeString("")
    return format_html('<p role="note">“Sign in with Microsoft” is not shown: {}</p>', str(problem))


def next_page(request: HttpRequest, wanted: str | None) -> str:
    """Return the local address to go to after sign-in, or an empty text for ``LOGIN_REDIRECT_URL``."""
    page = wanted or request.GET.get(REDIRECT_FIELD_NAME) or own_page(request)
    return page if is_safe(page) else ""


def own_page(request: HttpRequest) -> str:
    """Return the address of this page, unless it is the login page or the answer to a form."""
    return "" if request.method != "GET" or is_login_page(request) else request.get_full_path()


def is_login_page(request: HttpRequest) -> bool:
    match = request.resolver_match
    kind = None if match is None else getattr(match.func, "view_class", None)
    if kind is not None and issubclass(kind, LoginView):
        return True
    try:
        return request.path == resolve_url(settings.LOGIN_URL)
    except NoReverseMatch:
        return False
