"""The queries of the schema."""

import strawberry
from strawberry.relay import from_base64

from logbook.access import Right
from logbook.entries import cut_page, find_entries
from logbook.graphql.context import Info
from logbook.graphql.permissions import needs
from logbook.graphql.types import CURSOR, EntryConnection, Viewer, connection_of, viewer_of
from logbook.input import read_page_size, read_search, read_tag
from logbook.keys import read_key
from logbook.refusals import BadInput

PAGE = 20


def viewer(info: Info) -> Viewer | None:
    caller = info.context.caller
    return None if caller is None else viewer_of(caller)


def entries(
    search: str | None = "", tag: str | None = None, first: int | None = PAGE, after: str | None = None
) -> EntryConnection:
    size = read_page_size(PAGE if first is None else first)
    start = None if after is None else read_cursor(after)
    found = find_entries(read_search(search or ""), None if tag is None else read_tag(tag))
    return connection_of(cut_page(found, size=size, after=start), found, start)


def read_cursor(cursor: str) -> int:
    try:
        kind, text = from_base64(cursor)
    except ValueError:
        kind, text = "", ""
    key = read_key(text)
    if kind != CURSOR or key is None:
        raise BadInput("after", "This is not a cursor of the log.")
    return key


@strawberry.type
class Query:
    viewer: Viewer | None = strawberry.field(resolver=viewer, description="The signed-in user, or null.")
    entries: EntryConnection = strawberry.field(
        resolver=entries,
        permission_classes=needs(Right.READ),
        description="Entries, newest first. Every word of `search` must be in the text, tags or author's names.",
    )
