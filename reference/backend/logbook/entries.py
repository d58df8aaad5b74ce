"""Searches and pages entries; writes, rewrites and removes them for a caller with the right to do so."""

import re
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from logbook.access import Caller, Right
from logbook.announcing import announce_when_saved
from logbook.input import read_tags, read_text
from logbook.keys import read_key
from logbook.models import Entry, Tag
from logbook.refusals import EntryMissing, Forbidden


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    entries: list[Entry]
    has_next: bool


def find_entries(words: list[str], tag: str | None) -> QuerySet[Entry]:
    """Return entries with the tag and every word, in the text, the tags or the author's names."""
    found = Entry.objects.all()
    if tag is not None:
        found = found.filter(tags__name=tag)
    for word in words:
        found = found.filter(mentions(word))
    return found


def mentions(word: str) -> Q | Exists:
    """Match with a regular expression: SQLite's LIKE is case-sensitive for letters such as ä."""
    pattern = re.escape(word)
    names = ("text", "author__first_name", "author__last_name", "author__username")
    tagged = Exists(Tag.objects.filter(entries=OuterRef("pk"), name__iregex=pattern))
    condition = Q(tagged)
    for name in names:
        condition |= Q((f"{name}__iregex", pattern))
    return condition


def cut_page(found: QuerySet[Entry], *, size: int, after: int | None) -> Page:
    """Return the newest `size` entries older than `after`. New entries do not shift a page."""
    older = found if after is None else found.filter(pk__lt=after)
    entries = list(older.select_related("author").prefetch_related("tags")[: size + 1])
    return Page(entries=entries[:size], has_next=len(entries) > size)


def next_entries(after: int, *, size: int) -> list[Entry]:
    """Return the oldest `size` entries newer than `after`, in their order."""
    newer = Entry.objects.filter(pk__gt=after).order_by("pk")
    return list(newer.select_related("author").prefetch_related("tags")[:size])


def find_entry(key: int) -> Entry | None:
    return Entry.objects.filter(pk=key).select_related("author").prefetch_related("tags").first()


def write(caller: Caller, text: str, tags: list[str]) -> Entry:
    """Add an entry.

    Raises:
        Forbidden, BadInput.
    """
    caller.require(Right.WRITE)
    return add_entry(caller.user, read_text(text), read_tags(tags))


@transaction.atomic
def rewrite(caller: Caller, key: str, text: str, tags: list[str]) -> Entry:
    """Replace text and tags of the caller's own entry.

    Raises:
        Forbidden, BadInput, EntryMissing.
    """
    caller.require(Right.WRITE)
    entry = lock_entry(key)
    if not caller.may_edit(entry):
        raise Forbidden("Only the author may edit an entry.")
    return edit_entry(entry, read_text(text), read_tags(tags))


@transaction.atomic
def remove(caller: Caller, key: str) -> None:
    """Delete any entry.

    Raises:
        Forbidden, EntryMissing.
    """
    caller.require(Right.MANAGE)
    lock_entry(key).delete()


def lock_entry(key: str) -> Entry:
    """Return the entry, locked until the transaction ends.

    Raises:
        EntryMissing.
    """
    number = read_key(key)
    entry = None if number is None else Entry.objects.select_for_update().filter(pk=number).first()
    if entry is None:
        raise EntryMissing()
    return entry


@transaction.atomic
def add_entry(author: User, text: str, tags: list[str]) -> Entry:
    entry = Entry.objects.create(author=author, text=text)
    entry.tags.set(tags_named(tags))
    announce_when_saved(entry)
    return entry


@transaction.atomic
def edit_entry(entry: Entry, text: str, tags: list[str]) -> Entry:
    entry.text, entry.edited_at = text, timezone.now()
    entry.save(update_fields=["text", "edited_at"])
    entry.tags.set(tags_named(tags))
    return entry


def tags_named(names: list[str]) -> QuerySet[Tag]:
    """Return the tags and create missing ones. Concurrent requests may create the same tag."""
    Tag.objects.bulk_create([Tag(name=name) for name in names], ignore_conflicts=True)
    return Tag.objects.filter(name__in=names)
