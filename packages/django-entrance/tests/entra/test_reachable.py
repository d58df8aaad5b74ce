"""An authority is asked rarely, by one thread at a time, and by questions that no browser can spoil."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django_entrance.entra import reachable
from scripted import API, TENANT
from scripted_microsoft import Handler, ScriptedMicrosoft, replies, scripted_microsoft

INVALID = replies(400, {"error": "invalid_request", "error_description": "AADSTS900144: code is missing."})


@pytest.fixture(autouse=True)
def knows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reachable, "seen", {})
    monkeypatch.setattr(reachable, "asking", {})


@pytest.fixture
def microsoft(settings: Any) -> Iterator[ScriptedMicrosoft]:
    with scripted_microsoft() as scripted:
        settings.DEBUG = True
        settings.ENTRANCE = scripted.whole_settings()
        scripted.answer = INVALID
        yield scripted


def hangs_up(handler: Handler) -> None:
    handler.connection.close()


@pytest.mark.parametrize(
    ("answer", "is_up"),
    [
        (INVALID, True),
        (replies(401, {"error": "invalid_client"}), True),
        (replies(429, b""), True),
        (replies(500, b""), False),
        (hangs_up, False),
    ],
    ids=["as Entra does", "401", "429", "500", "hangs up"],
)
def test_the_token_endpoint_answers_a_question_of_ours(microsoft: ScriptedMicrosoft, answer: Any, is_up: bool) -> None:
    microsoft.answer = answer
    assert reachable.answers_codes("default") == is_up
    assert microsoft.redeemed == [{"grant_type": "authorization_code", "client_id": API}]
    assert reachable.is_reachable("default"), "its documents are there"


@pytest.mark.parametrize(("status", "is_up"), [(200, True), (404, True), (429, True), (500, False), (503, False)])
def test_its_document_is_asked_for_first(microsoft: ScriptedMicrosoft, status: int, is_up: bool) -> None:
    microsoft.documents_status = status
    assert reachable.answers_codes("default") == is_up
    assert len(microsoft.redeemed) == (status == 200)


@pytest.mark.parametrize(
    ("endpoint", "is_up"), [("https://evil.example/token", True), (None, False), ("{host}/" + TENANT + "/token", True)]
)
def test_an_endpoint_of_another_host_is_no_outage(
    microsoft: ScriptedMicrosoft, endpoint: str | None, is_up: bool
) -> None:
    """Our documents are wrong then, or they were changed: no reason to let sessions live on unasked."""
    microsoft.discovery = {"token_endpoint": endpoint and endpoint.format(host=microsoft.host)}
    assert reachable.answers_codes("default") == is_up
    assert len(microsoft.redeemed) == bool(endpoint and "evil" not in endpoint)


def test_what_is_known_to_be_down_is_not_asked(microsoft: ScriptedMicrosoft) -> None:
    reachable.remember_down("default")
    assert not reachable.answers_codes("default")
    assert microsoft.redeemed == []
    reachable.forget_down("default")
    assert reachable.answers_codes("default")
    assert len(microsoft.redeemed) == 1


def test_it_is_asked_once_in_a_while(microsoft: ScriptedMicrosoft) -> None:
    for _ in range(3):
        assert reachable.answers_codes("default")
    assert len(microsoft.redeemed) == 1
    reachable.seen.update({name: each._replace(until=0.0) for name, each in reachable.seen.items()})
    assert reachable.answers_codes("default")
    assert len(microsoft.redeemed) == 2


@pytest.mark.parametrize("before", [None, True, False])
def test_while_one_thread_asks_the_others_go_on_with_the_answer_of_before(before: bool | None) -> None:
    asked, may_answer = threading.Event(), threading.Event()

    def slow() -> bool:
        asked.set()
        return may_answer.wait(10)

    if before is not None:
        reachable.seen["default"] = reachable.Seen(before, until=0.0)
    first = threading.Thread(target=lambda: reachable.answers("default", slow))
    first.start()
    assert asked.wait(10)
    assert reachable.answers("default", fails) == (before is not False)
    may_answer.set()
    first.join()
    assert reachable.answers("default", fails), "what the first was told"


def fails() -> bool:
    raise AssertionError("it is asked already")


@pytest.mark.parametrize("seconds", [0.0, reachable.LONGEST_ASKING])
def test_a_question_that_never_ends_is_asked_anew(seconds: float) -> None:
    lost = reachable.Asking()
    lost.at -= seconds
    reachable.asking["default"] = lost
    assert reachable.answers("default", lambda: False) == (seconds == 0.0)


def test_a_question_that_fails_is_asked_again() -> None:
    with pytest.raises(AssertionError):
        reachable.answers("default", fails)
    assert not reachable.answers("default", lambda: False)
