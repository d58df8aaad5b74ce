"""Fills in the settings to copy for each client library; `templates/snippets` has their text."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from entra_double._browser.pages import templates
from entra_double._world.registration import AppRegistration, Platform

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
    """A client application, and the API that it calls, if there is one."""

    base_url: str
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


def snippets(base_url: str, client: AppRegistration, api: AppRegistration | None) -> tuple[Snippet, ...]:
    """Return the settings of every library for one application, each with a line break at its end."""
    setup = ClientSetup(base_url=base_url, client=client, api=api)
    values = {"setup": setup, "client_id": client.client_id, "secret": setup.secret or _NO_SECRET}
    texts = (templates().get_template(f"snippets/{template}.jinja").render(values) for _, _, template in _LIBRARIES)
    return tuple(
        Snippet(title=title, language=language, text=text.rstrip("\n") + "\n")
        for (title, language, _), text in zip(_LIBRARIES, texts, strict=True)
    )


def fitting(client: AppRegistration) -> str:
    """Return the title of the settings that an application of this kind needs first."""
    platforms = {known.platform for known in client.redirect_uris}
    if Platform.SPA in platforms:
        return "MSAL JS"
    return "django-entrance" if client.scopes else "MSAL Python"
