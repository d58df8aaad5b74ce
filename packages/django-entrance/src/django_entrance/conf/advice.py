"""Suggests what to write in place of a wrong setting, and describes the value that is there."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any
from uuid import UUID

from django_entrance.conf.options import OF_ALL, FromEnvironment
from django_entrance.verification.errors import shown
from django_entrance.verification.issuers import GUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One problem of the settings: the id of its system check, what is wrong, and what to do."""

    check_id: str
    message: str
    hint: str


A_GUID = "c0470500-0000-4000-a000-000000000001"
EXAMPLES: Mapping[str, Any] = {
    "SESSION_LIFETIME": 28_800,
    "SESSION_RECHECK": 3_600,
    "SIGN_IN_ON_GET": False,
    "AUTHENTICATION_CONTEXTS": {"delete": "c1"},
    "PUBLIC_URL": "https://app.contoso.example",
    **dict.fromkeys(("TENANT_ID", "CLIENT_ID", "SPA_CLIENT_ID"), A_GUID),
    **{key: [A_GUID] for key in ("ALLOWED_TENANTS", "ALLOWED_CLIENTS")},
    "CLOUD": "public",
    "AUTHORITY_HOST": "https://login.microsoftonline.com",
    "ISSUER_HOST": f"https://{A_GUID}.ciamlogin.com",
    "OWN_SIGNING_KEYS": True,
    "APP_ID_URI": f"api://{A_GUID}",
    "AUDIENCES": ["https://api.contoso.example"],
    "REQUIRED_SCOPES": ["access_as_user"],
    "USER_FLOWS": ["B2C_1_sign_in"],
    "ALLOW_GUESTS": True,
    "ALLOW_PERSONAL_ACCOUNTS": False,
    "EXPLAIN_REFUSALS": False,
    "LEEWAY": 60,
    "REMEMBERED_TOKENS": 4096,
    "PROVISIONING": "create",
    "ON_CONFLICT": "connect",
    "ADOPT_DOMAINS": ["contoso.example"],
    "ADOPT_STAFF": False,
    "ACCESS": {"app_roles": {"Editor": {"groups": ["editors"]}}},
    "OVERAGE": "graph",
    "KEEP_EVENTS": 7776000,
    "ALLOW_AGENTS": False,
    "GRAPH_HOST": "https://graph.microsoft.com",
    "CLIENT_SECRET": "…",
    "CLIENT_CERTIFICATE": "/run/secrets/entra.pem",
    "CLIENT_ASSERTION": "managed-identity",
    "KEYS_CACHE": "default",
    "TOKENS_CACHE": "default",
    "AUTHORITIES_HERE": "project.doors.authorities_here",
    "POST_LOGOUT_REDIRECT_URI": "/",
    "APPLICATIONS": {A_GUID: "robot"},
    "AUTHORITIES": {"staff": {"TENANT_ID": A_GUID}},
    "CLAIM_MAPPING": {"first_name": "given_name"},
}

BOOLEANS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
SECRETIVE = frozenset("@{=")
CLOSENESS = 0.75
"""Similarity from which a key counts as misspelt. CLIENT_SECRET and CLIENT_ID are less similar than that."""


def location(own: Mapping[str, Any], key: str, where: str) -> str:
    """Return where a value was set: in which dict of the settings, or in which environment variable."""
    value = own.get(key)
    return f"{value.variable} in the environment" if isinstance(value, FromEnvironment) else f"{where}[{key!r}]"


def suggest_key(key: str, known: Iterable[str]) -> str:
    """Return the hint for an unknown key, or an empty string if no known key is similar."""
    bare = key.upper().removeprefix("AZURE_").removeprefix("ENTRANCE_")
    if bare in OF_ALL and bare not in known:
        return "It applies to the whole site: write it beside AUTHORITIES, not inside."
    similar = get_close_matches(bare, known, n=1, cutoff=CLOSENESS)
    return f"Did you mean {similar[0]}?" if similar else ""


def suggest_value(key: str, kind: Any, value: object) -> str:
    """Return the hint for a value of the wrong type: the value converted, or else an example.

    ``kind`` is the setting's type, as ``isinstance`` takes it.
    """
    convert, remark = CONVERTERS.get(kind, (lambda _: None, ""))
    converted = convert(value)
    example = "" if converted is not None else "for example "
    suggested = EXAMPLES[key] if converted is None else converted
    written = repr(suggested) if isinstance(suggested, int) else json.dumps(suggested, ensure_ascii=False)
    return f'Write {example}"{key}": {written}.{remark if isinstance(value, str) else ""}'


def to_integer(value: object) -> int | None:
    try:
        number = int(value) if isinstance(value, str | float) else None
    except (ValueError, OverflowError):
        return None
    return number if isinstance(value, str) or number == value else None


def to_boolean(value: object) -> bool | None:
    return BOOLEANS.get(str(value).strip().lower()) if isinstance(value, str | int) else None


def to_boolean_or_ids(value: object) -> bool | list[str] | None:
    converted = to_boolean(value)
    ids = to_list(value) if converted is None else None
    return ids if ids and all(GUID.fullmatch(each.lower()) for each in ids) else converted


def to_list(value: object) -> list[str] | None:
    if isinstance(value, str):
        return value.replace(",", " ").split() or None
    if isinstance(value, set | frozenset) and all(isinstance(item, str) and item for item in value):
        return sorted(value)
    return None


def to_string(value: object) -> str | None:
    return str(value) if isinstance(value, UUID) else None


CONVERTERS: Mapping[Any, tuple[Callable[[object], Any], str]] = {
    int: (to_integer, " Values of os.environ are strings: convert them with int(…)."),
    bool: (to_boolean, ' Values of os.environ are strings: compare them, as in os.environ["…"] == "1".'),
    **dict.fromkeys(
        (list | tuple, str | list | tuple), (to_list, " Values of os.environ are strings: split them with split().")
    ),
    bool | list | tuple: (
        to_boolean_or_ids,
        ' Values of os.environ are strings: compare them, as in os.environ["…"] == "1", or split them with split().',
    ),
    str: (to_string, ""),
}


def actual(value: object) -> str:
    """Describe a value. The items of a dict or a list are not shown, since they may be secret."""
    if isinstance(value, str):
        return f"the string {quoted(value)}"
    if isinstance(value, int | float):
        return f"{value!r}"
    items = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    for item in items:
        if not isinstance(item, str) or not item:
            kind = "an empty string" if item == "" else type_with_article(item)
            return f"{type_with_article(value)} with {kind} in it"
    return type_with_article(value)


def quoted(text: str) -> str:
    """Return a string in quotes, cut to 40 characters. Of one that may be a URL or a dict, return only the length."""
    if not SECRETIVE.isdisjoint(text):
        return f"of {len(text)} characters, which may be secret"
    return json.dumps(shown(text, at_most=40), ensure_ascii=False)


def type_with_article(value: object) -> str:
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeio' else 'a'} {name}"
