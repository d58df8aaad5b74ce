"""Knows how a value of each type stands in a directory file: its check, and how it is read and written."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path as FilePath
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_public_key,
)

from entra_double._world.directory import Directory
from entra_double._world.directory_file.names import Names
from entra_double._world.directory_file.problems import Path, Problem, did_you_mean
from entra_double._world.ids import is_guid
from entra_double._world.principals import Tenant
from entra_double._world.values import LAST_MOMENT, LONGEST_LIFE

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Context:
    """Where a value stands: in a tenant, under the `owner` that derived ids begin with.

    `directory` is the world, as far as it has been read, `names` the names in it by kind; `folder` is where files are
    read from, if they may be.
    """

    tenant: Tenant
    owner: str
    directory: Directory
    names: Mapping[str, Names]
    folder: FilePath | None = None


def _as_it_is(value: Any, *_: object) -> Any:
    return value


class Form:
    """The form of a value: its check, and how it is read from the file and written.

    `says` ends the sentence that the key must be so. What `refers` is read when all names are known; it is written as
    None if it refers to what is not there.
    """

    def __init__(
        self,
        says: str,
        fits: Callable[[Any], bool],
        read: Callable[[Any, Path, Context], Any] = _as_it_is,
        write: Callable[[Any, Context], Any] = _as_it_is,
        *,
        refers: bool = False,
    ) -> None:
        self._says, self._fits, self.refers = says, fits, refers
        self.read, self.write = read, write

    def check(self, value: Any, path: Path) -> None:
        """Raise `Problem` unless the value has the form."""
        if not self._fits(value):
            raise Problem(path, f"{_key_of(path)!r} must be {self._says}")

    def check_list(self, values: list[Any], path: Path) -> None:
        """Raise `Problem` if values that have the form cannot stand side by side."""


def _key_of(path: Path) -> str:
    return next(part for part in reversed(path) if isinstance(part, str))


def username_in(context: Context, text: str) -> str:
    """Return a whole user name; a short one is of the tenant's domain."""
    return text if "@" in text else f"{text}@{context.tenant.domain}"


def seconds(moment: int | datetime.datetime | datetime.date) -> int:
    """Return a time in seconds since 1970; a date begins at midnight UTC."""
    if isinstance(moment, int):
        return moment
    if isinstance(moment, datetime.datetime):
        return int(moment.timestamp())
    return int(datetime.datetime(moment.year, moment.month, moment.day, tzinfo=datetime.UTC).timestamp())


def _read_key(pem: str, path: Path, _: Context) -> bytes:
    try:
        key = load_pem_public_key(pem.encode())
    except ValueError:
        raise Problem(path, "this is no public key in PEM") from None
    if not isinstance(key, RSAPublicKey):
        raise Problem(path, "the key must be an RSA key")
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _write_key(der: bytes, _: Context) -> str:
    return load_der_public_key(der).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


class Choice(Form):
    """A text that is one of few."""

    def __init__(self, kind: type[StrEnum]) -> None:
        known = [str(member) for member in kind]
        super().__init__("", known.__contains__, lambda value, *_: kind(value), lambda value, _: str(value))
        self._known = known

    def check(self, value: Any, path: Path) -> None:
        if not self._fits(value):
            raise Problem(path, f"{_key_of(path)!r} cannot be {value!r}{did_you_mean(str(value), self._known)}")


class Each(Form):
    """A list of items of one form; with `into=dict` a table that has names of the directory as its keys."""

    def __init__(self, item: Form, into: Callable[[Any], Any] = tuple) -> None:
        says, kind = ('a table such as { "Logbook API" = [...] }', dict) if into is dict else ("a list", list)
        super().__init__(says, lambda value: isinstance(value, kind), self._read, self._write, refers=item.refers)
        self._item, self._into = item, into

    def check(self, value: Any, path: Path) -> None:
        super().check(value, path)
        for key, one in value.items() if self._into is dict else enumerate(value):
            self._item.check(one, (*path, key))
        self._item.check_list(value, path)

    def _read(self, value: Any, path: Path, context: Context) -> Any:
        return self._into(self._item.read(one, (*path, position), context) for position, one in enumerate(value))

    def _write(self, value: Any, context: Context) -> Any:
        written = (self._item.write(one, context) for one in value)
        found = [one for one in written if one is not None]
        return sorted(found) if self._into is frozenset else found


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value.strip() != "" and not _UNSEEN.search(value)


def _is_whole(value: object, least: int = 0, most: float = math.inf) -> bool:
    return type(value) is int and least <= value <= most


def _is_moment(value: object) -> bool:
    if isinstance(value, datetime.datetime):
        return value.tzinfo is not None and 0 <= value.timestamp() < LAST_MOMENT + 1
    return _is_whole(value, most=LAST_MOMENT) or (isinstance(value, datetime.date) and value.year >= 1970)


def _matching(says: str, pattern: str, read: Callable[[Any, Path, Context], Any] = _as_it_is) -> Form:
    fits = re.compile(pattern).fullmatch
    return Form(says, lambda value: _is_text(value) and fits(value) is not None, read)


def _reference(what: str) -> Form:
    """Give the form of a name or id of something in the directory."""

    def read(text: str, path: Path, context: Context) -> str:
        return context.names[what].one(context.tenant.id, text, path)

    def write(known_id: str, context: Context) -> str | None:
        return context.names[what].text_for(context.tenant.id, known_id)

    return Form(_VISIBLE, _is_text, read, write, refers=True)


_VISIBLE = "a text of visible characters"
TEXT = Form(_VISIBLE, _is_text)
ANY_TEXT = Form("a text", lambda value: isinstance(value, str))
FLAG = Form("true or false", lambda value: isinstance(value, bool))
TEXTS = Each(TEXT)
APPLICATION_NAME = _reference("application")
CLIENT = Form(  # one that is not in the directory, such as Azure CLI, is known by its id alone
    _VISIBLE,
    _is_text,
    lambda text, *place: text.lower() if is_guid(text) else APPLICATION_NAME.read(text, *place),
    lambda client_id, context: APPLICATION_NAME.write(client_id, context) or client_id,
    refers=True,
)

_FORMS: Mapping[object, Form] = {
    str: ANY_TEXT,
    bool: FLAG,
    "text": TEXT,
    "count": Form("a whole number, 0 or more", _is_whole),
    "seconds": Form(
        f"a whole number of seconds, from 1 to {LONGEST_LIFE}", lambda value: _is_whole(value, 1, LONGEST_LIFE)
    ),
    "guid": Form("a GUID", lambda value: isinstance(value, str) and is_guid(value), lambda value, *_: value.lower()),
    "moment": Form(
        "a time with its offset, such as 2027-01-31T12:00:00Z, a date, or seconds since 1970, up to the year 9999",
        _is_moment,
        lambda value, *_: seconds(value),
        lambda value, _: datetime.datetime.fromtimestamp(min(value, LAST_MOMENT), datetime.UTC),
    ),
    "domain": _matching("a domain, such as contoso.example", r"(?i)[a-z0-9]([a-z0-9.-]*[a-z0-9])?"),
    "version": Form(
        '1 or 2, or "null" as Graph leaves it',
        lambda value: value == "null" or _is_whole(value, 1, 2),
        lambda value, *_: None if value == "null" else value,
        lambda value, _: value or "null",
    ),
    "context": _matching("c1 to c99", "c[1-9][0-9]?"),
    "username": _matching(
        "a user name, such as ada or ada@contoso.example",
        r"[^\s@]+(@[^\s@]+)?",
        lambda text, _, context: username_in(context, text),
    ),
    "address": _matching("an address, such as ada@contoso.example", r"\S+@\S+"),
    "public key": Form("a text", lambda value: isinstance(value, str), _read_key, _write_key),
    "client": CLIENT,
    "application": APPLICATION_NAME,
    "person or group": _reference("person or group"),
    "person, group or application": _reference("person, group or application"),
}


def form_of(hint: Any, tables: Mapping[type, Form]) -> Form:
    """Return the form of a type; `tables` has those of types that are tables."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _FORMS[arguments[1]]
    if origin in (Union, UnionType):
        return form_of(arguments[0], tables)
    if origin in (tuple, frozenset):
        return Each(form_of(arguments[0], tables), origin)
    return tables.get(hint) or _FORMS.get(hint) or Choice(hint)
