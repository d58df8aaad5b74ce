"""Exchanges a user name and password for an own token."""

from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.http import HttpRequest

from accounts.throttle import forget_attempts, take_attempt
from accounts.tokens import OwnToken, issue_token

LONGEST_USERNAME = 150
LONGEST_PASSWORD = 1000


class InvalidCredentials(Exception):
    """Unknown user, wrong password or deactivated user: one error for all three."""


class TooManyAttempts(Exception):
    """Too many attempts for this user name from this address. The password was not checked."""


def sign_in(request: HttpRequest, username: str, password: str) -> OwnToken:
    """Return a token for the user.

    Raises:
        InvalidCredentials, TooManyAttempts.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if not take_attempt(username, address):
        raise TooManyAttempts()
    user = user_with_password(request, username, password)
    forget_attempts(username, address)
    return issue_token(user)


def user_with_password(request: HttpRequest, username: str, password: str) -> User:
    if len(username) > LONGEST_USERNAME or len(password) > LONGEST_PASSWORD or not (username + password).isprintable():
        raise InvalidCredentials()
    user = authenticate(request, username=username, password=password)
    if not isinstance(user, User):
        raise InvalidCredentials()
    return user
