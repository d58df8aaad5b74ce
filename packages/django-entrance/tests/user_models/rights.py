"""Applies rights to people from several threads at once, and prints what came of it. Reads settings, writes JSON."""

import json
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Barrier, BrokenBarrierError
from typing import Any
from unittest.mock import patch

import django
from django.core.management import call_command

THREADS = 8
ACCESS = {
    "app_roles": {
        "Editor": {"groups": ["editors"]},
        "Admin": {"groups": ["editors", "admins"], "is_staff": True},
        "Finance": {"groups": ["finance"]},
    }
}


def main() -> None:
    json.load(sys.stdin)
    django.setup()
    from django.conf import settings

    settings.ENTRANCE = settings.ENTRANCE | {"ACCESS": ACCESS}
    call_command("migrate", "auth", verbosity=0)
    call_command("migrate", run_syncdb=True, verbosity=0)
    print(json.dumps({story.__name__: story() for story in STORIES}))


def person(*roles: str, **claims: Any) -> Any:
    from identities import person as proved

    return proved(roles=list(roles) or None, **claims)


def same_change() -> dict[str, Any]:
    """All threads come with the same new role."""
    from django_entrance.accounts.provisioning import provision

    provision(person("Finance"))
    changed = person("Admin")
    with listening() as heard:
        at_once(lambda: provision(changed) for _ in range(THREADS))
    return seen() | {"heard": heard}


def other_changes() -> dict[str, Any]:
    """The threads come with tokens of two kinds; then all is as the last token says."""
    from django_entrance.accounts.provisioning import provision

    kinds = [person("Admin"), person("Finance")]
    for _ in range(5):
        at_once(lambda kind=kinds[number % 2]: provision(kind) for number in range(THREADS))  # type: ignore[misc]
    provision(kinds[0])
    first = seen()
    provision(person())
    return {"admin": first, "none": seen()}


def late_reader() -> dict[str, Any]:
    """A request that read the user before another gave a flag takes it away all the same."""
    from django_entrance.accounts.access import apply_access
    from django_entrance.accounts.linked_users import find_user
    from django_entrance.accounts.provisioning import provision

    provision(person("Finance"))
    late = find_user(person())
    assert late is not None
    provision(person("Admin"))
    with listening() as heard:
        apply_access(late, person())
    return seen() | {"heard": heard, "is_staff": late.is_staff}


def gone_meanwhile() -> list[str]:
    """A request that read the user before the account, the user or its being active went gives nothing."""
    from django.contrib.auth import get_user_model
    from django_entrance.accounts.access import apply_access
    from django_entrance.accounts.linked_users import find_user
    from django_entrance.accounts.provisioning import provision
    from django_entrance.models import EntraAccount
    from django_entrance.verification.errors import Refused

    told = []
    users: Any = get_user_model()._default_manager
    for end in (EntraAccount.objects.all().delete, users.all().delete, lambda: users.update(is_active=False)):
        provision(person("Finance"))
        late = find_user(person())
        assert late is not None
        EntraAccount.objects.update(access="")
        end()
        try:
            apply_access(late, person("Admin"))
        except Refused as refusal:
            told.append(refusal.reason)
        users.all().delete()
    return told


def disconnected_meanwhile() -> dict[str, Any]:
    """Requests change a user's rights while the account is disconnected: neither waits for the other for ever."""
    from django.contrib.auth import get_user_model
    from django_entrance.accounts.linking import link_user, unlink_user
    from django_entrance.accounts.provisioning import provision
    from django_entrance.verification.errors import Refused

    users: Any = get_user_model()._default_manager
    user = users.create_user("ada", password="pw")
    kinds = [person("Admin"), person("Finance")]
    left: list[list[str]] = []

    def come(kind: Any) -> None:
        with suppress(Refused):
            provision(kind, adds_people=lambda: False)

    for _ in range(5):
        account = link_user(user, kinds[0].tenant_id, kinds[0].object_id)

        calls = [partial(unlink_user, user, account), *(partial(come, kinds[turn % 2]) for turn in range(1, THREADS))]
        at_once(calls)
        now = users.get()
        left.append([*now.groups.values_list("name", flat=True)] + ["is_staff"] * now.is_staff)
    return {"left": left}


def connected_meanwhile() -> dict[str, Any]:
    """A request changes a user's groups while its identity is connected again: neither waits for the other for ever."""
    from django.contrib.auth import get_user_model
    from django_entrance.accounts import access, linking
    from django_entrance.accounts.provisioning import provision

    users: Any = get_user_model()._default_manager
    user, editor = users.get(), person("Finance")
    linking.link_user(user, editor.tenant_id, editor.object_id)
    both = Barrier(2)

    def when_both(work: Callable[..., Any]) -> Callable[..., Any]:
        def wait(*arguments: Any) -> Any:
            with suppress(BrokenBarrierError):  # one of them waits for the other's lock before
                both.wait(timeout=1)
            return work(*arguments)

        return wait

    with (
        patch.object(linking, "make_account", when_both(linking.make_account)),
        patch.object(access, "write_groups", when_both(access.write_groups)),
    ):
        connect = partial(linking.link_user, user, editor.tenant_id, editor.object_id)
        at_once([connect, partial(provision, editor), *[seen] * (THREADS - 2)])
    return seen()


STORIES = (same_change, other_changes, late_reader, gone_meanwhile, disconnected_meanwhile, connected_meanwhile)


def seen() -> dict[str, Any]:
    """Return the rights that the only user has, and those that its account says were given."""
    from django.contrib.auth import get_user_model
    from django_entrance.accounts.grants import read_applied
    from django_entrance.models import EntraAccount

    user: Any = get_user_model()._default_manager.get()
    rights = [f"group:{name}" for name in user.groups.values_list("name", flat=True)] + ["is_staff"] * user.is_staff
    return {"has": sorted(rights), "given": sorted(read_applied(EntraAccount.objects.get().access).given)}


class listening:
    def __enter__(self) -> list[list[list[str]]]:
        from django_entrance.signals import access_changed

        self.heard: list[list[list[str]]] = []
        access_changed.connect(self.hear)
        return self.heard

    def __exit__(self, *_: object) -> None:
        from django_entrance.signals import access_changed

        access_changed.disconnect(self.hear)

    def hear(self, *, gained: set[str], lost: set[str], **_: object) -> None:
        self.heard.append([sorted(gained), sorted(lost)])


def at_once(calls: Iterable[Callable[[], Any]]) -> None:
    """Call all in threads that begin at the same moment; raise what any of them raises."""
    from django.db import connection

    barrier = Barrier(THREADS)

    def call(each: Callable[[], Any]) -> None:
        try:
            barrier.wait(10)
            each()
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(call, calls))


if __name__ == "__main__":
    main()
