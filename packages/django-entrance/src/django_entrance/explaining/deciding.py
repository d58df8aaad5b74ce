"""Shows the settings that decide something, as they are; of a credential only that it is set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django_entrance.conf.loading import current_settings
from django_entrance.conf.options import CREDENTIALS
from django_entrance.verification.errors import shown


def shown_settings(keys: tuple[str, ...]) -> Iterator[str]:
    """Yield a line for each setting that decides, of each authority where they differ by authority."""
    if keys:
        yield "Settings that decide it:"
    own = current_settings()
    for key in keys:
        if hasattr(own, key):
            yield f"  {key} = {shown_value(key, getattr(own, key))}"
        else:
            for name, authority in own.AUTHORITIES.items():
                where = f" ({name})" if len(own.AUTHORITIES) > 1 else ""
                yield f"  {key} = {shown_value(key, getattr(authority, key))}{where}"


def shown_value(key: str, value: Any) -> str:
    """Return a value as Python would write it; a credential is not shown."""
    if key in CREDENTIALS:
        return "set" if value else "None"
    if isinstance(value, frozenset):
        value = sorted(value)
    return shown(repr(value), at_most=200)
