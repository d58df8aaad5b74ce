"""Authenticates bearer tokens: ``Authorization`` header → user and identity."""

from __future__ import annotations

from collections.abc import Callable, Container
from traceback import format_tb

from asgiref.sync import sync_to_async
from django.http import HttpRequest

from django_entrance.accounts.provisioning import always, provision
from django_entrance.bearer.first_uses import never, tell_first_use
from django_entrance.entra.authorities import authorities_here, configured_authorities, verified_tokens
from django_entrance.identified_request import Authenticated
from django_entrance.verification.bearer import read_bearer
from django_entrance.verification.errors import ProvisioningRefused, Refused
from django_entrance.verification.identify import identify
from django_entrance.verification.identity import Identity


def authenticate_bearer(
    request: HttpRequest, *, adds_people: Callable[[], bool] = always, starts_session: Callable[[], bool] = never
) -> Authenticated | None:
    """Return user and identity of the request's bearer token, or None without a token of a configured authority.

    Tokens are read from the ``Authorization`` header only (RFC 6750 section 2.1). ``adds_people`` is called for a
    person without a user, ``starts_session`` for a token that this process has not seen.

    Raises:
        Refused: the token is from a configured authority and was rejected.
    """
    identity = identify_request(request)
    if identity is None:
        return None
    try:
        user = provision(identity, adds_people=adds_people)
    except Refused as refusal:
        refusal.caller = identity.caller
        if isinstance(refusal, ProvisioningRefused):
            refusal.identity = identity
        raise
    tell_first_use(identity, user, door="bearer", starts_session=starts_session)
    return Authenticated(user, identity)


def identify_request(request: HttpRequest) -> Identity | None:
    """Return the identity of the request's bearer token, or None. An exception keeps no frame that holds the token.

    Settings and the project's own function may raise, and an error page shows the variables of every frame.
    """
    bearer = read_bearer(request.META.get("HTTP_AUTHORIZATION"))
    if bearer is None:
        return None
    try:
        return identify_token(bearer, here=authorities_here(request))
    except Exception:
        del bearer
        raise


def remove_bearer(request: HttpRequest) -> None:
    """Remove the bearer token from a request, so that no other login refuses it again."""
    del request.META["HTTP_AUTHORIZATION"]
    request.__dict__.pop("headers", None)


def identify_token(bearer: str, *, here: Container[str] | None = None) -> Identity | None:
    """Return the identity of a bearer token, or None if no configured authority issued it.

    For code without a request: a task, a management command, a message consumer. It finds and creates no user;
    ``provisioning.provision`` does. ``here`` limits ``AUTHORITIES`` by name.

    Raises:
        TokenRefused: the token is from a configured authority and was rejected; see ``reason``.
        AccessRefused: the token is valid, but not allowed here.
        AuthorityUnreachable: the signing keys cannot be fetched now; the same token may be accepted later.
    """
    try:
        return identify(bearer, configured_authorities(), here=here, verified_tokens=verified_tokens())
    except Exception as error:
        del bearer
        raise without_frames(error)  # noqa: B904  # it is the same error


async def aidentify_token(bearer: str, *, here: Container[str] | None = None) -> Identity | None:
    """Do what ``identify_token`` does, in a thread, so that the event loop is not blocked."""
    identifying = sync_to_async(identify_token, thread_sensitive=False)(bearer, here=here)
    try:
        return await identifying
    except Exception as error:
        del bearer, identifying
        raise without_frames(error)  # noqa: B904  # it is the same error


def without_frames(error: Exception) -> Exception:
    """Remove the frames of an exception, which hold the token, and note their lines without values.

    An error page, and the report that Django mails, show the variables of every frame.
    """
    each: BaseException | None = error
    seen: set[int] = set()
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        if not isinstance(each, Refused):
            each.add_note("".join(format_tb(each.__traceback__)))
        each.__traceback__ = None
        each = each.__cause__ or each.__context__
    return error
