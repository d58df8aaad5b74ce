"""Validates the shape of settings: the names of keys, and the types of values."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django_entrance.conf.advice import Problem, actual, suggest_key, suggest_value
from django_entrance.conf.mapping_validation import mapping_shape_problems
from django_entrance.conf.options import OF_ALL, OF_AN_AUTHORITY
from django_entrance.verification.policy import ANY_TENANT

UNKNOWN_KEY = "E001"

NESTED = frozenset({"AUTHORITIES", "ACCESS", "CLAIM_MAPPING"})
"""Dicts that have rules of their own."""

STRING, STRINGS, INTEGER, BOOLEAN = "a string", "a list of strings", "an integer", "True or False"
TYPES: Mapping[str, tuple[Any, str]] = {
    **dict.fromkeys(("TENANT_ID", "CLIENT_ID", "SPA_CLIENT_ID", "CLOUD", "AUTHORITY_HOST"), (str, STRING)),
    **dict.fromkeys(("ISSUER_HOST", "APP_ID_URI", "GRAPH_HOST"), (str, STRING)),
    **dict.fromkeys(("POST_LOGOUT_REDIRECT_URI", "PUBLIC_URL"), (str, STRING)),
    **dict.fromkeys(("CLIENT_SECRET", "CLIENT_CERTIFICATE", "CLIENT_ASSERTION"), (str, STRING)),
    **dict.fromkeys(
        ("AUDIENCES", "ALLOWED_CLIENTS", "REQUIRED_SCOPES", "USER_FLOWS", "ADOPT_DOMAINS"), (list | tuple, STRINGS)
    ),
    **dict.fromkeys(
        ("ALLOW_PERSONAL_ACCOUNTS", "OWN_SIGNING_KEYS", "EXPLAIN_REFUSALS", "ADOPT_STAFF", "SIGN_IN_ON_GET"),
        (bool, BOOLEAN),
    ),
    **dict.fromkeys(("ALLOW_GUESTS", "ALLOW_AGENTS"), (bool | list | tuple, "True, False or a list of ids")),
    **dict.fromkeys(("LEEWAY", "REMEMBERED_TOKENS", "KEEP_EVENTS"), (int, INTEGER)),
    **dict.fromkeys(("SESSION_LIFETIME", "SESSION_RECHECK"), (int, "an integer, in seconds")),
    **dict.fromkeys(
        ("PROVISIONING", "ON_CONFLICT", "OVERAGE", "KEYS_CACHE", "TOKENS_CACHE", "AUTHORITIES_HERE"), (str, STRING)
    ),
    "ACCESS": (Mapping, 'a dict with "app_roles", "groups" or both'),
    "ALLOWED_TENANTS": (str | list | tuple, f'a list of tenant ids, or "{ANY_TENANT}"'),
    "APPLICATIONS": (Mapping, "a dict from an application's client id to the name of its user"),
    "AUTHENTICATION_CONTEXTS": (Mapping, 'a dict from a name of yours to the id of an authentication context, as "c1"'),
    "AUTHORITIES": (Mapping, "a dict from a name of yours to a dict of settings"),
    "CLAIM_MAPPING": (Mapping, "a dict from user field to claim name, to a list of claim names or to a function"),
}

Place = tuple[str, Mapping[str, Any], tuple[str, ...]]
"""A dict of settings: its place in the settings, its content, and the keys that it may have."""


def shape_problems(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield unknown keys and wrong types, in ``ENTRANCE`` and in each of its ``AUTHORITIES``."""
    places: list[Place] = [("ENTRANCE", raw, (*OF_AN_AUTHORITY, *OF_ALL))]
    yield from type_problems(raw, "ENTRANCE")
    if isinstance(raw["CLAIM_MAPPING"], Mapping):
        yield from mapping_shape_problems(raw["CLAIM_MAPPING"])
    named = raw.get("AUTHORITIES")
    for name, own in named.items() if isinstance(named, Mapping) else ():
        where = f"ENTRANCE['AUTHORITIES'][{name!r}]"
        if not isinstance(name, str) or not isinstance(own, Mapping):
            hint = "Write for example {'staff': {'TENANT_ID': …, 'CLIENT_ID': …}}."
            yield Problem(check_id="E015", message=f"{where} is not a dict under a name.", hint=hint)
            continue
        places.append((where, own, OF_AN_AUTHORITY))
        yield from type_problems(own, where)
    if named is not None and not named:
        hint = "Leave the key out, or add an authority."
        yield Problem(check_id="E015", message="ENTRANCE['AUTHORITIES'] is empty.", hint=hint)
    yield from key_problems(places)


def key_problems(places: Iterable[Place]) -> Iterator[Problem]:
    """Yield a problem for each misspelt key, then one for all other unknown keys, which lists the known ones."""
    unlike_any = []
    for where, own, known in places:
        for key in (key for key in own if key not in known):
            if hint := suggest_key(str(key), known):
                yield Problem(check_id=UNKNOWN_KEY, message=f"{where} has an unknown key {key!r}.", hint=hint)
            else:
                unlike_any.append(f"{where}[{key!r}]")
    if unlike_any:
        hint = f"Known keys: {', '.join(sorted({*OF_AN_AUTHORITY, *OF_ALL}))}."
        yield Problem(check_id=UNKNOWN_KEY, message=f"No setting has this name: {', '.join(unlike_any)}.", hint=hint)


def type_problems(own: Mapping[str, Any], where: str) -> Iterator[Problem]:
    for key, value in own.items():
        kind, expected = TYPES.get(key, (object, ""))
        if value is None or not expected or (is_a(kind, value) and (key in NESTED or holds_strings(value))):
            continue
        message = f"{where}[{key!r}]: expected {expected}, got {actual(value)}."
        yield Problem(check_id="E003", message=message, hint=suggest_value(key, kind, value))


def is_a(kind: Any, value: object) -> bool:
    """Return whether a value has a type. True and False are integers in Python, but not here."""
    return isinstance(value, kind) and (bool in getattr(kind, "__args__", (kind,)) or not isinstance(value, bool))


def holds_strings(value: object) -> bool:
    """Return whether a list holds only strings that are not empty, and a dict only such strings and lists."""
    if isinstance(value, list | tuple):
        return all(isinstance(item, str) and item for item in value)
    if isinstance(value, Mapping):
        return all(isinstance(item, str | list | tuple) and item and holds_strings(item) for item in value.values())
    return True
