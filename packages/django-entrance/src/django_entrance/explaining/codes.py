"""Explains an error code of Entra's (AADSTS…): what it means, who can mend it, and how with these settings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from django.urls import NoReverseMatch

from django_entrance.conf.loading import current_settings
from django_entrance.entra.error_codes import OF_PERSON, OF_SETTINGS
from django_entrance.explaining.deciding import shown_settings
from django_entrance.frontend.addresses import addresses_to_register

CODE = re.compile(r"(?:AADSTS)?\s*([0-9]{4,9})", re.IGNORECASE)
IN_MESSAGE = re.compile(r"\bAADSTS([0-9]{4,9})\b", re.IGNORECASE)

MICROSOFTS_PAGE = "https://login.microsoftonline.com/error?code="


def code_in(text: str) -> str | None:
    """Return the number of a code, with or without AADSTS before it or as a message begins, or None."""
    found = CODE.fullmatch(text) or IN_MESSAGE.search(text)
    return None if found is None else found[1]


def explain_code(code: str) -> Iterator[str]:
    """Yield what a code means and what to do. A code that is not known here is left to Microsoft's own page."""
    meaning = OF_SETTINGS.get(code) or OF_PERSON.get(code)
    if meaning is None:
        yield f"AADSTS{code}: not among the codes that are explained here."
    else:
        yield f"AADSTS{code}: {meaning.sentence}."
        who = "an administrator of this application" if code in OF_SETTINGS else "the person, or their administrator"
        yield f"What to do, for {who}: {meaning.remedy}"
        yield from WITH_SETTINGS.get(code, nothing)()
    yield f"Microsoft's own words: {MICROSOFTS_PAGE}{code}"


def nothing() -> Iterator[str]:
    yield from ()


def redirect_uris() -> Iterator[str]:
    site = current_settings().PUBLIC_URL or "https://<your site>"
    try:
        addresses = addresses_to_register(site)
    except NoReverseMatch:
        yield "The project's URLs do not include django_entrance.urls."
        return
    yield "To register:"
    yield from (f"  {place}: {address}" for place, address in addresses.items())


def consent_pages() -> Iterator[str]:
    """Yield where an administrator consents for everybody in the tenant (Microsoft, admin consent endpoint)."""
    yield "An administrator consents for the whole tenant at:"
    for own in current_settings().AUTHORITIES.values():
        for client in filter(None, (own.SPA_CLIENT_ID, own.CLIENT_ID)):
            yield f"  {own.AUTHORITY_HOST}/{own.TENANT_ID}/adminconsent?client_id={client}"


def of_settings(*keys: str) -> Callable[[], Iterator[str]]:
    return lambda: shown_settings(keys)


SECRETS = of_settings("CLIENT_ID", "CLIENT_SECRET", "CLIENT_CERTIFICATE", "CLIENT_ASSERTION")
TENANT = of_settings("TENANT_ID", "CLIENT_ID", "CLOUD", "AUTHORITY_HOST")

WITH_SETTINGS: Mapping[str, Callable[[], Iterator[str]]] = {
    "50011": redirect_uris,
    "9002327": redirect_uris,
    "65001": consent_pages,
    "90094": consent_pages,
    "90095": consent_pages,
    "50194": TENANT,
    "700016": TENANT,
    "7000112": TENANT,
    "90002": TENANT,
    "50020": TENANT,
    "7000215": SECRETS,
    "7000216": SECRETS,
    "7000218": SECRETS,
    "7000222": SECRETS,
    "700027": SECRETS,
    "700213": SECRETS,
}
"""Code → the part of the explanation that the settings of this site decide."""
