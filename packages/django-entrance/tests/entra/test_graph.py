"""``graph`` and ``agraph``: Graph for the person who calls, at entra-double and as a test scripts it."""

import base64
import json
from collections.abc import Iterator
from traceback import walk_tb
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from browsing import ADA, GRACE
from calling import CP1, DOORS, VIEWS, CallingPerson, access_token, asking, change_person, reason, revoke
from django.contrib.auth.models import AnonymousUser, User
from django.test import RequestFactory
from django_entrance.bearer.authentication import identify_token
from django_entrance.entra import graph as graph_module
from django_entrance.entra.graph import agraph, graph
from django_entrance.entra.graph_faults import GraphError
from django_entrance.entra.on_behalf_of import token_for
from django_entrance.identified_request import attach_user
from django_entrance.metrics import GRAPH_CALLS, GRAPH_RETRIES
from django_entrance.verification.errors import GraphUnanswered, InteractionChallenged, InteractionRequired, NotSignedIn
from django_entrance.verification.metadata.fetch import LARGEST_DOCUMENT
from entra_double import RunningEntra
from many_groups import Answers, answering
from measured import Measurements

pytestmark = pytest.mark.django_db(transaction=True)

ME = {"id": ADA, "displayName": "Ada Lovelace"}
NBF = {"access_token": {"nbf": {"essential": True, "value": "1635527790"}}}


def challenge(claims: Any = NBF) -> dict[str, str]:
    text = base64.b64encode(json.dumps(claims).encode()).decode()
    return {"WWW-Authenticate": f'Bearer realm="", client_id="0", error="insufficient_claims", claims="{text}"'}


@pytest.fixture
def scripted(calling: RunningEntra, settings: Any) -> Iterator[Answers]:
    """Another Graph; tokens are still entra-double's."""
    with answering(Answers()) as answers:
        settings.ENTRANCE = settings.ENTRANCE | {"GRAPH_HOST": answers.host}
        yield answers


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits between calls, which take no time here."""
    waited: list[float] = []
    monkeypatch.setattr(graph_module, "pause", waited.append)
    return waited


def request_of(entra: RunningEntra, **claims: Any) -> Any:
    token = access_token(entra, **claims)
    request = RequestFactory().get("/", headers={"authorization": f"Bearer {token}"})
    identity = identify_token(token)
    assert identity is not None
    user = User.objects.get_or_create(username="ada")[0]
    request.user = user
    attach_user(request, user, identity)
    return request


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("view", VIEWS)
def test_who_am_i(calling: RunningEntra, door: str, view: str) -> None:
    told = CallingPerson(calling, door, GRACE).get(f"{view}me/").json()
    assert (told["id"], told["displayName"]) == (GRACE, "Grace Hopper")


def test_nobody_has_no_graph(calling: RunningEntra) -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    with pytest.raises(NotSignedIn):
        graph(request)


def test_the_query_is_written_without_dollar_signs(calling: RunningEntra, scripted: Answers) -> None:
    scripted.scripted = {"/me/messages": (200, {}, {"value": []})}
    graph(request_of(calling)).get("/me/messages", top=5, select="id,subject", count=True, search='"a b"', own="x")
    [(path, _)] = scripted.asked
    assert path == "/v1.0/me/messages?$top=5&$select=id,subject&$count=true&$search=%22a+b%22&own=x"
    graph(request_of(calling)).get("/me/messages", version="beta")
    assert scripted.asked[1][0] == "/beta/me/messages"


@pytest.mark.parametrize(
    "path",
    [
        "me",
        "//evil.example/",
        "/me/../users",
        "/me/./x",
        "/users/%2e%2e/me",
        "/users/x/.%2E/.%2e/me",
        "/users/%2e/me",
        "/me?$select=id",
        "/me#x",
        "/me\\x",
        "/me\n",
        "https://evil.example/",
        "/",
    ],
)
def test_a_path_leads_nowhere_else(calling: RunningEntra, path: str) -> None:
    with pytest.raises(ValueError, match="Expected a path"):
        graph(request_of(calling)).get(path)
    with pytest.raises(ValueError, match="Expected a path"):
        graph(request_of(calling)).get("/me", version="v9")


def test_pages_are_followed_on_the_same_host(calling: RunningEntra, scripted: Answers) -> None:
    first = {"value": [1], "@odata.nextLink": f"{scripted.host}/v1.0/next"}
    scripted.scripted = {"/me/messages": (200, {}, first), "/next": (200, {}, {"value": [2]})}
    pages = list(graph(request_of(calling)).pages("/me/messages"))
    assert [page["value"] for page in pages] == [[1], [2]]

    request = request_of(calling)

    async def every_page() -> list[Any]:
        return [page["value"] async for page in agraph(request).pages("/me/messages")]

    assert async_to_sync(every_page)() == [[1], [2]]


@pytest.mark.parametrize("link", ["https://evil.example/v1.0/next", "//evil.example/", "/v1.0/next", 5, " {}/next"])
def test_pages_elsewhere_are_not(calling: RunningEntra, scripted: Answers, link: Any) -> None:
    link = link.format(scripted.host) if isinstance(link, str) else link
    scripted.scripted = {"/me/messages": (200, {}, {"value": [], "@odata.nextLink": link})}
    pages = graph(request_of(calling)).pages("/me/messages")
    assert next(pages) is not None
    with pytest.raises(GraphUnanswered) as refused:
        next(pages)
    assert "another host" in str(refused.value)
    assert len(scripted.asked) == 1


def test_redirects_are_not_followed(calling: RunningEntra, scripted: Answers) -> None:
    scripted.scripted = {"/me": (302, {"Location": f"{scripted.host}/v1.0/elsewhere"}, {})}
    with pytest.raises(GraphError, match="302"):
        graph(request_of(calling)).get("/me")
    assert len(scripted.asked) == 1


def test_an_error_has_code_message_and_request_id(calling: RunningEntra, scripted: Answers) -> None:
    told = {"error": {"code": "Request_ResourceNotFound", "message": "Resource 'ada@contoso.example' does not exist."}}
    scripted.scripted = {"/users/x": (404, {"request-id": "7"}, told)}
    with pytest.raises(GraphError) as raised:
        graph(request_of(calling)).get("/users/x")
    error = raised.value
    assert (error.status, error.code, error.request_id) == (404, "Request_ResourceNotFound", "7")
    assert "ada@contoso.example" in error.message
    assert str(error) == "Graph answered 404 Request_ResourceNotFound"


@pytest.mark.parametrize("told", [{}, [], {"error": "text"}, b"<html>"])
def test_an_error_of_another_shape_has_its_status(calling: RunningEntra, scripted: Answers, told: Any) -> None:
    scripted.scripted = {"/me": (403, {}, told)}
    with pytest.raises(GraphError) as raised:
        graph(request_of(calling)).get("/me")
    assert (raised.value.status, raised.value.code, str(raised.value)) == (403, "", "Graph answered 403")


@pytest.mark.parametrize("told", [[], b"nonsense", b"x" * (LARGEST_DOCUMENT + 1)])
def test_an_answer_of_another_shape_is_none(calling: RunningEntra, scripted: Answers, told: Any) -> None:
    scripted.scripted = {"/me": (200, {}, told)}
    with pytest.raises(GraphUnanswered):
        graph(request_of(calling)).get("/me")


@pytest.mark.parametrize(("status", "header", "waited"), [(429, "3", 3), (503, "1", 1), (504, "0", 1)])
def test_it_comes_back_when_graph_says_so(
    calling: RunningEntra,
    scripted: Answers,
    pauses: list[float],
    measurements: Measurements,
    status: int,
    header: str,
    waited: int,
) -> None:
    scripted.scripted = {"/me": (status, {"Retry-After": header}, {})}
    client = graph(request_of(calling))

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        scripted.scripted = {"/me": (200, {}, ME)}

    client.pause = pause
    assert client.get("/me") == ME
    assert pauses == [waited]
    assert measurements.of(GRAPH_RETRIES) == [()]
    assert measurements.of(GRAPH_CALLS) == [("person", "GET", each, None) for each in (status, 200)]


@pytest.mark.parametrize("header", ["30", "Wed, 21 Oct 2026 07:28:00 GMT", ""])
def test_it_does_not_wait_longer_than_there_is_time(
    calling: RunningEntra, scripted: Answers, pauses: list[float], measurements: Measurements, header: str
) -> None:
    scripted.scripted = {"/me": (429, {"Retry-After": header}, {})}
    with pytest.raises(GraphUnanswered) as refused:
        graph(request_of(calling)).get("/me")
    assert refused.value.retry_after == (30 if header == "30" else 10)
    assert not refused.value.is_outage
    assert pauses == []
    assert measurements.of(GRAPH_RETRIES) == []


def test_an_outage_is_503_in_a_view(calling: RunningEntra, measurements: Measurements) -> None:
    ada = CallingPerson(calling, "bearer")
    with calling.outage("graph", "unavailable"):
        answer = ada.get("/me/")
    assert reason(answer) == (503, "graph_unanswered")
    assert "Retry-After" in answer
    with calling.outage("graph", "down"):
        assert reason(ada.get("/async/me/")) == (503, "graph_unanswered")
    assert measurements.of(GRAPH_CALLS) == [("person", "GET", 503, None), ("person", "GET", None, "OSError")]


def test_no_frame_of_an_outage_holds_a_token(calling: RunningEntra, settings: Any) -> None:
    """An error page shows the variables of every frame, of what an error came from, too."""
    settings.ENTRANCE = settings.ENTRANCE | {"GRAPH_HOST": "http://localhost:9"}
    request = request_of(calling)
    token = token_for(request, "User.Read")
    assert token not in request.headers["authorization"]
    client = graph(request, "User.Read")
    with pytest.raises(GraphUnanswered) as refused:
        client.get("/me")
    frames = [frame for frame, _ in walk_tb(refused.value.__traceback__)][1:]
    fault: BaseException | None = refused.value
    while fault := fault and (fault.__cause__ or fault.__context__):
        frames += [frame for frame, _ in walk_tb(fault.__traceback__)]
    assert len(frames) > 2
    assert not any(token[:40] in repr(frame.f_locals) for frame in frames)


def test_no_call_begins_after_the_time(calling: RunningEntra) -> None:
    with pytest.raises(GraphUnanswered) as refused:
        graph(request_of(calling), seconds=-1).get("/me")
    assert "more than -1 seconds" in str(refused.value)


def test_a_challenge_of_graph_travels_to_the_caller_and_the_token_is_forgotten(calling: RunningEntra) -> None:
    """Continuous access evaluation: the password has changed, and Entra takes the caller's token no longer."""
    ada = CallingPerson(calling, "bearer", **CP1)
    assert ada.get("/me/").status_code == 200
    revoke(calling)
    answer = ada.get("/me/")
    assert reason(answer) == (401, "further_proof_needed")
    wanted = json.loads(base64.b64decode(answer.json()["claims"]))
    assert "nbf" in wanted["access_token"]
    change_person(calling, valid_from=0)
    with asking(calling, 1):
        assert ada.get("/me/").status_code == 200


def test_after_a_new_sign_in_the_challenge_is_met_without_the_person(calling: RunningEntra) -> None:
    """Only the kept token is from before; Entra gives another one for the caller's new one."""
    calling.emulator.clock_offset -= 600
    old = CallingPerson(calling, "bearer", sid="the-same", **CP1)
    assert old.get("/me/").status_code == 200
    revoke(calling)
    new = CallingPerson(calling, "bearer", sid="the-same", **CP1)
    with asking(calling, 1):
        assert new.get("/me/").status_code == 200
    with asking(calling, 0):
        assert new.get("/me/").status_code == 200


def test_a_client_without_the_capability_is_told_to_sign_in_again(calling: RunningEntra) -> None:
    ada = CallingPerson(calling, "bearer")
    assert ada.get("/me/").status_code == 200
    revoke(calling)
    assert reason(ada.get("/me/")) == (401, "on_behalf_of_expired")


def test_a_challenge_that_a_new_token_does_not_meet_travels_on(calling: RunningEntra, scripted: Answers) -> None:
    scripted.scripted = {"/me": (401, challenge(), {})}
    with asking(calling, 2), pytest.raises(InteractionChallenged) as refused:
        graph(request_of(calling, **CP1)).get("/me")
    assert json.loads(base64.b64decode(refused.value.claims)) == NBF
    assert len(scripted.asked) == 2
    with pytest.raises(InteractionRequired) as of_other:
        graph(request_of(calling)).get("/me")
    assert of_other.value.status == 403


@pytest.mark.parametrize("headers", [{}, challenge("nonsense"), {"WWW-Authenticate": 'Bearer error="invalid_token"'}])
def test_a_token_that_graph_does_not_take_is_renewed_once(
    calling: RunningEntra, scripted: Answers, headers: dict[str, str]
) -> None:
    scripted.scripted = {"/me": (401, headers, {"error": {"code": "InvalidAuthenticationToken", "message": "No."}})}
    with asking(calling, 2), pytest.raises(GraphError, match="401 InvalidAuthenticationToken"):
        graph(request_of(calling)).get("/me")
    assert len(scripted.asked) == 2


def test_a_batch_is_answered_in_order(calling: RunningEntra, scripted: Answers, pauses: list[float]) -> None:
    told = [{"id": "2", "status": 404, "body": {}}, {"id": "1", "status": 200, "headers": {"A": 1}, "body": ME}]
    scripted.scripted = {"/$batch": (200, {}, {"responses": told})}
    requests: list[Any] = ["/me", {"method": "POST", "url": "/me/x", "body": {}}]
    answers = graph(request_of(calling)).batch(requests)
    assert [(each.status, each.is_good) for each in answers] == [(200, True), (404, False)]
    assert (answers[0].body, answers[0].headers) == (ME, {"A": "1"})
    assert async_to_sync(agraph(request_of(calling)).batch)(requests) == answers


def test_requests_that_graph_limits_are_sent_once_more(
    calling: RunningEntra, scripted: Answers, pauses: list[float]
) -> None:
    def told(status: int) -> dict[str, Any]:
        limited = {"id": "2", "status": status, "headers": {"Retry-After": "2"}, "body": None}
        return {"responses": [{"id": "1", "status": 200, "body": ME}, limited]}

    scripted.scripted = {"/$batch": (200, {}, told(429))}
    assert [each.status for each in graph(request_of(calling)).batch(["/me", "/me/x"])] == [200, 429]
    assert pauses == [2]
    assert len(scripted.asked) == 2


@pytest.mark.parametrize("responses", [None, [1], [{"id": "1", "status": "200"}], [{"id": "2", "status": 200}], []])
def test_a_batch_of_another_shape_is_none(calling: RunningEntra, scripted: Answers, responses: Any) -> None:
    scripted.scripted = {"/$batch": (200, {}, {"responses": responses})}
    with pytest.raises(GraphUnanswered):
        graph(request_of(calling)).batch(["/me"])


def test_the_token_is_in_no_representation(calling: RunningEntra) -> None:
    client = graph(request_of(calling))
    client.get("/me")
    assert "eyJ" not in repr(client) + repr(vars(client)) + repr(vars(client.http))
