"""The people of a tenant as Microsoft Graph lists them: real MSAL Python, against entra-double."""

import json
from typing import Any

import pytest
from django_entrance.entra import directory, graph_http
from django_entrance.entra.client import client_of
from django_entrance.entra.directory import DirectoryPerson, people_of_tenant
from django_entrance.metrics import GRAPH_CALLS
from django_entrance.verification.errors import GraphUnreachable
from entra_double import Person, RunningEntra
from entra_double._world.ids import GRAPH_CLIENT_ID
from entra_double._world.policies import Assignment
from entra_double._world.seed import API_CLIENT_ID, API_SECRET, CONTOSO, SPA_CLIENT_ID
from measured import Measurements
from token_watch import keep_secret

USER_READ_ALL = "df021288-bdef-4463-88db-98f22de89214"


@pytest.fixture
def entra(entra_server: RunningEntra, settings: Any) -> RunningEntra:
    keep_secret(API_SECRET)
    settings.DEBUG = True
    settings.ENTRANCE = {
        "TENANT_ID": CONTOSO.id,
        "CLIENT_ID": API_CLIENT_ID,
        "SPA_CLIENT_ID": SPA_CLIENT_ID,
        "AUTHORITY_HOST": entra_server.base_url,
        "CLIENT_SECRET": API_SECRET,
    }
    client_of.cache_clear()
    return entra_server


def allow(entra: RunningEntra) -> None:
    principal = entra.emulator.directory.service_principal(CONTOSO.id, API_CLIENT_ID)
    assert principal is not None
    grant = Assignment(
        principal_id=principal.id, tenant_id=CONTOSO.id, client_id=GRAPH_CLIENT_ID, role_id=USER_READ_ALL
    )
    entra.emulator.directory = entra.emulator.directory.put(grant)


def someone(number: int, **changes: Any) -> Person:
    object_id = f"0b0e0000-0000-4000-8000-{number:012}"
    known: dict[str, Any] = {
        "object_id": object_id,
        "tenant_id": CONTOSO.id,
        "username": f"p{number}@contoso.example",
        "name": f"P{number}",
        "given_name": "P",
        "family_name": str(number),
        "user_principal_name": f"P{number}@contoso.example",
        "home_tenant_id": CONTOSO.id,
        "home_object_id": object_id,
    }
    return Person(**known | changes)


def test_all_people_come_page_by_page(
    entra: RunningEntra, monkeypatch: pytest.MonkeyPatch, measurements: Measurements
) -> None:
    allow(entra)
    disabled = someone(7, enabled=False)
    entra.emulator.directory = entra.emulator.directory.put(*(someone(number) for number in range(7)), disabled)
    monkeypatch.setattr(directory, "LARGEST_PAGE", 3)
    people = {each.username: each for each in people_of_tenant("default", CONTOSO.id)}
    known = [each for each in entra.emulator.directory.people if each.tenant_id == CONTOSO.id]
    assert people.keys() == {each.user_principal_name.lower() for each in known}
    first = DirectoryPerson("p0@contoso.example", someone(0).object_id, False, True, mail="p0@contoso.example")
    assert people["p0@contoso.example"] == first
    assert not people["p7@contoso.example"].is_enabled
    assert {each.is_guest for each in people.values()} == {True, False}
    assert set(measurements.of(GRAPH_CALLS)) == {("people", "GET", 200, None)}


def test_without_the_permission_the_refusal_says_so(entra: RunningEntra) -> None:
    with pytest.raises(GraphUnreachable):
        list(people_of_tenant("default", CONTOSO.id))
    allow(entra)
    client_of.cache_clear()
    assert list(people_of_tenant("default", CONTOSO.id))


def test_a_wrong_secret_gets_no_list(entra: RunningEntra, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"CLIENT_SECRET": "wrong"}
    client_of.cache_clear()
    with pytest.raises(GraphUnreachable):
        list(people_of_tenant("default", CONTOSO.id))


class Answer:
    def __init__(self, body: Any, status_code: int = 200) -> None:
        self.body, self.status_code, self.headers = body, status_code, {}  # type: ignore[var-annotated]

    def json(self) -> Any:
        return json.loads(json.dumps(self.body))


ADA = {"id": "A" * 8, "userPrincipalName": "Ada@Contoso.example", "userType": "Member", "accountEnabled": True}


class Pages:
    """Answers with one page after the other, and keeps what was asked."""

    def __init__(self, *pages: Answer) -> None:
        self.pages, self.asked = list(pages), []  # type: ignore[var-annotated]

    def request(self, method: str, address: str, **options: Any) -> Answer:
        self.asked.append(address)
        return self.pages.pop(0)


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Any:
    def answer(*given: Any) -> Pages:
        pages = Pages(*(each if isinstance(each, Answer) else Answer(each) for each in given))
        monkeypatch.setattr(graph_http, "HttpClient", lambda own: pages)
        monkeypatch.setattr(directory, "application_token", lambda name, tenant, own: "a-token")
        return pages

    return answer


def test_the_token_goes_to_no_other_host(answering: Any) -> None:
    first = {"value": [ADA], "@odata.nextLink": "https://graph.microsoft.com/v1.0/users?$skiptoken=2"}
    session = answering(first, {"value": [ADA]})
    assert len(list(people_of_tenant("default", CONTOSO.id))) == 2
    assert session.asked[1] == first["@odata.nextLink"]
    for link in ("https://evil.example/v1.0/users", "https://graph.microsoft.com.evil.example/", "//evil.example"):
        session = answering({"value": [ADA], "@odata.nextLink": link}, {"value": [ADA]})
        with pytest.raises(GraphUnreachable):
            list(people_of_tenant("default", CONTOSO.id))
        assert len(session.asked) == 1


@pytest.mark.parametrize(
    "page",
    [
        {},
        [],
        "nonsense",
        {"value": [{}]},
        {"value": ["x"]},
        {"value": 5},
        Answer({"value": [ADA]}, status_code=429),
        Answer({"value": [ADA]}, status_code=302),
    ],
)
def test_an_answer_of_another_shape_is_none(answering: Any, page: Any) -> None:
    answering(page)
    with pytest.raises(GraphUnreachable):
        list(people_of_tenant("default", CONTOSO.id))


def test_ids_and_names_are_in_lower_case(answering: Any) -> None:
    answering({"value": [ADA | {"userType": None, "accountEnabled": None}]})
    assert list(people_of_tenant("default", CONTOSO.id)) == [
        DirectoryPerson("ada@contoso.example", "a" * 8, True, True)
    ]
