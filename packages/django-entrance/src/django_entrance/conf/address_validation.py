"""Validates the settings that are parts of addresses: ids, hosts, the App ID URI, scopes and audiences."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django_entrance.conf.advice import EXAMPLES, Problem, location
from django_entrance.conf.options import normal_host
from django_entrance.verification.bearer import is_scope
from django_entrance.verification.issuers import CLOUDS, EXTERNAL_ID_DOMAIN, GUID, LOOPBACK, SEVERAL_TENANTS, parse_host
from django_entrance.verification.token_kinds import GRAPH_AUDIENCES

DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+")
APP_ID_URI = re.compile(r"(?:api|https?)://[^\s\\/?#@]+(?:/[^\s\\/?#]+)*/?|urn:[^\s\\?#]+")
"""Entra gives new registrations api: and https: without a slash at the end; older ones keep http:, urn: and a slash."""
LONGEST_APP_ID_URI = 255


def id_problems(own: Mapping[str, Any], where: str) -> Iterator[Problem]:
    tenant = (own.get("TENANT_ID") or "").lower()
    if tenant and not (GUID.fullmatch(tenant) or DOMAIN.fullmatch(tenant) or tenant in {*SEVERAL_TENANTS, "consumers"}):
        hint = 'Write its GUID, a verified domain, or "organizations", "common" or "consumers".'
        yield Problem(check_id="E004", message=f"{location(own, 'TENANT_ID', where)} is not a tenant.", hint=hint)
    for key in ("CLIENT_ID", "SPA_CLIENT_ID"):
        if own.get(key) and not GUID.fullmatch(own[key].lower()):
            hint = "Copy it from the Overview page of the application registration; it is 36 characters long."
            yield Problem(check_id="E004", message=f"{location(own, key, where)} is not a GUID.", hint=hint)


def host_problems(own: Mapping[str, Any], where: str, *, debug: bool) -> Iterator[Problem]:
    cloud, host = own.get("CLOUD"), own.get("AUTHORITY_HOST")
    if cloud is not None and cloud not in CLOUDS:
        hint = f"Choose one of {', '.join(CLOUDS)}; or set AUTHORITY_HOST instead."
        message = f"{where}['CLOUD'] is not one of Microsoft's clouds: {cloud!r}."
        yield Problem(check_id="E014", message=message, hint=hint)
    elif cloud is not None and host is not None:
        hint = "They exclude each other: leave one out."
        yield Problem(check_id="E014", message=f"{where}['CLOUD'] is set beside AUTHORITY_HOST.", hint=hint)
    if host is None:
        return
    place = location(own, "AUTHORITY_HOST", where)
    try:
        parts = urlsplit(host.lower())
        _ = parts.port
    except ValueError:  # such as an incomplete IPv6 address, or a port that is not a number
        parts = urlsplit("")
    is_origin = bool(parts.hostname) and host.lower().rstrip("/") == f"{parts.scheme}://{parts.netloc}"
    if not is_origin or "@" in host or parts.scheme not in {"http", "https"}:
        hint = f"Write scheme and host only, for example {CLOUDS['public']}."
        yield Problem(check_id="E005", message=f"{place} is not scheme and host.", hint=hint)
    elif parts.scheme == "http" and not (debug and parts.hostname in LOOPBACK):
        hint = "http is only for entra-double: on localhost, with DEBUG = True."
        yield Problem(check_id="E006", message=f"{place} uses http.", hint=hint)


def issuer_problems(own: Mapping[str, Any], where: str) -> Iterator[Problem]:
    """An issuer on another host belongs to External ID or Azure AD B2C behind a custom host name."""
    issuer_host, host = own.get("ISSUER_HOST"), normal_host(own.get("AUTHORITY_HOST") or "")
    if issuer_host is None:
        return
    try:
        is_secure = parse_host(issuer_host).startswith("https://")
    except ValueError:
        is_secure = False
    if not is_secure:
        hint = f"Write scheme and host only, for example https://<tenant id>.{EXTERNAL_ID_DOMAIN}."
        yield Problem(check_id="E005", message=f"{where}['ISSUER_HOST'] is not scheme and host, on https.", hint=hint)
    if not host or host in CLOUDS.values():
        hint = "Set AUTHORITY_HOST to your own host of External ID; the issuers of Microsoft's clouds are known."
        message = f"{where} has an ISSUER_HOST without a custom AUTHORITY_HOST."
        yield Problem(check_id="E016", message=message, hint=hint)


def app_id_uri_problems(own: Mapping[str, Any], where: str) -> Iterator[Problem]:
    uri, scopes = own.get("APP_ID_URI"), own.get("REQUIRED_SCOPES", ())
    if uri is None:
        return
    if not is_app_id_uri(uri):
        hint = 'Copy it from "Expose an API": api://… or https://…, without spaces, query or fragment.'
        yield Problem(check_id="E021", message=f"{where}['APP_ID_URI'] is not an Application ID URI.", hint=hint)
    elif uri_alone := before_scope(uri, scopes):
        hint = f'Leave the scope out: "APP_ID_URI": "{uri_alone}".'
        yield Problem(check_id="E021", message=f"{where}['APP_ID_URI'] ends with a scope.", hint=hint)


def is_app_id_uri(text: str) -> bool:
    """Return whether a registration may have this App ID URI (Microsoft, "Restrictions on identifier URIs")."""
    return len(text) <= LONGEST_APP_ID_URI and text.isprintable() and APP_ID_URI.fullmatch(text) is not None


def before_scope(uri: str, scopes: Sequence[str]) -> str:
    """Return an App ID URI without the scope at its end, or an empty string if it has none."""
    before, _, last = uri.rpartition("/")
    return before if last in {".default", *scopes} and APP_ID_URI.fullmatch(before) else ""


def scope_problems(own: Mapping[str, Any], where: str) -> Iterator[Problem]:
    """A scope's full name is the App ID URI, a slash and its short name; the settings have the short name."""
    for scope in own.get("REQUIRED_SCOPES", ()):
        if not is_scope(scope):
            short = [each for each in (part.rpartition("/")[2] for part in scope.split()) if is_scope(each)]
            short = short or EXAMPLES["REQUIRED_SCOPES"]
            hint = f'Write "REQUIRED_SCOPES": {json.dumps(short)}; the rest of a full name is the APP_ID_URI.'
            message = f"{where}['REQUIRED_SCOPES'] has {scope!r}, which is not the short name of one scope."
            yield Problem(check_id="E021", message=message, hint=hint)


def audience_problems(own: Mapping[str, Any], where: str) -> Iterator[Problem]:
    """Yield a problem for audiences of another API or of the front end."""
    client_id, spa = (str(own.get(key) or "").lower() for key in ("CLIENT_ID", "SPA_CLIENT_ID"))
    others = {*GRAPH_AUDIENCES} | ({spa, f"api://{spa}"} if spa and spa != client_id else set())
    named = {"APP_ID_URI": [own.get("APP_ID_URI") or ""], "AUDIENCES": own.get("AUDIENCES", ())}
    for key, audiences in named.items():
        if any(each.lower().rstrip("/") in others for each in audiences):
            hint = "Name this project's API: it does not accept tokens for Microsoft Graph or the front end."
            yield Problem(check_id="E021", message=f"{where}[{key!r}] names another application.", hint=hint)
