"""Functions of a project for ``CLAIM_MAPPING`` and ``PROVISIONING``."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db import IntegrityError
from django_entrance.accounts.provisioning import create_user
from django_entrance.verification.errors import AccountExists, UserDisabled
from django_entrance.verification.identity import Identity

calls: list[str] = []


def department(identity: Identity) -> str | None:
    """Return the last part of a claim such as ``Contoso/Research``."""
    calls.append(identity.object_id)
    path = identity.claims.all.get("extn.path")
    return path.rpartition("/")[2] if isinstance(path, str) else None


def number(identity: Identity) -> Any:
    return 5


async def adepartment(identity: Identity) -> str | None:
    return None


def find(identity: Identity) -> Any:
    """Return the user with the person's badge, who exists already."""
    calls.append(identity.object_id)
    return get_user_model()._default_manager.filter(last_name=identity.claims.all.get("extn.badge")).first()


async def afind(identity: Identity) -> Any:
    return None


def create(identity: Identity) -> Any:
    """Create the user with what the project knows better than a claim."""
    manager: Any = get_user_model()._default_manager
    return manager.create_user(identity.username, last_name="B-1", is_staff=True)


def create_with_us(identity: Identity) -> Any:
    user = create_user(identity)
    user.last_name = "of a project"
    user.save(update_fields=["last_name"])
    return user


def create_two(identity: Identity) -> Any:
    create_user(identity)
    return get_user_model()._default_manager.create(username="another")


def name_a_user(identity: Identity) -> Any:
    return identity.username


def save_nothing(identity: Identity) -> Any:
    return get_user_model()(username="not-saved")


def refuse(identity: Identity) -> Any:
    raise AccountExists(expected="someone else")


def wait(identity: Identity) -> Any:
    raise UserDisabled()


def break_a_rule(identity: Identity) -> Any:
    raise IntegrityError("this user cannot be")


def enter_meanwhile(identity: Identity) -> Any:
    """Another request creates the user before this one's error."""
    create_user(identity)
    raise AccountExists()
