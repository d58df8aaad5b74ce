"""Tests how long a header a site accepts, since tokens with many groups are long."""

from urllib.parse import urlsplit

import requests

from django_entrance.verification.errors import shown
from django_entrance.verification.issuers import origin
from django_entrance.verification.metadata.fetch import open_document

HEADER_LENGTHS = (12_500, 8_000, 4_000, 2_000)
"""Characters. The longest has room for 200 groups; Entra lists no groups if there are more ("Groups overage claim")."""

LENGTH_WITHOUT_GROUPS, LENGTH_OF_A_GROUP = 1_560, 52
"""Characters of a token without groups, and of each group: its GUID in a JSON list, in base64url."""

LONGER = (
    "Keep tokens short: use app roles, or only groups that are assigned to the application. Or allow longer headers in"
    " every server on the way: gunicorn has --limit-request-field_size."
)


def examine_headers(site: str) -> tuple[str, str]:
    """Send headers as long as tokens with many groups, and return what was seen and the remedy, if one is needed.

    Some servers refuse such headers before Django sees the request.
    """
    if reason := why_no_answer(site, 0):
        return reason, "Give a complete URL that the site answers with status 200: https://…/entrance/config.json."
    longest, *shorter = HEADER_LENGTHS
    reason = why_no_answer(site, longest)
    if not reason:
        return f"accepts {longest} characters, the length of a token with 200 groups", ""
    accepted = next((length for length in shorter if not why_no_answer(site, length)), 0)
    groups = max(0, accepted - LENGTH_WITHOUT_GROUPS) // LENGTH_OF_A_GROUP
    return f"accepts {accepted} characters (about {groups} groups), but not {longest} (200 groups): {reason}", LONGER


def why_no_answer(site: str, length: int) -> str:
    """Return why the site does not answer a request with a header of that length, or an empty string if it does."""
    url = normal_url(site)
    if not url:
        return f"{shown(site.rpartition('@')[2])!r} is not the URL of a site"
    try:
        with open_document(url, headers={"X-Entrance-Doctor": length * "x"} if length else {}):
            return ""
    except OSError as error:
        return shown(str(error))


def site_origin(site: str) -> str:
    """Return scheme, host and port of the site, without a name and password, which are not for a report.

    Raises:
        ValueError: it is no URL.
    """
    scheme, separator, host = origin(site).partition("://")
    return f"{scheme}{separator}{host.rpartition('@')[2]}"


def normal_url(site: str) -> str:
    """Return an http or https URL as requests sends it, or an empty string if it is not one."""
    try:
        url = requests.Request("GET", site).prepare().url or ""
        parts = urlsplit(url)
        (parts.hostname or "").encode("idna")  # refuses labels that are empty or too long
    except ValueError:
        return ""
    return url if parts.scheme in {"http", "https"} and parts.hostname else ""
