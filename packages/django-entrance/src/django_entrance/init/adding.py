"""Turns a plan into the changes of files, and the record of what they add."""

from __future__ import annotations

from django_entrance.init.changes import Change
from django_entrance.init.files import bytes_of
from django_entrance.init.insertions import apply
from django_entrance.init.plan import Plan
from django_entrance.init.project import Project
from django_entrance.init.record import Record, added_by, read_record, record_path


def changes_of(project: Project, plan: Plan) -> list[Change]:
    """Return the change of each file; the record comes first, so that even half of the changes could be undone.

    Raises:
        InitRefused: there is a record that cannot be read.
    """
    changes, record = [], Record(created={project.short(path): text for path, text in plan.new_files.items()})
    for file in {each.file.path: each.file for each in plan.insertions}.values():
        text, inserted = apply(file.text, [each for each in plan.insertions if each.file.path == file.path])
        before, after = file.to_bytes(file.text), file.to_bytes(text)
        changes.append(Change(path=file.path, before=before, after=after, encoding=file.encoding))
        record = record.with_more(Record(added=added_by(inserted, text, project.short(file.path)), created={}))
    changes += [Change(path=path, before=None, after=text.encode()) for path, text in plan.new_files.items()]
    return [record_change(project, record), *changes] if changes else []


def record_change(project: Project, record: Record) -> Change:
    path = record_path(project.root)
    known = read_record(project.root)
    before = bytes_of(path) if known else None
    return Change(path=path, before=before, after=(known.with_more(record) if known else record).to_bytes())
