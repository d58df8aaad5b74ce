"""What ``AUTHENTICATION_BACKENDS`` needs so that a sign-in with Entra can be kept in a Django session."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest

from django_entrance.provisioning import provision
from django_entrance.verification.errors import ProvisioningRefused
from django_entrance.verification.identity import Identity


class EntraBackend(BaseBackend):
    """Takes an ``Identity``, nothing else: a user name and a password never cause a look-up or a fetch here."""

    def authenticate(
        self, request: HttpRequest | None, identity: Identity | None = None, **credentials: Any
    ) -> AbstractBaseUser | None:
        """Return the user of a verified identity, or None where none is given or it may not enter."""
        if identity is None:
            return None
        try:
            return provision(identity)
        except ProvisioningRefused:
            return None

    def get_user(self, user_id: Any) -> AbstractBaseUser | None:
        """Return the session's user while it is active."""
        user = get_user_model()._default_manager.filter(pk=user_id).first()
        return user if user is not None and user.is_active else None
