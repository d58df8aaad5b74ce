"""Fills in the settings to copy for each client library; `templates/snippets` has their text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from entra_double._world.registration import AppRegistration, Platform

if TYPE_CHECKING:
    from jinja2 import Environment

_LIBRARIES = (
    ("MSAL JS", "js", "msal_js"),
    ("MSAL Python", "python", "msal_python"),
    ("django-entrance", "python", "django_entrance"),
    ("django-auth-adfs", "python", "django_auth_adfs"),
    ("Auth.js", "js", "auth_js"),
    ("Spring", "yaml", "spring"),
)
"""Title, language and template."""

_NO_SECRET = "this application has none: add a secret"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """Settings for one library. `language` is that of the text, for people and for tests."""

    title: str
    language: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSetup:
    """A client application, the tenant of its people, and the API that it calls, if there is one."""

    base_url: str
    tenant_id: str
    client: AppRegistration
    api: AppRegistration | None

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).netloc

    @property
    def secure_url(self) -> str:
        return f"https://{self.host}"

    @property
    def is_plain(self) -> bool:
        return self.base_url.startswith("http:")

    @property
    def secret(self) -> str | None:
        return next((secret.value for secret in self.client.secrets), None)

    @property
    def scope(self) -> str:
        """Return the first scope of the API; without one the client asks Microsoft Graph for the person."""
        if self.api and self.api.scopes:
            return f"{self.api.app_id_uri or self.api.client_id}/{self.api.scopes[0].value}"
        return "User.Read"

    @property
    def application_scope(self) -> str:
        return f"{(self.api.app_id_uri or self.api.client_id) if self.api else 'https://graph.microsoft.com'}/.default"

    def redirect_uri(self, platform: str) -> str | None:
        """Return the first redirect URI on a platform."""
        return next((known.uri for known in self.client.redirect_uris if known.platform == platform), None)


@cache
def _templates() -> Environment:
    """Prepare the templates. Values are quoted, so that no name becomes code; HTML is escaped by the page."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folder = FileSystemLoader(Path(__file__).parents[1] / "templates" / "snippets")
    templates = Environment(
        loader=folder, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    templates.filters["quoted"] = json.dumps  # as JavaScript, Python and YAML alike write a text
    templates.globals["path_of"] = lambda uri: urlsplit(uri).path or "/"
    return templates


def snippets(setup: ClientSetup) -> tuple[Snippet, ...]:
    """Return the settings of every library for one application."""
    values = {"setup": setup, "client_id": setup.client.client_id, "secret": setup.secret or _NO_SECRET}
    return tuple(
        Snippet(title=title, language=language, text=_templates().get_template(f"{template}.jinja").render(values))
        for title, language, template in _LIBRARIES
    )


def fitting(client: AppRegistration) -> str:
    """Return the title of the settings that an application of this kind needs first."""
    platforms = {known.platform for known in client.redirect_uris}
    if Platform.SPA in platforms:
        return "MSAL JS"
    return "MSAL Python" if platforms or not client.scopes else "django-entrance"
