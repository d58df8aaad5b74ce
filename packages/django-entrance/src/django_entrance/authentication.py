"""The bearer door: ``Authorization`` header → user and identity."""

from __future__ import annotations

from collections.abc import Container
from typing import TYPE_CHECKING, NamedTuple

from asgiref.sync import sync_to_async
from django.http import HttpRequest

from django_entrance import conf
from django_entrance.provisioning import provision
from django_entrance.verification.bearer import read_bearer
from django_entrance.verification.identify import identify
from django_entrance.verification.identity import Identity

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User


class Entry(NamedTuple):
    """Somebody who was let in."""

    user: User
    identity: Identity


def authenticate_bearer(request: HttpRequest) -> Entry | None:
    """Return who the request's bearer token lets in, or None when no token of a configured authority is there.

    Tokens are read from the ``Authorization`` header only (RFC 6750 section 2.1).

    Raises:
        Refused: the token is ours, and not good.
    """
    identity = identify_request(request)
    return None if identity is None else Entry(provision(identity), identity)


def identify_request(request: HttpRequest) -> Identity | None:
    """Return whom the request's bearer token speaks of; no frame that holds the token stays for what comes after."""
    bearer = read_bearer(request.META.get("HTTP_AUTHORIZATION"))
    return None if bearer is None else identify_token(bearer, here=conf.authorities_here(request))


def identify_token(bearer: str, *, here: Container[str] | None = None) -> Identity | None:
    """Return whom a bearer token speaks of, by this project's settings, or None when it is no token of theirs.

    For everything that has no request: a task, a management command, a consumer of messages. No user is looked up or
    created; ``provisioning.provision`` does that. ``here`` narrows ``AUTHORITIES`` by name.

    Raises:
        TokenRefused: the token is ours, and not good. ``reason`` says why; see ``verification.errors``.
        AccessRefused: the token is good, and may not enter here.
        AuthorityUnreachable: the signing keys cannot be had now; the same token may be good in a moment.
    """
    return identify(bearer, conf.authorities(), here=here, proved=conf.proved_tokens())


async def aidentify_token(bearer: str, *, here: Container[str] | None = None) -> Identity | None:
    """Do what ``identify_token`` does, in a thread: the event loop goes on meanwhile."""
    return await sync_to_async(identify_token, thread_sensitive=False)(bearer, here=here)
