"""Derives from a dataclass how its values stand as tables of a directory file: the keys, the reader and the writer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, replace
from typing import Any, NamedTuple, get_type_hints

from entra_double._world.directory_file.forms import TEXT, Context, Form, form_of
from entra_double._world.directory_file.problems import Path, Problem, did_you_mean
from entra_double._world.ids import derived_id

Values = dict[str, Any]


class _Row(NamedTuple):
    """A key that is one field."""

    field: str
    form: Form
    default: object


def _nothing(*_: object) -> Values:
    return {}


class Table(Form):
    """The form of a table: the annotations and metadata of a dataclass say its keys and their forms.

    Args:
        required: Keys that may not be left out.
        tables: The forms of tables inside it; ids in them follow from its own id.
        more: Keys that are no field of the dataclass.
        short: The key that a text in place of the table stands for.
        unique: Whether the short key must differ in each table of a list.
        derived: The kind and the keys that the id follows from where it is left out.
        defaults: Defaults in the file where they differ from those of the dataclass.
        reads: Returns further fields from a checked table; its own fields take precedence.
        writes: Returns further keys; one that is None is left out, None in place of all leaves the value out.
    """

    def __init__(
        self,
        name: str,
        kind: type[Any] = dict,
        *,
        required: tuple[str, ...] = (),
        tables: tuple[Table, ...] = (),
        more: Mapping[str, Form] | None = None,
        short: str | None = None,
        unique: bool = False,
        derived: tuple[str, ...] = (),
        defaults: Mapping[str, object] | None = None,
        reads: Callable[[Values, Path, Context], Values] = _nothing,
        writes: Callable[[Any, Context], Values | None] = _nothing,
    ) -> None:
        super().__init__("a table", lambda value: isinstance(value, dict), self.build, self._write)
        self.name, self.kind, self.required, self._short, self._unique = name, kind, required, short, unique
        self._owns, self._derived, self._defaults = bool(tables), derived, dict(defaults or {})
        self._reads, self._writes = reads, writes
        self._rows = {} if kind is dict else _rows_of(kind, {table.kind: table for table in tables})
        self._id_key = "client_id" if "client_id" in self._rows else "id"
        self.keys = {key: row.form for key, row in self._rows.items()} | dict(more or {})

    def check(self, value: Any, path: Path) -> None:
        """Check a table and everything in it; a key that is unknown, missing or of another form is a problem."""
        if self._short and isinstance(value, str):
            TEXT.check(value, path)
            return
        super().check(value, path)
        for key, one in value.items():
            if key not in self.keys:
                raise Problem((*path, key), f"unknown key {key!r} in {self.name}{did_you_mean(key, self.keys)}")
            self.keys[key].check(one, (*path, key))
        for key in self.required:
            if key not in value:
                raise Problem(path, f"{key!r} is missing in {self.name}")

    def check_list(self, values: list[Any], path: Path) -> None:
        seen = set()
        for position, table in enumerate(map(self._whole, values) if self._unique else ()):
            if (known := table[str(self._short)]) in seen:
                raise Problem((*path, position), f"the {self._short} {known!r} is there twice")
            seen.add(known)

    def build(self, value: Any, path: Path, context: Context, *, refers: bool | None = None, **more: object) -> Any:
        """Return the value of a table with `more` fields; `refers=False` leaves out what `references` returns."""
        table = self._whole(value)
        values = {self._rows[key].field: one for key, one in self._defaults.items() if one is not MISSING}
        if self._derived:
            values[self._rows[self._id_key].field] = self.id_of(table, context)
        values |= self._reads(table, path, context) | more
        return self.kind(**values | self._given(table, path, context, refers))

    def references(self, table: Values, path: Path, context: Context) -> Values:
        return self._given(table, path, context, True)

    def _whole(self, value: str | Values) -> Values:
        return {str(self._short): value} if isinstance(value, str) else value

    def id_of(self, table: Values, context: Context) -> str:
        """Return the id that a table has, or the one that follows."""
        kind, *keys = self._derived
        known = table.get(self._id_key)
        return str(known).lower() if known else derived_id(kind, context.owner, *(table[key] for key in keys))

    def _given(self, table: Values, path: Path, context: Context, refers: bool | None) -> Values:
        if self._owns:
            context = replace(context, owner=self.id_of(table, context))
        values = {}
        for key, value in table.items():
            row = self._rows.get(key)
            if row and (refers is None or row.form.refers is refers):
                values[row.field] = row.form.read(value, (*path, key), context)
        return values

    def _write(self, value: Any, context: Context) -> Any:
        """Return the table of a value without defaults; None if it refers to what is not there."""
        inner = replace(context, owner=getattr(value, self._rows[self._id_key].field)) if self._owns else context
        fields = ((key, row, getattr(value, row.field)) for key, row in self._rows.items())
        table = {
            key: row.form.write(one, inner) for key, row, one in fields if one != self._defaults.get(key, row.default)
        }
        more = self._writes(value, inner)
        if more is None or None in table.values():
            return None
        if self._short and self._derived and table["id"] == self.id_of({**table, "id": None}, context):
            more["id"] = None
        table = {key: one for key, one in (table | more).items() if one is not None}
        return table[self._short] if self._short and list(table) == [self._short] else table


def _rows_of(kind: type[Any], tables: Mapping[type, Form]) -> dict[str, _Row]:
    """Return the key of each field, with its form."""
    hints = get_type_hints(kind, include_extras=True)
    keys = {field.metadata.get("toml", field.name): field for field in fields(kind)}
    return {
        key: _Row(field.name, form_of(hints[field.name], tables), field.default) for key, field in keys.items() if key
    }
