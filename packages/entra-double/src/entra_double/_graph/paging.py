"""Picks, counts and pages lists, as OData query options ask.

https://learn.microsoft.com/graph/query-parameters
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from urllib.parse import urlencode

from entra_double._graph.call import Call, Json, Reply
from entra_double._graph.errors import bad_request, unsupported

PAGE, LARGEST_PAGE = 100, 999
LIST_OPTIONS = ("$select", "$top", "$filter", "$count", "$skiptoken")

_OPTIONS = frozenset(
    {"count", "deltatoken", "expand", "filter", "format", "orderby", "search", "select", "skip", "skiptoken", "top"}
)
"""Those of OData and Graph; with another name a parameter is the client's own, and means nothing here."""

_FILTERED = frozenset(
    {
        "appId",
        "clientId",
        "consentType",
        "displayName",
        "id",
        "mail",
        "principalId",
        "resourceId",
        "userPrincipalName",
    }
)
_EQUALS = re.compile(r"(\w+) eq '((?:[^']|'')*)'")
_STARTS_WITH = re.compile(r"startswith\((\w+), ?'((?:[^']|'')*)'\)", re.IGNORECASE)


def read_options(sent: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Give the query options under their names with a dollar sign, which may be left out.

    Raises:
        GraphError: One is there more than once (400).
    """
    options: dict[str, str] = {}
    for name, value in sent:
        plain = name.removeprefix("$").lower()
        known = f"${plain}" if plain in _OPTIONS else name
        if known in options and known.startswith("$"):
            raise bad_request(
                f"Query option '{known}' was specified more than once, but it must be specified at most once."
            )
        options[known] = value
    return options


def listed(call: Call, what: str, objects: Iterable[Json], default: Iterable[str] | None = None) -> Reply:
    """Answer with one page.

    Args:
        what: The name of the list in `@odata.context`.
        objects: All objects with all their members.
        default: Which members an object has when `$select` does not say; None are all.
    """
    call.only(*LIST_OPTIONS)
    is_chosen, start, size = _filter(call), _start(call), _size(call)
    chosen = [known for known in objects if is_chosen(known)]
    page = [select(call, known, default) for known in chosen[start : start + size]]
    body: dict[str, object] = {"@odata.context": call.context(what)}
    if is_counted(call):
        body["@odata.count"] = len(chosen)
    if start + size < len(chosen):
        body["@odata.nextLink"] = _next_link(call, start + size)
    return Reply(body=body | {"value": page})


def shown(call: Call, what: str, known: Json, default: Iterable[str] | None = None) -> Reply:
    """Answer with one object; `what` is the name of its list in `@odata.context`."""
    call.only("$select")
    return Reply(body={"@odata.context": call.context(f"{what}/$entity"), **select(call, known, default)})


def created(call: Call, what: str, known: Json) -> Reply:
    """Answer with an object that was made just now (201)."""
    return Reply(body={"@odata.context": call.context(f"{what}/$entity"), **known}, status=201)


def is_counted(call: Call) -> bool:
    return call.query.get("$count", "").lower() == "true"


def refuse_plain_filter(call: Call) -> None:
    """Refuse a filter of memberships that is no advanced query.

    https://learn.microsoft.com/graph/aad-advanced-queries

    Raises:
        GraphError: `$filter` without both `$count=true` and `ConsistencyLevel: eventual` (400).
    """
    if "$filter" in call.query and not (call.eventual and is_counted(call)):
        raise unsupported("A '$filter' of memberships needs '$count=true' and the header 'ConsistencyLevel: eventual'.")


def select(call: Call, known: Json, default: Iterable[str] | None) -> dict[str, object]:
    """Give the members that `$select` names, else the default ones.

    In a list of several kinds (`@odata.type`) each has what it has of them.

    Raises:
        GraphError: There is no such member (400).
    """
    wanted = call.query.get("$select")
    names = [name.strip() for name in wanted.split(",")] if wanted else [*(known if default is None else default)]
    unknown = next((name for name in names if name not in known), None)
    if unknown is not None and "@odata.type" not in known:
        raise bad_request(f"There is no property '{unknown}' here.")
    marks = [name for name in known if name.startswith("@") and name not in names]
    return {name: known[name] for name in (*marks, *names) if name in known}


def _filter(call: Call) -> Callable[[Json], bool]:
    text = call.query.get("$filter")
    if text is None:
        return lambda known: True
    equals, starts = _EQUALS.fullmatch(text.strip()), _STARTS_WITH.fullmatch(text.strip())
    match = equals or starts
    if match is None or match[1] not in _FILTERED:
        raise unsupported("entra-double filters by 'eq' and 'startswith' on names and ids only.")
    name, value = match[1], match[2].replace("''", "'").lower()
    if equals:
        return lambda known: str(known.get(name)).lower() == value
    return lambda known: str(known.get(name) or "").lower().startswith(value)


def _size(call: Call) -> int:
    return _number(call, "$top", PAGE, 1, LARGEST_PAGE)


def _start(call: Call) -> int:
    return _number(call, "$skiptoken", 0, 0, 10_000_000)


def _number(call: Call, name: str, default: int, least: int, most: int) -> int:
    text = call.query.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"[0-9]{1,8}", text) or not least <= int(text) <= most:
        raise bad_request(f"'{name}' must be a whole number from {least} to {most}.")
    return int(text)


def _next_link(call: Call, start: int) -> str:
    query = urlencode({**call.query, "$skiptoken": str(start)}, safe="$")
    return f"{call.origin}/v1.0{call.path}?{query}"
