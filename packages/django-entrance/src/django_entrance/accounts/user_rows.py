"""Locks the row of a user. A transaction that writes a user and its accounts locks the user first."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import F, QuerySet


def user_row(key: Any, alias: str) -> QuerySet[Any]:
    """Return the query of one user, whether or not the default manager hides it."""
    rows: QuerySet[Any] = get_user_model()._base_manager.using(alias).filter(pk=key)
    return rows


def unchanged() -> dict[str, F]:
    """Return values for ``update`` that lock a row without a change: on SQLite a read would not be enough."""
    name = get_user_model().USERNAME_FIELD
    return {name: F(name)}
