"""Connects the user of a session with a Microsoft account by page sign-in: a click, Microsoft's page, and back.

The flow's cookie has the ticket that the user was given after confirming the password. The callback redeems it only in
a session of that user, so that a cookie planted in another person's browser connects nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from django_entrance.accounts.connecting import connect, make_ticket, read_ticket
from django_entrance.bearer.refusal_log import log_refusal
from django_entrance.frontend.account import of_account, show
from django_entrance.frontend.confirming import confirm, is_from_session
from django_entrance.frontend.notices import keep_notice
from django_entrance.sessions.flows import Flow
from django_entrance.sessions.pages import show_failure
from django_entrance.sessions.sign_in import begin, chosen_authority
from django_entrance.verification.errors import ProvisioningRefused, Refused, TicketRefused
from django_entrance.verification.identity import Identity

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User


@of_account
@never_cache
@sensitive_post_parameters("password")
@transaction.non_atomic_requests
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def connect_at_microsoft(request: HttpRequest) -> HttpResponse:
    """Lead the user of a session to Microsoft, to choose the account to connect; ``authority`` may name where.

    The password is needed as on the account page, which shows what was refused.
    """
    if request.method != "POST" or not has_session(request):
        return redirect("entrance:account")
    user = cast("User", request.user)
    try:
        name = chosen_authority(request, request.POST)
        ticket = make_ticket(user, is_confirmed=confirm(request, user, request.POST.get("password", "")))
        return begin(request, name, reverse("entrance:account"), ticket=ticket, prompt="select_account")
    except Refused as refusal:
        return show_refusal(request, refusal)


def has_session(request: HttpRequest) -> bool:
    """Return whether the request's user came from its session."""
    return request.user.is_authenticated and is_from_session(request, request.user)


def connect_person(request: HttpRequest, flow: Flow, identity: Identity) -> None:
    """Connect the person who signed in with the user that the ticket was given to, who must still be in the session.

    Raises:
        ProvisioningRefused: as ``accounts.connecting.connect`` does, or the session is not that user's.
    """
    try:
        if not has_session(request) or read_ticket(flow.ticket).user != str(request.user.pk):
            raise TicketRefused(expected="the session of the user who asked for the ticket")
        connect(identity, flow.ticket)
        keep_notice(request, request.user, "connected")  # type: ignore[arg-type]  # has_session: it is not anonymous
    except ProvisioningRefused as refusal:
        refusal.caller = identity.caller
        raise


def show_not_connected(request: HttpRequest, flow: Flow, refusal: Refused) -> HttpResponse:
    """Show why nothing was connected: what Microsoft said on a page of its own, all else on the account page."""
    if isinstance(refusal, ProvisioningRefused) and has_session(request):
        return show_refusal(request, refusal)
    return show_failure(request, refusal, next_page=flow.next, authority=flow.authority)


def show_refusal(request: HttpRequest, refusal: Refused) -> HttpResponse:
    log_refusal(request, refusal, door="page")
    return show(request, cast("User", request.user), refusal)
