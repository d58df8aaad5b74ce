"""Lets ``doctor`` read the registrations: with the API's own credential, or as an administrator who signs in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from django.core.management.base import BaseCommand, CommandError, CommandParser

from django_entrance.accounts.django_groups import missing_groups
from django_entrance.conf.loading import current_settings
from django_entrance.conf.options import AuthoritySettings, normal_host
from django_entrance.entra.graph_groups import application_token
from django_entrance.entra.registration.administrator import COMMAND_LINE_TOOLS
from django_entrance.entra.registration.calls import GraphCalls, Refused
from django_entrance.entra.registration.examining import Comparison, compare
from django_entrance.entra.registration.found import RegistrationMissing, read_for_comparison
from django_entrance.entra.registration.wanted import Choices, Site, wanted_registrations
from django_entrance.management.registering import (
    WAYS,
    graph_calls,
    read_what_to_register,
    signed_in_administrator,
    sites,
)
from django_entrance.verification.issuers import origin

SCOPES = ("Application.Read.All", "DelegatedPermissionGrant.ReadWrite.All")
"""What the administrator's token is asked for; Graph has no permission only to read grants."""

NOT_READ = (
    "not read: grant the API the application permission Application.Read.All, or run: entrance doctor --sign-in"
    " device-code"
)


class Reader(NamedTuple):
    """Calls Graph for an authority: as an administrator, or None for the API itself."""

    authority: str
    graph: GraphCalls | None = None


def add_reader(parser: CommandParser) -> None:
    help_text = "read the registrations as an administrator; otherwise as the API itself, if it may"
    parser.add_argument("--sign-in", choices=WAYS, help=help_text)


def administrators(command: BaseCommand, options: Mapping[str, Any]) -> Iterator[Reader]:
    """Sign an administrator in for each authority of one tenant, if the options say so."""
    if not options["sign_in"]:
        return
    for name, own in current_settings().AUTHORITIES.items():
        if not own.has_several_tenants:
            what = read_what_to_register(name, None)
            graph = signed_in_administrator(command, what, SCOPES, way=options["sign_in"], client_id=COMMAND_LINE_TOOLS)
            yield Reader(name, graph)


def examine_registered(site: str | None, readers: Iterable[Reader]) -> Iterator[Comparison]:
    """Yield what differs in the registrations of each authority, then the Django groups that are missing."""
    known = {reader.authority: reader for reader in readers}
    public = current_settings().PUBLIC_URL or (site and site_of(site))
    for name in current_settings().AUTHORITIES:
        for what, seen, remedy in examine_registrations(known.get(name, Reader(name)), public or None):
            yield Comparison(f"{name}, {what}", seen, remedy)
    for group in missing_groups():
        remedy = "Run: manage.py migrate. It makes the groups that ACCESS names."
        yield Comparison(f"ACCESS, group {group}", "no Django group has this name", remedy)


def site_of(site: str) -> str:
    """Return scheme and host of a URL, or an empty text: a URL that is none is reported on its own."""
    try:
        return normal_host(origin(site))
    except ValueError:
        return ""


def examine_registrations(reader: Reader, site: str | None) -> Iterator[Comparison]:
    """Yield what differs between the registrations of an authority and its settings.

    Nothing is yielded for an authority without a credential, whose registrations only an administrator may read.
    """
    settings = current_settings()
    own = settings.AUTHORITIES[reader.authority]
    graph = reader.graph or as_the_api(reader.authority, own)
    if graph is None:
        return
    choices = Choices(
        name=reader.authority,
        sites=addresses_of_site(site, settings.POST_LOGOUT_REDIRECT_URI),
        has_front_end=own.SPA_CLIENT_ID is not None,
    )
    wanted = wanted_registrations(settings, reader.authority, choices, is_new=False)
    try:
        found = read_for_comparison(wanted, graph)
    except RegistrationMissing as problem:
        yield Comparison("registrations", str(problem), "Compare TENANT_ID and the client ids with the portal.")
    except Refused as refused:
        yield Comparison("registrations", NOT_READ if refused.status == 403 else str(refused))
    else:
        yield from compare(wanted, found, settings.ACCESS.groups)


def as_the_api(name: str, own: AuthoritySettings) -> GraphCalls | None:
    """Return calls with the API's own credential, or None: whether that is good is examined on its own."""
    if not own.has_credential or own.has_several_tenants:
        return None
    try:
        return graph_calls(own, application_token(name, "", own))
    except Exception:  # MSAL raises whatever an answer of another shape makes it raise
        return None


def addresses_of_site(site: str | None, signed_out_page: str | None) -> tuple[Site, ...]:
    """Return the addresses to compare; none without our URLs, which are examined on their own."""
    try:
        return sites([site] if site else [], signed_out_page)
    except CommandError:
        return ()
