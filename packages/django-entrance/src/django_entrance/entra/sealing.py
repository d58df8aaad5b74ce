"""Seals facts for a cache that may not know them: encrypted, and bound to one place in it.

The keys are derived from ``SECRET_KEY`` (HKDF, RFC 5869) for this purpose alone. A value that was sealed with one of
``SECRET_KEY_FALLBACKS`` can still be read, so the key may be rotated.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.utils.encoding import force_bytes

from django_entrance.conf.cached_result import CachedResult

PURPOSE = b"django_entrance.entra.sealing 1"


@CachedResult
def current_keys() -> MultiFernet:
    """Return the keys: the first one seals, all of them open."""
    return MultiFernet([Fernet(derive(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def derive(secret: str | bytes) -> bytes:
    """Return a key as Fernet takes it."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(force_bytes(secret))
    return base64.urlsafe_b64encode(derived)


@receiver(setting_changed)
def forget_keys(*, setting: str, **_: object) -> None:
    """Drop the keys when a test overrides a setting that they depend on."""
    if setting in {"SECRET_KEY", "SECRET_KEY_FALLBACKS"}:
        current_keys.cache_clear()


def seal(place: str, facts: Mapping[str, Any], *, until: float) -> str:
    """Return facts as a text that only ``unseal`` reads, at the same place and until a time in seconds since 1970."""
    text = json.dumps({"place": place, "until": until, "facts": facts})
    return current_keys().encrypt(text.encode()).decode()


def unseal(place: str, sealed: object) -> dict[str, Any] | None:
    """Return sealed facts, or None for all else: another place's, too old, changed, or sealed with another key."""
    if not isinstance(sealed, str):
        return None
    try:
        opened = json.loads(current_keys().decrypt(sealed.encode()))
    except (InvalidToken, UnicodeEncodeError):
        return None
    if opened["place"] != place or opened["until"] <= time.time():
        return None
    facts: dict[str, Any] = opened["facts"]
    return facts
