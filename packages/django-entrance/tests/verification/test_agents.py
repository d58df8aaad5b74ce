"""Agents are neither people nor applications: the three documented kinds of their tokens are refused in every shape."""

from typing import Any

import pytest
from django_entrance.verification.agents import names_agent
from django_entrance.verification.authority import Authority
from django_entrance.verification.errors import AgentRefused, Refused
from django_entrance.verification.identify import identify
from scripted import ADA, NOW, NULL, OTHER_TENANT, SPA, Json, ScriptedAuthority, claims_v1, claims_v2, token, trust

AGENT = "a9e00000-0000-4000-8000-00000000000a"
AGENT_SUBJECT = "5b0b0000-0000-4000-8000-00000000000b"
BLUEPRINT = "b1ee0000-0000-4000-8000-00000000000c"

ON_ITS_OWN: Json = {"oid": AGENT, "sub": AGENT_SUBJECT, "xms_act_fct": "3 9 11", "xms_sub_fct": "9 3 11"}
WITH_AN_ACCOUNT: Json = {"xms_act_fct": "11", "xms_sub_fct": "1 13"}
FOR_A_PERSON: Json = {"xms_act_fct": "11"}

#: What Microsoft's pages say of each kind: the facets, and what ``idtyp`` is where it is configured.
KINDS = {
    "on its own": (ON_ITS_OWN, "app"),
    "through an account of its own": (WITH_AN_ACCOUNT, "user"),
    "for a person": (FOR_A_PERSON, "user"),
}


FACET_CLAIMS = pytest.mark.parametrize("name", ["xms_act_fct", "xms_sub_fct"])


@pytest.fixture
def open_door(published: ScriptedAuthority) -> Authority:
    """Every client, any scope, and the agent itself named as an application."""
    return trust(published, allowed_clients=None, required_scopes=(), applications=[AGENT, SPA])


def claims(version: str, **changes: Any) -> Json:
    """Claims that came through an agent, or through the client in ``azp``."""
    made = claims_v1 if version == "1.0" else claims_v2
    client = changes.pop("client", AGENT)
    return made(**{"appid" if version == "1.0" else "azp": client} | changes)


def reason(authority: Authority, claims: Json) -> str:
    try:
        identity = identify(token(claims), [authority], now=NOW)
    except Refused as refusal:
        return f"{refusal.status} {refusal.reason}"
    assert identity is not None
    return "an application" if identity.is_application else "a person"


@pytest.mark.parametrize("scp", [None, "", "/", "access_as_user"])
@pytest.mark.parametrize("has_idtyp", [False, True], ids=["without idtyp", "with idtyp"])
@pytest.mark.parametrize("version", ["1.0", "2.0"])
@pytest.mark.parametrize("client", [AGENT, SPA], ids=["its own client", "the front end"])
@pytest.mark.parametrize("kind", KINDS)
def test_an_agent_is_refused_whatever_else_its_token_says(
    open_door: Authority, kind: str, client: str, version: str, has_idtyp: bool, scp: str | None
) -> None:
    facets, idtyp = KINDS[kind]
    whole = {"scp": scp, "idtyp": idtyp if has_idtyp else None, "client": client}
    assert reason(open_door, claims(version, **whole | facets)) == "403 agent_refused"


@pytest.mark.parametrize("version", ["1.0", "2.0"])
@pytest.mark.parametrize(
    ("changes", "who"),
    [
        ({}, "a person"),
        ({"idtyp": "user"}, "a person"),
        ({"xms_act_fct": "3 9", "xms_sub_fct": "1 3"}, "a person"),
        ({"idtyp": "app", "scp": None}, "an application"),
        ({"idtyp": "app", "scp": "", "xms_act_fct": "3 9", "xms_sub_fct": "9 3"}, "an application"),
        ({"idtyp": "app", "scp": "/"}, "an application"),
        ({"scp": None, "sub": ADA}, "an application"),
        ({"scp": "", "sub": ADA}, "an application"),
        ({"scp": " ", "sub": ADA}, "an application"),
        ({"scp": "/"}, "an application"),
        ({"scp": " / "}, "an application"),
        ({"scp": "/ /"}, "an application"),
        ({"scp": "/\t"}, "an application"),
        ({"scp": "/\u00a0/"}, "an application"),
        ({"scp": "/ access_as_user"}, "a person"),
        ({"scp": "a/b"}, "a person"),
        ({"scp": "X"}, "a person"),
        ({"scp": "/", "idtyp": "user"}, "403 scope_missing"),
        ({"scp": ""}, "403 scope_missing"),
        ({"scp": "\t"}, "403 scope_missing"),
        ({"scp": "\u00a0"}, "403 scope_missing"),
        ({"scp": None}, "403 scope_missing"),
        ({"scp": ["/"], "sub": ADA}, "403 scope_missing"),
        ({"scp": NULL, "sub": ADA}, "403 scope_missing"),
        ({"scp": "access_as_user", "idtyp": "app"}, "403 application_refused"),
        ({"scp": "/", "client": OTHER_TENANT}, "403 application_refused"),
        ({"scp": "/", "roles": None}, "403 app_role_missing"),
    ],
    ids=str,
)
def test_who_calls_where_no_agent_does(open_door: Authority, version: str, changes: Json, who: str) -> None:
    assert reason(open_door, claims(version, **changes)) == who


def test_unscoped_is_no_scope(open_door: Authority) -> None:
    identity = identify(token(claims_v2(scp=" /  access_as_user ")), [open_door], now=NOW)
    assert identity is not None
    assert identity.scopes == {"access_as_user"}


@FACET_CLAIMS
@pytest.mark.parametrize(
    "facets",
    [
        "11",
        "13",
        "11 3 9",
        "3 11 9",
        "3 9 13",
        " 13 ",
        "3\t11",
        "3\n11",
        "3\u00a011",
        "3\u200311\u20289",
        "3,11",
        "011",
        ["11"],
        ["3", "13"],
        ["3 13", "9"],
        [11],
        [3, 9, 13],
        ["3", 11],
    ],
    ids=repr,
)
def test_an_agents_facet_is_found_however_it_is_written(open_door: Authority, name: str, facets: Any) -> None:
    assert reason(open_door, claims_v2(**{name: facets})) == "403 agent_refused"


@FACET_CLAIMS
@pytest.mark.parametrize(
    "facets",
    [
        "",
        "1",
        "3 9",
        "1 1",
        "1\t3",
        "110",
        "111 311 113",
        "131",
        "1.1.3",
        [],
        ["1"],
        ["3 9", "1"],
        [1, 3, 9],
        [111, 131],
    ],
    ids=repr,
)
def test_other_facets_are_a_persons(open_door: Authority, name: str, facets: Any) -> None:
    assert reason(open_door, claims_v2(**{name: facets})) == "a person"


@FACET_CLAIMS
@pytest.mark.parametrize(
    "facets", [NULL, 11, 3.0, True, {}, {"11": 1}, [3.0], [True], [["3"]], [{}], ["3", NULL], ["3", False]], ids=repr
)
def test_facets_that_cannot_be_read_may_be_an_agents(open_door: Authority, name: str, facets: Any) -> None:
    read: Any = [None if each is NULL else each for each in facets] if isinstance(facets, list) else facets
    assert reason(open_door, claims_v2(**{name: read})) == "403 agent_refused"


@FACET_CLAIMS
def test_a_facet_may_be_a_bare_number(open_door: Authority, name: str) -> None:
    for facet, told in ((13, "403 agent_refused"), (3, "a person")):
        facets: Any = {name: facet}
        assert reason(open_door, claims_v2(**facets)) == told


@pytest.mark.parametrize("blueprint", [BLUEPRINT, "", NULL], ids=["a blueprint", "empty", "null"])
def test_who_has_a_blueprint_is_an_agent_though_its_facets_are_left_out(
    open_door: Authority, blueprint: object
) -> None:
    """Facets are left out of some tokens; this mark is in those of agents alone, as Microsoft's sample API reads it."""
    assert reason(open_door, claims_v2(xms_par_app_azp=blueprint)) == "403 agent_refused"
    assert reason(open_door, claims_v2(idtyp="app", scp=None, xms_par_app_azp=blueprint)) == "403 agent_refused"
    assert reason(open_door, claims_v2(xms_par_app_az=blueprint)) == "a person"


def test_facets_of_the_tenant_tell_nothing_of_the_caller(open_door: Authority) -> None:
    assert reason(open_door, claims_v2(xms_tnt_fct="11 13", xms_idrel="11 13")) == "a person"


def test_where_clients_are_limited_an_agent_is_told_what_it_is(authority: Authority) -> None:
    """Not that its client is missing from a list: to add it would not help."""
    with pytest.raises(AgentRefused) as refusal:
        identify(token(claims_v2(azp=AGENT, acct=1, **FOR_A_PERSON)), [authority], now=NOW)
    assert (refusal.value.expected, refusal.value.actual) == ("a person or an application", f"an agent through {AGENT}")
    assert refusal.value.error == "insufficient_scope"


def test_a_whole_number_is_read_as_text() -> None:
    assert names_agent([11])
    assert not names_agent([1, 1])
