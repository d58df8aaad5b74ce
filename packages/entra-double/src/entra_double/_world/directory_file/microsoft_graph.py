"""Reads the registration of Microsoft Graph, which is in every directory."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

from entra_double._world.directory import Directory
from entra_double._world.directory_file.forms import Context
from entra_double._world.directory_file.schema import APPLICATION
from entra_double._world.principals import PERSONAL
from entra_double._world.registration import AppRegistration

_TEXT = Path(__file__).with_name("microsoft_graph.toml").read_text(encoding="utf-8")
_GRAPH: AppRegistration = APPLICATION.build(
    tomllib.loads(_TEXT), (), Context(PERSONAL, "", Directory(), {}), tenant_id=""
)


def microsoft_graph(tenant_id: str) -> AppRegistration:
    """Return the resource that a request without an API's scope gets its access token for, as in the service."""
    return replace(_GRAPH, tenant_id=tenant_id)
