"""The backend for ``AUTHENTICATION_BACKENDS``, so that a Django session can keep a sign-in with Entra."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from django_entrance.accounts.provisioning import provision
from django_entrance.bearer.refusal_log import log_refusal
from django_entrance.sessions.starting import PROVED
from django_entrance.verification.errors import GraphUnreachable, ProvisioningRefused
from django_entrance.verification.identity import Identity
from django_entrance.verification.kept import is_kept

if TYPE_CHECKING:  # stands for the project's user model
    from django.contrib.auth.models import User


class EntraBackend(BaseBackend):
    """Authenticates an ``Identity`` only: a user name and a password cause no query and no fetch here."""

    def authenticate(  # type: ignore[override]  # Django asks only the backends whose signature fits
        self, request: HttpRequest | None, *, identity: Identity
    ) -> User | None:
        """Return the user of a verified identity, or None if it is refused. ``login`` then starts its session.

        The identity of a session is refused: nothing is proved anew.
        """
        if is_kept(identity):
            return None
        try:
            user = provision(identity)
        except (ProvisioningRefused, GraphUnreachable) as refusal:
            refusal.caller = identity.caller
            log_refusal(request or HttpRequest(), refusal)
            return None
        setattr(user, PROVED, identity)
        return user

    def get_user(self, user_id: Any) -> User | None:
        """Return the session's user if it is active."""
        user = get_user_model()._default_manager.filter(pk=user_id).first()
        return user if user is not None and user.is_active else None
