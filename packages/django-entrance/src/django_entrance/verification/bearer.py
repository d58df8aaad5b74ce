"""Reads ``Authorization`` and writes ``WWW-Authenticate``, the two headers of RFC 6750."""

import re

from django_entrance.verification.errors import ClaimsChallenged, MalformedRequest, Refused

SCOPE = re.compile(r"[!#-.0-\[\]-~]+")
"""All characters that RFC 6749 allows except the slash, which separates the App ID URI from the short name."""


def read_bearer(authorization: str | None) -> str | None:
    """Return the token of an ``Authorization`` value, or None when the scheme is not Bearer (RFC 6750 section 2.1).

    The scheme's case does not matter (RFC 9110 section 11.1). Servers join two Authorization headers with a comma.
    No token contains a comma or a space, so such a value is refused.

    Raises:
        MalformedRequest: the scheme is Bearer, but not exactly one token follows.
    """
    if authorization is None:
        return None
    scheme, space, token = authorization.strip(" ").partition(" ")
    if scheme.lower() != "bearer":
        if scheme[:6].lower() == "bearer" and scheme[6:7] in {"\t", ","}:
            raise MalformedRequest(expected="one token after «Bearer »", actual="another separator")
        return None
    token = token.lstrip(" ")
    if not token or any(character in token for character in " \t,\r\n\0"):
        raise MalformedRequest(expected="one token after «Bearer »", actual="none or several" if space else "none")
    return token


def is_scope(text: str) -> bool:
    """Tell whether a text is the short name of one scope, safe in a header (RFC 6749 section 3.3)."""
    return SCOPE.fullmatch(text) is not None and text != ".default"


def challenge(refusal: Refused, *, resource_metadata: str = "", scope: str = "") -> str:
    """Return the ``WWW-Authenticate`` value for a refusal (RFC 6750 section 3; Microsoft, "Claims challenges").

    It contains only fixed texts and configured names, nothing from the token. ``resource_metadata`` is the address of
    the protected resource metadata (RFC 9728 section 5.1), ``scope`` the names that a client is to request.
    """
    parts = {"realm": "entrance", "error": refusal.error, "error_description": refusal.title}
    if refusal.error == "insufficient_scope" and refusal.policy is not None:
        parts["scope"] = " ".join(sorted(filter(is_scope, refusal.policy.required_scopes)))
    if isinstance(refusal, ClaimsChallenged):
        parts["claims"] = refusal.claims
    parts |= {name: text for name, text in (("scope", scope), ("resource_metadata", resource_metadata)) if text}
    if not refusal.error:
        del parts["error_description"]
    return "Bearer " + ", ".join(f'{name}="{value}"' for name, value in parts.items() if value)
