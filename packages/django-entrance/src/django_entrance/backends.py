"""What ``AUTHENTICATION_BACKENDS`` needs so that a sign-in with Entra can be kept in a Django session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from django_entrance.accounts.provisioning import provision
from django_entrance.bearer.refusal_log import log_refusal
from django_entrance.verification.errors import GraphUnreachable, ProvisioningRefused
from django_entrance.verification.identity import Identity

if TYPE_CHECKING:  # the project's own user model, whichever it is
    from django.contrib.auth.models import User


class EntraBackend(BaseBackend):
    """Takes an ``Identity``, nothing else: a user name and a password never cause a look-up or a fetch here."""

    def authenticate(  # type: ignore[override]  # Django asks only the backends whose signature fits
        self, request: HttpRequest | None, *, identity: Identity
    ) -> User | None:
        """Return the user of a verified identity, or None when it may not enter."""
        try:
            return provision(identity)
        except (ProvisioningRefused, GraphUnreachable) as refusal:
            refusal.caller = identity.caller
            log_refusal(request or HttpRequest(), refusal)
            return None

    def get_user(self, user_id: Any) -> User | None:
        """Return the session's user while it is active."""
        user = get_user_model()._default_manager.filter(pk=user_id).first()
        return user if user is not None and user.is_active else None
