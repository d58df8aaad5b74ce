"""Makes the authorities that the settings name, with their signing keys; one set for the whole process."""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.module_loading import import_string

from django_entrance.conf.loading import DEPENDS_ON, current_settings, faults_at_start, read_raw, refuse
from django_entrance.conf.once import Once
from django_entrance.conf.options import AuthoritySettings
from django_entrance.conf.validation import find_faults
from django_entrance.entra.key_cache import KeyCache
from django_entrance.verification.authority import Authority, trusted
from django_entrance.verification.verified_tokens import VerifiedTokens


def load_authorities() -> None:
    """Judge the settings and make what follows from them: what is wrong ends the start of the site, not a request.

    Raises:
        ImproperlyConfigured: as ``current_settings`` does.
    """
    refuse(faults_at_start())
    if not any(find_faults(read_raw())):
        configured_authorities()


@Once
def configured_authorities() -> tuple[Authority, ...]:
    """Return whom this project trusts, with their signing keys; one set for the whole process.

    Those of one tenant come first: what they say of their tenant counts, not what one of several tenants says.

    Raises:
        ImproperlyConfigured: as ``current_settings`` does, and in tests for http, too: a token is about to be verified.
    """
    refuse(find_faults(read_raw()))
    named = current_settings().AUTHORITIES.items()
    return tuple(
        trusted_authority(name, own) for name, own in sorted(named, key=lambda each: each[1].has_several_tenants)
    )


def trusted_authority(name: str, own: AuthoritySettings) -> Authority:
    """Return the authority that settings describe, under its name; nothing is fetched yet.

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
        user_flows=own.USER_FLOWS,
        leeway=own.LEEWAY,
        allow_development_tokens=settings.DEBUG,
        store=None if cache_alias is None else KeyCache(cache_alias, publisher_of(own)),
    )


def publisher_of(own: AuthoritySettings) -> str:
    """Return what tells the documents of an authority from others: a user flow or application has keys of its own."""
    own_keys = f"?appid={own.CLIENT_ID}" if own.OWN_SIGNING_KEYS else ""
    return "/".join([own.AUTHORITY_HOST, own.TENANT_ID, *own.USER_FLOWS[:1]]) + own_keys


def authorities_here(request: HttpRequest) -> frozenset[str] | None:
    """Return the names of the authorities that may enter through this request, or None for all of them."""
    path = current_settings().AUTHORITIES_HERE
    if path is None:
        return None
    choose: Callable[[HttpRequest], Iterable[str]] = import_string(path)
    names = choose(request)
    if isinstance(names, str):
        raise ImproperlyConfigured(f"{path} returned a text. Return a list of names of AUTHORITIES.")
    return frozenset(names)


@Once
def verified_tokens() -> VerifiedTokens:
    """Return what this process remembers of the tokens that it has proved."""
    return VerifiedTokens(current_settings().REMEMBERED_TOKENS)


@receiver(setting_changed)
def forget_authorities(*, setting: str, **_: object) -> None:
    """Drop the authorities and their tokens when a test overrides a setting that they depend on."""
    if setting in DEPENDS_ON:
        configured_authorities.cache_clear()
        verified_tokens.cache_clear()
