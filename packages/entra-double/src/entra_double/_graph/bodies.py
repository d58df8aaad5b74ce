"""Reads members of JSON bodies, and refuses those of another type (400)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from entra_double._graph.errors import bad_request
from entra_double._world.ids import is_guid
from entra_double._world.values import FAR_FUTURE, LAST_MOMENT

Json = Mapping[str, object]


def text(body: Json, name: str, default: str | None = None) -> str:
    """Give a member that is text; without a default it must be there and say something."""
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


def flag(body: Json, name: str, default: bool) -> bool:
    value = body.get(name)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise bad_request(f"'{name}' must be true or false.")
    return value


def texts(body: Json, name: str) -> tuple[str, ...]:
    value = body.get(name)
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise bad_request(f"'{name}' must be a list of texts.")
    return tuple(value)


def objects(body: Json, name: str) -> tuple[Json, ...]:
    """Give a list of objects; missing and null are an empty one."""
    value = body.get(name)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise bad_request(f"'{name}' must be a list of objects.")
    return tuple(value)


def whole(body: Json, name: str) -> Json:
    """Give a member that is an object; missing and null are an empty one."""
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise bad_request(f"'{name}' must be an object.")
    return value


def seconds(body: Json, name: str) -> int | None:
    """Give a time of ISO 8601 in seconds since 1970."""
    value = optional_text(body, name)
    if value is None:
        return None
    try:
        time = datetime.fromisoformat(value)
        since = int((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        since = -1
    if not 0 <= since <= FAR_FUTURE:
        raise bad_request(f"'{name}' must be a time such as 2027-03-01T00:00:00Z, at most in the year 2100.")
    return since


def moment(time: int) -> str:
    """Give a time in seconds since 1970 as Graph shows it; one beyond the year 9999 becomes the end of it."""
    return datetime.fromtimestamp(min(time, LAST_MOMENT), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def known_members(body: Json, names: frozenset[str]) -> None:
    """Refuse what could not be kept, rather than lose it."""
    for name in body:
        if name not in names and not name.startswith("@"):
            raise bad_request(f"entra-double does not know the property '{name}' here.")
