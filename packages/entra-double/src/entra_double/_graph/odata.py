"""Applies OData query options: selects, filters, counts and pages what Graph answers.

https://learn.microsoft.com/graph/query-parameters
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from urllib.parse import urlencode

from entra_double._graph.bodies import Json, bad_request, unsupported
from entra_double._graph.call import Call, Reply

_LIST_OPTIONS = ("$select", "$top", "$filter", "$count", "$skiptoken")

_OPTIONS = frozenset(
    "count deltatoken expand filter format orderby search select skip skiptoken top".split()  # noqa: SIM905  # shorter
)
"""Options of OData and Graph. A parameter with another name is the client's own, and is ignored."""

_FILTERED = re.compile("appId|clientId|consentType|displayName|id|mail|principalId|resourceId|userPrincipalName")
_FILTER = re.compile(r"(\w+)(?P<equals> eq )'((?:[^']|'')*)'|(?i:startswith)\((\w+), ?'((?:[^']|'')*)'\)")


def read_options(sent: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the query options with a dollar sign before each name, which clients may leave out.

    Raises:
        GraphError: An option is there more than once (400).
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
        default: The members of an object without `$select`; None are all.
    """
    call.only(*_LIST_OPTIONS)
    is_chosen = _filter(call.query.get("$filter"))
    start, size = _number(call, "$skiptoken", 0, 0, 10_000_000), _number(call, "$top", 100, 1, 999)
    chosen = [known for known in objects if is_chosen(known)]
    page = [_selected(call, known, default) for known in chosen[start : start + size]]
    body: dict[str, object] = {}
    if is_counted(call):
        body["@odata.count"] = len(chosen)
    if start + size < len(chosen):
        query = urlencode({**call.query, "$skiptoken": str(start + size)}, safe="$")
        body["@odata.nextLink"] = f"{call.origin}/v1.0{call.path}?{query}"
    return reply(call, what, body | {"value": page})


def shown(call: Call, what: str, known: Json, default: Iterable[str] | None = None) -> Reply:
    """Answer with one object; `what` is the name of its list in `@odata.context`."""
    call.only("$select")
    return reply(call, f"{what}/$entity", _selected(call, known, default))


def created(call: Call, what: str, known: Json) -> Reply:
    """Answer with a new object (201)."""
    return reply(call, f"{what}/$entity", known, status=201)


def reply(call: Call, what: str, body: Json, status: int = 200) -> Reply:
    """Answer with `@odata.context`, in which `what` describes the body."""
    return Reply(body={"@odata.context": f"{call.origin}/v1.0/$metadata#{what}", **body}, status=status)


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


def _selected(call: Call, known: Json, default: Iterable[str] | None) -> dict[str, object]:
    """Return the members that `$select` names, else the default ones.

    A list of several kinds (`@odata.type`) may be asked for members that only some of them have.

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


def _filter(text: str | None) -> Callable[[Json], bool]:
    if text is None:
        return lambda known: True
    match = _FILTER.fullmatch(text.strip())
    name, value = (match[1] or match[4], match[3] if match["equals"] else match[5]) if match else ("", "")
    if match is None or not _FILTERED.fullmatch(name):
        raise unsupported("entra-double filters by 'eq' and 'startswith' on names and ids only.")
    wanted = value.replace("''", "'").lower()
    if match["equals"]:
        return lambda known: str(known.get(name)).lower() == wanted
    return lambda known: str(known.get(name) or "").lower().startswith(wanted)


def _number(call: Call, name: str, default: int, least: int, most: int) -> int:
    text = call.query.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,8}", text) or not least <= int(text) <= most:
        raise bad_request(f"'{name}' must be a whole number from {least} to {most}.")
    return int(text)
