"""Reads one row with SQL that Django compiled once: to build the query anew costs four times what it takes to run."""

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
    """``model.objects.filter(**{key: value, …}).first()`` for keys that name UUID fields, without joining anew.

    ``beside`` is what else is read, as ``annotate`` would: names of attributes and the fields that they show. The SQL,
    the columns and the converters are Django's own. ``Query.get_compiler`` and what the compiler tells of its columns
    are not documented; ``tests/test_compiled.py`` compares each row with the one that the ORM reads. Only for
    models with a default manager that ``is_plain``: the SQL of another may change with the moment.
    """

    def __init__(
        self, model: type[Row], keys: Mapping[str, Any], alias: str, beside: Mapping[str, str] | None = None
    ) -> None:
        self.model = model
        self.alias = alias
        connection = connections.create_connection(alias)  # never opened; the converters keep it
        marks = {key: UUID(int=number) for number, key in enumerate(keys, start=1)}
        rows = model._default_manager.using(alias).filter(**marks)
        rows = rows.annotate(**{name: models.F(path) for name, path in (beside or {}).items()})
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
            self.sql = named(self.sql, self.fields)
        columns = [expression for expression, _, _ in compiler.select]
        self.beside = list((compiler.annotation_col_map or {}).items())
        self.names = [column.target.attname for column in columns[: len(columns) - len(self.beside)]]
        self.converters = [
            (place, convert, expression)
            for place, (converters, expression) in compiler.get_converters(columns).items()
            for convert in converters
        ]

    def params(self, values: Mapping[str, str]) -> Params:
        """Return the values of the keys as the database takes them: by name, or in the order of the SQL."""
        connection = connections[self.alias]
        prepared = {key: field.get_db_prep_value(values[key], connection) for key, field in self.fields.items()}
        return prepared if self.is_named else list(prepared.values())

    def first(self, params: Params) -> Row | None:
        """Return the row whose keys have the values in ``params``, or None. One query."""
        connection = connections[self.alias]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            found = cursor.fetchone()
        if found is None:
            return None
        row = list(found)
        for place, convert, expression in self.converters:
            row[place] = convert(row[place], expression, connection)
        made = self.model.from_db(self.alias, self.names, row[: len(self.names)])
        for name, place in self.beside:
            setattr(made, name, row[place])
        return made


def named(sql: str, names: Iterable[str]) -> str:
    """Name the parameters: in SQL without names, SQLite's backend looks for them anew each time, as long as it runs."""
    return sql.replace("%%", "%%%%") % tuple(f"%({name})s" for name in names)


def is_plain(manager: BaseManager[Any]) -> bool:
    """Return whether a manager reads every row, always with the same SQL: nothing of how Django reads is overridden.

    Another may hide rows, and by what holds only now: a thread's tenant, the time of day.
    """
    rows: type[QuerySet[Any]] = manager._queryset_class  # type: ignore[attr-defined]
    is_all = type(manager).get_queryset is BaseManager.get_queryset and manager._db is None
    return is_all and all(
        getattr_static(rows, name) is own
        for name, own in vars(QuerySet).items()
        if isinstance(own, FunctionType | property)
    )
