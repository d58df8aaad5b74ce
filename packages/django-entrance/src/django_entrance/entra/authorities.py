"""Creates the configured authorities with their signing keys, once for the process."""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.module_loading import import_string

from django_entrance.conf.cached_result import CachedResult
from django_entrance.conf.loading import (
    DEPENDS_ON,
    current_settings,
    problems_at_start,
    raise_problems,
    settings_problems,
)
from django_entrance.conf.options import AuthoritySettings
from django_entrance.entra.key_cache import KeyCache
from django_entrance.verification.authority import Authority, trusted
from django_entrance.verification.verified_tokens import VerifiedTokens


def load_authorities() -> None:
    """Validate the settings and create the authorities, so that a problem ends the start and not a request.

    Raises:
        ImproperlyConfigured: as ``current_settings`` does.
    """
    raise_problems(problems_at_start())
    if not settings_problems():
        configured_authorities()


@CachedResult
def configured_authorities() -> tuple[Authority, ...]:
    """Return the configured authorities with their signing keys; one set for the process.

    Authorities with one tenant come first: their settings win over those of an authority with several tenants.

    Raises:
        ImproperlyConfigured: as ``current_settings`` does; in tests also for http, since a token is to be verified.
    """
    raise_problems(settings_problems())
    named = current_settings().AUTHORITIES.items()
    return tuple(
        trusted_authority(name, own) for name, own in sorted(named, key=lambda each: each[1].has_several_tenants)
    )


def trusted_authority(name: str, own: AuthoritySettings) -> Authority:
    """Create an authority from its settings; nothing is fetched yet.

    Raises:
        ValueError: as ``verification.trusted`` does.
    """
    default_clients = (own.SPA_CLIENT_ID, own.CLIENT_ID) if own.SPA_CLIENT_ID else None
    cache_alias = current_settings().KEYS_CACHE
    return trusted(
        name=name,
        tenant=own.TENANT_ID,
        client_id=own.CLIENT_ID,
        host=own.AUTHORITY_HOST,
        issuer_host=own.ISSUER_HOST,
        own_signing_keys=own.OWN_SIGNING_KEYS,
        spa_client_id=own.SPA_CLIENT_ID,
        app_id_uri=own.APP_ID_URI,
        audiences=own.AUDIENCES,
        allowed_tenants=own.ALLOWED_TENANTS or None,
        allowed_clients=default_clients if own.ALLOWED_CLIENTS is None else own.ALLOWED_CLIENTS,
        required_scopes=own.REQUIRED_SCOPES,
        applications=own.APPLICATIONS,
        allow_guests=own.ALLOW_GUESTS,
        allow_personal_accounts=own.ALLOW_PERSONAL_ACCOUNTS,
        allow_agents=own.ALLOW_AGENTS,
        user_flows=own.USER_FLOWS,
        leeway=own.LEEWAY,
        allow_development_tokens=settings.DEBUG,
        store=None if cache_alias is None else KeyCache(cache_alias, cache_name(own)),
    )


def cache_name(own: AuthoritySettings) -> str:
    """Return the name of an authority's documents in the cache. A user flow or application may have its own keys."""
    own_keys = f"?appid={own.CLIENT_ID}" if own.OWN_SIGNING_KEYS else ""
    return "/".join([own.AUTHORITY_HOST, own.TENANT_ID, *own.USER_FLOWS[:1]]) + own_keys


def authority_of(name: str) -> Authority:
    """Return the configured authority of that name.

    Raises:
        KeyError: no authority has the name.
    """
    return {each.name: each for each in configured_authorities()}[name]


def authorities_here(request: HttpRequest) -> frozenset[str] | None:
    """Return the names of the authorities that this request accepts, or None for all."""
    path = current_settings().AUTHORITIES_HERE
    if path is None:
        return None
    choose: Callable[[HttpRequest], Iterable[str]] = import_string(path)
    names = choose(request)
    if isinstance(names, str):
        raise ImproperlyConfigured(f"{path} returned a string. Return a list of names of AUTHORITIES.")
    return frozenset(names)


def settings_here(request: HttpRequest) -> dict[str, AuthoritySettings]:
    """Return the settings of the authorities that this request accepts, by name, in their order."""
    here, every = authorities_here(request), current_settings().AUTHORITIES
    return {name: own for name, own in every.items() if here is None or name in here}


def registration_of(authority: str) -> str | None:
    """Return which registration an authority of that name stands for, as long as the settings have one."""
    own = current_settings().AUTHORITIES.get(authority)
    return None if own is None else "/".join([own.AUTHORITY_HOST, own.TENANT_ID, own.CLIENT_ID, *own.USER_FLOWS[:1]])


@CachedResult
def verified_tokens() -> VerifiedTokens:
    """Return this process's cache of verified tokens."""
    return VerifiedTokens(current_settings().REMEMBERED_TOKENS)


@receiver(setting_changed)
def forget_authorities(*, setting: str, **_: object) -> None:
    """Drop authorities and verified tokens when a test overrides a setting that they depend on."""
    if setting in DEPENDS_ON:
        configured_authorities.cache_clear()
        verified_tokens.cache_clear()
