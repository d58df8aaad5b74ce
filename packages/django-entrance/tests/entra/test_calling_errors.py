"""What Entra answers at the token endpoint, as a refusal."""

from typing import Any

import identities
import pytest
from django_entrance.conf.options import AuthoritySettings
from django_entrance.entra.calling_errors import LONGEST_CLAIMS, refusal_of_answer, unanswered, unanswered_by_graph
from django_entrance.entra.graph_faults import GraphFault
from django_entrance.entra.http_client import WrongHost
from django_entrance.entra.sign_in_http import NoAnswer
from django_entrance.verification.claims import Door
from django_entrance.verification.errors import InteractionOfPage
from django_entrance.verification.identity import Identity
from scripted import API, TENANT

OWN = AuthoritySettings(TENANT_ID=TENANT, CLIENT_ID=API, APPLICATIONS={})
CLAIMS = '{"access_token":{"capolids":{"essential":true,"values":["c1"]}}}'


def person(*capabilities: str, door: Door = "bearer") -> Identity:
    known = identities.person(xms_cc=list(capabilities))
    return Identity.from_claims(known.claims._replace(door=door))


def answer(error: str, code: int = 0, **more: Any) -> dict[str, Any]:
    ids = "Trace ID: x Correlation ID: 0a1b2c3d-0000-4000-8000-000000000001"
    described = f"AADSTS{code}: Something. {ids}" if code else ""
    return {"error": error, "error_description": described, "error_codes": [code]} | more


@pytest.mark.parametrize(
    ("told", "reason", "status"),
    [
        (answer("invalid_grant", 65001, suberror="consent_required"), "consent_missing", 403),
        (answer("consent_required"), "consent_missing", 403),
        (answer("invalid_grant", 90094), "consent_missing", 403),
        (answer("invalid_grant", 65001, claims=CLAIMS), "consent_missing", 403),
        (answer("interaction_required", 50076, claims=CLAIMS), "further_proof_needed", 401),
        (answer("invalid_grant", 50079, claims=CLAIMS, suberror="basic_action"), "further_proof_needed", 401),
        (answer("invalid_grant", 53000, claims="x" * (LONGEST_CLAIMS + 1)), "further_proof_needed", 403),
        (answer("interaction_required"), "further_proof_needed", 403),
        (answer("login_required"), "further_proof_needed", 403),
        (answer("invalid_grant", 50076, suberror="basic_action"), "further_proof_needed", 403),
        (answer("invalid_grant", 50173, suberror="bad_token"), "on_behalf_of_expired", 401),
        (answer("invalid_grant", 500133), "on_behalf_of_expired", 401),
        (answer("invalid_grant", 700082), "on_behalf_of_expired", 401),
        (answer("invalid_grant", suberror="bad_token"), "on_behalf_of_expired", 401),
        (answer("invalid_client", 7000215), "on_behalf_of_misconfigured", 503),
        (answer("unauthorized_client", 1), "on_behalf_of_misconfigured", 503),
        (answer("invalid_scope", 70011), "on_behalf_of_misconfigured", 503),
        (answer("invalid_resource", 500011), "on_behalf_of_misconfigured", 503),
        (answer("invalid_request", 28000), "on_behalf_of_misconfigured", 503),
        (answer("server_error"), "authority_unreachable", 503),
        (answer("temporarily_unavailable", 90033), "authority_unreachable", 503),
        (answer("invalid_grant", 50057), "on_behalf_of_refused", 403),
        (answer("invalid_grant", 53003, suberror="message_only"), "on_behalf_of_refused", 403),
        (answer("invalid_grant"), "on_behalf_of_refused", 403),
        (answer("<script>"), "on_behalf_of_refused", 403),
        ({"error": None}, "on_behalf_of_refused", 403),
    ],
)
def test_each_kind_of_answer(told: dict[str, Any], reason: str, status: int) -> None:
    refusal = refusal_of_answer(told, person("cp1"), OWN, ("User.Read",))
    assert (refusal.reason, refusal.status) == (reason, status)
    assert "<script>" not in refusal.detail


def test_code_and_correlation_id_are_kept_and_nothing_else() -> None:
    told = answer("invalid_grant", 50105)
    refusal = refusal_of_answer(told, person(), OWN, ("User.Read",))
    actual = "invalid_grant, AADSTS50105, correlation id 0a1b2c3d-0000-4000-8000-000000000001"
    assert refusal.actual == actual
    assert "assign you" in refusal.advice
    assert "Something" not in refusal.detail


def test_a_client_without_the_capability_gets_no_claims() -> None:
    refusal = refusal_of_answer(answer("interaction_required", 50076, claims=CLAIMS), person(), OWN, ("User.Read",))
    assert (refusal.status, refusal.error) == (403, "insufficient_scope")
    assert vars(refusal)["claims_request"] == CLAIMS


@pytest.mark.parametrize(("door", "status"), [("page", 403), ("session", 401), ("bearer", 401)])
def test_a_page_session_has_no_client_that_answers(door: Door, status: int) -> None:
    told = answer("interaction_required", 50076, claims=CLAIMS)
    refusal = refusal_of_answer(told, person("cp1", door=door), OWN, ("User.Read",))
    assert (refusal.reason, refusal.status) == ("further_proof_needed", status)
    assert isinstance(refusal, InteractionOfPage) == (door == "page")


@pytest.mark.parametrize(
    ("fault", "is_outage", "retry_after"),
    [
        (NoAnswer("status 503", is_outage=True, retry_after=3), True, 3),
        (NoAnswer("status 429", is_outage=False), False, 10),
        (WrongHost("another"), False, 10),
        (ConnectionError("secret"), True, 10),
    ],
)
def test_no_answer_of_entra(fault: OSError, is_outage: bool, retry_after: int) -> None:
    refusal = unanswered(fault)
    assert (refusal.reason, refusal.is_outage, refusal.retry_after) == ("authority_unreachable", is_outage, retry_after)
    assert "secret" not in refusal.detail


def test_no_answer_of_graph() -> None:
    limited = unanswered_by_graph(GraphFault("Graph answered 429", status=429, retry_after=7))
    assert (limited.reason, limited.is_outage, limited.retry_after) == ("graph_unanswered", False, 7)
    down = unanswered_by_graph(ConnectionError("secret"))
    assert (down.is_outage, down.retry_after, "secret" in down.detail) == (True, 10, False)
