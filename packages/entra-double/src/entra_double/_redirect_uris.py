"""Says which redirect URIs the service would register, and what is wrong with the others.

https://learn.microsoft.com/entra/identity-platform/reply-url
"""

from __future__ import annotations

import re

from entra_double._registration import Platform

_LONGEST = 256
_FORBIDDEN = re.compile(r"[!$'(),;*\s\\]")
_HOST = r"https://([\w.-]+|\[[0-9a-fA-F:.]+\])|http://(localhost|127\.0\.0\.1)"
_SECURE = re.compile(rf"({_HOST})(:\d{{1,5}})?([/?].*)?")
_OWN_SCHEME = re.compile(r"(?!https?:)[a-z][a-z0-9+.-]*:.+", re.IGNORECASE)


def problem_with(uri: str, platform: Platform) -> str | None:
    """Give the rule that a redirect URI breaks, as a sentence without its stop; None if it may be registered."""
    if len(uri) > _LONGEST:
        return f"a redirect URI has at most {_LONGEST} characters, this one {len(uri)}"
    if wrong := _FORBIDDEN.search(uri):
        return f"a redirect URI may not hold {wrong[0]!r}"
    if "#" in uri:
        return "a redirect URI has no fragment"
    if not (_SECURE.fullmatch(uri) or (platform is Platform.PUBLIC_CLIENT and _OWN_SCHEME.fullmatch(uri))):
        return "a redirect URI begins with https://, http://localhost or http://127.0.0.1"
    return None
