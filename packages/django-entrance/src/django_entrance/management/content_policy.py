"""Looks at the Content-Security-Policy of the first page: MSAL must reach Entra, and load it in a hidden frame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from urllib.parse import urlsplit

from django_entrance.conf.loading import current_settings
from django_entrance.entra.registration.examining import Comparison
from django_entrance.management.header_limits import site_origin, why_no_answer
from django_entrance.verification.errors import shown
from django_entrance.verification.metadata.fetch import open_document

HEADER = "Content-Security-Policy"
WHERE = f"site, {HEADER}"

FALLBACKS = {
    "connect-src": ("connect-src", "default-src"),
    "frame-src": ("frame-src", "child-src", "default-src"),
}
"""What MSAL needs of a policy, and where a browser looks for it (Content Security Policy Level 3, section 6.8)."""

Policy = Mapping[str, list[str]]


def examine_content_policy(site: str | None) -> Iterator[Comparison]:
    """Yield what the policies of the site's first page forbid MSAL; nothing without a front end."""
    hosts = {own.AUTHORITY_HOST for own in current_settings().AUTHORITIES.values() if own.SPA_CLIENT_ID}
    if site is None or not hosts or why_no_answer(site, 0):
        return
    page = f"{site_origin(site)}/"
    try:
        with open_document(page, statuses=range(200, 600)) as response:
            header = response.headers.get(HEADER, "")
    except OSError as fault:
        yield Comparison(WHERE, f"{page}: {shown(str(fault))}")
        return
    policies = [read_policy(each) for each in header.split(",")]
    lacks = sorted({f"{need} {host}" for need in FALLBACKS for host in hosts if not allow(policies, need, host)})
    if lacks:
        remedy = f"Add to the policy of the front end's pages: {'; '.join(lacks)}."
        yield Comparison(WHERE, f"{page} does not let MSAL reach Entra", remedy)
    else:
        yield Comparison(WHERE, f"{page} lets MSAL reach Entra")


def read_policy(text: str) -> Policy:
    """Return the sources by directive. Of a directive that is there twice, the first one counts."""
    found: dict[str, list[str]] = {}
    for directive in text.split(";"):
        name, *sources = directive.lower().split() or [""]
        found.setdefault(name, sources)
    return found


def allow(policies: list[Policy], need: str, host: str) -> bool:
    """Return whether each policy allows a host: all of them count."""
    return all(allows(policy, need, host) for policy in policies)


def allows(policy: Policy, need: str, host: str) -> bool:
    sources = next((policy[name] for name in FALLBACKS[need] if name in policy), None)
    return sources is None or any(is_source_of(each, host) for each in sources)


def is_source_of(source: str, host: str) -> bool:
    """Return whether a source of a policy stands for an origin, as far as people write them."""
    wanted = urlsplit(host)
    if source in ("*", f"{wanted.scheme}:"):
        return True
    scheme, _, rest = source.rpartition("://")
    return scheme in ("", wanted.scheme) and fnmatch(wanted.netloc, rest.partition("/")[0])
