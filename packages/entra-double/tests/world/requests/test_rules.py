"""Who may pass, and which refusal is told first."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from entra_double import Emulator
from entra_double._world.policies import Assignment, Demand
from entra_double._world.requests import rules as rules
from entra_double._world.requests.delegation import Delegation
from entra_double._world.requests.rules import Attempt, attempt_of, refusal_of
from entra_double._world.seed import CONTOSO, FABRIKAM

from ...policies import POLICY, demand
from ...single_page_app import ADA, API, GRACE, MALLORY, NOW, SPA
from ...worlds import change_entry, change_person


def attempt(emulator: Emulator, object_id: str = ADA, **fields: Any) -> Attempt:
    client, api = (emulator.directory.application(CONTOSO, client_id) for client_id in (SPA, API))
    person = emulator.directory.person(CONTOSO, object_id)
    assert client
    assert api
    return Attempt(
        **{"tenant_id": CONTOSO.id, "client": client, "person": person, "resources": (api,), "now": NOW, **fields}
    )


def code_of(emulator: Emulator, object_id: str = ADA, **fields: Any) -> int | None:
    refusal = refusal_of(emulator.directory, attempt(emulator, object_id, **fields))
    return refusal.code if refusal else None


def test_somebody_assigned_and_enabled_passes(emulator: Emulator) -> None:
    assert code_of(emulator) is None


def test_a_disabled_application_is_the_first_thing_told(emulator: Emulator) -> None:
    change_person(emulator, ADA, enabled=False)
    change_entry(emulator, SPA, enabled=False)
    assert code_of(emulator) == 7000112
    assert code_of(emulator, person=None) == 7000112
    change_entry(emulator, SPA, enabled=True)
    assert code_of(emulator) == 50057


def test_a_disabled_api_is_told_next(emulator: Emulator) -> None:
    change_person(emulator, ADA, enabled=False)
    change_entry(emulator, API, enabled=False)
    assert (code_of(emulator), code_of(emulator, person=None)) == (50001, 50001)
    change_entry(emulator, SPA, enabled=False)
    assert code_of(emulator) == 7000112
    change_entry(emulator, SPA, enabled=True)
    change_entry(emulator, API, enabled=True)
    assert code_of(emulator) == 50057


def test_a_disabled_person_is_refused_before_an_unassigned_one(emulator: Emulator) -> None:
    assert code_of(emulator, MALLORY) == 50105
    change_person(emulator, MALLORY, enabled=False)
    assert code_of(emulator, MALLORY) == 50057


def test_what_counts_is_what_the_directory_says_now(emulator: Emulator) -> None:
    before = attempt(emulator)
    change_person(emulator, ADA, enabled=False)
    assert str(refusal_of(emulator.directory, before)).startswith("AADSTS50057: The account 'ada@contoso.example'")
    emulator.directory = replace(emulator.directory, people=())
    gone = refusal_of(emulator.directory, before)
    assert gone
    assert gone.code == 50034
    emulator.directory = replace(emulator.directory, tenants=())
    gone = refusal_of(emulator.directory, before)
    assert gone
    assert gone.code == 50034


def test_somebody_unassigned_is_told_so_before_any_policy(emulator: Emulator) -> None:
    demand(emulator, Demand.BLOCK)
    assert (code_of(emulator, MALLORY), code_of(emulator)) == (50105, 53003)


@pytest.mark.parametrize(("closed", "code"), [(False, None), (True, 50105)])
def test_an_application_that_wants_assignment_admits_the_assigned_only(
    emulator: Emulator, closed: bool, code: int | None
) -> None:
    change_entry(emulator, SPA, assignment_required=closed)
    assert code_of(emulator, resources=()) == code
    emulator.directory = emulator.directory.put(Assignment(principal_id=ADA, tenant_id=CONTOSO.id, client_id=SPA))
    assert code_of(emulator, resources=()) is None


def test_the_application_is_named_before_the_api(emulator: Emulator) -> None:
    assert "to the application 'Logbook API'" in str(refusal_of(emulator.directory, attempt(emulator, MALLORY)))
    change_entry(emulator, SPA, assignment_required=True)
    assert "to the application 'Logbook web'" in str(refusal_of(emulator.directory, attempt(emulator, MALLORY)))


def test_policies_are_told_in_their_order(emulator: Emulator) -> None:
    demand(emulator, Demand.MFA, id="3", sign_in_frequency=60)
    assert code_of(emulator) == 50076
    demand(emulator, Demand.COMPLIANT_DEVICE, id="2")
    assert code_of(emulator) == 53000
    demand(emulator, Demand.BLOCK, id="1")
    assert code_of(emulator) == 53003


@pytest.mark.parametrize(
    ("what", "error", "suberror"),
    [
        (Demand.BLOCK, "invalid_grant", "message_only"),
        (Demand.COMPLIANT_DEVICE, "invalid_grant", "additional_action"),
        (Demand.MFA, "invalid_grant", "basic_action"),
    ],
)
def test_a_policy_is_told_with_the_claims_to_come_back_with(
    emulator: Emulator, what: Demand, error: str, suberror: str
) -> None:
    demand(emulator, what)
    refusal = refusal_of(emulator.directory, attempt(emulator))
    assert refusal
    told = emulator.report(refusal).as_json()
    assert (told["error"], told["suberror"]) == (error, suberror)
    assert told["claims"] == f'{{"access_token":{{"capolids":{{"essential":true,"values":["{POLICY}"]}}}}}}'
    assert emulator.report(refusal).as_json(1)["error"] == "interaction_required"


def test_a_second_proof_meets_the_demand(emulator: Emulator) -> None:
    demand(emulator, Demand.MFA)
    assert code_of(emulator) == 50076
    assert code_of(emulator, methods=frozenset({"pwd", "mfa"})) is None


def test_who_cannot_give_a_second_proof_is_told_to_set_one_up(emulator: Emulator) -> None:
    demand(emulator, Demand.MFA)
    change_person(emulator, ADA, methods=frozenset({"pwd"}))
    assert code_of(emulator) == 50079


def test_a_device_is_the_persons(emulator: Emulator) -> None:
    demand(emulator, Demand.COMPLIANT_DEVICE)
    assert code_of(emulator) == 53000
    change_person(emulator, ADA, methods=frozenset({"pwd", "compliant-device"}))
    assert code_of(emulator) is None


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, 53003),
        ({"enabled": False}, None),
        ({"tenant_id": FABRIKAM.id}, None),
        ({"people": frozenset({ADA})}, 53003),
        ({"people": frozenset({GRACE})}, None),
        ({"people": frozenset()}, None),
        ({"except_people": frozenset({ADA})}, None),
        ({"except_people": frozenset({GRACE})}, 53003),
        ({"people": frozenset({ADA}), "except_people": frozenset({ADA})}, None),
        ({"applications": frozenset({API})}, 53003),
        ({"applications": frozenset({SPA})}, None),
        ({"clients": frozenset({SPA})}, 53003),
        ({"clients": frozenset({API})}, None),
        ({"context": "c1"}, None),
    ],
)
def test_a_policy_holds_for_those_it_names(emulator: Emulator, fields: dict[str, Any], code: int | None) -> None:
    demand(emulator, Demand.BLOCK, **fields)
    assert code_of(emulator) == code


def test_a_policy_for_a_group_holds_for_its_groups_too(emulator: Emulator) -> None:
    everybody = next(group for group in emulator.directory.groups if group.name == "Everybody")
    demand(emulator, Demand.BLOCK, people=frozenset({everybody.object_id}))
    assert (code_of(emulator, GRACE), code_of(emulator)) == (53003, 53003)
    emulator.directory = emulator.directory.put(replace(everybody, members=frozenset({ADA})))
    assert (code_of(emulator, GRACE), code_of(emulator)) == (None, 53003)


def test_an_authentication_context_is_asked_for_by_its_name(emulator: Emulator) -> None:
    demand(emulator, Demand.MFA, context="c1")
    assert code_of(emulator) is None
    assert code_of(emulator, wanted_contexts=frozenset({"c2", "c3"})) is None
    assert code_of(emulator, wanted_contexts=frozenset({"c2", "c1"})) == 50076
    refusal = refusal_of(emulator.directory, attempt(emulator, wanted_contexts=frozenset({"c1"})))
    assert refusal
    assert (refusal.code, refusal.claims) == (50076, '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}')
    assert code_of(emulator, wanted_contexts=frozenset({"c1"}), contexts=frozenset({"c1"})) is None
    assert code_of(emulator, wanted_contexts=frozenset({"c1"}), contexts=frozenset({"c2"})) == 50076
    assert code_of(emulator, wanted_contexts=frozenset({"c1"}), methods=frozenset({"mfa"})) is None


@pytest.mark.parametrize(("age", "code"), [(0, None), (59, None), (60, 70043), (61, 70043)])
def test_a_sign_in_may_be_too_old(emulator: Emulator, age: int, code: int | None) -> None:
    demand(emulator, Demand.MFA, sign_in_frequency=60)
    proved = frozenset({"pwd", "mfa"})
    assert code_of(emulator, methods=proved, authenticated_at=NOW - age) == code
    assert code_of(emulator, methods=proved) is None


def test_policies_are_for_people(emulator: Emulator) -> None:
    demand(emulator, Demand.BLOCK)
    assert code_of(emulator, person=None) == 501051
    change_entry(emulator, API, assignment_required=False)
    assert code_of(emulator, person=None) is None


def test_a_delegation_is_attempted_with_all_that_its_session_has_met(emulator: Emulator) -> None:
    known = attempt(emulator)
    assert known.person
    delegation = Delegation(
        person=known.person,
        client=known.client,
        session_id="s",
        openid=frozenset(),
        authenticated_at=NOW - 5,
        methods=frozenset({"mfa"}),
        contexts=frozenset({"c2"}),
    )
    made = attempt_of(delegation, known.resources[0], NOW, wanted_contexts=frozenset({"c1"}))
    met: dict[str, Any] = {"methods": frozenset({"mfa"}), "contexts": frozenset({"c2"}), "authenticated_at": NOW - 5}
    assert made == replace(known, wanted_contexts=frozenset({"c1"}), **met)
    assert attempt_of(replace(delegation, authenticated_at=0), known.resources[0], NOW).authenticated_at is None


@pytest.mark.parametrize(("code", "module"), [(65001, "scopes.py"), (50105, "rules.py"), (50076, "rules.py")])
def test_each_decision_is_made_in_one_place(code: int, module: str) -> None:
    source = Path(rules.__file__).parents[2]
    makes = re.compile(rf"Refusal\(\s*{code}\b|\b{code} if ")
    found = {path.name for path in source.rglob("*.py") if makes.search(path.read_text(encoding="utf-8"))}
    assert found == {module}
