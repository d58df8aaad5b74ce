"""Names the keys of ``AUTH_ADFS`` that are not honoured, and what to write instead."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django_entrance.conf.advice import Problem, suggest_key
from django_entrance.conf.auth_adfs import (
    ALIASES,
    NAMES_OF_PEOPLE,
    TRANSLATED,
    USERNAME_CLAIMS,
    access_of,
    app_id_uri,
    can_give,
    canonical,
    fields_left_out,
    flags_by_group,
    is_id,
    kind_of_groups,
)
from django_entrance.conf.rights_validation import is_flag

NOT_HONOURED = "W012"

FROM_DOCUMENTS = "Leave it out: it is read from the documents of Entra."
REMEDIES: Mapping[str, str] = {
    "SERVER": "AD FS on premises is not supported, only Microsoft Entra ID: write TENANT_ID instead.",
    "SETTINGS_CLASS": "Write the values of that class in ENTRANCE: the class is not imported.",
    "MIRROR_GROUPS": "Create the Django groups, and name them in ACCESS: a token creates no group.",
    "CA_BUNDLE": "Set SSL_CERT_FILE in the environment to the file of your certificate authority.",
    "PROXIES": "Set HTTPS_PROXY and NO_PROXY in the environment.",
    "LOGIN_EXEMPT_URLS": "Use Django's LoginRequiredMiddleware, and login_not_required on the views of these paths.",
    "TIMEOUT": "Leave it out: a document is fetched within five seconds, or not at all.",
    "RETRIES": "Leave it out: keys are fetched again in the background, and the old ones are kept meanwhile.",
    "CONFIG_RELOAD_INTERVAL": "Leave it out: keys are renewed in the background.",
    "DISABLE_SSO": 'Leave it out, and sign in with the prompt "login" in the front end.',
    "CUSTOM_FAILED_RESPONSE_VIEW": "Leave it out: a refusal is a problem document with a reason, for the front end.",
    "SCOPES": "Leave it out: the front end requests REQUIRED_SCOPES of APP_ID_URI.",
    "VERSION": "Leave it out: tokens of v1.0 and of v2.0 are accepted.",
    **dict.fromkeys(("AUTHORIZE_PATH", "ISSUER", "SIGNING_CERT", "TOKEN_PATH"), FROM_DOCUMENTS),
    "LOGIN_REDIRECT_URL": "Leave it out: Django's own setting of this name counts.",
    "REDIR_URI": "Leave it out, and register /entrance/redirect/ of your site as a redirect URI.",
}
"""Keys without a counterpart, and what to do instead."""

Remedy = Callable[[Mapping[str, Any], Mapping[str, Any]], str]
"""Makes a remedy from ``AUTH_ADFS`` with canonical names, and from our own keys; empty if there is nothing to do."""


def auth_adfs_problems(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield a problem for each key that is not honoured, in the order of the settings.

    ``GROUPS_CLAIM`` counts even if it is absent: by default, that package copies the groups of a token.
    """
    written = canonical(theirs)
    implied = ["GROUPS_CLAIM"] if theirs and "GROUPS_CLAIM" not in written else []
    for key in (*theirs, *implied):
        if hint := remedy(ALIASES.get(key, key), written, ours):
            yield Problem(check_id=NOT_HONOURED, message=f"AUTH_ADFS[{key!r}] is not honoured.", hint=hint)


def remedy(key: str, theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> str:
    """Return what to do about a key, or an empty string if it is honoured or has no effect."""
    if key not in KNOWN:
        return suggest_key(str(key), KNOWN) or "django-auth-adfs has no setting with this name: leave it out."
    if key in FROM_VALUES:
        return FROM_VALUES[key](theirs, ours)
    return REMEDIES[key] if key in REMEDIES and theirs[key] else ""


def groups_remedy(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> str:
    """Return an example of ``ACCESS``: groups that this package copied stay as they are from now on."""
    if "ACCESS" in ours or theirs.get("GROUPS_CLAIM", "groups") is None:
        return ""
    kind = kind_of_groups(theirs) or "app_roles"
    source = "<object id>" if kind == "groups" else "<app role>"
    grants = {**wanted_access(theirs).get(kind, {}), source: {"groups": ["<name in Django>"]}}
    return f"Entra no longer changes Django groups. {to_write({kind: grants})} Or set GROUPS_CLAIM to None."


def mirror_remedy(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> str:
    return REMEDIES["MIRROR_GROUPS"] if theirs["MIRROR_GROUPS"] and "ACCESS" not in ours else ""


def flags_remedy(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> str:
    """Return the ``ACCESS`` to write if a group is given by name, and which flags nothing can give."""
    given = flags_by_group(theirs)
    if "ACCESS" in ours or theirs.get("GROUPS_CLAIM", "groups") is None:
        return ""
    if all(can_give(theirs, *pair) for pair in given):
        return ""
    wrong = sorted({flag for flag, _ in given if not is_flag(flag)})
    remark = f" No group can give {', '.join(wrong)}." if wrong else ""
    return f"{to_write(wanted_access(theirs))}{remark}"


def wanted_access(theirs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return ``ACCESS`` for all flags that can be given, with a placeholder for the object id of a named group."""
    kind = kind_of_groups(theirs) or "app_roles"
    given = [(flag, group) for flag, group in flags_by_group(theirs) if is_flag(flag)]
    return access_of(((flag, placeholder(group, kind)) for flag, group in given), kind)


def placeholder(group: str, kind: str) -> str:
    return group if kind == "app_roles" or is_id(group) else f"<object id of {group}>"


def booleans_remedy(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> str:
    mapping = theirs["BOOLEAN_CLAIM_MAPPING"]
    if "ACCESS" in ours or not mapping:
        return ""
    items = mapping.items() if isinstance(mapping, Mapping) else ()
    roles = access_of([(flag, str(claim)) for flag, claim in items], "app_roles")
    return f"Define app roles in the registration, and assign people to them. {to_write(roles)}"


def to_write(access: Mapping[str, Any]) -> str:
    return f'Write "ACCESS": {json.dumps(access, ensure_ascii=False).replace("true", "True")} in ENTRANCE.'


def claims_remedy(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> str:
    left_out = [] if "CLAIM_MAPPING" in ours or theirs["CLAIM_MAPPING"] is None else fields_left_out(theirs)
    names = ", ".join(map(repr, left_out))
    return f"Leave out {names}: claims write text fields of the user model, and ACCESS gives flags." if names else ""


def identifier_remedy(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> str:
    """Return what to do about an identifier that is not an Application ID URI, as AD FS allows."""
    identifier = str(theirs["RELYING_PARTY_ID"] or "")
    is_honoured = "APP_ID_URI" in ours or not identifier or is_id(identifier) or app_id_uri(theirs)
    return "" if is_honoured else "Write the APP_ID_URI of the API's registration in ENTRANCE: api://… or https://…"


def certificates_remedy(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> str:
    if theirs["CA_BUNDLE"] is False:
        return "Leave it out: certificates are always verified. Set SSL_CERT_FILE for an authority of your own."
    return REMEDIES["CA_BUNDLE"] if isinstance(theirs["CA_BUNDLE"], str) else ""


def username_remedy(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> str:
    """Return what to do if ``entrance adopt --from-adfs`` cannot find users by this claim."""
    if theirs["USERNAME_CLAIM"] in USERNAME_CLAIMS:
        return ""
    return "Bind the users with manage.py entrance adopt --csv: Graph does not know who has which value of this claim."


FROM_VALUES: Mapping[str, Remedy] = {
    "GROUPS_CLAIM": groups_remedy,
    "MIRROR_GROUPS": mirror_remedy,
    "GROUP_TO_FLAG_MAPPING": flags_remedy,
    "BOOLEAN_CLAIM_MAPPING": booleans_remedy,
    "CLAIM_MAPPING": claims_remedy,
    "RELYING_PARTY_ID": identifier_remedy,
    "CA_BUNDLE": certificates_remedy,
    "USERNAME_CLAIM": username_remedy,
}
"""Keys whose remedy depends on values."""

KNOWN = frozenset({*TRANSLATED, *REMEDIES, *FROM_VALUES, *ALIASES, *NAMES_OF_PEOPLE})
