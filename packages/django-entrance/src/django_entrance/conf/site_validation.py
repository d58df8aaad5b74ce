"""Validates the settings of the whole site: limits, dotted paths, the page after sign-out."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from django_entrance.conf.advice import Problem, quoted
from django_entrance.conf.functions import why_not_a_function
from django_entrance.conf.mapping_validation import mapping_problems
from django_entrance.verification.issuers import LOOPBACK

PROVISIONING_CHOICES = ("create", "existing")
PATHS = {
    "AUTHORITIES_HERE": "takes a request and returns names of AUTHORITIES",
    "PROVISIONING": "takes an Identity and returns a saved user or None",
}
"""Settings that may be the dotted path of a function, and what the function does."""


def site_problems(raw: Mapping[str, Any]) -> Iterator[Problem]:
    yield from value_problems(raw)
    yield from signed_out_page_problems(raw)
    yield from path_problems(raw)
    yield from mapping_problems(raw["CLAIM_MAPPING"])


def value_problems(raw: Mapping[str, Any]) -> Iterator[Problem]:
    if not is_provisioning(raw.get("PROVISIONING", "create")):
        hint = f"Choose one of {', '.join(PROVISIONING_CHOICES)}, or write the dotted path of a function."
        yield Problem(check_id="E007", message="ENTRANCE['PROVISIONING'] is not known.", hint=hint)
    if raw.get("REMEMBERED_TOKENS", 0) < 0:
        hint = "Set the number of verified tokens that a process keeps; 0 keeps none."
        yield Problem(check_id="E008", message="ENTRANCE['REMEMBERED_TOKENS'] is out of range.", hint=hint)


def signed_out_page_problems(raw: Mapping[str, Any]) -> Iterator[Problem]:
    address = raw.get("POST_LOGOUT_REDIRECT_URI")
    if address is not None and not is_page(address):
        hint = 'Write a path such as "/bye/", with your site\'s prefix, or an https URL.'
        message = "ENTRANCE['POST_LOGOUT_REDIRECT_URI'] is not a URL to return to."
        yield Problem(check_id="E022", message=message, hint=hint)


def is_page(address: str) -> bool:
    """Return whether this is a path of the site, or a URL that Entra would register: http only for localhost."""
    if address.startswith("/"):
        return address[1:2] not in {"/", "\\"} and not any(map(str.isspace, address))
    try:
        parts = urlsplit(address)
    except ValueError:  # such as an incomplete IPv6 address
        return False
    is_local = parts.scheme == "http" and parts.hostname in LOOPBACK
    return bool(parts.hostname) and (parts.scheme == "https" or is_local)


def is_provisioning(value: str) -> bool:
    return value in PROVISIONING_CHOICES or "." in value


def path_problems(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield a problem for a cache or a function that the settings name and that does not exist."""
    for key in ("KEYS_CACHE", "TOKENS_CACHE"):
        alias = raw.get(key)
        if alias is not None and alias not in settings.CACHES:
            hint = f"Choose one of CACHES: {', '.join(settings.CACHES)}."
            message = f"ENTRANCE[{key!r}] is not the name of a cache: the string {quoted(alias)}."
            yield Problem(check_id="E019", message=message, hint=hint)
    for key, purpose in PATHS.items():
        path = raw.get(key)
        is_named = path is not None and not (key == "PROVISIONING" and "." not in path)
        if is_named and (reason := why_not_a_function(str(path))):
            hint = f"Write the dotted path of a function that {purpose}."
            message = f"ENTRANCE[{key!r}] is not the path of a function: {reason}."
            yield Problem(check_id="E020", message=message, hint=hint)
