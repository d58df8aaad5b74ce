"""Exchanges, sign-outs and disconnections at the same moment, in a project with a database of its own; prints JSON."""

import json
import os
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command

SESSION = "/entrance/session/"
AT_ONCE, ROUNDS = 50, 15


def main() -> None:
    asked = json.load(sys.stdin)
    from scripted import K1, ScriptedAuthority, serving

    with serving(ScriptedAuthority()) as authority:
        authority.keys = [K1.jwk(host=authority.host)]
        settings.DATABASES["default"] = asked["database"]
        settings.CACHES = asked["caches"]
        settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{asked['engine']}"
        settings.ENTRANCE = settings.ENTRANCE | {"AUTHORITY_HOST": authority.host}
        settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if "token_watch" not in each]
        django.setup()
        call_command("migrate", verbosity=0)
        counts = count_signals()
        seen = {"browsers": browsers(authority), "signals": dict(counts), "tabs": tabs(authority)}
        seen |= {"sign_outs": sign_outs(authority), "disconnections": disconnections(authority)}
    print(json.dumps(seen))


def count_signals() -> dict[str, int]:
    from django.contrib.auth.signals import user_logged_in
    from django_entrance.signals import signed_in

    counts = {"signed_in": 0, "user_logged_in": 0}
    lock = threading.Lock()

    def count(name: str) -> None:
        with lock:
            counts[name] += 1

    signed_in.connect(lambda **_: count("signed_in"), weak=False)
    user_logged_in.connect(lambda **_: count("user_logged_in"), weak=False)
    return counts


def exchange(client: Any, headers: dict[str, str]) -> Any:
    return client.post(SESSION, headers=headers).status_code


def sign_out(client: Any) -> Any:
    return client.delete(SESSION).status_code


def is_in(client: Any) -> bool:
    return client.get("/").json()["object_id"] is not None


def browsers(authority: Any) -> dict[str, Any]:
    """One person signs in with one token in many browsers, as nobody whom the site knows yet."""
    from django.contrib.auth.models import User
    from django.test import Client
    from django_entrance.models import EntraAccount, EntraSession
    from sign_ins import bearer, expired

    Client().get("/", headers=expired(authority))  # the signing keys are known; else few would wait for them
    clients, headers = [Client() for _ in range(AT_ONCE)], bearer(authority)
    told = at_once([partial(exchange, client, headers) for client in clients])
    return {
        "told": told,
        "rows": [model.objects.count() for model in (User, EntraAccount, EntraSession)],
        "in": sum(map(is_in, clients)),
        "keys": len({client.cookies["sessionid"].value for client in clients}),
    }


def tabs(authority: Any) -> dict[str, Any]:
    """The tabs of one browser confirm one session; the browser keeps the cookie that comes last."""
    from django.test import Client
    from django_entrance.models import EntraSession
    from sign_ins import bearer

    EntraSession.objects.all().delete()
    first = Client()
    exchange(first, bearer(authority))
    clients = [Client() for _ in range(AT_ONCE)]
    for client in clients:
        client.cookies["sessionid"] = first.cookies["sessionid"].value
    told = at_once([partial(exchange, client, bearer(authority)) for client in clients])
    ended = sum(map(is_in, clients)), EntraSession.objects.count()
    EntraSession.objects.all().delete()
    return {"told": told, "in": ended[0], "has_rows": ended[1] >= 1, "in_later": sum(map(is_in, clients))}


def sign_outs(authority: Any) -> dict[str, Any]:
    """An exchange and a sign-out of one browser: afterwards the person is in or out, never half."""
    from django.test import Client
    from django_entrance.models import EntraSession
    from sign_ins import bearer

    told: dict[str, int] = {}
    halves = 0
    for _ in range(ROUNDS):
        EntraSession.objects.all().delete()
        one, other = Client(), Client()
        exchange(one, bearer(authority))
        other.cookies["sessionid"] = one.cookies["sessionid"].value
        work: list[Callable[[], Any]] = [
            partial(exchange, one, bearer(authority)),
            partial(sign_out, other),
        ]
        add(told, at_once(work))
        halves += is_in(one) != (EntraSession.objects.count() == 1) or is_in(other)
    return {"told": told, "halves": halves}


def disconnections(authority: Any) -> dict[str, Any]:
    """The account is disconnected while its person signs in: no session stays without an account."""
    from django.contrib.auth.models import User
    from django.test import Client
    from django_entrance.accounts.linking import link_user, unlink_user
    from django_entrance.models import EntraAccount, EntraSession
    from scripted import ADA, TENANT
    from sign_ins import bearer

    settings.ENTRANCE = settings.ENTRANCE | {"PROVISIONING": "existing", "ON_CONFLICT": "separate"}
    from django.test.signals import setting_changed

    setting_changed.send(sender=None, setting="ENTRANCE", value=settings.ENTRANCE, enter=True)
    user = User.objects.get()
    user.set_password("another way in")
    user.save()
    told: dict[str, int] = {}
    orphans = 0
    for number in range(ROUNDS):
        EntraAccount.objects.all().delete()
        account = link_user(user, TENANT, ADA)
        client = Client()

        def disconnect(account: EntraAccount = account, number: int = number) -> str:
            sum(range(number % 5 * 50_000))  # begins at another moment of the exchange in each round
            unlink_user(user, account)
            return "gone"

        add(told, at_once([partial(exchange, client, bearer(authority)), disconnect]))
        orphans += is_in(client) + EntraSession.objects.count()
    return {"told": told, "orphans": orphans}


def add(told: dict[str, int], more: dict[str, int]) -> None:
    for name, count in more.items():
        told[name] = told.get(name, 0) + count


def at_once(work: list[Callable[[], Any]]) -> dict[str, int]:
    """Run all at the same moment, each with a connection of its own; count the results."""
    from django.db import connection

    gate, told, lock = threading.Barrier(len(work)), dict[str, int](), threading.Lock()

    def run(each: Callable[[], Any]) -> None:
        gate.wait()
        try:
            result = str(each())
        except Exception as error:
            result = f"{type(error).__name__}: {error}"
        finally:
            connection.close()
        with lock:
            add(told, {result: 1})

    threads = [threading.Thread(target=run, args=(each,)) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project_settings")
    main()
