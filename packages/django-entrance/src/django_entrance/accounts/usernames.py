"""Derives user names from an identity, without the database: readable where that is safe.

A user name is a label. No user is found by it, but people read it, so it must not look like another user's. It has only
ASCII letters, digits and ``@ . + - _``: Latin letters lose their accents (``ö`` → ``o``, ``ß`` → ``ss``), an apostrophe
is dropped, other characters become hyphens. A name with a letter of another script is not used, since that letter can
look exactly like a Latin one. A domain is used unchanged or not at all: a similar domain belongs to other people.
"""

import re
import unicodedata
from collections.abc import Iterator

from django_entrance.accounts.addresses import home_name
from django_entrance.verification.identity import Identity

#: Latin letters that Unicode does not decompose, and characters used as an apostrophe.
IN_ASCII = str.maketrans(
    dict(zip("ØøŁłĐđÐðĦħŦŧŊŋıĸƏə", "OoLlDdDdHhTtNnikEe", strict=True))
    | {"ß": "ss", "ẞ": "SS", "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Þ": "TH", "þ": "th"}
    | dict.fromkeys("'\"\N{ACUTE ACCENT}\N{GRAVE ACCENT}\N{LEFT SINGLE QUOTATION MARK}", "")
    | dict.fromkeys("\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}\N{PRIME}", "")
)

DROPPED = frozenset({"Mn", "Me", "Cf", "Cc"})
"""Unicode categories: marks on a letter, and invisible characters."""

DOMAIN = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")


def usernames(identity: Identity, longest: int | None = None) -> Iterator[str]:
    """Yield user names of an identity: the name itself, then names with a part of the object id, then the ids alone.

    ``longest`` is in characters. A shortened name or a display name always has a part of the id before it: ``admin@…``
    cut to length could be ``admin``.
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
    """Return the sign-in name of the home tenant in plain letters, or an empty string."""
    return readable(home_name(identity.username))


def short_id(object_id: str) -> str:
    """Return eight digits of the object id: the last ones if the first are zeros, as in personal accounts."""
    first = object_id[:8]
    return first if first.strip("0") else object_id[-8:]


def readable(name: str) -> str:
    """Return a name in the letters of a user name, or an empty string if it has none or its domain would change."""
    local, (_, at, domain) = readable_local(name), name.rpartition("@")
    domain = domain.rstrip(".")
    if not at or not local:
        return local
    return f"{local}@{domain}" if DOMAIN.fullmatch(domain) else ""


def readable_local(name: str) -> str:
    """Return the part before the last ``@`` in plain letters, or an empty string."""
    local, at, alone = name.rpartition("@")
    return plain(local if at else alone)


def readable_words(name: str) -> str:
    """Return a display name in plain lower-case letters: ``Müller, Jörg`` is ``muller.jorg``."""
    return re.sub(r"[^a-z0-9]+", ".", plain(name).lower()).strip(".")


def plain(text: str) -> str:
    """Return a text in ASCII letters, digits and ``. + - _``, or an empty string for letters of another script."""
    decomposed = unicodedata.normalize("NFKD", text.translate(IN_ASCII)).translate(IN_ASCII)
    visible = "".join(each for each in decomposed if unicodedata.category(each) not in DROPPED)
    if any(each.isalnum() and not each.isascii() for each in visible):
        return ""
    clean = re.sub(r"[^A-Za-z0-9._+-]+", "-", visible).strip(".+-")
    return clean if any(map(str.isalnum, clean)) else ""


def forms(name: str) -> Iterator[str]:
    """Yield a user name, then forms for stricter validators: without ``@``, without signs, in lower case."""
    for case in dict.fromkeys((name, name.lower())):
        yield case
        for signs in (r"[@+]+", r"[^A-Za-z0-9]+"):
            yield from (re.sub(signs, joint, case) for joint in ("-", "_", ".", ""))
