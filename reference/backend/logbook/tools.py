"""Tools for clients of the Model Context Protocol, with the same rights as in GraphQL."""

from dataclasses import dataclass
from datetime import datetime

from django_entrance.contrib.mcp import current_request, signed_in_required
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError

from logbook.access import Caller, Right, caller_of
from logbook.entries import cut_page, find_entries, write
from logbook.input import read_page_size, read_search
from logbook.models import Entry
from logbook.refusals import LogbookRefused

server = MCPServer("Logbook", instructions="The log that a team keeps together.", log_level="WARNING")


@dataclass(frozen=True, kw_only=True)
class Told:
    """An entry as tools tell it."""

    id: int
    text: str
    tags: list[str]
    author: str
    created_at: datetime


@server.tool()
@signed_in_required
def list_entries(search: str = "", first: int = 20) -> list[Told]:
    """List the newest entries of the log that contain every word of the search."""
    caller_with(Right.READ)
    try:
        words, size = read_search(search), read_page_size(first)
    except LogbookRefused as wrong:
        raise ToolError(wrong.message) from wrong
    return [told(entry) for entry in cut_page(find_entries(words, None), size=size, after=None).entries]


@server.tool(name="add_entry")
@signed_in_required
def write_entry(text: str, tags: list[str] | None = None) -> Told:
    """Add an entry to the log, as the person who is signed in."""
    caller = caller_with(Right.WRITE)
    try:
        return told(write(caller, text, tags or []))
    except LogbookRefused as wrong:
        raise ToolError(wrong.message) from wrong


def caller_with(right: Right) -> Caller:
    """Return the caller, who has the right."""
    caller = caller_of(current_request())
    if caller is None or not caller.has(right):
        raise ToolError(f"Your roles do not allow you to {right} here.")
    return caller


def told(entry: Entry) -> Told:
    return Told(
        id=entry.pk,
        text=entry.text,
        tags=[tag.name for tag in entry.tags.all()],
        author=entry.author.get_full_name() or entry.author.username,
        created_at=entry.created_at,
    )
