"""Receives Django's signals and ours of what may end a connection, and announces it.

Not ``m2m_changed``: with a receiver, Django queries once more at each change of a user's groups. ``access_changed``
tells Entra's changes, and the admin saves the user with its groups.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import post_delete, post_save

from django_entrance.live.announcing import announce_later, session_mark
from django_entrance.models import EntraAccount, EntraSession
from django_entrance.signals import access_changed

UID = "django_entrance.live"
ALWAYS_CHANGING = frozenset({"last_login"})


def connect_changes() -> None:
    """Listen to what ends sessions, and takes rights."""
    user_model = get_user_model()
    user_logged_out.connect(end_session, dispatch_uid=UID)
    post_delete.connect(end_row, sender=EntraSession, dispatch_uid=UID)
    post_delete.connect(end_account, sender=EntraAccount, dispatch_uid=UID)
    post_delete.connect(change_user, sender=user_model, dispatch_uid=UID)
    post_save.connect(change_user, sender=user_model, dispatch_uid=UID)
    access_changed.connect(change_access, dispatch_uid=UID)


def end_session(*, request: Any, **_: Any) -> None:
    """Receive ``user_logged_out``, whichever login it was."""
    key = getattr(getattr(request, "session", None), "session_key", None)
    if key is not None:
        announce_later(sessions=[session_mark(key)])


def end_row(*, instance: EntraSession, **_: Any) -> None:
    """Receive ``post_delete`` of a session's row: signed out elsewhere, by Entra's front channel or in the admin."""
    announce_later(sessions=[instance.pk])


def change_user(*, instance: Any, created: bool = False, update_fields: Any = None, **_: Any) -> None:
    """Receive that a user was saved or deleted; what a sign-in alone writes changes nothing."""
    if not created and (update_fields is None or set(update_fields) - ALWAYS_CHANGING):
        announce_later(users=[instance.pk])


def change_access(*, user: Any, lost: Any, **_: Any) -> None:
    """Receive ``access_changed``."""
    if lost:
        announce_later(users=[user.pk])


def end_account(*, instance: EntraAccount, **_: Any) -> None:
    """Receive ``post_delete`` of an account: disconnected, by whichever way."""
    announce_later(users=[instance.user_id])
