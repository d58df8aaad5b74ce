"""Authenticates live connections by Logbook's own tokens."""

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied

from accounts.tokens import OwnTokenRefused, user_of_token


def user_of_own_token(token: str) -> User:
    """Return the user. Every token that is not Entra's is Logbook's, or unknown.

    Raises:
        PermissionDenied: the token is refused; the connection closes with the reason.
    """
    try:
        return user_of_token(token)
    except OwnTokenRefused as refusal:
        raise PermissionDenied(refusal.reason) from None
