"""What ``register``, ``assign`` and ``doctor`` share: which authority, the site's addresses, and the administrator."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from urllib.parse import urljoin

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import NoReverseMatch, get_script_prefix

from django_entrance.conf.loading import settings_to_register
from django_entrance.conf.options import AuthoritySettings, EntranceSettings
from django_entrance.entra.http_client import HttpClient, https_label
from django_entrance.entra.registration.administrator import (
    COMMAND_LINE_TOOLS,
    NoToken,
    token_by_device_code,
    token_of_az,
)
from django_entrance.entra.registration.calls import GraphCalls
from django_entrance.entra.registration.wanted import Site
from django_entrance.frontend.addresses import addresses_to_register

SECONDS_FOR_GRAPH = 30.0
"""Graph's writes take longer than its reads."""

WAYS = ("device-code", "az")


class Registering(NamedTuple):
    """The settings of the authority that is registered, whether its ``CLIENT_ID`` is missing, and where."""

    settings: EntranceSettings
    authority: str
    own: AuthoritySettings
    is_new: bool
    tenant: str


def add_administrator(parser: CommandParser) -> None:
    """Add the options that say which authority, and how the administrator signs in."""
    parser.add_argument("--authority", metavar="NAME", help="one of AUTHORITIES; by default the first")
    parser.add_argument("--tenant", metavar="ID", help="the tenant's id or domain, where TENANT_ID does not say it")
    way_help = "how you sign in: with a code at Microsoft (default), or as you are signed in to the Azure CLI"
    parser.add_argument("--sign-in", choices=WAYS, default=WAYS[0], help=way_help)
    client_help = "another public client of the tenant that signs you in; by default Microsoft Graph Command Line Tools"
    parser.add_argument("--admin-client", metavar="ID", default=COMMAND_LINE_TOOLS, help=client_help)


def read_what_to_register(authority: str | None, tenant: str | None) -> Registering:
    """Return the authority that the options name.

    Raises:
        CommandError: the settings have problems, there is no such authority, or no tenant is named.
    """
    try:
        settings, new = settings_to_register(tenant)
    except ImproperlyConfigured as problem:
        if "no TENANT_ID" in str(problem):
            raise CommandError("Which tenant? Name its id or domain: --tenant contoso.com") from None
        raise CommandError(f"First mend the settings. {problem}") from None
    name = authority or next(iter(settings.AUTHORITIES))
    if name not in settings.AUTHORITIES:
        raise CommandError(f"No authority is named {name!r}; there are: {', '.join(settings.AUTHORITIES)}.")
    own = settings.AUTHORITIES[name]
    where = tenant or own.TENANT_ID
    if own.has_several_tenants and not tenant:
        raise CommandError(f"TENANT_ID is {own.TENANT_ID!r}. Name the tenant that owns the registrations: --tenant …")
    return Registering(settings, name, own, name in new, where)


def signed_in_administrator(
    command: BaseCommand, what: Registering, scopes: Sequence[str], *, way: str, client_id: str
) -> GraphCalls:
    """Sign the administrator in, and return what calls Graph as that person.

    Raises:
        CommandError: the administrator was not signed in.
    """

    def show(message: str) -> None:
        command.stderr.write(message)

    try:
        if way == "az":
            token = token_of_az(what.own, what.tenant)
        else:
            token = token_by_device_code(what.own, what.tenant, scopes, show, client_id)
    except NoToken as problem:
        raise CommandError(str(problem)) from None
    except (OSError, ValueError) as problem:
        raise CommandError(f"Entra does not answer ({type(problem).__name__}). Run: entrance doctor") from None
    return graph_calls(what.own, token)


def graph_calls(own: AuthoritySettings, token: str) -> GraphCalls:
    return GraphCalls(https_label(own.graph_host), token, HttpClient(own, seconds=SECONDS_FOR_GRAPH).request)


def sites(addresses: Iterable[str], signed_out_page: str | None) -> tuple[Site, ...]:
    """Return the addresses of each site, by scheme and host.

    Raises:
        CommandError: the project does not include our URLs.
    """
    page = signed_out_page or get_script_prefix()
    return tuple(site_at(address, page) for address in dict.fromkeys(addresses))


def site_at(address: str, signed_out_page: str) -> Site:
    try:
        places = addresses_to_register(address)
    except NoReverseMatch:
        hint = 'Add path("entrance/", include("django_entrance.urls")) to them.'
        raise CommandError(f"The project's urls do not include django_entrance.urls. {hint}") from None
    return Site(
        callback=places["web"],
        bridge=places["single-page application"],
        front_channel=places["front-channel logout URL"],
        signed_out=urljoin(f"{address}/", signed_out_page),
    )
