"""Reads JSON bodies of requests, refuses members of another type, and describes the errors of Graph.

https://learn.microsoft.com/graph/errors
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from entra_double._world.ids import is_guid
from entra_double._world.values import FAR_FUTURE, LAST_MOMENT

Json = Mapping[str, object]
Kind = TypeVar("Kind")


@dataclass(eq=False)
class GraphError(Exception):
    """Graph answers with `status` and the error `code`; `headers` go with it."""

    status: int
    code: str
    message: str
    headers: Mapping[str, str] | None = None

    def as_json(self, ids: Mapping[str, str]) -> dict[str, object]:
        """Return the body; `ids` are what people quote to support."""
        return {"error": {"code": self.code, "message": self.message, "innerError": ids}}


bad_request = partial(GraphError, 400, "Request_BadRequest")
unsupported = partial(GraphError, 400, "Request_UnsupportedQuery")
denied = partial(GraphError, 403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
conflict = partial(GraphError, 409, "Request_MultipleObjectsWithSameKeyValue")


def not_found(name: str) -> GraphError:
    return GraphError(404, "Request_ResourceNotFound", f"There is no resource '{name}', or one of its references.")


def text(body: Json, name: str, default: str | None = None) -> str:
    """Return a member that is text; without a default it is required and not empty."""
    value = body.get(name)
    if value is None and default is not None:
        return default
    if not isinstance(value, str) or not (value or default is not None):
        raise bad_request(f"'{name}' must be text.")
    return value


def optional_text(body: Json, name: str) -> str | None:
    return text(body, name) if body.get(name) is not None else None


def guid(body: Json, name: str) -> str:
    value = text(body, name)
    if not is_guid(value):
        raise bad_request(f"'{name}' must be a GUID.")
    return value.lower()


def flag(body: Json, name: str, default: bool | None = None) -> bool:
    return _typed(body, name, bool, "true or false", default)


def texts(body: Json, name: str) -> tuple[str, ...]:
    return _items(body, name, str, "a list of texts")


def objects(body: Json, name: str) -> tuple[Json, ...]:
    """Return a list of objects; missing and null are an empty one."""
    return _items(body, name, dict, "a list of objects", [])


def whole(body: Json, name: str) -> Json:
    """Return a member that is an object; missing and null are an empty one."""
    return _typed(body, name, dict, "an object", {})


def seconds(body: Json, name: str, default: int) -> int:
    """Return a time of ISO 8601 in seconds since 1970."""
    value = optional_text(body, name)
    if value is None:
        return default
    try:
        time = datetime.fromisoformat(value)
        since = int((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        since = -1
    if not 0 <= since <= FAR_FUTURE:
        raise bad_request(f"'{name}' must be a time such as 2027-03-01T00:00:00Z, at most in the year 2100.")
    return since


def moment(time: int) -> str:
    """Return a time in seconds since 1970 as Graph shows it; one beyond the year 9999 becomes the end of it."""
    return datetime.fromtimestamp(min(time, LAST_MOMENT), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def known_members(body: Json, names: Collection[str]) -> None:
    """Refuse members that cannot be stored, rather than lose them."""
    for name in body:
        if name not in names and not name.startswith("@"):
            raise bad_request(f"entra-double does not know the property '{name}' here.")


def _typed(body: Json, name: str, kind: type[Kind], form: str, default: Kind | None = None) -> Kind:
    value = body.get(name)
    value = default if value is None else value
    if not isinstance(value, kind):
        raise bad_request(f"'{name}' must be {form}.")
    return value


def _items(body: Json, name: str, kind: type[Kind], form: str, default: list[Kind] | None = None) -> tuple[Kind, ...]:
    values = _typed(body, name, list, form, default)
    if not all(isinstance(value, kind) for value in values):
        raise bad_request(f"'{name}' must be {form}.")
    return tuple(values)
