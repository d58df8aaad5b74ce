"""Shows, in ``entrance doctor``, the warnings of our system checks; those of ``--deploy`` where ``DEBUG`` is off."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.core.checks import Warning, run_checks

from django_entrance.entra.registration.examining import Comparison

OURS = "entrance."

SEEN_ELSEWHERE = frozenset({"W001", "W010", "W013", "W016"})
"""What the redirect page, guests, the credential and ``TOKENS_CACHE`` are examined for themselves."""


def examine_warnings() -> Iterator[Comparison]:
    """Yield each warning that the project has not silenced (``SILENCED_SYSTEM_CHECKS``)."""
    for found in run_checks(include_deployment_checks=not settings.DEBUG):
        name = str(found.id).removeprefix(OURS)
        is_ours = isinstance(found, Warning) and name != str(found.id)
        if is_ours and name not in SEEN_ELSEWHERE and not found.is_silenced():
            yield Comparison(f"settings, {name}", found.msg, found.hint or "")
