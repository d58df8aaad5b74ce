"""Groups that a token does not name are asked of Microsoft Graph: real MSAL Python, against entra-double."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django_entrance.accounts.grants import current_grant
from django_entrance.backends import EntraBackend
from django_entrance.bearer.authentication import identify_token
from django_entrance.conf.loading import current_settings
from django_entrance.entra import graph_groups, graph_http
from django_entrance.entra.client import client_of
from django_entrance.entra.graph_groups import member_groups
from django_entrance.entra.graph_http import graph_scope
from django_entrance.metrics import GRAPH_CALLS
from django_entrance.verification.errors import GraphUnreachable, OverageUnresolved
from django_entrance.verification.metadata.fetch import LARGEST_DOCUMENT
from entra_double import Entra, RunningEntra
from many_groups import ADA, CHECKS, GRACE, MAPPED, Answers, answering, calls, group_id, identity_of, make_world
from many_groups import settings_for as world_settings
from measured import Measurements
from scripted import ADA as SOMEBODY
from token_watch import keep_secret

EVEN, ODD = frozenset(MAPPED[::2]), frozenset(MAPPED[1::2])


@pytest.fixture
def entra(entra_server: RunningEntra, settings: Any) -> RunningEntra:
    make_world(entra_server.emulator)
    settings.DEBUG = True
    settings.ENTRANCE = world_settings(entra_server.base_url)
    return entra_server


@pytest.fixture(autouse=True)
def no_token_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    yield
    assert "eyJ" not in caplog.text


def test_only_the_groups_that_access_names_are_asked_for(entra: RunningEntra, measurements: Measurements) -> None:
    identity = identity_of(entra)
    assert "groups" not in identity.claims.all
    assert member_groups(identity) == EVEN
    assert calls(entra) == {"token": 1, CHECKS: 3}
    assert measurements.of(GRAPH_CALLS) == [("memberships", "POST", 200, None)] * 3


def test_twenty_threads_with_one_token_ask_once_until_the_token_changes(entra: RunningEntra) -> None:
    identity = identity_of(entra)
    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(lambda _: member_groups(identity), range(20)))
    assert found == [EVEN] * 20
    assert calls(entra) == {"token": 1, CHECKS: 3}
    for _ in range(3):
        assert member_groups(identity) == EVEN
    assert calls(entra) == {"token": 1, CHECKS: 3}
    assert member_groups(identity_of(entra)) == EVEN
    assert calls(entra) == {"token": 1, CHECKS: 6}


def test_a_token_that_is_not_remembered_is_asked_for_once_too(entra: RunningEntra, settings: Any) -> None:
    """With REMEMBERED_TOKENS 0 each request makes an identity of its own."""
    settings.ENTRANCE = settings.ENTRANCE | {"REMEMBERED_TOKENS": 0}
    token = entra.token("grace@contoso.example", uti="the-same")
    for _ in range(2):
        identity = identify_token(token)
        assert identity is not None
        assert member_groups(identity) == EVEN
    assert calls(entra) == {"token": 1, CHECKS: 3}


@pytest.mark.entra(api_token_version=1)
def test_the_overage_of_a_v1_token_is_seen(entra: RunningEntra) -> None:
    entra.emulator.use_access_token_version(1)
    identity = identity_of(entra, version=1)
    assert identity.claims.all["ver"] == "1.0"
    assert set(current_grant(identity).groups) == EVEN


@pytest.mark.parametrize(
    "claims",
    [
        {"_claim_names": None, "_claim_sources": None, "hasgroups": True},
        {"_claim_names": None, "_claim_sources": None, "hasgroups": "true"},
        {"groups": [group_id(1)]},
        {"groups": []},
    ],
    ids=str,
)
def test_other_shapes_of_an_overage_ask_graph(entra: RunningEntra, claims: dict[str, Any]) -> None:
    assert set(current_grant(identity_of(entra, **claims)).groups) == EVEN


@pytest.mark.parametrize(
    "claims",
    [
        {"_claim_names": None, "groups": [group_id(1), group_id(2).upper()]},
        {"_claim_names": {"address": "src1"}, "groups": [group_id(1), group_id(2)]},
        {"_claim_names": None, "hasgroups": False, "groups": [group_id(1), group_id(2)]},
    ],
    ids=str,
)
def test_groups_in_the_token_ask_nobody(entra: RunningEntra, claims: dict[str, Any]) -> None:
    assert current_grant(identity_of(entra, **claims)).groups == (group_id(1), group_id(2))
    assert calls(entra) == {}


def test_the_address_in_the_token_is_never_asked(entra: RunningEntra) -> None:
    with answering(Answers()) as trap:
        sources = {"src1": {"endpoint": f"{trap.host}/v1.0/users/{GRACE}/getMemberObjects"}}
        identity = identity_of(entra, _claim_names={"groups": "src1"}, _claim_sources=sources)
        assert set(current_grant(identity).groups) == EVEN
        assert trap.asked == []


def test_without_credentials_an_overage_is_refused(entra: RunningEntra, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"CLIENT_SECRET": None}
    with pytest.raises(OverageUnresolved) as caught:
        current_grant(identity_of(entra))
    assert (caught.value.status, caught.value.reason) == (403, "overage_unresolved")
    assert calls(entra) == {}


def test_refuse_asks_nobody(entra: RunningEntra, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"OVERAGE": "refuse"}
    with pytest.raises(OverageUnresolved):
        current_grant(identity_of(entra))
    assert calls(entra) == {}


@pytest.mark.parametrize(
    ("endpoint", "kind"),
    [
        ("graph", "down"),
        ("graph", "unavailable"),
        ("graph", "throttled"),
        ("graph", "garbage"),
        ("graph", "huge"),
        ("graph", "redirect"),
        ("token", "down"),
        ("token", "unavailable"),
        ("token", "throttled"),
        ("token", "garbage"),
        ("token", "redirect"),
        ("discovery", "unavailable"),
    ],
)
def test_an_outage_is_a_503(entra: RunningEntra, endpoint: Any, kind: Any) -> None:
    identity = identity_of(entra)
    with entra.outage(endpoint, kind), pytest.raises(GraphUnreachable) as caught:
        current_grant(identity)
    assert (caught.value.status, caught.value.reason) == (503, "graph_unreachable")
    assert caught.value.retry_after >= 10


def end_the_wait() -> None:
    """Let the seconds after a failure be over."""
    graph_groups.pauses.clear()
    for flight in graph_groups.known_groups.flights.values():
        flight.retry_at = 0.0


def test_an_outage_delays_one_request_and_not_each_persons(entra: RunningEntra) -> None:
    grace, ada = identity_of(entra), identity_of(entra, "ada@contoso.example", hasgroups=True, groups=None)
    with entra.outage("graph", "unavailable"):
        for identity in (grace, grace, ada):
            with pytest.raises(GraphUnreachable):
                member_groups(identity)
        assert calls(entra)[CHECKS] == 1
    with pytest.raises(GraphUnreachable):
        member_groups(ada)
    end_the_wait()
    assert member_groups(ada) == frozenset(MAPPED[1::2])
    assert member_groups(grace) == EVEN


@pytest.fixture
def between(entra: RunningEntra, settings: Any) -> Iterator[Answers]:
    """A Graph of our own before entra-double's: it passes on what is not scripted."""
    with answering(Answers(passes_to=entra.base_url)) as answers:
        settings.ENTRANCE = settings.ENTRANCE | {"GRAPH_HOST": answers.host}
        yield answers


def test_where_groups_may_not_be_checked_all_pages_are_read(
    entra: RunningEntra, between: Answers, monkeypatch: Any
) -> None:
    monkeypatch.setattr(graph_groups, "LARGEST_PAGE", 100)
    between.scripted[CHECKS] = (403, {}, {"error": {"code": "Authorization_RequestDenied"}})
    assert member_groups(identity_of(entra)) == EVEN
    paths = [path.partition("?")[0].rpartition("/")[2] for path, _ in between.asked]
    assert paths == [CHECKS, *["microsoft.graph.group"] * 3]


def test_a_link_to_another_host_is_not_followed(entra: RunningEntra, between: Answers) -> None:
    with answering(Answers()) as trap:
        page = {"value": [{"id": group_id(0)}], "@odata.nextLink": f"{trap.host}/v1.0/next"}
        between.scripted = {CHECKS: (403, {}, {}), "microsoft.graph.group": (200, {}, page)}
        with pytest.raises(GraphUnreachable):
            member_groups(identity_of(entra))
        assert trap.asked == []


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ({"value": [{"id": group_id(0)}], "@odata.nextLink": 5}, "another host"),
        ({"value": [{"id": 1}]}, "another shape"),
        ({"value": [group_id(0)]}, "another shape"),
        ({"value": None}, "another shape"),
        ([], "another shape"),
    ],
    ids=str,
)
def test_pages_of_another_shape_are_an_outage(
    entra: RunningEntra, between: Answers, page: Any, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    between.scripted = {CHECKS: (403, {}, {}), "microsoft.graph.group": (200, {}, page)}
    with pytest.raises(GraphUnreachable):
        member_groups(identity_of(entra))
    assert told in caplog.messages[-1]


def test_pages_without_an_end_are_an_outage(
    entra: RunningEntra, between: Answers, monkeypatch: Any, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(graph_groups, "MOST_PAGES", 2)
    page = {"value": [], "@odata.nextLink": f"{between.host}/v1.0/microsoft.graph.group"}
    between.scripted = {CHECKS: (403, {}, {}), "microsoft.graph.group": (200, {}, page)}
    with pytest.raises(GraphUnreachable):
        member_groups(identity_of(entra))
    assert "more than 2 pages" in caplog.messages[-1]


def test_calls_end_after_some_seconds(entra: RunningEntra, monkeypatch: Any, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(graph_http, "LONGEST", -1.0)
    with pytest.raises(GraphUnreachable):
        member_groups(identity_of(entra))
    assert "took more than" in caplog.messages[-1]


@pytest.mark.parametrize(
    ("status", "header", "seconds"),
    [(429, "42", 42), (503, "42", 42), (429, "3", 10), (429, "86400", 300), (503, "Wed, 21 Oct 2026 07:28:00 GMT", 10)],
)
def test_graph_says_when_to_come_back(
    entra: RunningEntra, between: Answers, status: int, header: str, seconds: int
) -> None:
    between.scripted[CHECKS] = (status, {"Retry-After": header}, {})
    for _ in range(2):
        with pytest.raises(GraphUnreachable) as caught:
            member_groups(identity_of(entra))
        assert seconds - 1 <= caught.value.retry_after <= seconds


def test_a_token_that_graph_takes_no_longer_is_asked_for_anew(
    entra: RunningEntra, between: Answers, monkeypatch: Any
) -> None:
    between.scripted[CHECKS] = (401, {}, {"error": {"code": "InvalidAuthenticationToken"}})
    with pytest.raises(GraphUnreachable):
        member_groups(identity_of(entra))
    between.scripted.clear()
    end_the_wait()
    assert member_groups(identity_of(entra)) == EVEN
    assert calls(entra)["token"] == 2


@pytest.mark.parametrize(
    ("status", "body", "is_of_all"),
    [
        (400, {}, False),
        (401, {}, False),
        (404, {}, False),
        (200, [], False),
        (200, {"value": 5}, False),
        (200, b"{", False),
        (200, b"x" * (LARGEST_DOCUMENT + 1), False),
        (503, {}, True),
        (429, {}, True),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_fault_with_one_person_keeps_no_other_out(
    entra: RunningEntra, between: Answers, status: int, body: Any, is_of_all: bool
) -> None:
    between.scripted = {CHECKS: (status, {}, body)}
    with pytest.raises(GraphUnreachable):
        member_groups(identity_of(entra))
    between.scripted.clear()
    with pytest.raises(GraphUnreachable) if is_of_all else nullcontext():
        assert member_groups(identity_of(entra, "ada@contoso.example")) == ODD
    assert calls(entra)["token"] == (2 if status == 401 else 1), "only a refused token is asked for again"


def test_a_link_that_is_no_address_keeps_no_other_out(entra: RunningEntra, between: Answers) -> None:
    between.scripted = {CHECKS: (403, {}, {}), "group": (200, {}, {"value": [], "@odata.nextLink": "https://[x"})}
    with pytest.raises(GraphUnreachable):
        member_groups(identity_of(entra))
    between.scripted.clear()
    assert member_groups(identity_of(entra, "ada@contoso.example")) == ODD


def test_a_body_that_is_no_json_is_a_fault(entra: RunningEntra, between: Answers, caplog: Any) -> None:
    between.scripted = {CHECKS: (200, {}, b"{")}
    with pytest.raises(GraphUnreachable):
        member_groups(identity_of(entra))
    assert "another shape" in caplog.messages[-1]


def test_a_person_whom_graph_does_not_know_keeps_no_other_out(entra: RunningEntra) -> None:
    with pytest.raises(GraphUnreachable):
        member_groups(identity_of(entra, oid=SOMEBODY))
    assert member_groups(identity_of(entra)) == EVEN


def test_a_wrong_secret_is_told_by_its_number(
    entra: RunningEntra, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"CLIENT_SECRET": "wrong"}
    with pytest.raises(GraphUnreachable):
        member_groups(identity_of(entra))
    told = f"Microsoft Graph did not tell the groups of {GRACE}: Entra gave no token: invalid_client AADSTS7000215"
    assert caplog.messages[-1] == f"{told}: CLIENT_SECRET is wrong; copy the secret's value, not its id"


def test_other_settings_forget_clients_and_groups(entra: RunningEntra, settings: Any) -> None:
    identity = identity_of(entra)
    member_groups(identity)
    client = client_of("default", identity.tenant_id)
    assert client_of("default", identity.tenant_id) is client
    settings.ENTRANCE = settings.ENTRANCE | {"ACCESS": {"groups": {MAPPED[0]: {"groups": ["d0"]}}}}
    assert client_of("default", identity.tenant_id) is not client
    assert member_groups(identity) == {MAPPED[0]}


def test_an_authority_of_several_tenants_asks_in_the_persons_own(entra: RunningEntra, settings: Any) -> None:
    several = {"TENANT_ID": "organizations", "ALLOWED_TENANTS": [settings.ENTRANCE["TENANT_ID"]]}
    settings.ENTRANCE = settings.ENTRANCE | several
    assert member_groups(identity_of(entra)) == EVEN


@pytest.mark.parametrize(
    ("changes", "host", "scope"),
    [
        ({}, "https://graph.microsoft.com", "https://graph.microsoft.com/.default"),
        ({"CLOUD": "us-government"}, "https://graph.microsoft.us", "https://graph.microsoft.us/.default"),
        (
            {"CLOUD": "us-government", "GRAPH_HOST": "https://dod-graph.microsoft.us/"},
            "https://dod-graph.microsoft.us",
            "https://dod-graph.microsoft.us/.default",
        ),
        (
            {"CLOUD": "china"},
            "https://microsoftgraph.chinacloudapi.cn",
            "https://microsoftgraph.chinacloudapi.cn/.default",
        ),
        (
            {"CLOUD": "sovereign-france"},
            "https://graph.svc.sovcloud.fr",
            "https://graph.svc.sovcloud.fr/.default",
        ),
        (
            {"AUTHORITY_HOST": "https://contoso.ciamlogin.com"},
            "https://graph.microsoft.com",
            "https://graph.microsoft.com/.default",
        ),
        (
            {"AUTHORITY_HOST": "https://login.contoso.example", "ISSUER_HOST": f"https://{ADA}.ciamlogin.com"},
            "https://graph.microsoft.com",
            "https://graph.microsoft.com/.default",
        ),
        (
            {"AUTHORITY_HOST": "https://login.chinacloudapi.cn"},
            "https://microsoftgraph.chinacloudapi.cn",
            "https://microsoftgraph.chinacloudapi.cn/.default",
        ),
        (
            {"AUTHORITY_HOST": "https://notciamlogin.com"},
            "https://notciamlogin.com",
            "00000003-0000-0000-c000-000000000000/.default",
        ),
    ],
    ids=str,
)
def test_graph_is_that_of_the_cloud(settings: Any, changes: dict[str, Any], host: str, scope: str) -> None:
    ids = {key: settings.ENTRANCE[key] for key in ("TENANT_ID", "CLIENT_ID")}
    settings.ENTRANCE = ids | changes
    own = current_settings().AUTHORITIES["default"]
    assert (own.graph_host, graph_scope(own)) == (host, scope)


@pytest.mark.django_db
class TestRequests:
    """Through the middleware, as a front end asks."""

    def ask(self, entra: Entra, **claims: Any) -> Any:
        token = entra.token("grace@contoso.example", **claims)
        keep_secret(*token.split("."))
        return Client().get("/", headers={"Authorization": f"Bearer {token}"})

    @pytest.fixture(autouse=True)
    def groups(self) -> None:
        Group.objects.bulk_create(Group(name=f"d{number}") for number in range(len(MAPPED)))

    def test_a_person_in_many_groups_has_the_rights(self, entra: RunningEntra) -> None:
        assert self.ask(entra).status_code == 200
        names = set(User.objects.get().groups.values_list("name", flat=True))
        assert names == {f"d{number}" for number in range(0, len(MAPPED), 2)}

    def test_an_outage_is_told_with_when_to_come_back(self, entra: RunningEntra) -> None:
        with entra.outage("graph", "throttled"):
            response = self.ask(entra)
        assert (response.status_code, response.json()["reason"]) == (503, "graph_unreachable")
        assert int(response["Retry-After"]) >= 10
        assert not User.objects.exists()

    def test_without_credentials_it_is_a_refusal(self, entra: RunningEntra, settings: Any) -> None:
        settings.ENTRANCE = settings.ENTRANCE | {"CLIENT_SECRET": None}
        response = self.ask(entra)
        assert (response.status_code, response.json()["reason"]) == (403, "overage_unresolved")
        settings.ENTRANCE = settings.ENTRANCE | {"ACCESS": {}}
        assert self.ask(entra).status_code == 200

    def test_a_login_with_the_identity_is_refused_quietly(self, entra: RunningEntra) -> None:
        with entra.outage("graph", "unavailable"):
            assert EntraBackend().authenticate(None, identity=identity_of(entra)) is None
        end_the_wait()
        assert EntraBackend().authenticate(None, identity=identity_of(entra)) == User.objects.get()
