"""Reads a `scope` parameter, which APIs and scopes a client asks for, and says whether it has been granted them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from entra_double._world.directory import Directory
from entra_double._world.errors import Refusal
from entra_double._world.ids import GRAPH_CLIENT_ID
from entra_double._world.principals import Tenant
from entra_double._world.registration import AccessTokenVersion, AppRegistration

DEFAULT = ".default"

_ALWAYS_IN_V1 = "openid profile offline_access"
_OPENID_SCOPES = ("openid", "profile", "email", "offline_access")
_NEVER_LISTED = "offline_access"  # never in a token or an answer
_SCOPE = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]+")  # RFC 6749, section 3.3


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceScopes:
    """The scopes that a request asks for on one API.

    `audience` is the API as the request spells it, `names` are the scopes as in the token (`scp`), `granted` are both
    together, as in the token response.
    """

    resource: AppRegistration
    audience: str
    names: tuple[str, ...]
    granted: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scopes:
    """A parsed `scope` parameter."""

    text: str
    openid: frozenset[str]
    resources: tuple[ResourceScopes, ...]

    def only(self) -> ResourceScopes:
        """Return the one API; a token cannot be for two (28000)."""
        if len(self.resources) > 1:
            raise Refusal(28000, scope=self.text)
        return self.resources[0]


def read_scopes(
    text: str, *, directory: Directory, tenant: Tenant, client: AppRegistration, resource: str | None = None
) -> Scopes:
    """Parse a `scope` parameter (70011, 500011, 650053); `permit` decides whether the client may have it.

    Without an API's scope the resource is Microsoft Graph
    (https://learn.microsoft.com/entra/identity-platform/scopes-oidc). `resource` is the parameter of that name at a
    v2.0 address (RFC 8707); it must be the same API (9010010).
    """
    items = _split(text)
    openid = frozenset(item.lower() for item in items).intersection(_OPENID_SCOPES)
    asked = [item for item in items if item.lower() not in openid]
    asked = asked or [item for item in items if item.lower() != "offline_access"]
    by_api: dict[str, list[tuple[str, str]]] = {}
    apis: dict[str, AppRegistration] = {}
    for audience, name in map(_split_item, asked):
        api = find_api(directory, tenant, audience)
        apis[api.client_id] = api
        by_api.setdefault(api.client_id, []).append((audience, name))
    if not asked:
        apis, by_api = {GRAPH_CLIENT_ID: find_api(directory, tenant, GRAPH_CLIENT_ID)}, {GRAPH_CLIENT_ID: []}
    for api in apis.values():
        _refuse_another(api, resource)
    resources = tuple(_resource_scopes(apis[client_id], pairs) for client_id, pairs in by_api.items())
    return Scopes(text=text, openid=openid, resources=resources)


def default_scope(resource: str) -> str:
    """Return the scope for all permissions that have been granted on an API."""
    return f"{resource}/{DEFAULT}"


def scope_in_v1(resource: str | None) -> str:
    """Return the scopes that a v1.0 request with `resource` asks for."""
    return f"{default_scope(resource)} {_ALWAYS_IN_V1}" if resource else _ALWAYS_IN_V1


def resource_in(parameters: Mapping[str, str], version: AccessTokenVersion) -> str | None:
    """Return the `resource` that must be the API of the scopes; in v1.0 it is in their place."""
    return parameters.get("resource") if version == 2 else None


def read_application_scope(
    text: str, *, directory: Directory, tenant: Tenant, resource: str | None = None
) -> ResourceScopes:
    """Parse the scope of an application without a user; it must be `<API>/.default` (1002012, 500011, 9010010)."""
    audience, slash, name = text.rpartition("/")
    if not slash or name.lower() != DEFAULT or " " in text:
        raise Refusal(1002012, scope=text)
    api = find_api(directory, tenant, audience)
    _refuse_another(api, resource)
    return ResourceScopes(resource=api, audience=audience, names=(), granted=())


def find_api(directory: Directory, tenant: Tenant, name: str) -> AppRegistration:
    """Find an API by its client id or its URI (500011), which may end with a slash that is not registered."""
    found = directory.resource(tenant, name) or directory.resource(tenant, name.removesuffix("/"))
    if found is None:
        raise Refusal(500011, resource=name, tenant=tenant.name)
    return found


def _refuse_another(api: AppRegistration, resource: str | None) -> None:
    """Refuse a `resource` that is no App ID URI of the scopes' API; with a slash at its end it is another one."""
    if resource and resource.lower() not in map(str.lower, api.app_id_uris):
        raise Refusal(9010010, resource=resource, api=api.name)


def permit(
    asked: ResourceScopes, *, directory: Directory, tenant_id: str, client: AppRegistration, person_id: str | None
) -> ResourceScopes:
    """Refuse scopes that a client has not been granted (65001), and add those that were consented to before.

    `.default` stands for all that has been granted, by consent or by the API. The consent of `person_id` counts beside
    that for all people.
    """
    resource, is_default = asked.resource, asked.names == (DEFAULT,)
    granted = directory.granted_scopes(tenant_id, client, resource, person_id)
    consented = directory.consented_scopes(tenant_id, client, resource, person_id)
    by_name = () if is_default else asked.names
    besides = (granted if is_default else consented).difference(by_name, [_NEVER_LISTED])
    more = tuple(known.value for known in resource.scopes if known.enabled and known.value in besides)
    missing = next(
        (name for name in by_name if name not in granted), None if by_name or (is_default and more) else DEFAULT
    )
    if missing is not None:
        raise Refusal(65001, client=client.name, scope=missing)
    spelled = (_spelled_unasked(asked, name) for name in more)
    return replace(asked, names=(*by_name, *more), granted=(*asked.granted, *spelled))


def _split(text: str) -> tuple[str, ...]:
    items = tuple(dict.fromkeys(text.split(" ")))
    for item in items:
        if not _SCOPE.fullmatch(item):
            raise Refusal(70011, scope=text, why="scopes are separated by single spaces")
    return items


def _split_item(item: str) -> tuple[str, str]:
    audience, slash, name = item.rpartition("/")
    return (audience, name) if slash else (GRAPH_CLIENT_ID, name)


def _resource_scopes(resource: AppRegistration, pairs: list[tuple[str, str]]) -> ResourceScopes:
    """Combine the scopes of one API; each pair is the API as it was spelled, and a scope."""
    audience = pairs[0][0] if pairs else GRAPH_CLIENT_ID
    pairs = [(spelled, _registered(resource, name)) for spelled, name in pairs]
    names = tuple(dict.fromkeys(name for _, name in pairs))
    if DEFAULT in names and len(names) > 1:
        raise Refusal(70011, scope=f"{audience}/{DEFAULT}", why=".default cannot stand beside other scopes of its API")
    spelled = (_spelled(*pair) for pair in pairs if pair != (GRAPH_CLIENT_ID, DEFAULT))
    return ResourceScopes(resource=resource, audience=audience, names=names, granted=tuple(dict.fromkeys(spelled)))


def _registered(resource: AppRegistration, name: str) -> str:
    """Return a scope as it is registered, found in any case of letters (650053)."""
    if name.lower() == DEFAULT:
        return DEFAULT
    if known := resource.scope(name):
        return known.value
    raise Refusal(650053, resource=resource.name, scope=name)


def _spelled(audience: str, name: str) -> str:
    """Spell a scope with its API as in the request, since MSAL finds cached tokens so; Graph's may stand alone."""
    return name if audience == GRAPH_CLIENT_ID else f"{audience}/{name}"


def _spelled_unasked(asked: ResourceScopes, name: str) -> str:
    is_openid = asked.resource.client_id == GRAPH_CLIENT_ID and name in _OPENID_SCOPES
    return name if is_openid else _spelled(asked.audience, name)
