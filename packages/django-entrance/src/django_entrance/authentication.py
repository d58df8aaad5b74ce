"""The bearer door: ``Authorization`` header → user and identity."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

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
    bearer = read_bearer(request.META.get("HTTP_AUTHORIZATION"))
    identity = None if bearer is None else identify(bearer, conf.authorities(), proved=conf.proved_tokens())
    return None if identity is None else Entry(provision(identity), identity)
