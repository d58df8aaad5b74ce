"""Names what a token opens, the protected resource (RFC 9728): the site, or one of its addresses, and its scopes."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, reverse

from django_entrance.conf.loading import current_settings
from django_entrance.conf.options import AuthoritySettings
from django_entrance.entra.authorities import load_authorities, settings_here

RESOURCE_PATH = "_entrance_resource_path"
"""Attribute of a request with the path of its resource, where an application of its own serves it."""

SERVERS = "/entrance/"
"""What stands before the name of an authority in the issuer of its metadata, after the prefix of the site."""


def check_resource() -> None:
    """Refuse to start without what clients need to find their way to an authority.

    Raises:
        ImproperlyConfigured: the settings have problems, or the project does not include the URLs of the metadata.
    """
    load_authorities()
    try:
        reverse("entrance_well_known:protected-resource")
    except NoReverseMatch:
        raise ImproperlyConfigured(
            "The URLs of the protected resource metadata are missing, and clients could not find the authority. Put"
            ' path("", include("django_entrance.well_known")) into ROOT_URLCONF.'
        ) from None


def site_of(request: HttpRequest) -> str:
    """Return scheme and host of the site as its clients see it: ``PUBLIC_URL``, or those of the request."""
    return current_settings().PUBLIC_URL or f"{request.scheme}://{request.get_host()}"


def resource_of(request: HttpRequest, path: str) -> str:
    """Return the identifier of the resource at a path: an address without a slash at its end, as Entra needs it."""
    return site_of(request) + quote(path.rstrip("/"), safe="/:@!$&'()*+,;=~")


def issuer_of(request: HttpRequest, authority: str) -> str:
    """Return the issuer of an authority's metadata on this site; its tokens have another one, which is Entra's."""
    return f"{site_of(request)}{get_script_prefix().rstrip('/')}{SERVERS}{quote(authority, safe='')}"


def app_id_uris(own: AuthoritySettings) -> list[str]:
    """Return the Application ID URIs of an API: ``APP_ID_URI``, and those of ``AUDIENCES``."""
    return [own.app_id_uri, *(each for each in own.AUDIENCES if "://" in each)]


def scopes_of(request: HttpRequest, resource: str, *names: str) -> list[str]:
    """Return the full names of the scopes that every token needs, and of ``names``, for each authority.

    Since March 2026 Entra refuses a ``resource`` that is another URI than the one before the scope (AADSTS9010010).
    So a scope is named by the resource where that is a URI of the API.
    """
    full = []
    for own in settings_here(request).values():
        prefix = resource if resource in app_id_uris(own) else own.app_id_uri
        full += [f"{prefix}/{name}" for name in (*own.REQUIRED_SCOPES, *names) or (".default",)]
    return list(dict.fromkeys(full))


def path_of_resource(request: HttpRequest) -> str:
    """Return the path of the resource that a request asks for; an empty text is the site as a whole.

    The path is that of the application that serves the request or, on this site, of an Application ID URI above it.
    """
    if RESOURCE_PATH in request.__dict__:
        return str(request.__dict__[RESOURCE_PATH])
    uris = (uri for own in settings_here(request).values() for uri in app_id_uris(own))
    return max(paths_above(request, uris), key=len, default="")


def paths_above(request: HttpRequest, uris: Iterable[str]) -> Iterable[str]:
    site = site_of(request)
    for uri in uris:
        path = urlsplit(uri).path
        if uri == site + path and f"{request.path}/".startswith(f"{path.rstrip('/')}/"):
            yield path


def metadata_address(request: HttpRequest, path: str) -> str:
    """Return the address of the metadata of a resource, or an empty text: the project does not include its URLs."""
    arguments = {"path": path.strip("/")} if path.strip("/") else {}
    try:
        return site_of(request) + reverse("entrance_well_known:protected-resource", kwargs=arguments)
    except NoReverseMatch:
        return ""
