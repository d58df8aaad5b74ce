"""A registration that is killed, throttled, refused or made twice at once: it ends right, or says what is left."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django_entrance.entra.http_client import Answer
from django_entrance.entra.registration.applying import Stopped
from django_entrance.entra.registration.calls import MOST_TRIES, GraphCalls, Refused
from django_entrance.verification.metadata.fetch import TooLarge
from empty_tenant import DIRECTORY, made, settings_for
from entra_double import RunningEntra
from registrations import Killed, answer, calls_of, graph_of, run

pytestmark = pytest.mark.entra(directory=DIRECTORY)

WRITES = 10
"""How many calls a whole run makes; a test compares it."""

EVERY_WRITE = range(1, WRITES + 1)
WHOLE = {"applications": 2, "service principals": 2, "grants": 4, "assignments": 0, "secrets": 1}


@pytest.fixture
def entra(entra_server: RunningEntra, settings: Any, empty_environment: None) -> RunningEntra:
    settings.DEBUG = True
    settings.ENTRANCE = settings_for(entra_server)
    return entra_server


def counted(entra: RunningEntra) -> dict[str, int]:
    return {name: number for name, number in made(entra.emulator.directory).items() if name in WHOLE}


def test_control_a_whole_run_makes_that_many_calls(entra: RunningEntra) -> None:
    calls = calls_of(entra)
    outcome = run(entra, calls)
    assert (len(calls.writes), outcome.left, calls.waits) == (WRITES, (), [])
    assert counted(entra) == WHOLE
    again = calls_of(entra)
    assert run(entra, again).done == ()
    assert again.writes == []


@pytest.mark.parametrize("number", EVERY_WRITE)
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_any_call_the_next_run_ends_right(entra: RunningEntra, number: int, when: str) -> None:
    def kill(now: int, *_: Any) -> Any:
        if now == number:
            raise Killed
        return _[-1] if when == "after" else None

    with pytest.raises(Killed):
        run(entra, calls_of(entra, **{when: kill}))
    again = calls_of(entra)
    outcome = run(entra, again)
    assert outcome.left == ()
    assert counted(entra) == WHOLE
    assert len(again.writes) == WRITES - number + (when == "before")
    assert bool(outcome.secret) is not (number == WRITES and when == "after"), "a lost secret is not made twice"


@pytest.mark.parametrize("number", EVERY_WRITE)
def test_two_administrators_at_once_double_nothing(entra: RunningEntra, number: int) -> None:
    others: list[Any] = []

    def run_whole(now: int, *_: Any) -> None:
        if now == number and not others:
            others.append(run(entra))
            entra.advance(1)

    outcome = run(entra, calls_of(entra, before=run_whole))
    assert (outcome.left, others[0].left) == ((), ())
    assert counted(entra) == WHOLE
    assert others[0].secret
    assert not outcome.secret
    assert outcome.is_secret_taken_back is (number == WRITES)


@pytest.mark.parametrize("number", EVERY_WRITE)
def test_a_throttled_call_waits_as_long_as_graph_says(entra: RunningEntra, number: int) -> None:
    throttled: list[int] = []

    def throttle(now: int, *_: Any) -> Answer | None:
        if now == number and not throttled:
            throttled.append(now)
            return answer(429, "TooManyRequests", Retry_After="17")
        return None

    calls = calls_of(entra, before=throttle)
    assert run(entra, calls).left == ()
    assert (counted(entra), calls.waits) == (WHOLE, [17.0])


@pytest.mark.parametrize("status", [404, 400])
@pytest.mark.parametrize("number", EVERY_WRITE)
def test_what_is_not_everywhere_yet_is_asked_again(entra: RunningEntra, number: int, status: int) -> None:
    """The registration itself is made by its unique name, which needs no other object."""
    early: list[int] = []
    message = "The appId 'x' does not reference a valid application object."

    def not_yet(now: int, method: str, url: str) -> Answer | None:
        if now >= number and "uniqueName" not in url and len(early) < 3:
            early.append(now)
            return answer(status, "Request_ResourceNotFound", message)
        return None

    calls = calls_of(entra, before=not_yet)
    assert run(entra, calls).left == ()
    assert counted(entra) == WHOLE
    assert calls.waits == [2.0, 4.0, 8.0]


def test_what_never_comes_stops_the_run_and_says_so(entra: RunningEntra) -> None:
    calls = calls_of(entra, before=lambda now, method, url: answer(404, "X", "gone") if now >= 3 else None)
    with pytest.raises(Stopped) as stopped:
        run(entra, calls)
    assert stopped.value.left.change.key == "API, enterprise application"
    assert "Graph answered 404 X: gone" in stopped.value.left.why
    assert [change.key for change in stopped.value.done] == ["API", "API, properties"]
    assert len(calls.writes) == 2 + MOST_TRIES


def test_reads_that_lag_behind_do_not_make_a_second_one(entra: RunningEntra) -> None:
    """A server of Graph's that does not know the API yet: its unique name is changed, not made again."""
    reads: list[str] = []

    def lag(now: int, method: str, url: str) -> Answer | None:
        if method == "GET" and "uniqueName='django-entrance-logbook-api'" in url:
            reads.append(url)
            return answer(404, "Request_ResourceNotFound", "not yet") if len(reads) in (2, 3) else None
        return None

    calls = calls_of(entra, before=lag)
    outcome = run(entra, calls)
    assert (outcome.left, counted(entra)) == ((), WHOLE)
    assert outcome.secret


def test_a_result_that_does_not_appear_is_left(entra: RunningEntra) -> None:
    run(entra)
    calls = calls_of(
        entra,
        before=lambda now, method, url: answer(404, "X") if "uniqueName='django-entrance-logbook-f" in url else None,
    )
    with pytest.raises(Stopped):
        run(entra, calls)
    hidden = calls_of(
        entra,
        after=lambda now, method, url, given: (
            answer(404, "X") if method == "GET" and "uniqueName='django-entrance-logbook-f" in url else given
        ),
    )
    outcome = run(entra, hidden)
    assert [left.change.key for left in outcome.left] == ["front end"]
    assert "Run the command again" in outcome.left[0].why
    assert counted(entra) == WHOLE


@pytest.mark.parametrize("number", EVERY_WRITE)
def test_a_lost_answer_is_asked_again_unless_it_has_the_secret(entra: RunningEntra, number: int) -> None:
    lost: list[int] = []

    def lose(now: int, method: str, url: str, given: Answer) -> Answer:
        if now == number and not lost:
            lost.append(now)
            raise ConnectionResetError
        return given

    outcome = run(entra, calls_of(entra, after=lose))
    assert counted(entra) == WHOLE
    assert [left.change.key for left in outcome.left] == (["secret"] if number == WRITES else [])
    if number == WRITES:
        assert "ConnectionResetError" in outcome.left[0].why
        assert "its value is lost" in outcome.left[0].why


def test_an_answer_of_an_outage_may_have_made_the_secret(entra: RunningEntra) -> None:
    calls = calls_of(entra, before=lambda now, method, url: answer(504, "X") if now == WRITES else None)
    outcome = run(entra, calls)
    assert [left.why.partition(":")[0] for left in outcome.left] == ["Graph answered 504"]
    assert len(calls.writes) == WRITES
    once_more = calls_of(entra, before=lambda now, method, url: answer(504, "X") if now == 1 else None)
    assert run(entra, once_more).left != (), "one of two: the secret is asked for once"


def test_a_secret_is_shown_even_if_the_result_cannot_be_read(entra: RunningEntra) -> None:
    calls = calls_of(entra)
    calls.before = lambda now, method, url: (
        answer(500, "X") if method == "GET" and any("addPassword" in path for _, path in calls.writes) else None
    )
    outcome = run(entra, calls)
    assert outcome.secret
    assert counted(entra) == WHOLE
    with pytest.raises(Refused, match="Graph answered 500"):
        run(entra, calls_of(entra, before=lambda now, method, url: answer(500, "X") if method == "GET" else None))
    reads: list[str] = []

    def later(now: int, method: str, url: str) -> Answer | None:
        reads.append(url)
        return answer(500, "X") if len(reads) > 10 else None

    with pytest.raises(Refused, match="Graph answered 500"):
        run(entra, calls_of(entra, before=later))


def test_a_list_that_cannot_be_read_is_no_empty_one(entra: RunningEntra) -> None:
    run(entra)
    lists = calls_of(entra, before=lambda now, method, url: answer(500, "X") if "PermissionGrants" in url else None)
    with pytest.raises(Refused, match="Graph answered 500"):
        run(entra, lists)


def test_an_answer_that_is_too_large_is_not_asked_for_again(entra: RunningEntra) -> None:
    def too_large(*_: Any) -> Answer | None:
        raise TooLarge("the document has more than 1000000 bytes")

    calls = calls_of(entra, before=too_large)
    with pytest.raises(Refused, match="more than 1000000 bytes"):
        run(entra, calls)
    assert calls.waits == []


def denied_for(*methods: str) -> Any:
    return lambda now, method, url: (
        answer(403, "Authorization_RequestDenied", "Insufficient privileges.")
        if "PermissionGrants" in url and method in methods
        else None
    )


def test_without_the_permission_for_consent_the_rest_is_made(entra: RunningEntra) -> None:
    outcome = run(entra, calls_of(entra, before=denied_for("POST")))
    assert len(outcome.left) == 3
    assert "Needed: the permission DelegatedPermissionGrant.ReadWrite.All" in outcome.left[0].why
    assert "Cloud Application Administrator" in outcome.left[0].why
    assert outcome.secret
    unread = run(entra, calls_of(entra, before=denied_for("GET", "POST")))
    assert unread.left == ()
    assert unread.found.unread == frozenset({"grants"}), "what may not be read is not asked for"
    assert run(entra).left == ()
    assert counted(entra) == WHOLE


def test_without_the_permission_for_applications_nothing_is_made(entra: RunningEntra) -> None:
    with pytest.raises(Stopped, match=r"Needed: the permission Application.ReadWrite.All"):
        run(entra, calls_of(entra), "Application.Read.All", "DelegatedPermissionGrant.ReadWrite.All")
    assert counted(entra)["applications"] == 0


def test_no_repr_has_a_secret(entra: RunningEntra) -> None:
    graph = graph_of(entra, calls_of(entra))
    assert repr(graph) == f"<GraphCalls to {graph.host}>"
    outcome = run(entra)
    assert outcome.secret
    assert outcome.secret not in repr(outcome)


@pytest.mark.parametrize(
    ("link", "told"),
    [
        ("https://graph.example/v1.0/next", None),
        ("https://graph.example.evil.example/v1.0/next", "Graph linked to another host"),
        ("https://graph.example/v1.0/rows", "Graph has more than 100 pages"),
    ],
)
def test_part_of_a_list_is_not_the_list(link: str, told: str | None) -> None:
    pages = {
        "https://graph.example/v1.0/rows": {"value": [{"id": "1"}], "@odata.nextLink": link},
        "https://graph.example/v1.0/next": {"value": [{"id": "2"}]},
    }
    graph = GraphCalls("https://graph.example", "a", lambda method, url, **_: Answer(200, {}, json.dumps(pages[url])))
    if told is None:
        assert [each["id"] for each in graph.every_row("/rows")] == ["1", "2"]
    else:
        with pytest.raises(Refused, match=told):
            list(graph.every_row("/rows"))


def test_what_graph_says_is_told_on_one_line() -> None:
    said = answer(400, "Bad\nDone", "\x1b[2Kall is well")
    with pytest.raises(Refused) as refused:
        GraphCalls("https://graph.example", "a", lambda *_, **__: said).ask("GET", "/x")
    assert str(refused.value) == "GET /x: Graph answered 400 Bad\ufffdDone: \ufffd[2Kall is well"
