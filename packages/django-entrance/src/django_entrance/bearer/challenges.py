"""Writes the challenge of a refusal: with the address of the metadata and the scopes, where the project serves them."""

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest

from django_entrance.resources import metadata_address, path_of_resource, resource_of, scopes_of
from django_entrance.verification.bearer import challenge, is_scope
from django_entrance.verification.errors import Refused, ScopeMissing


def challenge_to(request: HttpRequest, refusal: Refused) -> str:
    """Return the ``WWW-Authenticate`` value of the response to a request (RFC 9728 section 5.1).

    A client without a token, or with one that is not enough, learns where to get another one, and with which scopes.
    """
    if refusal.status not in (401, 403):
        return challenge(refusal)
    try:
        path = path_of_resource(request)
        address = metadata_address(request, path)
    except DisallowedHost:  # asked before any middleware of Django's has
        address = ""
    if not address:
        return challenge(refusal)
    names = [refusal.scope] if isinstance(refusal, ScopeMissing) and is_scope(refusal.scope) else []
    scopes = scopes_of(request, resource_of(request, path), *names) if is_about_token(refusal) else []
    return challenge(refusal, resource_metadata=address, scope=" ".join(scopes))


def is_about_token(refusal: Refused) -> bool:
    """Return whether another token could help."""
    return refusal.status == 401 or isinstance(refusal, ScopeMissing)
