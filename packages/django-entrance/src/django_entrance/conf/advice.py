"""Says what would do in place of a setting that is wrong."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any
from uuid import UUID

from django_entrance.conf.options import OF_ALL
from django_entrance.verification.errors import shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong with ``ENTRANCE``: the id of its system check, what is wrong, what to do."""

    check_id: str
    message: str
    hint: str


A_GUID = "c0470500-0000-4000-a000-000000000001"
EXAMPLES: Mapping[str, Any] = {
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
    "AUTHORITIES_HERE": "project.doors.authorities_here",
    "POST_LOGOUT_REDIRECT_URI": "/",
    "APPLICATIONS": {A_GUID: "robot"},
    "AUTHORITIES": {"staff": {"TENANT_ID": A_GUID}},
    "CLAIM_MAPPING": {"first_name": "given_name"},
}

SWITCHES = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
SECRETIVE = frozenset("@{=")
CLOSE = 0.75
"""How alike a misspelt key is to the one that was meant: below it lie CLIENT_SECRET and CLIENT_ID."""


def meant_by(key: str, known: Iterable[str]) -> str:
    """Return what to do about an unknown key, or nothing where only the list of the known ones helps."""
    bare = key.upper().removeprefix("AZURE_").removeprefix("ENTRANCE_")
    if bare in OF_ALL and bare not in known:
        return "It is for the whole site: write it beside AUTHORITIES, not in it."
    meant = get_close_matches(bare, known, n=1, cutoff=CLOSE)
    return f"Did you mean {meant[0]}?" if meant else ""


def would_do(key: str, kind: Any, value: object) -> str:
    """Return what to write in place of a value of the wrong type: what was meant, or else an example.

    ``kind`` is what ``isinstance`` takes: the type that the setting has.
    """
    read, remark = READERS.get(kind, (lambda _: None, ""))
    meant = read(value)
    example = "" if meant is not None else "for example "
    written = EXAMPLES[key] if meant is None else meant
    told = repr(written) if isinstance(written, int) else json.dumps(written, ensure_ascii=False)
    return f'Write {example}"{key}": {told}.{remark if isinstance(value, str) else ""}'


def read_whole(value: object) -> int | None:
    try:
        number = int(value) if isinstance(value, str | float) else None
    except (ValueError, OverflowError):
        return None
    return number if isinstance(value, str) or number == value else None


def read_switch(value: object) -> bool | None:
    return SWITCHES.get(str(value).strip().lower()) if isinstance(value, str | int) else None


def read_list(value: object) -> list[str] | None:
    if isinstance(value, str):
        return value.replace(",", " ").split() or None
    if isinstance(value, set | frozenset) and all(isinstance(item, str) and item for item in value):
        return sorted(value)
    return None


def read_text(value: object) -> str | None:
    return str(value) if isinstance(value, UUID) else None


READERS: Mapping[Any, tuple[Callable[[object], Any], str]] = {
    int: (read_whole, " What os.environ has is a text: int(…) makes a number of it."),
    bool: (read_switch, ' What os.environ has is a text: compare it, as in os.environ["…"] == "1".'),
    **dict.fromkeys((list | tuple, str | list | tuple), (read_list, " What os.environ has is a text: split() it.")),
    str: (read_text, ""),
}


def came(value: object) -> str:
    """Return what a value is, in words. What is in a dict or a list stays there: it may be secret."""
    if isinstance(value, str):
        return f"the text {shown_name(value)}"
    if isinstance(value, int | float):
        return f"{value!r}"
    items = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    for item in items:
        if not isinstance(item, str) or not item:
            kind = "an empty text" if item == "" else article(item)
            return f"{article(value)} with {kind} in it"
    return article(value)


def shown_name(text: str) -> str:
    """Return a short text in quotes; of one that may be an address or a dict, only the length."""
    if not SECRETIVE.isdisjoint(text):
        return f"of {len(text)} characters, which may be secret"
    return json.dumps(shown(text, at_most=40), ensure_ascii=False)


def article(value: object) -> str:
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeio' else 'a'} {name}"
