"""Refusals that a resolver lets pass have the ``extensions`` of those of permission classes."""

import logging
from typing import Any

import pytest
from browsing import ADA
from calling import CP1, CallingPerson, demand_device, drop_consent, use_project
from entra_double import RunningEntra

pytestmark = pytest.mark.django_db(transaction=True)

VIEWS = {"/graphql/": "digest", "/async/graphql/": "adigest"}


@pytest.fixture
def calling(entra_server: RunningEntra, settings: Any) -> RunningEntra:
    use_project(settings, entra_server)
    return entra_server


def ask(person: CallingPerson, view: str, query: str = "") -> Any:
    sent = {"query": query or f"{{ {VIEWS[view]} }}"}
    answer = person.client.post(view, sent, "application/json", headers=person.headers)
    assert answer.status_code == 200, answer.content
    return answer.json()


def refusal(person: CallingPerson, view: str) -> Any:
    [error] = ask(person, view)["errors"]
    return error["extensions"], error["message"]


@pytest.mark.parametrize("view", VIEWS)
def test_a_resolver_gets_a_token(calling: RunningEntra, view: str) -> None:
    assert len(ask(CallingPerson(calling, "bearer"), view)["data"][VIEWS[view]]) == 64


@pytest.mark.parametrize("view", VIEWS)
def test_a_refusal_has_code_and_reason_and_tells_no_ids(
    calling: RunningEntra, view: str, caplog: pytest.LogCaptureFixture
) -> None:
    ada = CallingPerson(calling, "bearer")
    drop_consent(calling)
    with caplog.at_level(logging.WARNING, "django_entrance"):
        told, message = refusal(ada, view)
    assert told == {"code": "FORBIDDEN", "reason": "consent_missing"}
    assert message == "Consent to call another API is missing"
    assert "Refused consent_missing (403)" in caplog.text


@pytest.mark.parametrize("view", VIEWS)
def test_a_challenge_has_its_claims(calling: RunningEntra, view: str) -> None:
    ada = CallingPerson(calling, "bearer", **CP1)
    demand_device(calling)
    told, _ = refusal(ada, view)
    assert (told["code"], told["reason"]) == ("FORBIDDEN", "further_proof_needed")
    assert told["claims"]


@pytest.mark.parametrize("view", VIEWS)
def test_an_outage_has_a_code_of_its_own(calling: RunningEntra, view: str) -> None:
    ada = CallingPerson(calling, "bearer")
    with calling.outage("token", "unavailable"):
        assert refusal(ada, view)[0] == {"code": "UNAVAILABLE", "reason": "authority_unreachable"}


def test_nobody_is_unauthenticated(calling: RunningEntra) -> None:
    ada = CallingPerson(calling, "bearer")
    ada.headers = {}
    assert refusal(ada, "/graphql/")[0] == {"code": "UNAUTHENTICATED", "reason": "not_signed_in"}


def test_other_errors_stay_as_they_are(calling: RunningEntra) -> None:
    ada = CallingPerson(calling, "bearer")
    [error] = ask(ada, "/graphql/", "{ broken }")["errors"]
    assert error["message"] == "'broken'"
    assert "extensions" not in error


def test_the_person_is_the_callers(calling: RunningEntra) -> None:
    answer = CallingPerson(calling, "bearer").get("/")
    assert answer.json()["object_id"] == ADA
