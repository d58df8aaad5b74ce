"""Translates ``AUTH_ADFS``, the settings of django-auth-adfs, to keys of ``ENTRANCE``."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django_entrance.conf.address_validation import is_app_id_uri
from django_entrance.conf.default_mapping import may_write
from django_entrance.conf.options import CREDENTIALS
from django_entrance.conf.rights_validation import is_flag
from django_entrance.verification.issuers import GUID

ALIASES: Mapping[str, str] = {
    "RESOURCE": "RELYING_PARTY_ID",
    "GROUP_CLAIM": "GROUPS_CLAIM",
    "CERT_MAX_AGE": "CONFIG_RELOAD_INTERVAL",
    "LEEWAY_JWT": "JWT_LEEWAY",
}
"""Older names of keys, and one that only the documentation of that package has."""

TRANSLATED: Mapping[str, str] = {
    "TENANT_ID": "TENANT_ID",
    "CLIENT_ID": "CLIENT_ID",
    "CLIENT_SECRET": "CLIENT_SECRET",
    "AUDIENCE": "AUDIENCES",
    "RELYING_PARTY_ID": "APP_ID_URI",
    "CLAIM_MAPPING": "CLAIM_MAPPING",
    "CREATE_NEW_USERS": "PROVISIONING",
    "BLOCK_GUEST_USERS": "ALLOW_GUESTS",
    "JWT_LEEWAY": "LEEWAY",
    "GROUP_TO_FLAG_MAPPING": "ACCESS",
}
"""Key of ``AUTH_ADFS`` → key of ``ENTRANCE``. The latter wins if it is written."""

FALSE_IF_NONE = frozenset({"CREATE_NEW_USERS"})
"""Switches that None turns off; elsewhere it means that the key is not written."""

OF_THE_REGISTRATION = frozenset({"TENANT_ID", "CLIENT_ID", "CLIENT_SECRET", "AUDIENCES", "APP_ID_URI"})
"""Our keys that belong to one application registration. They are never mixed with another registration's."""

NAMES_OF_PEOPLE = ("USERNAME_CLAIM", "GUEST_USERNAME_CLAIM")
"""Keys that ``entrance adopt --from-adfs`` reads: users were found by these claims."""

USERNAME_CLAIMS: Mapping[str, str] = {
    **dict.fromkeys(("upn", "preferred_username", "unique_name"), "userPrincipalName"),
    "email": "mail",
    "oid": "id",
    "winaccountname": "onPremisesSamAccountName",
}
"""Claims by which users can be found → the person's property in Microsoft Graph that has the claim's value."""

KINDS: Mapping[str, str] = {"groups": "groups", "roles": "app_roles"}
"""Claim in ``GROUPS_CLAIM`` → key of ``ACCESS``."""


def translate(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keys of ``ENTRANCE`` that follow from ``AUTH_ADFS`` and are not among ``ours``.

    Of a registration other than ours, only the rules count, not its ids and secrets.
    """
    written = canonical(theirs)
    dropped = ours.keys() | (set() if is_same_registration(written, ours) else OF_THE_REGISTRATION)
    if not is_same_registration(written, ours) and kind_of_groups(written) == "app_roles":
        dropped = {*dropped, "ACCESS"}  # app roles are those of one registration
    if any(ours.get(key) for key in CREDENTIALS):
        dropped = {*dropped, "CLIENT_SECRET"}
    translated = {
        key: TRANSLATORS[name](written)
        for name, key in TRANSLATED.items()
        if (written.get(name) is not None or (name in written and name in FALSE_IF_NONE)) and key not in dropped
    }
    return {key: value for key, value in translated.items() if value not in (None, [])}


def canonical(theirs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings with the current names of keys. An older name replaces the current, as in that package."""
    current = {key: value for key, value in theirs.items() if key not in ALIASES}
    return current | {ALIASES[key]: value for key, value in theirs.items() if key in ALIASES}


def is_same_registration(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> bool:
    """Return whether ``ENTRANCE`` names no other application than ``AUTH_ADFS``."""
    client_id = ours.get("CLIENT_ID")
    is_same = client_id is None or str(client_id).lower() == str(theirs.get("CLIENT_ID", client_id)).lower()
    return is_same and "AUTHORITIES" not in ours


def audiences(theirs: Mapping[str, Any]) -> Any:
    """Return ``AUDIENCE`` as a list, without the client id, which is always accepted."""
    audience = theirs["AUDIENCE"]
    if isinstance(audience, str):
        audience = [audience]
    return [each for each in audience if each != theirs.get("CLIENT_ID")] if is_list(audience) else audience


def app_id_uri(theirs: Mapping[str, Any]) -> Any:
    """Return the Application ID URI, or None for the client id, and for an identifier that only AD FS allows."""
    identifier = theirs["RELYING_PARTY_ID"]
    if not isinstance(identifier, str):
        return identifier
    if GUID.fullmatch(identifier.lower()):
        is_client = identifier.lower() == str(theirs.get("CLIENT_ID")).lower()
        return None if is_client else f"api://{identifier.lower()}"
    return identifier if is_app_id_uri(identifier) else None


def claim_mapping(theirs: Mapping[str, Any]) -> Any:
    """Return the mapping without the fields that claims may not write."""
    mapping = theirs["CLAIM_MAPPING"]
    if not isinstance(mapping, Mapping):
        return mapping
    return {field: claim for field, claim in mapping.items() if is_writable(field, claim)}


def is_writable(field: str, claim: Any) -> bool:
    """Return whether claims may write a field; nested dicts have rules of their own."""
    return isinstance(claim, Mapping) or may_write(field)


def leeway(theirs: Mapping[str, Any]) -> Any:
    """Return seconds; that package also accepts a ``timedelta``."""
    value = theirs["JWT_LEEWAY"]
    return int(value.total_seconds()) if isinstance(value, datetime.timedelta) else value


def access(theirs: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return ``ACCESS`` for the flags that app roles, or groups with an object id, give."""
    given = [pair for pair in flags_by_group(theirs) if can_give(theirs, *pair)]
    return access_of(given, kind_of_groups(theirs)) if given else None


def flags_by_group(theirs: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return flags and groups in pairs, as ``GROUP_TO_FLAG_MAPPING`` has them."""
    mapping = theirs.get("GROUP_TO_FLAG_MAPPING")
    items = mapping.items() if isinstance(mapping, Mapping) else ()
    return [(flag, str(group)) for flag, groups in items for group in (groups if is_list(groups) else [groups])]


def is_list(value: object) -> bool:
    return isinstance(value, list | tuple)


def can_give(theirs: Mapping[str, Any], flag: str, group: str) -> bool:
    """Return whether ``ACCESS`` can give a flag to who is in a group, or has an app role."""
    kind = kind_of_groups(theirs)
    return is_flag(flag) and (kind == "app_roles" or (kind == "groups" and is_id(group)))


def kind_of_groups(theirs: Mapping[str, Any]) -> str:
    """Return the key of ``ACCESS`` for what is in ``GROUPS_CLAIM``, or an empty string: None turns groups off."""
    return KINDS.get(str(theirs.get("GROUPS_CLAIM", "groups")), "")


def is_id(text: str) -> bool:
    return GUID.fullmatch(text.lower()) is not None


def access_of(given: Iterable[tuple[str, str]], kind: str) -> dict[str, Any]:
    """Return ``ACCESS`` for pairs of flag and source; the sources are groups or app roles."""
    grants: dict[str, dict[str, bool]] = {}
    for flag, source in given:
        grants.setdefault(source, {})[flag] = True
    return {kind: grants}


def unchanged(key: str) -> Callable[[Mapping[str, Any]], Any]:
    return lambda theirs: theirs[key]


TRANSLATORS: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    **{key: unchanged(key) for key in ("TENANT_ID", "CLIENT_ID", "CLIENT_SECRET")},
    "AUDIENCE": audiences,
    "RELYING_PARTY_ID": app_id_uri,
    "CLAIM_MAPPING": claim_mapping,
    "CREATE_NEW_USERS": lambda theirs: "create" if theirs["CREATE_NEW_USERS"] else "existing",
    "BLOCK_GUEST_USERS": lambda theirs: False if theirs["BLOCK_GUEST_USERS"] else None,
    "JWT_LEEWAY": leeway,
    "GROUP_TO_FLAG_MAPPING": access,
}


def fields_left_out(theirs: Mapping[str, Any]) -> Sequence[str]:
    """Return the fields of ``CLAIM_MAPPING`` that claims may not write."""
    mapping = theirs["CLAIM_MAPPING"]
    items = mapping.items() if isinstance(mapping, Mapping) else ()
    return [field for field, claim in items if not is_writable(field, claim)]
