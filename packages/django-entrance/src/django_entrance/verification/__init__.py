"""Turns token text into an ``Identity``; ``identify`` shows the steps. Independent of Django.

Public names, for use in a task, a command or another framework::

    from django_entrance.verification import identify
    from django_entrance.verification import trusted

    contoso = trusted(tenant="contoso.com", client_id="a9100000-0000-4000-a000-000000000002")
    identity = identify(bearer, [contoso])
"""

from django_entrance.verification.authority import Authority, trusted
from django_entrance.verification.bearer import read_bearer
from django_entrance.verification.errors import AccessRefused, AuthorityUnreachable, Refused, TokenRefused
from django_entrance.verification.identify import aidentify, identify
from django_entrance.verification.identity import Identity
from django_entrance.verification.verified_tokens import VerifiedTokens

__all__ = [
    "AccessRefused",
    "Authority",
    "AuthorityUnreachable",
    "Identity",
    "Refused",
    "TokenRefused",
    "VerifiedTokens",
    "aidentify",
    "identify",
    "read_bearer",
    "trusted",
]
