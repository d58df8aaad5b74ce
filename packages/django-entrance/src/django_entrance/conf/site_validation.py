"""Validates the settings of the whole site: limits, dotted paths, the claim mapping, the page after sign-out."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.module_loading import import_string

from django_entrance.conf.advice import Problem, quoted, type_with_article
from django_entrance.conf.default_mapping import may_write
from django_entrance.verification.errors import shown
from django_entrance.verification.issuers import LOOPBACK

PROVISIONING_CHOICES = ("create", "existing")


def site_problems(raw: Mapping[str, Any]) -> Iterator[Problem]:
    yield from value_problems(raw)
    yield from signed_out_page_problems(raw)
    yield from path_problems(raw)
    yield from mapping_problems(raw["CLAIM_MAPPING"])


def value_problems(raw: Mapping[str, Any]) -> Iterator[Problem]:
    if raw.get("PROVISIONING", "create") not in PROVISIONING_CHOICES:
        hint = f"Choose one of {', '.join(PROVISIONING_CHOICES)}."
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


def path_problems(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield a problem for a cache or a function that the settings name and that does not exist."""
    alias, path = raw.get("KEYS_CACHE"), raw.get("AUTHORITIES_HERE")
    if alias is not None and alias not in settings.CACHES:
        hint = f"Choose one of CACHES: {', '.join(settings.CACHES)}."
        message = f"ENTRANCE['KEYS_CACHE'] is not the name of a cache: the string {quoted(alias)}."
        yield Problem(check_id="E019", message=message, hint=hint)
    if path is not None and (reason := why_not_a_function(path)):
        hint = "Write the dotted path of a function that takes a request and returns names of AUTHORITIES."
        message = f"ENTRANCE['AUTHORITIES_HERE'] is not the path of a function: {reason}."
        yield Problem(check_id="E020", message=message, hint=hint)


def why_not_a_function(path: str) -> str:
    """Import a dotted path; return why it is not a function, or an empty string if it is one."""
    try:
        found = import_string(path)
    except ImportError as error:
        return f"{type(error).__name__}: {shown(str(error)).rstrip('.')}"
    except Exception as error:  # the project's own module may raise any error, with a secret in its text
        return f"importing it raised {type(error).__name__}"
    if iscoroutinefunction(found):
        return f"{path} is async, and the middleware calls it in sync code"
    return "" if callable(found) else f"{path} is {type_with_article(found)}"


def mapping_problems(mapping: Mapping[str, Any]) -> Iterator[Problem]:
    for name in mapping:
        if not may_write(name):
            message = f"ENTRANCE['CLAIM_MAPPING'] may not write {name!r} of {get_user_model().__name__}."
            hint = "Name a text field of the user model other than the user name and the password."
            yield Problem(check_id="E010", message=message, hint=hint)
