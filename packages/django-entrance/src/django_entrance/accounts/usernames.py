"""Derives user names from an identity, without the database: readable where that is safe.

A user name is a label. It finds no user, but people read it, so it may not look like another user's. Only ASCII
letters, digits and ``@ . + - _`` are used: Latin letters lose their accents (``ö`` → ``o``, ``ß`` → ``ss``), an
apostrophe is left out, anything else becomes a hyphen. A letter of another script can look exactly like a Latin one, so
of a name that has one nothing is taken. A domain is taken as it is or not at all: one letter more or less is the domain
of other people.
"""

import re
import unicodedata
from collections.abc import Iterator

from django_entrance.accounts.addresses import home_name
from django_entrance.verification.identity import Identity

#: Latin letters that Unicode does not take apart, and what stands for an apostrophe.
IN_ASCII = str.maketrans(
    dict(zip("ØøŁłĐđÐðĦħŦŧŊŋıĸƏə", "OoLlDdDdHhTtNnikEe", strict=True))
    | {"ß": "ss", "ẞ": "SS", "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Þ": "TH", "þ": "th"}
    | dict.fromkeys("'\"\N{ACUTE ACCENT}\N{GRAVE ACCENT}\N{LEFT SINGLE QUOTATION MARK}", "")
    | dict.fromkeys("\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}\N{PRIME}", "")
)

LEFT_OUT = frozenset({"Mn", "Me", "Cf", "Cc"})
"""Categories of Unicode: marks on a letter, and what cannot be seen."""

DOMAIN = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")


def usernames(identity: Identity, longest: int | None = None) -> Iterator[str]:
    """Yield user names of an identity: the name itself, then behind a part of the object id, then the bare ids.

    ``longest`` is in characters. What is not the whole name, or is a display name, comes behind the part of the id
    only: ``admin@…`` cut to length could be ``admin``.
    """
    own, mark = own_username(identity), short_id(identity.object_id)
    if own:
        yield own
    for label in (own or readable_local(home_name(identity.username)), readable_words(identity.name)):
        if label:
            yield f"{mark}.{label}"[:longest].rstrip(".+-_@")
    yield f"{identity.object_id}@{identity.tenant_id}"
    yield identity.object_id


def own_username(identity: Identity) -> str:
    """Return the name that the person signs in with at home, in plain letters, or an empty text."""
    return readable(home_name(identity.username))


def short_id(object_id: str) -> str:
    """Return eight digits of the object id: the last where the first are zeros, as of a personal account."""
    first = object_id[:8]
    return first if first.strip("0") else object_id[-8:]


def readable(name: str) -> str:
    """Return a name in the letters of a user name, or an empty text where that would be nothing, or another's."""
    local, (_, at, domain) = readable_local(name), name.rpartition("@")
    domain = domain.rstrip(".")
    if not at or not local:
        return local
    return f"{local}@{domain}" if DOMAIN.fullmatch(domain) else ""


def readable_local(name: str) -> str:
    """Return what stands before the last ``@`` in plain letters, or an empty text."""
    local, at, alone = name.rpartition("@")
    return plain(local if at else alone)


def readable_words(name: str) -> str:
    """Return a display name in small plain letters: ``Müller, Jörg`` is ``muller.jorg``."""
    return re.sub(r"[^a-z0-9]+", ".", plain(name).lower()).strip(".")


def plain(text: str) -> str:
    """Return a text in ASCII letters, digits and ``. + - _``; an empty text where it has letters of another script."""
    apart = unicodedata.normalize("NFKD", text.translate(IN_ASCII)).translate(IN_ASCII)
    seen = "".join(each for each in apart if unicodedata.category(each) not in LEFT_OUT)
    if any(each.isalnum() and not each.isascii() for each in seen):
        return ""
    clean = re.sub(r"[^A-Za-z0-9._+-]+", "-", seen).strip(".+-")
    return clean if any(map(str.isalnum, clean)) else ""


def forms(name: str) -> Iterator[str]:
    """Yield a user name as it is, then as narrower validators want it: without ``@``, without signs, in lower case."""
    for case in dict.fromkeys((name, name.lower())):
        yield case
        for signs in (r"[@+]+", r"[^A-Za-z0-9]+"):
            yield from (re.sub(signs, joint, case) for joint in ("-", "_", ".", ""))
