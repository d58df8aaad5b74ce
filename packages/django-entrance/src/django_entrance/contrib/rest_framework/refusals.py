"""Carries a refusal through REST framework, which answers in its own shape."""

from django.http import HttpRequest
from rest_framework.exceptions import APIException

from django_entrance.bearer.refusals import headers_of, members_of
from django_entrance.verification.errors import Refused


class EntranceRefused(APIException):
    """A refusal: ``{"detail": …, "reason": …}`` with status and challenge, whatever the order of the classes.

    It is none of REST framework's own exceptions of authentication: their challenge is always the first class's, and
    without one they become 403.
    """

    def __init__(self, request: HttpRequest, refusal: Refused) -> None:
        members, headers = members_of(refusal), headers_of(request, refusal)
        shown = {"detail": f"{members['title']}. {members['detail']}"}
        shown |= {name: members[name] for name in ("reason", "because", "claims") if name in members}
        super().__init__(shown, code=members["reason"])
        self.refusal = refusal
        self.status_code = members["status"]
        self.auth_header = headers["WWW-Authenticate"]
        if "Retry-After" in headers:
            self.wait = int(headers["Retry-After"])
