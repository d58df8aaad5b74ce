"""Writes rows with SQL that Django compiled once: building the statement takes longer than running it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

from django.db import connections, models
from django.db.models.constants import OnConflict
from django.db.models.signals import post_save, pre_save
from django.db.models.sql import InsertQuery

Row = TypeVar("Row", bound=models.Model)


class CompiledInsert(Generic[Row]):
    """A compiled ``bulk_create`` of new rows. An id that the database gives stays unknown.

    SQL and values are Django's own. The compiler is not documented, so ``tests/accounts/test_compiled_insert.py``
    compares each row with the ORM's.
    """

    def __init__(self, model: type[Row], alias: str, *, ignores_conflicts: bool = False) -> None:
        self.alias = alias
        connection = connections.create_connection(alias)  # never opened
        ignores = ignores_conflicts and connection.features.supports_ignore_conflicts
        query = InsertQuery(model, on_conflict=OnConflict.IGNORE if ignores else None)
        self.fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
        query.insert_values(self.fields, [model()])
        [(self.sql, _)] = query.get_compiler(connection=connection).as_sql()

    def insert(self, rows: Iterable[Row]) -> None:
        """Write rows, one statement each. The caller holds the transaction."""
        connection = connections[self.alias]
        with connection.cursor() as cursor:
            for row in rows:
                values = (field.pre_save(row, True) for field in self.fields)
                prepared = zip(self.fields, values, strict=True)
                cursor.execute(self.sql, [field.get_db_prep_save(value, connection) for field, value in prepared])


def is_heard(model: type[models.Model]) -> bool:
    """Return whether a receiver of the project's hears of new rows, so that the ORM has to write them."""
    return pre_save.has_listeners(model) or post_save.has_listeners(model)
