"""What a session keeps gives the same identity again, in every property, and never a token."""

import json
from typing import Any

import pytest
from agent_claims import AGENT, FOR_A_PERSON
from django_entrance.verification.identify import identify, identify_id_token
from django_entrance.verification.identity import Identity
from django_entrance.verification.kept import LONGEST, is_kept, keep, restore
from hypothesis import given
from hypothesis import strategies as st
from id_tokens import NONCE, id_claims
from identities import person, person_through_agent
from scripted import K1, NOW, ScriptedAuthority, token, trust
from vectors import access, audience_and_time, header, identity, issuer, signature, structure
from vectors.cases import LET_IN, Case, publish

PROPERTIES = sorted(name for name, value in vars(Identity).items() if isinstance(value, property))
OF_THE_SESSION = {"door", "signed_in_at", "expires_at"}
"""A session has its own."""

GROUPS = (access, audience_and_time, header, identity, issuer, signature, structure)
LET_IN_CASES = [case for group in GROUPS for case in group.CASES if case.outcome == LET_IN]
AUTHORITY = trust(publish())


def again(original: Identity) -> Identity:
    kept = json.loads(json.dumps(keep(original)))
    return restore(kept, door="session", signed_in_at=NOW, expires_at=NOW + 60)


def assert_same(original: Identity) -> None:
    restored = again(original)
    assert (restored.door, restored.signed_in_at, restored.expires_at) == ("session", NOW, NOW + 60)
    for name in PROPERTIES:
        if name not in OF_THE_SESSION:
            assert getattr(restored, name) == getattr(original, name), name
    assert restored.claims.version == original.claims.version
    assert restored.claims.principal == original.claims.principal
    assert (is_kept(original), is_kept(restored)) == (False, True)


def test_control_there_are_properties_to_compare() -> None:
    assert {"object_id", "app_roles", "name", "username", "agent", *OF_THE_SESSION} <= set(PROPERTIES)
    assert len(LET_IN_CASES) > 40


@pytest.mark.parametrize("case", LET_IN_CASES, ids=str)
def test_each_accepted_vector_is_restored(case: Case) -> None:
    found = identify(case.text(), [AUTHORITY], now=NOW)
    assert found is not None
    assert_same(found)


@given(
    changes=st.fixed_dictionaries(
        {},
        optional={
            "name": st.text(),
            "preferred_username": st.text(),
            "upn": st.text(),
            "roles": st.lists(st.text()),
            "acrs": st.lists(st.text() | st.integers()) | st.text(),
            "acct": st.sampled_from([0, 1]),
            "scp": st.lists(st.text("abc.", min_size=1), min_size=1).map(" ".join).map("access_as_user {}".format),
        },
    )
)
def test_any_person_is_restored(changes: dict[str, Any]) -> None:
    assert_same(person(**changes))


def test_a_person_of_the_pages_and_one_with_an_agent_are_restored() -> None:
    authority = trust(ScriptedAuthority(keys=[K1.jwk()]))
    assert_same(identify_id_token(token(id_claims()), authority, nonce=NONCE, now=NOW))
    assert_same(person_through_agent())
    agent = again(person_through_agent(**FOR_A_PERSON)).agent
    assert agent is not None
    assert agent.agent_id == AGENT


def test_it_keeps_what_signing_out_needs_and_no_other_claim() -> None:
    kept = keep(person(sid="s", login_hint="O.x", ipaddr="203.0.113.24", groups=["g"], email="ada@contoso.example"))
    assert kept["texts"] == {
        "name": "Ada Lovelace",
        "preferred_username": "ada@contoso.example",
        "sid": "s",
        "login_hint": "O.x",
    }
    written = json.dumps(kept)
    for gone in ("203.0.113.24", "groups", "uti", "email", "aio"):
        assert gone not in written


@pytest.mark.parametrize("value", ["", "x" * (LONGEST + 1), 5, ["x"], None])
def test_a_claim_that_is_no_short_text_is_not_kept(value: object) -> None:
    assert "sid" not in keep(person(sid=value))["texts"]
    assert keep(person(sid="x" * LONGEST))["texts"]["sid"] == "x" * LONGEST


def test_a_long_name_is_cut() -> None:
    restored = again(person(name="Ada " * 1_000))
    assert len(restored.name) <= LONGEST
    assert restored.name.startswith("Ada Ada")


@pytest.mark.parametrize("name", sorted(set(keep(person())) - {"texts"}))
def test_a_record_that_lacks_something_is_refused(name: str) -> None:
    kept = {key: value for key, value in keep(person()).items() if key != name}
    with pytest.raises(KeyError):
        restore(kept, door="session", signed_in_at=NOW, expires_at=NOW)


@pytest.mark.parametrize("changes", [{"scopes": 5}, {"roles": None}, {"texts": None}, {"agent": 5}, {"agent": ["a"]}])
def test_a_record_of_another_shape_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        restore(keep(person()) | changes, door="session", signed_in_at=NOW, expires_at=NOW)
