"""Reads Logbook's configuration from environment variables."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

BACKEND = Path(__file__).resolve().parent.parent

#: The registrations in entra-double's seed. With them `manage.py` works without configuration.
ENTRA_DOUBLE = {
    "TENANT_ID": "c0470500-0000-4000-a000-000000000001",
    "CLIENT_ID": "a9100000-0000-4000-a000-000000000002",
    "SPA_CLIENT_ID": "5ba00000-0000-4000-a000-000000000003",
    "AUTHORITY_HOST": "http://localhost:8400",
    "CLIENT_SECRET": "entra-local-not-a-secret-api",
}
ENTRA_DOUBLE_TOOLS = ("70015000-0000-4000-a000-000000000006", "http://localhost:8000/mcp")
MICROSOFT = "https://login.microsoftonline.com"
LOCMEM = "django.core.cache.backends.locmem.LocMemCache"
DEVELOPMENT_KEY = "only-for-development-and-known-to-everybody-who-reads-this-file"

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",  # writers wait at BEGIN instead of failing later with "database is locked"
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",  # readers do not wait for the writer
}

POSTGRESQL_OPTIONS = {
    "pool": {"min_size": 2, "max_size": 20}  # under ASGI a request has a thread of its own, and would open a connection
}

FLAGS = {
    "1": True,
    "true": True,
    "yes": True,
    "on": True,
    "": False,
    "0": False,
    "false": False,
    "no": False,
    "off": False,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Values for the settings."""

    debug: bool
    secret_key: str = field(repr=False)
    allowed_hosts: list[str]
    entrance: dict[str, str] = field(repr=False)
    has_django_session: bool
    public_url: str
    writers_group: str
    tools_client: str
    tools_uri: str
    database: dict[str, Any] = field(repr=False)
    cache: dict[str, str] = field(repr=False)
    channel_layer: dict[str, Any] = field(repr=False)

    @property
    def has_shared_cache(self) -> bool:
        return self.cache["BACKEND"] != LOCMEM


def read_environment(environ: Mapping[str, str]) -> Environment:
    """Return the configuration.

    Raises:
        ImproperlyConfigured: names the variable and the remedy.
    """
    debug = read_flag(environ, "DJANGO_DEBUG")
    entrance = read_entrance(environ, debug=debug)
    tools_client, tools_uri = ENTRA_DOUBLE_TOOLS if entrance.get("CLIENT_ID") == ENTRA_DOUBLE["CLIENT_ID"] else ("", "")
    return Environment(
        debug=debug,
        secret_key=read_secret_key(environ, debug=debug),
        allowed_hosts=environ.get("DJANGO_ALLOWED_HOSTS", "").replace(",", " ").split(),
        entrance=entrance,
        has_django_session=read_session(environ),
        public_url=read_public_url(environ),
        writers_group=environ.get("LOGBOOK_WRITERS_GROUP", ""),
        tools_client=environ.get("LOGBOOK_TOOLS_CLIENT", tools_client),
        tools_uri=environ.get("LOGBOOK_TOOLS_URI", tools_uri),
        database=read_database(environ),
        cache=read_cache(environ),
        channel_layer=read_channel_layer(environ),
    )


def read_flag(environ: Mapping[str, str], name: str) -> bool:
    value = environ.get(name, "")
    if value.strip().lower() not in FLAGS:
        raise ImproperlyConfigured(f"{name} is {value!r}; set it to 1 or 0.")
    return FLAGS[value.strip().lower()]


def read_session(environ: Mapping[str, str]) -> bool:
    """Return whether the front end keeps a Django session, instead of the access token."""
    value = environ.get("LOGBOOK_SESSION") or "token"
    if value not in ("django", "token"):
        raise ImproperlyConfigured(f"LOGBOOK_SESSION is {value!r}; set it to django or token.")
    return value == "django"


def read_public_url(environ: Mapping[str, str]) -> str:
    """Return the scheme and host that people see, or nothing. Its proxy overwrites ``X-Forwarded-Proto``."""
    value = environ.get("LOGBOOK_PUBLIC_URL", "")
    if value and not re.fullmatch(r"https://[^/?#@\s]+", value):
        raise ImproperlyConfigured(f"LOGBOOK_PUBLIC_URL is {value!r}; set it to https:// and a host, without a path.")
    return value


def read_secret_key(environ: Mapping[str, str], *, debug: bool) -> str:
    key = environ.get("DJANGO_SECRET_KEY") or (DEVELOPMENT_KEY if debug else "")
    if not key:
        raise ImproperlyConfigured(
            "DJANGO_SECRET_KEY is not set: set it to a long random text, or DJANGO_DEBUG=1 on your own machine."
        )
    return key


def read_entrance(environ: Mapping[str, str], *, debug: bool) -> dict[str, str]:
    """Return `ENTRANCE` ids from the environment. In development, entra-double's are the default."""
    given = {
        key: value
        for key in ENTRA_DOUBLE
        if (
            value := environ.get(f"ENTRANCE_{key}") or environ.get(f"AZURE_{key}")
        )  # in a pod, AZURE_… may be the workload's identity
    }
    if debug and not given.keys() - {"AUTHORITY_HOST", "CLIENT_SECRET"}:
        return ENTRA_DOUBLE | given
    return {"AUTHORITY_HOST": MICROSOFT} | given


def read_database(environ: Mapping[str, str]) -> dict[str, Any]:
    url = environ.get("DATABASE_URL") or f"sqlite:///{BACKEND / 'logbook.sqlite3'}"
    try:
        database: dict[str, Any] = {**dj_database_url.parse(url)}
    except ValueError:
        raise ImproperlyConfigured("DATABASE_URL is not readable: set sqlite:///path or postgres://…") from None
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database["OPTIONS"] = SQLITE_OPTIONS | database.get("OPTIONS", {})
    if database["ENGINE"] == "django.db.backends.postgresql":
        database["OPTIONS"] = POSTGRESQL_OPTIONS | database.get("OPTIONS", {})
    return database


def read_cache(environ: Mapping[str, str]) -> dict[str, str]:
    url = environ.get("CACHE_URL") or "locmem://"
    match urlsplit(url).scheme:
        case "locmem":
            return {"BACKEND": LOCMEM}
        case "redis" | "rediss":
            return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}
    raise ImproperlyConfigured("CACHE_URL is not readable: set locmem:// or redis://host:port/number.")


def read_channel_layer(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return the channel layer that live lists use: Redis where the cache is, so that all processes hear each other."""
    url = environ.get("CACHE_URL") or ""
    if not url.startswith(("redis://", "rediss://")):
        return {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    return {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [{"address": url}]}}
