"""While Entra hangs, page sign-in holds a few threads; while it answers, all who come back are served."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from browsing import begin, browser, query_of, reason_of
from django_entrance.entra import reachable, sign_in_http
from django_entrance.entra.sign_in_client import begin as begin_at_entra
from django_entrance.entra.sign_in_client import redeem
from django_entrance.verification.errors import SignInUnanswered
from django_entrance.verification.metadata.waiting import (
    BRIEF,
    MOST_BRIEF,
    MOST_WAITING,
    MOST_WAITING_AFTER_FAILURE,
    brief_slots,
    process_slots,
)
from scripted_microsoft import Handler, ScriptedMicrosoft, replies, scripted_microsoft

CROWD = MOST_WAITING + MOST_BRIEF
ERROR = {"error": "invalid_grant"}


@pytest.fixture
def microsoft(settings: Any) -> Iterator[ScriptedMicrosoft]:
    """An authority that a process knows already."""
    with scripted_microsoft() as scripted:
        settings.DEBUG = True
        settings.ENTRANCE = scripted.whole_settings()
        reachable.seen.clear()
        begin_at_entra("default", "http://localhost:8000/")
        scripted.answer = replies(400, ERROR)
        yield scripted
    reachable.seen.clear()


def redeem_made_up(_: object = None) -> dict[str, Any]:
    """Redeem a code that anyone could have made up."""
    sent = {"nonce": "n", "verifier": "v" * 43, "redirect_uri": "http://localhost:8000/", "code": "made-up"}
    return dict(redeem("default", state="s", **sent))


def refused() -> SignInUnanswered:
    with pytest.raises(SignInUnanswered) as caught:
        redeem_made_up()
    return caught.value


def test_all_who_come_at_once_are_served(microsoft: ScriptedMicrosoft) -> None:
    come = threading.Barrier(CROWD)

    def answer_when_all_ask(handler: Handler) -> None:
        come.wait(20)
        replies(400, ERROR)(handler)

    microsoft.answer = answer_when_all_ask
    with ThreadPoolExecutor(CROWD) as pool:
        assert list(pool.map(redeem_made_up, range(CROWD))) == [ERROR] * CROWD
    assert (process_slots().taken, brief_slots().taken) == (0, 0)


def test_one_too_many_is_told_to_come_back(microsoft: ScriptedMicrosoft) -> None:
    process_slots().taken += MOST_WAITING
    brief_slots().taken += MOST_BRIEF
    refusal = refused()
    brief_slots().taken -= 1
    assert redeem_made_up() == ERROR
    process_slots().taken -= MOST_WAITING
    brief_slots().taken -= MOST_BRIEF - 1
    assert (refusal.retry_after, refusal.is_outage) == (1, False)
    assert len(microsoft.redeemed) == 1


def test_when_entra_hangs_an_own_login_finds_a_thread_soon(microsoft: ScriptedMicrosoft) -> None:
    """Eight visitors come back with made-up codes to a process of four threads."""
    held = threading.Semaphore(0)

    def hang(handler: Handler) -> None:
        held.release()
        microsoft.ending.wait(30)

    microsoft.answer = hang
    with ThreadPoolExecutor(4) as pool:
        began = time.monotonic()
        visitors = [pool.submit(redeem_made_up) for _ in range(8)]
        for _ in range(4):
            assert held.acquire(timeout=10)
        assert pool.submit(lambda: "logged in").result() == "logged in"
        assert time.monotonic() - began < BRIEF + 1.5
        refusals: list[Any] = [each.exception() for each in visitors]
        assert time.monotonic() - began < 10
    assert {each.reason for each in refusals} == {"sign_in_unanswered"}
    assert sorted(each.is_outage for each in refusals) == [False] * 4 + [True] * 4
    assert (len(microsoft.redeemed), sign_in_http.slow) == (4, {"default"})


def test_after_a_slow_answer_one_asks_until_entra_is_quick_again(microsoft: ScriptedMicrosoft) -> None:
    sign_in_http.slow.add("default")
    process_slots().taken += MOST_WAITING_AFTER_FAILURE
    refusal = refused()
    process_slots().taken -= MOST_WAITING_AFTER_FAILURE
    assert (refusal.retry_after, refusal.is_outage, microsoft.redeemed) == (1, False, [])
    assert redeem_made_up() == ERROR
    assert sign_in_http.slow == set()


def test_an_authority_that_is_known_to_be_down_is_asked_by_one_at_a_time(microsoft: ScriptedMicrosoft) -> None:
    reachable.remember_down("default")
    process_slots().taken += MOST_WAITING_AFTER_FAILURE
    refusal = refused()
    process_slots().taken -= MOST_WAITING_AFTER_FAILURE
    assert (refusal.retry_after, refusal.is_outage, microsoft.redeemed) == (1, False, [])
    microsoft.answer = replies(503, b"")
    assert refused().is_outage
    assert reachable.is_known_down("default")
    microsoft.answer = replies(400, ERROR)
    assert redeem_made_up() == ERROR
    assert not reachable.is_known_down("default"), "it has answered"


def test_in_a_cold_process_a_sign_in_does_not_begin_while_the_authority_is_down(
    microsoft: ScriptedMicrosoft, settings: Any
) -> None:
    settings.ENTRANCE = microsoft.whole_settings()
    reachable.remember_down("default")
    microsoft.documents_down = True
    with pytest.raises(SignInUnanswered):
        begin_at_entra("default", "http://localhost:8000/")
    microsoft.documents_down = False
    assert begin_at_entra("default", "http://localhost:8000/").address.startswith(microsoft.host)


@pytest.mark.parametrize(
    ("status", "body", "is_outage"),
    [(500, b"", True), (503, b"<html>", True), (429, b"{}", False), (200, b"<html>", False), (404, b"<html>", False)],
)
def test_what_answers_to_a_code_is_an_outage_only_by_its_status(
    microsoft: ScriptedMicrosoft, status: int, body: bytes, is_outage: bool
) -> None:
    microsoft.answer = replies(status, body)
    assert refused().is_outage == is_outage


@pytest.mark.parametrize(
    ("discovery", "status", "is_outage"),
    [({"token_endpoint": 5}, 200, True), ({}, 503, True), ({}, 429, False), ({}, 404, False)],
)
def test_a_document_that_cannot_be_read_is_an_outage(
    microsoft: ScriptedMicrosoft, settings: Any, discovery: dict[str, Any], status: int, is_outage: bool
) -> None:
    settings.ENTRANCE = microsoft.whole_settings()
    microsoft.discovery, microsoft.documents_status = discovery, status
    with pytest.raises(SignInUnanswered) as caught:
        begin_at_entra("default", "http://localhost:8000/")
    assert caught.value.is_outage == is_outage


def test_an_endpoint_on_another_host_is_no_outage(microsoft: ScriptedMicrosoft, settings: Any) -> None:
    settings.ENTRANCE = microsoft.whole_settings()
    microsoft.discovery = {"token_endpoint": "https://evil.example/token"}
    begin_at_entra("default", "http://localhost:8000/")
    refusal = refused()
    assert (refusal.actual, refusal.is_outage) == ("WrongHost", False)


@pytest.mark.django_db
def test_an_answer_without_the_cookie_of_its_sign_in_asks_nothing(microsoft: ScriptedMicrosoft) -> None:
    client = browser()
    state = query_of(begin(client))["state"]
    for other in ({"state": "made-up", "code": "made-up"}, {"state": state, "code": "made-up"}):
        answer = browser().get("/entrance/callback/", other)
        assert (answer.status_code, reason_of(answer)) == (400, "sign_in_state")
    assert microsoft.redeemed == []
    assert client.get("/entrance/callback/", {"state": state, "code": "made-up"}).status_code == 403
    assert len(microsoft.redeemed) == 1
