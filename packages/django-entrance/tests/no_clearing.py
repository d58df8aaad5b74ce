"""A session engine that cannot delete old sessions, as Django's base class says it."""

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore


class SessionStore(DatabaseStore):
    clear_expired = SessionBase.clear_expired
