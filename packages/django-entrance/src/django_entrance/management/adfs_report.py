"""Prints what ``adopt --from-adfs`` does, or would do, with each user."""

from __future__ import annotations

import json as json_format
from collections.abc import Iterable, Iterator, Sequence

from django_entrance.entra.directory import DirectoryPerson
from django_entrance.management.adopt_adfs import Outcome, bind, plan
from django_entrance.management.expecting import DAYS


def lines(
    tenant_id: str,
    authority: str,
    people: Iterable[DirectoryPerson] | None,
    *,
    staff: bool = False,
    write: bool = False,
    json: bool = False,
) -> Iterator[str]:
    """Return what becomes of the users; with ``write``, bind them and expect people. ``people`` is as for ``plan``."""
    report = plan(tenant_id, authority, people, staff=staff)
    report = [bind(tenant_id, each) for each in report] if write else report
    return as_json(report, write) if json else as_lines(report, write)


def as_lines(report: Sequence[Outcome], is_written: bool) -> Iterator[str]:
    yield from map(as_line, report)
    bound, expected = sum(each.binds for each in report), sum(each.expects for each in report)
    done = "were bound" if is_written else "would be bound; --write binds them"
    yield f"{bound} of {len(report)} users {done}."
    if expected:
        done = "are expected" if is_written else "would be expected"
        yield f"{expected} of {len(report)} users {done} at their first sign-in, for {DAYS} days."


def as_line(each: Outcome) -> str:
    name = each.user.get_username()
    if each.binds:
        return f"binds  {name} → {each.object_id}"
    if each.expects:
        already = ", already" if each.expected == each.username else ""
        return f"expects  {name} → {each.username}, at the first sign-in{already}"
    refuted = "; expected no longer" if each.is_refuted and each.expected else ""
    return f"skips  {name}: {each.reason}{refuted}"


def as_json(report: Sequence[Outcome], is_written: bool) -> Iterator[str]:
    users = [
        {
            "user": each.user.get_username(),
            "upn": each.username or None,
            "object_id": each.object_id or None,
            "binds": each.binds,
            "expects": each.expects,
            "reason": each.reason,
        }
        for each in report
    ]
    yield json_format.dumps({"written": is_written, "users": users}, indent=2)
