"""Judges the settings that build addresses: the issuer's, scopes, and the page after signing out."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django_entrance.conf.advice import EXAMPLES, Fault
from django_entrance.verification.bearer import is_scope
from django_entrance.verification.claims import GRAPH_AUDIENCES
from django_entrance.verification.issuers import CLOUDS, EXTERNAL_ID_DOMAIN, LOOPBACK, parse_host

APP_ID_URI = re.compile(r"(?:api|https)://[^\s/?#@]+(?:/[^\s/?#]+)*")
LONGEST_APP_ID_URI = 255


def issuer_faults(own: Mapping[str, Any], where: str) -> Iterator[Fault]:
    """An issuer of another host is External ID's or Azure AD B2C's, behind a host name of the site's own."""
    issuer_host, host = own.get("ISSUER_HOST"), (own.get("AUTHORITY_HOST") or "").lower().rstrip("/")
    if issuer_host is None:
        return
    try:
        is_secure = parse_host(issuer_host).startswith("https://")
    except ValueError:
        is_secure = False
    if not is_secure:
        hint = f"Give scheme and host only, for example https://<tenant id>.{EXTERNAL_ID_DOMAIN}."
        yield Fault(check_id="E005", message=f"{where}['ISSUER_HOST'] is not the address of a host.", hint=hint)
    if not host or host in CLOUDS.values():
        hint = "Give your own host of External ID as AUTHORITY_HOST; Microsoft's clouds name their issuers themselves."
        yield Fault(check_id="E016", message=f"{where} has an ISSUER_HOST without a host of its own.", hint=hint)


def scope_faults(own: Mapping[str, Any], where: str) -> Iterator[Fault]:
    """A scope's full name is the App ID URI, a slash, its short name (Microsoft, "Restrictions on identifier URIs")."""
    uri, scopes = own.get("APP_ID_URI"), own.get("REQUIRED_SCOPES", ())
    if uri is not None and not (APP_ID_URI.fullmatch(uri) and len(uri) <= LONGEST_APP_ID_URI):
        hint = 'Copy it from "Expose an API": api://… or https://…, without a slash, query or fragment at its end.'
        yield Fault(check_id="E021", message=f"{where}['APP_ID_URI'] is no Application ID URI.", hint=hint)
    elif before := before_scope(uri or "", scopes):
        hint = f'Leave the scope out: "APP_ID_URI": "{before}".'
        yield Fault(check_id="E021", message=f"{where}['APP_ID_URI'] has a scope at its end.", hint=hint)
    for scope in scopes:
        if not is_scope(scope):
            short = [each for each in (part.rpartition("/")[2] for part in scope.split()) if is_scope(each)]
            short = short or EXAMPLES["REQUIRED_SCOPES"]
            hint = f'Write "REQUIRED_SCOPES": {json.dumps(short)}; the rest of a full name is the APP_ID_URI.'
            message = f"{where}['REQUIRED_SCOPES'] has {scope!r}, which is not the short name of one scope."
            yield Fault(check_id="E021", message=message, hint=hint)


def before_scope(uri: str, scopes: Sequence[str]) -> str:
    """Return what stands before a scope at the end of an App ID URI, or nothing where no scope is there."""
    before, _, last = uri.rpartition("/")
    return before if last in {".default", *scopes} and APP_ID_URI.fullmatch(before) else ""


def audience_faults(own: Mapping[str, Any], where: str) -> Iterator[Fault]:
    """A token for another API, or for the front end, is none for this one."""
    client_id, spa = (str(own.get(key) or "").lower() for key in ("CLIENT_ID", "SPA_CLIENT_ID"))
    others = {*GRAPH_AUDIENCES} | ({spa, f"api://{spa}"} if spa and spa != client_id else set())
    named = {"APP_ID_URI": [own.get("APP_ID_URI") or ""], "AUDIENCES": own.get("AUDIENCES", ())}
    for key, audiences in named.items():
        if any(each.lower().rstrip("/") in others for each in audiences):
            hint = "Name the API that this project is: tokens for Microsoft Graph or the front end are not for it."
            yield Fault(check_id="E021", message=f"{where}[{key!r}] names another application.", hint=hint)


def signed_out_page_faults(raw: Mapping[str, Any]) -> Iterator[Fault]:
    address = raw.get("POST_LOGOUT_REDIRECT_URI")
    if address is not None and not is_page(address):
        hint = 'Give a path such as "/bye/", with the prefix that your site has, or an https address.'
        message = "ENTRANCE['POST_LOGOUT_REDIRECT_URI'] is no address to come back to."
        yield Fault(check_id="E022", message=message, hint=hint)


def is_page(address: str) -> bool:
    """A path of the site, or an address that Entra would register: http is for localhost."""
    if address.startswith("/"):
        return address[1:2] not in {"/", "\\"} and not any(map(str.isspace, address))
    try:
        parts = urlsplit(address)
    except ValueError:  # such as half an IPv6 address
        return False
    is_local = parts.scheme == "http" and parts.hostname in LOOPBACK
    return bool(parts.hostname) and (parts.scheme == "https" or is_local)
