"""The authentication class for Django REST framework."""

from typing import Any

from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request

from django_entrance.bearer.challenges import challenge_to
from django_entrance.bearer.refusal_log import log_refusal
from django_entrance.callers import find_caller
from django_entrance.contrib.rest_framework.refusals import EntranceRefused
from django_entrance.verification.errors import NotSignedIn, Refused
from django_entrance.verification.identity import Identity


class EntraAuthentication(BaseAuthentication):
    """Authenticates tokens and sessions of Entra's, with the middleware and without it; put it first.

    Other tokens and logins are left to the next class. ``request.auth`` is the identity. A session needs a CSRF token,
    as with ``SessionAuthentication``. Since its challenge is Bearer, a request without a user gets 401.
    """

    def authenticate(self, request: Request) -> tuple[Any, Identity] | None:
        """Return user and identity, or None for the next class.

        Raises:
            EntranceRefused: the token is from a configured authority and was rejected.
            PermissionDenied: a session's request lacks the CSRF token.
        """
        http_request = request._request
        try:
            found = find_caller(http_request)
        except Refused as refused:
            refusal = refused.with_traceback(None)
        else:
            if found is None:
                return None
            if found.identity.door != "bearer":
                SessionAuthentication().enforce_csrf(request)
            return found.user, found.identity
        log_refusal(http_request, refusal)
        raise EntranceRefused(http_request, refusal)

    def authenticate_header(self, request: Request) -> str:
        """Return the Bearer challenge; to another login's credentials that login's own, as it would be without ours."""
        own = challenge_to(request._request, NotSignedIn())
        if "HTTP_AUTHORIZATION" not in request.META:
            return own
        others = [each for each in request.authenticators or () if not isinstance(each, EntraAuthentication)]
        theirs = (each.authenticate_header(request) for each in others if isinstance(each, BaseAuthentication))
        return next(filter(None, theirs), own)
