"""Reads the seed, the directory that stands at start: Contoso, its people and groups, and Logbook's registrations."""

from __future__ import annotations

from pathlib import Path

from entra_double._world.directory import Directory
from entra_double._world.directory_file.read import read_directory
from entra_double._world.registration import AccessTokenVersion

SEED_FILE = Path(__file__).with_name("seed.toml")

_SEED = read_directory(SEED_FILE)

CONTOSO, FABRIKAM = _SEED.tenants[:2]
API_CLIENT_ID, SPA_CLIENT_ID, DAEMON_CLIENT_ID, SITE_CLIENT_ID = (known.client_id for known in _SEED.applications[:4])
API_SECRET, DAEMON_SECRET, SITE_SECRET = (known.secrets[0].value for known in _SEED.applications[:4] if known.secrets)
API_SCOPE = f"api://{API_CLIENT_ID}/access_as_user"


def seed(*, api_token_version: AccessTokenVersion = 2) -> Directory:
    """Return the documented directory; `api_token_version` is the version of Logbook API's access tokens."""
    return _SEED if api_token_version == 2 else _SEED.with_access_token_version(api_token_version)
