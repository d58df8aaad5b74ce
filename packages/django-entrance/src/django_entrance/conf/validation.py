"""Validates the settings: what is wrong, and what to write instead."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.conf import settings

from django_entrance.conf.access_validation import access_problems, tenant_problems, tenant_type_problems
from django_entrance.conf.address_validation import (
    app_id_uri_problems,
    audience_problems,
    host_problems,
    id_problems,
    issuer_problems,
    scope_problems,
)
from django_entrance.conf.advice import Problem
from django_entrance.conf.options import ENVIRONMENT, AuthoritySettings, authority_settings, raw_authorities
from django_entrance.conf.rights_validation import rights_problems
from django_entrance.conf.session_validation import session_problems
from django_entrance.conf.shapes import UNKNOWN_KEY, shape_problems
from django_entrance.conf.site_validation import site_problems
from django_entrance.verification.issuers import PERSONAL_ACCOUNTS, TENANT, addresses_of


def validate(raw: Mapping[str, Any], *, debug: bool | None = None) -> Iterator[Problem]:
    """Yield every problem of the settings. ``checks`` reports them, and ``conf.loading`` refuses to load with any.

    ``debug`` allows http on loopback; it defaults to ``DEBUG``.
    """
    wrong_shapes = list(shape_problems(raw))
    yield from wrong_shapes
    if any(problem.check_id != UNKNOWN_KEY for problem in wrong_shapes):
        return  # the rest relies on types
    authorities = raw_authorities(raw)
    debug = settings.DEBUG if debug is None else debug
    of_authorities = [
        problem
        for name, own in authorities.items()
        for problem in authority_problems(own, place_of(name, raw), debug=debug)
    ]
    yield from of_authorities
    if not of_authorities:
        yield from duplicate_problems(map(authority_settings, authorities.values()))
    yield from site_problems(raw)
    yield from session_problems(raw)
    yield from rights_problems(raw, debug=debug)


def place_of(name: str, raw: Mapping[str, Any]) -> str:
    """Return the place of an authority's settings, as Python spells it."""
    return f"ENTRANCE['AUTHORITIES'][{name!r}]" if "AUTHORITIES" in raw else "ENTRANCE"


def authority_problems(own: Mapping[str, Any], where: str, *, debug: bool) -> Iterator[Problem]:
    yield from missing_problems(own, where)
    yield from id_problems(own, where)
    yield from host_problems(own, where, debug=debug)
    yield from issuer_problems(own, where)
    yield from app_id_uri_problems(own, where)
    yield from scope_problems(own, where)
    yield from audience_problems(own, where)
    yield from tenant_problems(own, where)
    yield from tenant_type_problems(own, where)
    yield from access_problems(own, where)


def missing_problems(own: Mapping[str, Any], where: str) -> Iterator[Problem]:
    for key in ("TENANT_ID", "CLIENT_ID"):
        if not own.get(key):
            hint = f"Set it there, or {' or '.join(ENVIRONMENT[key])} in the environment."
            yield Problem(check_id="E002", message=f"{where} has no {key}.", hint=hint)


def duplicate_problems(authorities: Iterable[AuthoritySettings]) -> Iterator[Problem]:
    """Yield a problem if two authorities accept the same tokens: the second would never be asked."""
    if any(count > 1 for count in Counter(map(issuer_of, authorities)).values()):
        hint = "Keep one of them, and add the other's audience to AUDIENCES and its clients to ALLOWED_CLIENTS."
        yield Problem(check_id="E015", message="ENTRANCE['AUTHORITIES'] has the same tenant twice.", hint=hint)


def issuer_of(own: AuthoritySettings) -> str:
    """Return the issuer of an authority's v2.0 tokens, with a domain as its GUID and TENANT for several tenants."""
    addresses = addresses_of(own.AUTHORITY_HOST, own.TENANT_ID, own.USER_FLOWS, own.ISSUER_HOST)
    tenant = PERSONAL_ACCOUNTS if own.TENANT_ID == "consumers" else own.TENANT_ID
    return addresses.issuer if own.has_several_tenants else addresses.issuer.replace(TENANT, tenant)
