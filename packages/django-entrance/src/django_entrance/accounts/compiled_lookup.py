"""Reads one row with SQL that Django compiled once: building the query takes four times as long as running it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from inspect import getattr_static
from types import FunctionType
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connections, models
from django.db.models.manager import BaseManager
from django.db.models.query import QuerySet

Row = TypeVar("Row", bound=models.Model)

Params = dict[str, Any] | list[Any]


class CompiledLookup(Generic[Row]):
    """A compiled ``model.objects.filter(**{key: value, …}).first()``; the keys are UUID fields.

    ``annotations`` maps further attributes to the fields that they hold, as ``annotate`` does. The SQL, the columns and
    the converters are Django's own. ``Query.get_compiler`` and the compiler's columns are not documented, so
    ``tests/accounts/test_compiled_lookup.py`` compares each row with the ORM's. Only for models with a default manager
    that ``is_plain``: another manager's SQL may change.
    """

    def __init__(
        self, model: type[Row], keys: Mapping[str, Any], alias: str, annotations: Mapping[str, str] | None = None
    ) -> None:
        self.model = model
        self.alias = alias
        connection = connections.create_connection(alias)  # never opened; the converters keep it
        marks = {key: UUID(int=number) for number, key in enumerate(keys, start=1)}
        rows = model._default_manager.using(alias).filter(**marks)
        rows = rows.annotate(**{name: models.F(path) for name, path in (annotations or {}).items()})
        compiler = rows.query.get_compiler(connection=connection)
        self.sql, params = compiler.as_sql()
        self.fields = {
            key: field
            for param in params
            for key, field in keys.items()
            if field.get_db_prep_value(marks[key], connection) == param
        }
        self.is_named = connection.features.supports_paramstyle_pyformat
        if self.is_named:
            self.sql = with_named_params(self.sql, self.fields)
        columns = [expression for expression, _, _ in compiler.select]
        self.annotations = list((compiler.annotation_col_map or {}).items())
        self.names = [column.target.attname for column in columns[: len(columns) - len(self.annotations)]]
        self.converters = [
            (place, convert, expression)
            for place, (converters, expression) in compiler.get_converters(columns).items()
            for convert in converters
        ]

    def params(self, values: Mapping[str, str]) -> Params:
        """Return the values of the keys as the database takes them: by name, or in the SQL's order."""
        connection = connections[self.alias]
        prepared = {key: field.get_db_prep_value(values[key], connection) for key, field in self.fields.items()}
        return prepared if self.is_named else list(prepared.values())

    def first(self, params: Params) -> Row | None:
        """Return the first row for the keys' values in ``params``, or None. One query."""
        connection = connections[self.alias]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            found = cursor.fetchone()
        if found is None:
            return None
        row = list(found)
        for place, convert, expression in self.converters:
            row[place] = convert(row[place], expression, connection)
        instance = self.model.from_db(self.alias, self.names, row[: len(self.names)])
        for name, place in self.annotations:
            setattr(instance, name, row[place])
        return instance


def with_named_params(sql: str, names: Iterable[str]) -> str:
    """Name the parameters of SQL: without names, SQLite's backend rewrites the SQL for each query."""
    return sql.replace("%%", "%%%%") % tuple(f"%({name})s" for name in names)


def is_plain(manager: BaseManager[Any]) -> bool:
    """Return whether a manager always reads all rows with the same SQL, because it overrides nothing of Django's.

    Another manager may hide rows, for example by the thread's tenant or the time of day.
    """
    rows: type[QuerySet[Any]] = manager._queryset_class  # type: ignore[attr-defined]
    is_all = type(manager).get_queryset is BaseManager.get_queryset and manager._db is None
    return is_all and all(
        getattr_static(rows, name) is own
        for name, own in vars(QuerySet).items()
        if isinstance(own, FunctionType | property)
    )
