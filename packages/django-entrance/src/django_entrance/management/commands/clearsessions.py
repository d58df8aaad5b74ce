"""The command ``manage.py clearsessions``: Django's own, and the rows of sessions that a sign-in with Entra started.

Django takes it from the app that stands first in ``INSTALLED_APPS``, so ``django_entrance`` goes before
``django.contrib.sessions``.
"""

from typing import Any

from django.contrib.sessions.management.commands import clearsessions

from django_entrance.accounts.session_index import prune_sessions


class Command(clearsessions.Command):
    def handle(self, **options: Any) -> None:
        prune_sessions()
        super().handle(**options)
