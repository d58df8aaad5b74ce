"""The own logins of Logbook, beside ``EntraAuthentication``."""

from typing import Any

from django.conf import settings
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request


class OwnTokenAuthentication(BaseAuthentication):
    """Answers with the user of an own token. ``OwnTokenMiddleware`` has verified it."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        return (request._request.user, None) if getattr(request._request, "has_own_token", False) else None


class OwnSessionAuthentication(SessionAuthentication):
    """Sessions of password users, where Logbook keeps sessions."""

    def authenticate(self, request: Request) -> Any:
        return super().authenticate(request) if settings.HAS_DJANGO_SESSION else None
