"""Reads a `scope` parameter: which APIs and which of their scopes a client asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from entra_local._directory import AppRegistration, Directory, Tenant
from entra_local._errors import Refusal

GRAPH_CLIENT_ID = "00000003-0000-0000-c000-000000000000"

_OPENID_SCOPES = ("openid", "profile", "email", "offline_access")
_SCOPE = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]+")  # RFC 6749, section 3.3


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceScopes:
    """What is asked of one API.

    `audience` is the API as the request spells it, `names` are the scopes as the token spells them (`scp`), and
    `granted` as the token response does.
    """

    resource: AppRegistration
    audience: str
    names: tuple[str, ...]
    granted: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scopes:
    """A whole `scope` parameter, understood."""

    text: str
    openid: frozenset[str]
    resources: tuple[ResourceScopes, ...]

    def only(self) -> ResourceScopes:
        """Give the one API that is asked for; a token cannot be for two (28000)."""
        if len(self.resources) > 1:
            raise Refusal(28000, scope=self.text)
        return self.resources[0]


def read_scopes(text: str, *, directory: Directory, tenant: Tenant, client: AppRegistration) -> Scopes:
    """Understand `text` and make sure that the client may have what it asks for.

    Without an API's scope the resource is Microsoft Graph, as in the service
    (https://learn.microsoft.com/entra/identity-platform/scopes-oidc).

    Raises:
        Refusal: The text is malformed (70011), the API or scope does not exist (500011, 650053), or the client has
            not been granted it (65001).
    """
    items = _split(text)
    openid = frozenset(item for item in items if item in _OPENID_SCOPES)
    by_audience: dict[str, list[str]] = {}
    for audience, name in map(_take_apart, (item for item in items if item not in openid)):
        by_audience.setdefault(audience, []).append(name)
    if not by_audience:
        by_audience = {GRAPH_CLIENT_ID: [item for item in items if item != "offline_access"]}
    resources = (
        _resource_scopes(audience, names, directory.resource(tenant, audience), tenant, client)
        for audience, names in by_audience.items()
    )
    return Scopes(text=text, openid=openid, resources=tuple(resources))


def read_application_scope(text: str, *, directory: Directory, tenant: Tenant) -> ResourceScopes:
    """Understand the scope of an application that comes as itself: `<API>/.default`, and nothing else.

    Raises:
        Refusal: It is something else (1002012), or there is no such API (500011).
    """
    audience, slash, name = text.rpartition("/")
    if not slash or name != ".default" or " " in text:
        raise Refusal(1002012, scope=text)
    resource = directory.resource(tenant, audience)
    if resource is None:
        raise Refusal(500011, resource=audience, tenant=tenant.name)
    return ResourceScopes(resource=resource, audience=audience, names=(), granted=())


def _split(text: str) -> tuple[str, ...]:
    items = tuple(dict.fromkeys(text.split(" ")))
    for item in items:
        if not _SCOPE.fullmatch(item):
            raise Refusal(70011, scope=text, why="scopes are parted by single spaces")
    return items


def _take_apart(item: str) -> tuple[str, str]:
    audience, slash, name = item.rpartition("/")
    return (audience, name) if slash else (GRAPH_CLIENT_ID, name)


def _resource_scopes(
    audience: str, names: list[str], resource: AppRegistration | None, tenant: Tenant, client: AppRegistration
) -> ResourceScopes:
    if resource is None:
        raise Refusal(500011, resource=audience, tenant=tenant.name)
    if ".default" in names and len(names) > 1:
        raise Refusal(70011, scope=f"{audience}/.default", why=".default cannot stand beside other scopes of its API")
    scopes = tuple(_named_scopes(names, resource, client))
    return ResourceScopes(
        resource=resource,
        audience=audience,
        names=scopes,
        granted=_granted(audience, scopes, names, resource),
    )


def _named_scopes(names: list[str], resource: AppRegistration, client: AppRegistration) -> Iterator[str]:
    if names == [".default"]:
        yield from _default_scopes(resource, client)
        return
    for name in names:
        if name not in resource.scopes:
            raise Refusal(650053, resource=resource.name, scope=name)
        if not client.may_use(resource, name):
            raise Refusal(65001, client=client.name, scope=name)
        yield name


def _default_scopes(resource: AppRegistration, client: AppRegistration) -> tuple[str, ...]:
    granted = tuple(name for name in resource.scopes if client.may_use(resource, name))
    if not granted:
        raise Refusal(65001, client=client.name, scope=".default")
    return granted


def _granted(audience: str, scopes: tuple[str, ...], names: list[str], resource: AppRegistration) -> tuple[str, ...]:
    """Spell the scopes in full; `.default` is repeated, because MSAL looks its cached token up by what it asked for."""
    if resource.client_id == GRAPH_CLIENT_ID:
        return scopes
    return tuple(f"{audience}/{name}" for name in dict.fromkeys((*scopes, *names)))
