"""What counts as an outage when a stale session asks Entra: our own question failed. All else lengthens nothing."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from browsing import Person, browser, reason_of, username
from django.contrib.auth.models import User
from django_entrance.entra import reachable
from django_entrance.entra.authorities import authority_of, configured_authorities
from django_entrance.entra.client import client_of
from django_entrance.entra.graph_groups import pauses
from django_entrance.models import EntraSession
from django_entrance.verification.metadata.waiting import MOST_BRIEF, MOST_WAITING, brief_slots, process_slots
from entra_double import RunningEntra
from entra_double._world.principals import Group
from entra_double._world.seed import CONTOSO
from many_groups import ADA, GRACE, graph_permission, group_id, make_world, settings_for
from scripted_microsoft import Handler, ScriptedMicrosoft, replies
from sessions.test_recheck import ask, change, down, make_stale

pytestmark = pytest.mark.django_db

JSON = {"accept": "application/json"}


@pytest.fixture
def stale(microsoft: ScriptedMicrosoft) -> Any:
    """A browser whose session Entra must be asked about again."""
    return stale_session(microsoft)


@pytest.fixture
def other(microsoft: ScriptedMicrosoft) -> Any:
    """The browser of another person, whose session is stale, too."""
    return stale_session(microsoft)


def stale_session(microsoft: ScriptedMicrosoft) -> Any:
    client = browser()
    assert microsoft.sign_in(client).status_code == 302
    client.cookies.pop("entrance_rounds")
    make_stale(client)
    return client


def forget_keys() -> None:
    """Let the process be one that has just begun."""
    configured_authorities.cache_clear()


# the token endpoint


@pytest.mark.parametrize(
    "answer",
    [
        replies(429, {"error": "too many"}),
        replies(404, {"error": "not found"}),
        replies(403, b"<html>The request was blocked", Content_Type="text/html"),
        replies(200, b"<html>The request was blocked", Content_Type="text/html"),
        replies(302, b"", Location="https://evil.example/"),
        replies(200, {"access_token": "opaque"}),
        replies(400, {"error": "temporarily_unavailable"}),
    ],
    ids=["throttled", "not found", "blocked", "blocked with 200", "redirect", "no ID token", "told as JSON"],
)
def test_what_answers_to_a_made_up_code_is_no_outage(
    microsoft: ScriptedMicrosoft, stale: Any, other: Any, answer: Callable[[Handler], None]
) -> None:
    way_back = microsoft.bring(ask(stale)["Location"], code="made-up")
    microsoft.answer = answer
    assert stale.get(way_back).status_code in {403, 503, 401}
    for client in (stale, other):
        assert client.get("/", headers=JSON).json().get("username", "") == ""
    assert other.get("/", headers=JSON).json()["reason"] == "session_stale"


@pytest.mark.parametrize("answer", [replies(500, b"down"), replies(503, {}), down], ids=["500", "503", "hangs up"])
def test_a_code_that_the_token_endpoint_cannot_bear_is_none(
    microsoft: ScriptedMicrosoft, stale: Any, other: Any, answer: Callable[[Handler], None]
) -> None:
    """The person has made the code up, who is perhaps out by now: neither this session lives on, nor any other."""

    def cannot_bear_it(handler: Handler) -> None:
        is_made_up = vars(handler)["sent"].get("code") == "made-up"
        (answer if is_made_up else replies(400, {"error": "invalid_request"}))(handler)

    microsoft.answer = cannot_bear_it
    for _ in range(2):
        page = stale.get(microsoft.bring(ask(stale)["Location"], code="made-up"))
        assert (page.status_code, reason_of(page)) == (503, "sign_in_unanswered")
        for client in (stale, other):
            assert client.get("/", headers=JSON).json()["reason"] == "session_stale"
    assert not reachable.is_known_down("default")
    assert ["code" in sent for sent in microsoft.redeemed].count(False) == 1, "it is asked once in ten seconds"


@pytest.mark.parametrize("answer", [replies(500, b"down"), replies(503, {}), down], ids=["500", "503", "hangs up"])
def test_a_token_endpoint_that_is_down_is_one(
    microsoft: ScriptedMicrosoft, stale: Any, other: Any, answer: Callable[[Handler], None]
) -> None:
    way_back = microsoft.bring(ask(stale)["Location"])
    microsoft.answer = answer
    assert stale.get(way_back)["Location"] == "/?page=2"
    for client in (stale, other):
        assert username(client) == "ada@contoso.example"


def test_throttling_does_not_make_an_authority_unreachable(microsoft: ScriptedMicrosoft) -> None:
    microsoft.documents_status = 429
    assert reachable.is_reachable("default")
    reachable.seen.clear()
    microsoft.documents_status = 503
    assert not reachable.is_reachable("default")


@pytest.mark.parametrize("is_down", [True, False])
def test_an_outage_is_remembered_until_entra_answers(microsoft: ScriptedMicrosoft, stale: Any, is_down: bool) -> None:
    way_back = microsoft.bring(ask(stale)["Location"])
    reachable.remember_down("default")
    until = reachable.seen["default"].until
    if is_down:
        microsoft.answer = replies(503, b"")
    assert stale.get(way_back)["Location"] == "/?page=2"
    assert reachable.is_known_down("default") == is_down
    assert not is_down or reachable.seen["default"].until == until, "not longer for another failure"


# the signing keys


def test_a_crowd_is_no_outage(microsoft: ScriptedMicrosoft, stale: Any, other: Any) -> None:
    way_back = microsoft.bring(ask(stale)["Location"])
    forget_keys()
    authority_of("default").keys.start = lambda run: None  # the fetch hangs

    def let_a_crowd_come(handler: Handler) -> None:
        process_slots().taken += MOST_WAITING
        brief_slots().taken += MOST_BRIEF
        microsoft.give_token(handler)

    microsoft.answer = let_a_crowd_come
    answer = stale.get(way_back)
    process_slots().taken -= MOST_WAITING
    brief_slots().taken -= MOST_BRIEF
    assert (answer.status_code, reason_of(answer), answer["Retry-After"]) == (503, "authority_unreachable", "1")
    assert other.get("/", headers=JSON).json()["reason"] == "session_stale"
    assert EntraSession.objects.count() == 2


@pytest.mark.parametrize(("status", "location"), [(404, None), (429, None), (500, "/?page=2"), (503, "/?page=2")])
def test_keys_that_are_refused_are_no_outage(
    microsoft: ScriptedMicrosoft, stale: Any, status: int, location: str | None
) -> None:
    way_back = microsoft.bring(ask(stale)["Location"])
    forget_keys()
    microsoft.documents_status = status
    answer = stale.get(way_back)
    assert answer.headers.get("Location") == location
    if location is None:
        assert (answer.status_code, reason_of(answer)) == (503, "authority_unreachable")


def test_documents_that_contradict_the_settings_are_no_outage(microsoft: ScriptedMicrosoft, stale: Any) -> None:
    way_back = microsoft.bring(ask(stale)["Location"])
    forget_keys()
    microsoft.discovery = {"issuer": "https://evil.example/v2.0"}
    answer = stale.get(way_back)
    assert (answer.status_code, reason_of(answer)) == (503, "authority_mismatch")


# Microsoft Graph


STAFF = Group(object_id=group_id(900), tenant_id=CONTOSO.id, name="Staff", members=frozenset({GRACE}))


@pytest.fixture
def grace(entra_server: RunningEntra, settings: Any) -> Person:
    """A person in too many groups, with a stale session, who has just been taken out of the staff's group."""
    emulator = entra_server.emulator
    make_world(emulator)
    emulator.directory = emulator.directory.put(STAFF)
    settings.DEBUG = True
    access = {"groups": {STAFF.object_id: {"is_staff": True}}}
    settings.ENTRANCE = settings_for(entra_server.base_url, ACCESS=access, KEEP_EVENTS=0)
    grace = Person(entra_server, GRACE)
    assert grace.sign_in().status_code == 302
    assert is_staff()
    make_stale(grace.client)
    emulator.directory = emulator.directory.put(replace(STAFF, members=frozenset()))
    return grace


@pytest.fixture
def ada(grace: Person) -> Person:
    """Another person with a stale session, at the same authority."""
    ada = Person(grace.entra, ADA)
    assert ada.sign_in().status_code == 302
    make_stale(ada.client)
    return ada


def is_staff() -> bool:
    return User.objects.get(username__startswith="grace").is_staff


def recheck(person: Person) -> Any:
    return person.come_back(person.at_microsoft(ask(person.client)["Location"]))


def take_permission(entra: RunningEntra) -> None:
    """Let Graph refuse to tell groups to the API."""
    directory = entra.emulator.directory
    entra.emulator.directory = directory.remove(graph_permission(entra.emulator))
    client_of.cache_clear()  # the token that it has still says otherwise


def test_graph_takes_the_right_at_a_recheck(grace: Person) -> None:
    assert recheck(grace)["Location"] == "/?page=2"
    assert (username(grace.client), is_staff()) == ("grace@contoso.example", False)


def test_where_graph_refuses_to_tell_the_groups_of_a_person_their_session_ends(grace: Person, ada: Person) -> None:
    """A token of theirs would be refused, too. It says nothing of the authority, and nothing of another person."""
    take_permission(grace.entra)
    answer = recheck(grace)
    assert (answer.status_code, reason_of(answer)) == (503, "graph_unreachable")
    assert (username(grace.client), EntraSession.objects.count()) == ("", 1)
    assert ada.client.get("/", headers=JSON).json()["reason"] == "session_stale"
    assert recheck(ada)["Location"] == "/?page=2"


@pytest.mark.parametrize("kind", ["unavailable", "down"])
def test_while_graph_is_down_the_session_lives_on_and_that_of_another_person_is_asked_about(
    grace: Person, ada: Person, kind: Any
) -> None:
    with grace.entra.outage("graph", kind):
        assert recheck(grace)["Location"] == "/?page=2"
    assert username(grace.client) == "grace@contoso.example"
    assert ada.client.get("/", headers=JSON).json()["reason"] == "session_stale"
    change(grace.client, respite=0)
    pauses.clear()
    assert recheck(grace)["Location"] == "/?page=2"
    assert not is_staff()


def test_what_is_remembered_of_graph_is_an_outage_as_long(grace: Person) -> None:
    with grace.entra.outage("graph", "unavailable"):
        recheck(grace)
    change(grace.client, respite=0)
    assert recheck(grace)["Location"] == "/?page=2"
    assert (username(grace.client), is_staff()) == ("grace@contoso.example", True)


def test_throttling_of_graph_neither_ends_nor_lengthens_the_session(grace: Person) -> None:
    with grace.entra.outage("graph", "throttled"):
        for _ in range(2):
            answer = recheck(grace)
            assert (answer.status_code, reason_of(answer)) == (503, "graph_unreachable")
    assert grace.client.get("/", headers=JSON).json()["reason"] == "session_stale"
    pauses.clear()
    assert recheck(grace)["Location"] == "/?page=2"
