"""Connects, adopts and disconnects from many threads at once, and prints what became of it. Writes JSON."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import django
from django.core.management import call_command

ALONE = 20


def main() -> None:
    django.setup()
    call_command("migrate", "auth", verbosity=0)  # before the user model, which has no migrations and needs its groups
    call_command("migrate", run_syncdb=True, verbosity=0)
    seen = {}
    for story in (one_ticket, one_ticket_of_many, adopted, both_ways_in):
        call_command("flush", interactive=False, verbosity=0)
        seen[story.__name__] = story()
    print(json.dumps(seen))


def at_once(doing: Iterable[Callable[[], object]]) -> Counter[str]:
    """Do all at the same moment; count the refusals by their reason, and what went well as nothing."""
    from django.db import connection
    from django_entrance.verification.errors import Refused

    everything = list(doing)
    gate = threading.Barrier(len(everything))
    outcomes: list[str] = []

    def run(work: Callable[[], object]) -> None:
        gate.wait()
        try:
            work()
            outcomes.append("")
        except Refused as refusal:
            outcomes.append(refusal.reason)
        except Exception as problem:
            outcomes.append(repr(problem))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in everything]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(outcomes)


def grace(**more: Any) -> Any:
    from django.contrib.auth import get_user_model

    user = get_user_model()._default_manager.create(username="grace", email="ada@contoso.example", **more)
    user.set_password("pw")
    user.save()
    return user


def rows() -> list[int]:
    from django.contrib.auth import get_user_model
    from django_entrance.models import EntraAccount, UsedTicket

    models: list[Any] = [get_user_model(), EntraAccount, UsedTicket]
    return [model._default_manager.count() for model in models]


def someone(number: int, **claims: Any) -> Any:
    from identities import person

    return person(oid=f"0b0e0000-0000-4000-8000-{number:012}", **claims)


def one_ticket() -> Any:
    from django_entrance.accounts.connecting import connect, make_ticket

    ticket, identity = make_ticket(grace(), is_confirmed=False), someone(1)
    return [at_once([lambda: connect(identity, ticket)] * ALONE), rows()]


def one_ticket_of_many() -> Any:
    from django_entrance.accounts.connecting import connect, make_ticket

    ticket = make_ticket(grace(), is_confirmed=False)
    people = [someone(number) for number in range(ALONE)]
    return [at_once([lambda who=who: connect(who, ticket) for who in people]), rows()]  # type: ignore[misc]


def adopted() -> Any:
    from django.conf import settings
    from django_entrance.accounts.provisioning import provision

    settings.ENTRANCE = settings.ENTRANCE | {"ADOPT_DOMAINS": ["contoso.example"]}
    from django_entrance.conf.loading import current_settings

    current_settings.cache_clear()
    grace()
    identity = someone(1, upn="ada@contoso.example")
    return [at_once([lambda: provision(identity)] * ALONE), rows()]


def both_ways_in() -> Any:
    from django_entrance.accounts.linking import link_user, unlink_user
    from scripted import ADA, SPA, TENANT

    user = grace()
    user.set_unusable_password()
    user.save()
    accounts = [link_user(user, TENANT, object_id) for object_id in (ADA, SPA)]
    return [at_once([lambda each=each: unlink_user(user, each) for each in accounts]), rows()]  # type: ignore[misc]


if __name__ == "__main__":
    main()
