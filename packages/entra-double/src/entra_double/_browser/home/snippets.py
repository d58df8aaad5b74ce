"""Has the settings to copy for each client library."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from entra_double._world.registration import AppRegistration, Platform

_NEEDS_TLS = "insists on https: entra-double serve --tls"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """Settings for one library. `language` is that of the text, for people and for tests."""

    title: str
    language: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whom settings are for: a client, the tenant its people are of, and the API that it asks, if there is one."""

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
        """Give the first scope of the API; without one the client asks Microsoft Graph for the person."""
        if self.api and self.api.scopes:
            return f"{self.api.app_id_uri or self.api.client_id}/{self.api.scopes[0].value}"
        return "User.Read"

    @property
    def application_scope(self) -> str:
        return f"{(self.api.app_id_uri or self.api.client_id) if self.api else 'https://graph.microsoft.com'}/.default"

    def redirect_uri(self, platform: Platform) -> str | None:
        """Give the first redirect URI on a platform."""
        return next((known.uri for known in self.client.redirect_uris if known.platform is platform), None)


def snippets(subject: Subject) -> tuple[Snippet, ...]:
    """Give the settings of every library for one application; values are quoted, so that no name becomes code."""
    return (
        Snippet(title="MSAL JS", language="js", text=_msal_js(subject)),
        Snippet(title="MSAL Python", language="python", text=_msal_python(subject)),
        Snippet(title="django-entrance", language="python", text=_django_entrance(subject)),
        Snippet(title="django-auth-adfs", language="python", text=_django_auth_adfs(subject)),
        Snippet(title="Auth.js", language="js", text=_auth_js(subject)),
        Snippet(title="Spring", language="yaml", text=_spring(subject)),
    )


def fitting(client: AppRegistration) -> str:
    """Give the title of the settings that an application of this kind needs first."""
    platforms = {known.platform for known in client.redirect_uris}
    if Platform.SPA in platforms:
        return "MSAL JS"
    return "MSAL Python" if platforms or not client.scopes else "django-entrance"


def _quoted(text: str) -> str:
    """Give a text as JavaScript, Python and YAML alike write it."""
    return json.dumps(text)


def _secret(subject: Subject) -> str:
    return _quoted(subject.secret or "this application has none: add a secret")


def _msal_js(subject: Subject) -> str:
    known = subject.redirect_uri(Platform.SPA)
    redirect_uri = known or "http://localhost/redirect.html"
    note = "registered" if known else "to be registered on the platform spa"
    return f"""\
import {{ PublicClientApplication }} from "@azure/msal-browser";

const tenant = {_quoted(subject.tenant_id)};
const base = `{subject.base_url}/${{tenant}}`;

export const application = new PublicClientApplication({{
  auth: {{
    clientId: {_quoted(subject.client.client_id)},
    authority: `{subject.secure_url}/${{tenant}}`, // a label, and always https
    knownAuthorities: [{_quoted(subject.host)}],
    authorityMetadata: JSON.stringify({{
      authorization_endpoint: `${{base}}/oauth2/v2.0/authorize`,
      token_endpoint: `${{base}}/oauth2/v2.0/token`,
      end_session_endpoint: `${{base}}/oauth2/v2.0/logout`,
      issuer: `${{base}}/v2.0`,
      jwks_uri: `${{base}}/discovery/v2.0/keys`,
    }}),
    redirectUri: {_quoted(urlsplit(redirect_uri).path or "/")}, // {note}: {_quoted(redirect_uri)}
  }},
}});

export const request = {{ scopes: [{_quoted(subject.scope)}] }};
"""


def _msal_python(subject: Subject) -> str:
    kind = "ConfidentialClientApplication" if subject.secret else "PublicClientApplication"
    proof = f"    client_credential={_quoted(subject.secret)},\n" if subject.secret else ""
    if not subject.secret:
        known = subject.redirect_uri(Platform.PUBLIC_CLIENT)
        note = "" if known else "  # to be registered on the platform public: http://localhost"
        asking = f"scopes = [{_quoted(subject.scope)}]\nresult = application.acquire_token_interactive(scopes){note}"
    elif subject.client.redirect_uris:
        known = subject.redirect_uri(Platform.WEB)
        note = "with the port of your site" if known else "to be registered on the platform web"
        asking = f"""\
flow = application.initiate_auth_code_flow(
    [{_quoted(subject.scope)}],
    redirect_uri={_quoted(known or "http://localhost/callback")},  # {note}
)"""
    else:
        asking = (
            f"scopes = [{_quoted(subject.application_scope)}]\nresult = application.acquire_token_for_client(scopes)"
        )
    return f"""\
import msal

{f"# MSAL Python {_NEEDS_TLS}{chr(10)}" if subject.is_plain else ""}\
application = msal.{kind}(
    {_quoted(subject.client.client_id)},
    authority={_quoted(f"{subject.secure_url}/{subject.tenant_id}")},
{proof}    instance_discovery=False,
)
{asking}
"""


def _django_entrance(subject: Subject) -> str:
    api = subject.api or subject.client
    front_end = "" if api is subject.client else f'    "SPA_CLIENT_ID": {_quoted(subject.client.client_id)},\n'
    return f"""\
# settings.py
ENTRANCE = {{
    "AUTHORITY_HOST": {_quoted(subject.base_url)},
    "TENANT_ID": {_quoted(subject.tenant_id)},
    "CLIENT_ID": {_quoted(api.client_id)},
{front_end}}}
"""


def _django_auth_adfs(subject: Subject) -> str:
    return f"""\
# settings.py
# django-auth-adfs asks login.microsoftonline.com, whatever is set: that name has to lead to {subject.host},
# over https. docs/entra-double/interop.md says how its test does it.
AUTH_ADFS = {{
    "TENANT_ID": {_quoted(subject.tenant_id)},
    "CLIENT_ID": {_quoted(subject.client.client_id)},
    "CLIENT_SECRET": {_secret(subject)},
    "AUDIENCE": {_quoted(subject.client.client_id)},
    "RELYING_PARTY_ID": {_quoted(subject.client.client_id)},
    "VERSION": "v2.0",
    "USERNAME_CLAIM": "upn",
    "GUEST_USERNAME_CLAIM": "email",
    "CLAIM_MAPPING": {{"first_name": "given_name", "last_name": "family_name", "email": "email"}},
}}
"""


def _auth_js(subject: Subject) -> str:
    return f"""\
{f"// Auth.js {_NEEDS_TLS}, and NODE_EXTRA_CA_CERTS=<its ca.pem>{chr(10)}" if subject.is_plain else ""}\
import NextAuth from "next-auth";
import MicrosoftEntraID from "next-auth/providers/microsoft-entra-id";

export const {{ handlers, auth, signIn, signOut }} = NextAuth({{
  providers: [
    MicrosoftEntraID({{
      clientId: {_quoted(subject.client.client_id)},
      clientSecret: {_secret(subject)},
      issuer: {_quoted(f"{subject.secure_url}/{subject.tenant_id}/v2.0")},
      authorization: {{ params: {{ scope: "openid profile email" }} }},
      // in place of its own, which asks graph.microsoft.com itself for a photo
      profile: ({{ sub, name, email }}) => ({{ id: sub, name, email, image: null }}),
      // to be registered: <your site>/api/auth/callback/microsoft-entra-id
    }}),
  ],
}});
"""


def _spring(subject: Subject) -> str:
    issuer = _quoted(f"{subject.base_url}/{subject.tenant_id}/v2.0")
    audience = (subject.api or subject.client).client_id
    return f"""\
# application.yml
spring:
  security:
    oauth2:
      client: # signs people in; to be registered: <your site>/login/oauth2/code/entra
        registration:
          entra:
            client-id: {_quoted(subject.client.client_id)}
            client-secret: {_secret(subject)}
            scope: [openid, profile, {_quoted(subject.scope)}]
        provider:
          entra:
            issuer-uri: {issuer}
      resourceserver: # or: verifies tokens
        jwt:
          issuer-uri: {issuer}
          audiences: {_quoted(audience)}
"""
