"""ALLOW_AGENTS: the three documented kinds of agents' tokens, in every shape, get what they are and nothing else."""

from typing import Any

import pytest
from agent_claims import AGENT, BLUEPRINT, FOR_A_PERSON, KINDS, ON_ITS_OWN, WITH_AN_ACCOUNT, claims, reason
from django_entrance.verification.agents import Agent
from django_entrance.verification.authority import Authority
from django_entrance.verification.errors import AgentRefused
from django_entrance.verification.identify import identify
from scripted import ADA, NOW, NULL, OTHER_TENANT, SPA, Json, ScriptedAuthority, token, trust

NO_SCOPES = pytest.mark.parametrize("scp", [None, "", "/"])
VERSIONS = pytest.mark.parametrize("version", ["1.0", "2.0"])
IDTYP = pytest.mark.parametrize("has_idtyp", [False, True], ids=["without idtyp", "with idtyp"])

OWN, ACCOUNT, PERSON = KINDS
REFUSED, SCOPELESS = "403 agent_refused", "403 scope_missing"


def allowing(published: ScriptedAuthority, allow_agents: Any, **rules: Any) -> Authority:
    rules = {"allowed_clients": {SPA}, "required_scopes": (), "applications": [AGENT]} | rules
    return trust(published, allow_agents=allow_agents, **rules)


def told(authority: Authority, version: str, kind: str, *, has_idtyp: bool, scp: str | None, **changes: Any) -> str:
    facets, idtyp = KINDS[kind]
    whole = {"scp": scp, "idtyp": idtyp if has_idtyp else None, "xms_par_app_azp": BLUEPRINT}
    return reason(authority, claims(version, **whole | facets | changes))


@pytest.mark.parametrize("kind", KINDS)
@NO_SCOPES
@IDTYP
@VERSIONS
def test_no_agent_enters_by_default(
    published: ScriptedAuthority, version: str, has_idtyp: bool, scp: str | None, kind: str
) -> None:
    default = trust(published, allowed_clients=None, required_scopes=(), applications=[AGENT])
    assert told(default, version, kind, has_idtyp=has_idtyp, scp=scp) == REFUSED


@pytest.mark.parametrize("allow_agents", [True, [AGENT], [AGENT.upper()]], ids=["every agent", "this one", "capitals"])
@NO_SCOPES
@IDTYP
@VERSIONS
def test_an_agent_on_its_own_is_an_application(
    published: ScriptedAuthority, version: str, has_idtyp: bool, scp: str | None, allow_agents: Any
) -> None:
    door = allowing(published, allow_agents)
    assert told(door, version, OWN, has_idtyp=has_idtyp, scp=scp) == "an application"
    assert told(door, version, OWN, has_idtyp=has_idtyp, scp=scp, roles=None) == "403 app_role_missing"
    unnamed = allowing(published, allow_agents, applications=[SPA])
    assert told(unnamed, version, OWN, has_idtyp=has_idtyp, scp=scp) == "403 application_refused"
    assert told(allowing(published, [OTHER_TENANT]), version, OWN, has_idtyp=has_idtyp, scp=scp) == REFUSED


@pytest.mark.parametrize("allow_agents", [True, [AGENT]], ids=["every agent", "this one"])
@VERSIONS
@IDTYP
def test_an_agent_on_its_own_is_no_person_even_with_scopes(
    published: ScriptedAuthority, version: str, has_idtyp: bool, allow_agents: Any
) -> None:
    door = allowing(published, allow_agents)
    assert told(door, version, OWN, has_idtyp=has_idtyp, scp="access_as_user") == "403 application_refused"


@pytest.mark.parametrize("scp", [None, "", "/", "access_as_user"])
@IDTYP
@VERSIONS
def test_an_agents_own_account_is_no_human_unless_it_is_listed(
    published: ScriptedAuthority, version: str, has_idtyp: bool, scp: str | None
) -> None:
    for others in (True, [AGENT], [AGENT, BLUEPRINT]):
        assert told(allowing(published, others), version, ACCOUNT, has_idtyp=has_idtyp, scp=scp) == REFUSED
    listed = allowing(published, [ADA])
    assert told(listed, version, ACCOUNT, has_idtyp=has_idtyp, scp=scp) == (
        "a person" if scp and scp != "/" else SCOPELESS
    )


@pytest.mark.parametrize("allow_agents", [True, [AGENT]], ids=["every agent", "this one"])
@pytest.mark.parametrize(
    ("scp", "has_idtyp", "expected"),
    [
        ("access_as_user", False, "a person"),
        ("access_as_user", True, "a person"),
        (None, False, SCOPELESS),
        (None, True, SCOPELESS),
        ("", False, SCOPELESS),
        ("", True, SCOPELESS),
        ("/", True, SCOPELESS),
        ("/", False, REFUSED),  # an application's, as its scp says, or a person's: its claims do not tell
    ],
)
@VERSIONS
def test_an_agent_for_a_person_is_that_person(
    published: ScriptedAuthority, version: str, scp: str | None, has_idtyp: bool, expected: str, allow_agents: Any
) -> None:
    door = allowing(published, allow_agents)
    assert told(door, version, PERSON, has_idtyp=has_idtyp, scp=scp) == expected
    others = allowing(published, [OTHER_TENANT, ADA, BLUEPRINT])
    assert told(others, version, PERSON, has_idtyp=has_idtyp, scp=scp) == REFUSED


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, REFUSED),
        ({"idtyp": "user"}, REFUSED),
        ({"xms_sub_fct": "1 3"}, REFUSED),
        ({"xms_act_fct": NULL}, REFUSED),
        ({"xms_act_fct": "11", "xms_sub_fct": NULL}, REFUSED),
        ({"xms_act_fct": "11", "xms_sub_fct": 1.5}, REFUSED),
        ({"xms_act_fct": "13"}, REFUSED),
        ({"xms_act_fct": "11", "xms_sub_fct": "11 13"}, REFUSED),
        ({"xms_act_fct": "11", "idtyp": "robot"}, REFUSED),
        ({"xms_act_fct": "11", "idtyp": NULL}, REFUSED),
        (ON_ITS_OWN | {"idtyp": "user"}, REFUSED),
        (WITH_AN_ACCOUNT | {"idtyp": "app", "scp": None}, REFUSED),
        ({"xms_act_fct": "11", "xms_sub_fct": "1 3"}, "a person"),
        ({"xms_act_fct": ["3", 11], "idtyp": "user"}, "a person"),
        ({"idtyp": "app", "scp": None}, "an application"),
        ({"sub": ADA, "scp": None}, "an application"),
        ({"idtyp": "device"}, "403 device_refused"),
    ],
    ids=str,
)
def test_where_claims_do_not_tell_for_whom_an_agent_acts_it_is_refused(
    published: ScriptedAuthority, changes: Json, expected: str
) -> None:
    for allowed in (True, [AGENT]):
        assert reason(allowing(published, allowed), claims("2.0", xms_par_app_azp=BLUEPRINT, **changes)) == expected


@pytest.mark.parametrize("blueprint", [BLUEPRINT, BLUEPRINT.upper(), "no id", NULL, 5], ids=str)
def test_the_identity_names_the_agent(published: ScriptedAuthority, blueprint: Any) -> None:
    claimed = claims("2.0", xms_par_app_azp=blueprint, **FOR_A_PERSON)
    identity = identify(token(claimed), [allowing(published, True)], now=NOW)
    assert identity is not None
    known = BLUEPRINT if str(blueprint).lower() == BLUEPRINT else ""
    assert identity.agent == Agent(AGENT, known, "for a person")
    assert (identity.object_id, identity.client_id, identity.is_application) == (ADA, AGENT, False)
    assert identity.caller == (identity.authority, identity.tenant_id, ADA, AGENT)


def test_without_an_agent_the_identity_names_none(published: ScriptedAuthority) -> None:
    identity = identify(token(claims("2.0", client=SPA)), [allowing(published, True)], now=NOW)
    assert identity is not None
    assert identity.agent is None


def test_for_a_person_the_rules_of_people_apply(published: ScriptedAuthority) -> None:
    acting = claims("2.0", acct=1, **FOR_A_PERSON)
    assert reason(allowing(published, True, allow_guests=False), acting) == "403 guest_refused"
    assert reason(allowing(published, True, required_scopes=["write"]), acting) == SCOPELESS
    assert reason(allowing(published, True), acting) == "a person"


@pytest.mark.parametrize(
    ("allow_agents", "facets", "expected", "actual"),
    [
        (False, FOR_A_PERSON, "a person or an application", f"an agent through {AGENT}"),
        ([OTHER_TENANT], FOR_A_PERSON, "an agent of ALLOW_AGENTS", f"an agent through {AGENT}"),
        (
            True,
            WITH_AN_ACCOUNT,
            "the object id of an account in ALLOW_AGENTS",
            f"the user account {ADA} of an agent",
        ),
        (
            True,
            {"xms_act_fct": NULL},
            "claims that agree on the caller: a person, an agent or its account",
            f"an agent through {AGENT}",
        ),
    ],
    ids=["default", "another", "account", "unclear"],
)
def test_the_refusal_says_what_to_list(
    published: ScriptedAuthority, allow_agents: Any, facets: Json, expected: str, actual: str
) -> None:
    with pytest.raises(AgentRefused) as refusal:
        identify(token(claims("2.0", **facets)), [allowing(published, allow_agents)], now=NOW)
    assert (refusal.value.expected, refusal.value.actual) == (expected, actual)


def test_ids_of_agents_must_be_ids(published: ScriptedAuthority) -> None:
    with pytest.raises(ValueError, match="Expected a GUID for allow_agents, got 'helper'"):
        allowing(published, ["helper"])
