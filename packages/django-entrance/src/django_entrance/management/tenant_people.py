"""Asks Microsoft Graph for the people of a tenant on behalf of a command, which says what is wrong."""

from __future__ import annotations

from django.core.management.base import CommandError

from django_entrance.conf.loading import current_settings
from django_entrance.entra.credential_errors import with_remedy
from django_entrance.entra.directory import DirectoryPerson, people_of_tenant
from django_entrance.verification.errors import GraphUnreachable


def graph_people(authority: str, tenant: str) -> list[DirectoryPerson]:
    if not current_settings().AUTHORITIES[authority].has_credential:
        raise CommandError("Microsoft Graph needs a CLIENT_SECRET, CLIENT_CERTIFICATE or CLIENT_ASSERTION.")
    try:
        return list(people_of_tenant(authority, tenant))
    except GraphUnreachable as refusal:
        raise CommandError(f"{refusal.title}. {with_remedy(str(refusal.actual), 'User.Read.All')}.") from None
