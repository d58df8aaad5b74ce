"""Looks whether this machine reaches Microsoft Graph, which groups beyond the token and calls for people need."""

from __future__ import annotations

from collections.abc import Iterator

from django_entrance.conf.loading import current_settings
from django_entrance.entra.registration.examining import Comparison
from django_entrance.management.network_remedies import remedy_for
from django_entrance.verification.errors import shown
from django_entrance.verification.metadata.fetch import open_document


def examine_graph(name: str) -> Iterator[Comparison]:
    """Yield whether Graph answers. Without a credential it is never asked."""
    own = current_settings().AUTHORITIES[name]
    if not own.has_credential:
        return
    where, address = f"{name}, Microsoft Graph", f"{own.graph_host}/v1.0/me"
    try:
        with open_document(address, statuses=range(200, 500)):
            yield Comparison(where, f"{own.graph_host} answers")
    except OSError as fault:
        yield Comparison(where, f"{address}: {shown(str(fault))}", remedy_for(fault))
