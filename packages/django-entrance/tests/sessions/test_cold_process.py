"""People who come back from Microsoft at the same moment, to a process that has just begun or meets a new key."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from browsing import NAVIGATION, begin, browser
from django.db import connection
from django_entrance.entra import reachable
from django_entrance.entra.authorities import authority_of, configured_authorities
from django_entrance.models import EntraSession
from held_keys import K3, await_fetches
from scripted_microsoft import ScriptedMicrosoft
from sessions.test_recheck import ask, make_stale

PEOPLE = 12

pytestmark = pytest.mark.django_db(transaction=True)


def begin_all(microsoft: ScriptedMicrosoft) -> list[tuple[Any, str]]:
    """Return browsers, and where Microsoft leads each of them back to."""
    clients = [browser() for _ in range(PEOPLE)]
    return [(client, microsoft.bring(begin(client), code=f"code-{n}")) for n, client in enumerate(clients)]


def come_back_at_once(people: list[tuple[Any, str]]) -> list[int]:
    gate = threading.Barrier(len(people))

    def come_back(person: tuple[Any, str]) -> int:
        gate.wait(20)
        try:
            return int(person[0].get(person[1], headers=NAVIGATION).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(come_back, people))


def answer_slowly(microsoft: ScriptedMicrosoft) -> None:
    """Let each document wait until all codes are redeemed, as it may be at Microsoft."""
    document: Callable[[str], dict[str, Any]] = microsoft.document
    all_redeemed = threading.Event()
    give_token = microsoft.answer

    def answer(handler: Any) -> None:
        if len(microsoft.redeemed) == PEOPLE:
            all_redeemed.set()
        give_token(handler)

    def wait(path: str) -> dict[str, Any]:
        if path.endswith("/keys"):
            assert all_redeemed.wait(20)
        return document(path)

    microsoft.answer, microsoft.document = answer, wait  # type: ignore[method-assign]


def test_all_are_signed_in_by_a_cold_process(microsoft: ScriptedMicrosoft) -> None:
    people = begin_all(microsoft)
    configured_authorities.cache_clear()
    answer_slowly(microsoft)
    assert come_back_at_once(people) == [302] * PEOPLE
    assert EntraSession.objects.count() == PEOPLE


def test_all_are_signed_in_with_a_new_key(microsoft: ScriptedMicrosoft) -> None:
    people = begin_all(microsoft)
    await_fetches(authority_of("default").keys)
    document = microsoft.document
    new = {"keys": [K3.jwk(host=microsoft.host)]}
    microsoft.key = K3
    microsoft.document = lambda path: new if path.endswith("/keys") else document(path)  # type: ignore[method-assign]
    answer_slowly(microsoft)
    assert come_back_at_once(people) == [302] * PEOPLE


def test_all_sessions_are_asked_about_by_a_cold_process(microsoft: ScriptedMicrosoft) -> None:
    people = begin_all(microsoft)
    for client, way_back in people:
        client.get(way_back)
        client.cookies.pop("entrance_rounds")
        make_stale(client)
    microsoft.redeemed.clear()
    people = [
        (client, microsoft.bring(ask(client)["Location"], code=f"again-{n}")) for n, (client, _) in enumerate(people)
    ]
    configured_authorities.cache_clear()
    answer_slowly(microsoft)
    assert come_back_at_once(people) == [302] * PEOPLE
    assert not any(client.session["_entrance"].get("respite") for client, _ in people)
    assert reachable.is_reachable("default")


def test_the_keys_are_there_when_a_person_comes_back(microsoft: ScriptedMicrosoft) -> None:
    """They are fetched when a sign-in begins, and need not be fetched again."""
    client = browser()
    way_back = microsoft.bring(begin(client))
    await_fetches(authority_of("default").keys)
    microsoft.documents_down = True
    assert client.get(way_back).status_code == 302


def test_an_answer_takes_ten_seconds_at_most(microsoft: ScriptedMicrosoft) -> None:
    """The keys never come, and the code is redeemed at once."""
    client = browser()
    way_back = microsoft.bring(begin(client))
    configured_authorities.cache_clear()
    document = microsoft.document

    def hang(path: str) -> dict[str, Any]:
        microsoft.ending.wait(30)
        return document(path)

    microsoft.document = hang  # type: ignore[method-assign]
    began = time.monotonic()
    assert client.get(way_back).status_code == 503
    assert time.monotonic() - began < 10
