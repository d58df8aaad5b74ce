"""Sends the first requests of one person at the same moment, then a change and a deactivation; prints what happened."""

import json
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import django
from django.core.management import call_command

REQUESTS = 50


def main() -> None:
    asked = json.load(sys.stdin)
    django.setup()
    call_command("migrate", "auth", verbosity=0)
    call_command("migrate", run_syncdb=True, verbosity=0)
    from django.conf import settings
    from django_entrance.signals import person_created

    created: list[object] = []
    person_created.connect(lambda user, **_: created.append(user.pk), weak=False)
    settings.ENTRANCE = settings.ENTRANCE | asked["entrance"]
    seen = at_once(asked["provisioning"]) | {"told": len(created)}
    seen |= {"changes": change_at_once(), "deactivations": deactivate_meanwhile()}
    print(json.dumps(seen))


def at_once(provisioning: str) -> dict[str, Any]:
    """Send the requests; return the errors and what is in the database."""
    from django.contrib.auth import get_user_model
    from django_entrance.accounts.provisioning import provision
    from django_entrance.models import EntraAccount
    from identities import person

    from user_models.models import Profile

    if provisioning.endswith(".find"):
        get_user_model()._default_manager.create(username="al", last_name="B-1")
    ada = {"given_name": "Ada", "department": "Research", "extn.badge": "B-1"}
    people = [person(**ada) for _ in range(REQUESTS)]
    found, errors = in_threads([partial(provision, each) for each in people])
    return {
        "errors": errors,
        "found": [len(found), len({user.pk for user in found})],
        "rows": [model.objects.count() for model in (get_user_model(), EntraAccount, Profile)],
        "department": Profile.objects.get().department,
    }


def change_at_once() -> list[Any]:
    """Half of the requests have another department, and the profile is missing: one is made."""
    from django_entrance.accounts.provisioning import provision
    from identities import person

    from user_models.models import Profile

    Profile.objects.all().delete()
    names = ["Sales", "Research"] * 10
    people = [person(given_name="Ada", department=name) for name in names]
    found, errors = in_threads([partial(provision, each) for each in people])
    return [
        errors,
        len({user.pk for user in found}),
        Profile.objects.count(),
        Profile.objects.get().department in names,
    ]


def deactivate_meanwhile() -> list[Any]:
    """An administrator deactivates the person on another connection, between this request's read and its write."""
    from django.contrib.auth import get_user_model
    from django_entrance.accounts.linked_users import find_user
    from django_entrance.accounts.user_fields import update_user
    from django_entrance.verification.errors import UserDisabled
    from identities import person

    told: list[Any] = []
    users = get_user_model()._base_manager
    for claims in ({"department": "Poetry"}, {"given_name": "Augusta", "department": "Music"}):
        changed = person(**claims)
        user = find_user(changed)
        assert user is not None
        in_threads([lambda: users.update(is_active=False)])
        try:
            update_user(user, changed)
        except UserDisabled as refusal:
            told.append(refusal.reason)
        told.append(users.filter(is_active=True).exists())
        users.update(is_active=True)
    return told


def in_threads(work: list[Callable[[], Any]]) -> tuple[list[Any], list[str]]:
    """Run all at the same moment, each with a connection of its own; return results and errors."""
    from django.db import connection

    gate, found, errors = threading.Barrier(len(work)), list[Any](), list[str]()

    def run(each: Callable[[], Any]) -> None:
        gate.wait()
        try:
            found.append(each())
        except Exception as error:
            errors.append(f"{type(error).__name__}: {error}")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(each,)) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found, errors


if __name__ == "__main__":
    main()
