"""Who am I at Microsoft: Logbook asks Microsoft Graph as the person, for each kind of caller."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django_entrance.entra.graph_faults import GraphError
from entra_double import EntraServer
from entra_double._world.outages import Outage
from entra_double._world.seed import API_CLIENT_ID
from logbook import microsoft

pytestmark = pytest.mark.django_db(transaction=True)

ME = "/microsoft/me/"
GRACE = {
    "displayName": "Grace Hopper",
    "userPrincipalName": "grace@contoso.example",
    "mail": "grace@contoso.example",
    "jobTitle": None,
}


@pytest.fixture
def bearer(entra_token: Callable[..., str]) -> dict[str, str]:
    return {"Authorization": f"Bearer {entra_token('grace')}"}


def test_with_a_token(client: Client, bearer: dict[str, str]) -> None:
    answer = client.get(ME, headers=bearer)
    assert answer.json() == GRACE
    assert "no-store" in answer["Cache-Control"]


def test_with_a_django_session(client: Client, bearer: dict[str, str]) -> None:
    client.post("/entrance/session/", headers=bearer)
    assert client.get(ME).json() == GRACE


def test_a_password_person_has_none(client: Client, writer: User) -> None:
    client.force_login(writer, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(ME)
    assert (answer.status_code, answer.json()["reason"]) == (403, "token_missing")


def test_without_consent_it_says_so(client: Client, bearer: dict[str, str], entra_server: EntraServer) -> None:
    emulator = entra_server.emulator
    of_api = [each for each in emulator.directory.grants if each.client_id == API_CLIENT_ID]
    emulator.directory = emulator.directory.remove(*of_api)
    answer = client.get(ME, headers=bearer)
    assert (answer.status_code, answer.json()["reason"]) == (403, "consent_missing")
    assert "User.Read" in answer.json()["detail"]


def test_an_outage_of_graph_is_503(client: Client, bearer: dict[str, str], entra_server: EntraServer) -> None:
    begun = entra_server.emulator.outages.begin(Outage(endpoint="graph", kind="unavailable"))
    try:
        answer = client.get(ME, headers=bearer)
    finally:
        entra_server.emulator.outages.end(begun)
    assert (answer.status_code, answer.json()["reason"]) == (503, "graph_unanswered")


def test_another_answer_of_graph_is_502(
    client: Client, bearer: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise GraphError(404, code="ResourceNotFound", message="secret")

    monkeypatch.setattr(microsoft, "graph", refuse)
    answer = client.get(ME, headers=bearer)
    assert (answer.status_code, answer["Content-Type"]) == (502, "application/problem+json")
    assert b"secret" not in answer.content
