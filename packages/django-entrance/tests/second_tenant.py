"""Serves a second tenant at the scripted authority, and trusts both."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from scripted import OTHER_TENANT, TENANT, ScriptedAuthority

KEYS = f"/{OTHER_TENANT}/discovery/v2.0/keys"


@contextmanager
def two_authorities(authority: ScriptedAuthority, settings: Any) -> Iterator[str]:
    """Let in people of two tenants, each by an authority of its own; yield the issuer of the second."""
    issuer = f"{authority.host}/{OTHER_TENANT}/v2.0"
    discovery = {"issuer": issuer, "jwks_uri": f"{authority.host}{KEYS}"}
    authority.bodies = {
        f"/{OTHER_TENANT}/v2.0/.well-known/openid-configuration": json.dumps(discovery).encode(),
        KEYS: json.dumps({"keys": authority.keys}).encode(),
    }
    shared = {key: value for key, value in settings.ENTRANCE.items() if key != "TENANT_ID"}
    named = {name: {"TENANT_ID": tenant} for name, tenant in (("staff", TENANT), ("partners", OTHER_TENANT))}
    settings.ENTRANCE = shared | {"AUTHORITIES": named}
    try:
        yield issuer
    finally:
        authority.bodies = {}
