"""Gives a token to call another API with, for the person who calls this one: ``token_for`` and ``atoken_for``.

A bearer token is exchanged (on-behalf-of). A session that a token began goes on with what that exchange gave, and one
of page sign-in with its own refresh token. The tokens are kept in ``TOKENS_CACHE``, sealed, and only for this person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables

from django_entrance.entra.authorities import configured_authorities, registration_of, verified_tokens
from django_entrance.entra.claims_challenges import read_claims
from django_entrance.entra.person_tokens import Given, ask_entra
from django_entrance.entra.session_grants import (
    Grant,
    bearer_grant,
    begin_era,
    era_place,
    grant_place,
    make_stale,
    may_call,
    renew_grant,
    session_grant,
    session_id_of,
)
from django_entrance.entra.single_flight import SingleFlight, in_turn
from django_entrance.entra.token_cache import CacheDown, forget, place_of, read, required_cache, write
from django_entrance.metrics import CACHE_LOOKUPS, measure
from django_entrance.verification.errors import (
    ApplicationRefused,
    LoginWithoutToken,
    NotSignedIn,
    OnBehalfExpired,
    OtherWithoutToken,
    Refused,
    SessionStale,
    TokenMissing,
    TokensCacheDown,
)
from django_entrance.verification.identify import identify
from django_entrance.verification.identity import ANSWERS_CHALLENGES, Identity

MARGIN = 300
"""Seconds for which a token is good at least when it is given."""

LONGEST_KEPT = 24 * 60 * 60
"""Seconds that a token is kept at most. With continuous access evaluation Entra's are good for up to 28 hours."""

SCOPE = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]{1,500}")
"""One scope (RFC 6749 section 3.3)."""

ADDED_BY_MSAL = frozenset({"openid", "profile", "offline_access"})

flights = SingleFlight[str]()


def token_for(request: HttpRequest, scopes: str | Iterable[str], *, claims: str | None = None) -> str:
    """Return an access token for another API, for the person of the request; it is good for five minutes at least.

    ``scopes`` are those of one API, such as ``"User.Read"`` (of Microsoft Graph) or ``"api://…/Files.Read"``; one
    text may have several, with spaces between. ``claims`` is that of a challenge with which the other API has answered
    a token of before (Microsoft, "Claims challenges"): that token is forgotten, and the claims are asked for.

    Raises:
        NotSignedIn: the caller is not signed in, or a live connection was closed since its caller may not stay.
        TokenMissing: the caller did not sign in with Microsoft, or the request has no token.
        ApplicationRefused: an application calls, which no person stands behind.
        SessionStale: Microsoft must confirm the session, which has nothing left to get tokens with.
        ConsentMissing: a scope has not been granted; the message says where to grant it.
        InteractionChallenged, InteractionRequired: Conditional Access asks the person for more.
        OnBehalfExpired, OnBehalfRefused: Entra no longer accepts the token, or gives none for this person.
        CallUnanswered: Entra does not answer, or does not accept our application.
        ImproperlyConfigured: ``TOKENS_CACHE`` is missing.
        ValueError: ``scopes`` or ``claims`` cannot be read.
    """
    required_cache()
    asked = normal_scopes(scopes)
    wanted = None if claims is None else read_claims(claims)
    identity = identity_of_person(request)
    place = token_place(request, identity, asked)
    if wanted is None:
        kept = kept_token(identity, place)
        measure(CACHE_LOOKUPS, "api_tokens", "miss" if kept is None else "hit")
        if kept is not None:
            return kept
    else:
        place = place_of("challenge", place, wanted)
        forget_quietly(token_place(request, identity, asked))
    return flights(place, lambda: ask_in_turn(request, identity, asked, wanted, place))


async def atoken_for(request: HttpRequest, scopes: str | Iterable[str], *, claims: str | None = None) -> str:
    """Do what ``token_for`` does, in a thread."""
    return await sync_to_async(token_for)(request, scopes, claims=claims)


def forget_token(request: HttpRequest, scopes: str | Iterable[str]) -> None:
    """Forget the token that is kept for the person and the scopes, since the other API no longer accepts it."""
    forget_quietly(token_place(request, identity_of_person(request), normal_scopes(scopes)))


def forget_quietly(place: str) -> None:
    try:
        forget([place])
    except CacheDown:
        return


def normal_scopes(scopes: str | Iterable[str]) -> tuple[str, ...]:
    """Return scopes in one order, each once.

    Raises:
        ValueError: there is none, or one is no scope, or one that MSAL adds itself.
    """
    named = scopes.split(" ") if isinstance(scopes, str) else list(scopes)
    if not named or not all(SCOPE.fullmatch(each) for each in named):
        raise ValueError('Expected scopes such as "User.Read" or ["User.Read", "Mail.Read"], got something else.')
    if added := ADDED_BY_MSAL.intersection(map(str.lower, named)):
        raise ValueError(f"Expected scopes of an API. Leave out {' and '.join(sorted(added))}: they open no API.")
    return tuple(sorted({each.lower(): each for each in named}.values(), key=str.lower))


def identity_of_person(request: HttpRequest) -> Identity:
    """Return who calls, if it is a person who signed in with Microsoft."""
    if not request.user.is_authenticated or not may_call(request):
        raise NotSignedIn()
    identity: Identity | None = getattr(request, "entra", None)
    if identity is None:
        acts_as_another = getattr(request, "_entrance_acts_as_another", False)
        raise OtherWithoutToken() if acts_as_another else LoginWithoutToken()
    if identity.is_application:
        raise ApplicationRefused(actual=identity.client_id)
    return identity


def token_place(request: HttpRequest, identity: Identity, scopes: tuple[str, ...]) -> str:
    """Return where a token is kept: for one person, user, client, proof and set of scopes.

    A token that was got with a further proof is not given to a sign-in without it.
    """
    sid = identity.claims.all.get("sid")
    return place_of(
        "token",
        str(registration_of(identity.authority)),
        identity.authority,
        identity.tenant_id,
        identity.object_id,
        str(request.user.pk),
        identity.client_id,
        "page" if identity.door == "page" else "token",
        " ".join(sorted(identity.authentication_contexts)),
        sid if isinstance(sid, str) else "",
        str(ANSWERS_CHALLENGES in identity.client_capabilities),
        *map(str.lower, scopes),
    )


def kept_token(identity: Identity, place: str) -> str | None:
    """Return the token that is kept at a place, if it was kept since the person last signed out."""
    era = era_place(identity)
    try:
        found = read(era, place)
    except CacheDown:
        return None
    kept, name = found.get(place), found.get(era, {}).get("name")
    return str(kept["token"]) if kept is not None and kept["era"] == name else None


@sensitive_variables()
def ask_in_turn(
    request: HttpRequest, identity: Identity, scopes: tuple[str, ...], claims: str | None, place: str
) -> str:
    """Ask Entra, as the only one of all processes that does; the others find what is kept then."""
    grant = find_grant(request, identity)
    return in_turn(
        place,
        lambda: kept_token(identity, place),
        lambda: ask_and_keep(request, identity, grant, scopes, claims),
    )


@sensitive_variables()
def find_grant(request: HttpRequest, identity: Identity) -> Grant:
    """Return what Entra gives tokens for.

    Raises:
        TokenMissing: the request has another token than it was authenticated with, or none that is still good.
        SessionStale: nothing is kept for the session.
        CallUnanswered: the cache does not answer.
    """
    if identity.door == "bearer":
        grant = bearer_grant(request, identity)
        if grant is None or not is_of(grant.secret, identity):
            raise TokenMissing()
        return grant
    try:
        kept = session_grant(session_id_of(request))
    except CacheDown as fault:
        raise TokensCacheDown(expected="an answer of TOKENS_CACHE", actual=str(fault)) from None
    if kept is None:
        make_stale(request)
        raise SessionStale(expected="what this session gets tokens with")
    return kept


@sensitive_variables()
def is_of(bearer: str, identity: Identity) -> bool:
    """Return whether a token is this caller's, and still good: it was verified before, so this costs one look."""
    try:
        found = identify(bearer, configured_authorities(), verified_tokens=verified_tokens())
    except Refused:
        found = None
    return found is not None and found.caller == identity.caller


@sensitive_variables()
def ask_and_keep(
    request: HttpRequest, identity: Identity, grant: Grant, scopes: tuple[str, ...], claims: str | None
) -> str:
    """Ask Entra and keep what it gives, under the person's era as it was before: a sign-out meanwhile ends it."""
    era = era_now(identity)
    try:
        given = ask_entra(identity, grant, scopes, claims)
    except OnBehalfExpired as expired:
        if identity.door == "bearer":
            raise
        forget_quietly(grant_place(session_id_of(request)))
        make_stale(request)
        raise SessionStale(actual=expired.actual) from None
    keep_token(request, identity, given, era, token_place(request, identity, scopes))
    if identity.door != "bearer" and given.refresh_token:
        until = grant.until if grant.is_refresh else float(identity.expires_at)
        renew_grant(session_id_of(request), Grant(given.refresh_token, is_refresh=True, until=until))
    return given.token


def era_now(identity: Identity) -> str | None:
    try:
        return begin_era(identity)
    except CacheDown:
        return None


@sensitive_variables()
def keep_token(request: Any, identity: Identity, given: Given, era: str | None, place: str) -> None:
    seconds = min(given.seconds - MARGIN, LONGEST_KEPT)
    if era is None or seconds <= 0:
        return
    try:
        write(place, {"token": given.token, "era": era}, seconds)
    except CacheDown:
        return
