"""The pages on which people see their Microsoft accounts and sessions: ``entrance/account/`` and ``connect/``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import get_script_prefix
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from django_entrance.accounts.connecting import LIFETIME, make_ticket
from django_entrance.accounts.connecting import connect as connect_by_ticket
from django_entrance.accounts.linking import refuse_last_way_in, unlink_user
from django_entrance.accounts.ways_in import has_password
from django_entrance.entra.authorities import settings_here
from django_entrance.frontend.callers import is_unreadable, needs_csrf_token, own_user, protected, sent_texts
from django_entrance.frontend.confirming import confirm, is_from_session, needs_password
from django_entrance.frontend.notices import keep_notice, take_notice
from django_entrance.frontend.own_accounts import list_accounts, own_account
from django_entrance.frontend.own_sessions import end_own_session, list_sessions
from django_entrance.verification.errors import (
    AccountMissing,
    BodyRefused,
    NoSuchAccount,
    NotSignedIn,
    ProvisioningRefused,
    Refused,
    TicketRefused,
)
from django_entrance.verification.identity import Identity

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User

View = TypeVar("View", bound=Callable[..., Any])

REFUSAL = "_entrance_refusal"
"""Where a request to connect keeps the refusal of its token: who it is of is known, and has no user yet."""

TAKES_UNLINKED: set[Callable[..., Any]] = set()
ANSWERED_BY_MIDDLEWARE: set[Callable[..., Any]] = set()
"""The views themselves: an attribute would be copied by ``functools.wraps`` to views that are other ones."""


def takes_unlinked(view: View) -> View:
    """Mark a view that accepts the token of a person who has no user here yet."""
    TAKES_UNLINKED.add(view)
    return view


def of_account(view: View) -> View:
    """Mark a view that finds its user itself, and leaves its refusals to the middleware."""
    ANSWERED_BY_MIDDLEWARE.add(view)
    return login_not_required(view)


@takes_unlinked
@of_account
@csrf_exempt  # callers.protected asks for the CSRF token where one is needed
@never_cache
@sensitive_post_parameters("password", "ticket")
@require_http_methods(["GET", "HEAD", "POST"])
def connect(request: HttpRequest) -> HttpResponse:
    """Give a ticket to the user who is logged in; connect the identity of a token to the user of its ticket.

    Raises:
        ProvisioningRefused: the ticket, the password or the account is refused; or the token came without a ticket, and
            its person has no user.
        NotSignedIn: no user is logged in, or a ticket came without a token.
    """
    if request.method != "POST":
        return redirect("entrance:account")
    if is_unreadable(request):
        raise BodyRefused()
    refusal: ProvisioningRefused | None = request.__dict__.get(REFUSAL)
    identity: Any = token_identity(request) if refusal is None else refusal.identity
    ticket = sent_texts(request).get("ticket")
    if ticket and identity is not None:
        return redeem(request, identity, ticket, is_by_token=refusal is not None)
    if refusal is not None:
        raise without_ticket(refusal)
    if ticket:
        raise NotSignedIn(expected="an access token of Microsoft Entra ID beside the ticket")
    user = own_user(request)
    return protected(request, user, lambda request: give_ticket(request, user))


def token_identity(request: HttpRequest) -> Identity | None:
    """Return the identity of the request's token. A session proves nothing now, so it connects nothing."""
    identity: Identity | None = getattr(request, "entra", None)
    return identity if identity is not None and identity.door == "bearer" else None


def without_ticket(refusal: ProvisioningRefused) -> ProvisioningRefused:
    """Return why a token alone does nothing here; for a person who has a user, that was said already."""
    if not isinstance(refusal, AccountMissing):
        return refusal
    missing = TicketRefused(expected="a ticket beside the token")
    missing.caller = refusal.caller
    return missing


def redeem(request: HttpRequest, identity: Identity, ticket: str, *, is_by_token: bool) -> HttpResponse:
    def answer(request: HttpRequest) -> HttpResponse:
        try:
            user = connect_by_ticket(identity, ticket)
        except ProvisioningRefused as refusal:
            refusal.caller = identity.caller
            raise
        return JsonResponse({"user": user.get_username()})

    return answer(request) if is_by_token else protected(request, cast("User", request.user), answer)


def give_ticket(request: HttpRequest, user: User) -> HttpResponse:
    is_confirmed = confirm(request, user, sent_texts(request).get("password", ""))
    return JsonResponse({"ticket": make_ticket(user, is_confirmed=is_confirmed), "expires_in": LIFETIME})


@of_account
@csrf_exempt  # callers.protected asks for the CSRF token where one is needed
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """List the Microsoft accounts and the sessions of the user who is logged in.

    ``action=disconnect`` with ``account`` disconnects an account, ``action=sign_out`` with ``session`` ends a session.

    Raises:
        ProvisioningRefused: the password is needed, or the account is the last way in; a page says so itself.
        NotSignedIn: no user is logged in; a page leads to the login.
    """
    try:
        user = own_user(request)
    except NotSignedIn:
        if wants_page(request):
            return redirect_to_login(request.get_full_path())
        raise
    return protected(request, user, lambda request: answer_user(request, user))


def answer_user(request: HttpRequest, user: User) -> HttpResponse:
    if request.method != "POST":
        return show(request, user)
    sent = sent_texts(request)
    act = ACTIONS.get(sent.get("action", ""))
    if act is None:
        return HttpResponse(WHICH_ACTIONS, status=400, content_type="text/plain")
    try:
        act(request, user, sent)
    except ProvisioningRefused as refusal:
        if wants_page(request):
            return show(request, user, refusal)
        raise
    return redirect("entrance:account") if wants_page(request) else show(request, user)


def disconnect(request: HttpRequest, user: User, sent: Mapping[str, str]) -> None:
    found = own_account(user, sent.get("account", ""))
    if found is None and wants_page(request):
        raise Http404("The user has no such Microsoft account.")
    if found is None:
        raise NoSuchAccount()
    if not has_password(user):  # then there is nothing to confirm first
        refuse_last_way_in(user, found)
    confirm(request, user, sent.get("password", ""), by_sign_in=True)
    unlink_user(user, found)
    if wants_page(request):
        keep_notice(request, user, "disconnected")


def has_only_entra(request: HttpRequest, user: User) -> bool:
    """Return whether the user has no password to confirm, and came in a session of Entra's: it gets no ticket."""
    identity: Identity | None = getattr(request, "entra", None)
    return identity is not None and identity.door != "bearer" and not has_password(user)


ACTIONS = {"disconnect": disconnect, "sign_out": end_own_session}
WHICH_ACTIONS = "Send action=disconnect and account, or action=sign_out and session.\n"


def show(request: HttpRequest, user: User, refusal: Refused | None = None) -> HttpResponse:
    """Answer the user's accounts and sessions, as a page or as JSON, with a CSRF token where one is needed."""
    if needs_csrf_token(request, user):
        get_token(request)
    accounts = list_accounts(request, user)
    needed = needs_password(request, user)
    sessions = list_sessions(request, user)
    if wants_page(request):
        shown = {
            "request": request,
            "user": user,
            "home": get_script_prefix(),
            "notice": take_notice(request, user),
            "is_entra": getattr(request, "entra", None) is not None,
            "accounts": accounts,
            "sessions": sessions,
            "needs_password": needed,
            "refusal": refusal,
            "only_entra": has_only_entra(request, user),
            "ways": sign_ins_here(request) if is_from_session(request, user) else [],
        }
        status = 200 if refusal is None else refusal.status
        response = render(request, "django_entrance/account.html", shown, status=status)
        response["X-Frame-Options"] = "DENY"
        response["Referrer-Policy"] = "same-origin"
        return response
    return JsonResponse(
        {
            "user": user.get_username(),
            "accounts": [each.as_json() for each in accounts],
            "sessions": [each.as_json() for each in sessions],
            "password_needed": needed,
        }
    )


def sign_ins_here(request: HttpRequest) -> list[str]:
    """Return the names of the authorities that people can sign in with on this site's pages."""
    return [name for name, own in settings_here(request).items() if own.has_credential]


def wants_page(request: HttpRequest) -> bool:
    """Return whether a person sees the answer in a browser; a program asks for JSON, or sends it."""
    if request.content_type == "application/json":
        return False
    return request.get_preferred_type(["text/html", "application/json"]) != "application/json"
