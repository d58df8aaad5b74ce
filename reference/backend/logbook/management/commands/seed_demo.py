"""`manage.py seed_demo`: adds people with passwords and sample entries. For development only."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from logbook.entries import add_entry
from logbook.models import Entry

PASSWORD = "logbook-demo"

PEOPLE = (
    ("barbara", "Barbara", "Liskov", "Writer"),
    ("edsger", "Edsger", "Dijkstra", "Admin"),
    ("donald", "Donald", "Knuth", "Writer"),
    ("hopper", "Grace", "Hopper", "Reader"),
)
"""``hopper`` is Grace with a name of her own here: she may connect grace@contoso.example."""

LOG = (
    (150, "donald", "Moved the release notes into the repository. Corrections are welcome, and rewarded.", "docs"),
    (126, "barbara", "Database upgraded to the new version. Took 4 minutes, without downtime.", "database maintenance"),
    (101, "edsger", "Please write down why, not only what. The code says what.", "team"),
    (78, "barbara", "Certificate of the intranet renewed; the next one is due in May.", "security maintenance"),
    (53, "donald", "Search is slow for words of one letter. An index will not help; a longer word will.", "search"),
    (
        30,
        "barbara",
        "Backup restored on the spare machine, as every month:\n38 minutes, all tables complete.",
        "backup",
    ),
    (
        22,
        "edsger",
        "Found the cause of Tuesday's outage: two jobs, one lock. Simplified it to one job.",
        "outage database",
    ),
    (3, "barbara", "Version 2.4 is out. Watching the error rate until noon.", "deploy"),
    (1, "barbara", "Error rate is where it was yesterday. Closing the release.", "deploy"),
)
"""Hours ago, author, text, tags."""


class Command(BaseCommand):
    help = "Add the demo's people and entries. Safe to run again."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("seed_demo adds people with a public password. Set DJANGO_DEBUG=1 to allow that.")
        authors = {username: make_person(username, *names) for username, *names in PEOPLE}
        if not Entry.objects.exists():
            for hours, username, text, tags in LOG:
                write(authors[username], hours, text, tags.split())
        self.stdout.write(f"The log has {Entry.objects.count()} entries.")


def make_person(username: str, first_name: str, last_name: str, role: str) -> User:
    names = {"first_name": first_name, "last_name": last_name, "email": f"{username}@contoso.example"}
    person, is_new = User.objects.get_or_create(username=username, defaults=names)
    if is_new:
        person.set_password(PASSWORD)
        person.is_staff = role == "Admin"
        person.save()
        person.groups.add(Group.objects.get(name=role))
    return person


def write(author: User, hours: int, text: str, tags: list[str]) -> None:
    entry = add_entry(author, text, tags)
    entry.created_at = timezone.now() - timedelta(hours=hours)
    entry.save(update_fields=["created_at"])
