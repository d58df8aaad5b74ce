"""The bearer door: ``Authorization`` header → user and identity."""

from __future__ import annotations

from collections.abc import Callable, Container
from traceback import format_tb
from typing import TYPE_CHECKING, NamedTuple

from asgiref.sync import sync_to_async
from django.http import HttpRequest

from django_entrance.accounts.provisioning import always, provision
from django_entrance.entra.authorities import authorities_here, configured_authorities, verified_tokens
from django_entrance.verification.bearer import read_bearer
from django_entrance.verification.errors import ProvisioningRefused, Refused
from django_entrance.verification.identify import identify
from django_entrance.verification.identity import Identity

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User


class Entry(NamedTuple):
    """Somebody who was let in."""

    user: User
    identity: Identity


def authenticate_bearer(request: HttpRequest, *, adds_people: Callable[[], bool] = always) -> Entry | None:
    """Return who the request's bearer token lets in, or None when no token of a configured authority is there.

    Tokens are read from the ``Authorization`` header only (RFC 6750 section 2.1). ``adds_people`` is asked for a person
    who has no user yet.

    Raises:
        Refused: the token is ours, and not good.
    """
    identity = identify_request(request)
    if identity is None:
        return None
    try:
        return Entry(provision(identity, adds_people=adds_people), identity)
    except Refused as refusal:
        refusal.caller = identity.caller
        if isinstance(refusal, ProvisioningRefused):
            refusal.identity = identity
        raise


def identify_request(request: HttpRequest) -> Identity | None:
    """Return the identity of the request's bearer token; no frame that holds the token stays for what comes after.

    Settings and the project's own function may fail meanwhile, and an error page shows the variables of every frame.
    """
    bearer = read_bearer(request.META.get("HTTP_AUTHORIZATION"))
    if bearer is None:
        return None
    try:
        return identify_token(bearer, here=authorities_here(request))
    except Exception:
        del bearer
        raise


def identify_token(bearer: str, *, here: Container[str] | None = None) -> Identity | None:
    """Return whom a bearer token speaks of, by this project's settings, or None when it is no token of theirs.

    For everything that has no request: a task, a management command, a consumer of messages. No user is looked up or
    created; ``provisioning.provision`` does that. ``here`` narrows ``AUTHORITIES`` by name.

    Raises:
        TokenRefused: the token is ours, and not good. ``reason`` says why; see ``verification.errors``.
        AccessRefused: the token is good, and may not enter here.
        AuthorityUnreachable: the signing keys cannot be had now; the same token may be good in a moment.
    """
    try:
        return identify(bearer, configured_authorities(), here=here, proved=verified_tokens())
    except Exception as fault:
        del bearer
        raise without_frames(fault)  # noqa: B904  # it is the same fault


async def aidentify_token(bearer: str, *, here: Container[str] | None = None) -> Identity | None:
    """Do what ``identify_token`` does, in a thread: the event loop goes on meanwhile."""
    identifying = sync_to_async(identify_token, thread_sensitive=False)(bearer, here=here)
    try:
        return await identifying
    except Exception as fault:
        del bearer, identifying
        raise without_frames(fault)  # noqa: B904  # it is the same fault


def without_frames(fault: Exception) -> Exception:
    """Return a fault without the frames that it came by, in which the token stands. Their lines are noted, no values.

    An error page, and the report that Django mails, show the variables of every frame.
    """
    each: BaseException | None = fault
    seen: set[int] = set()
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        if not isinstance(each, Refused):
            each.add_note("".join(format_tb(each.__traceback__)))
        each.__traceback__ = None
        each = each.__cause__ or each.__context__
    return fault
