"""What is understood of the `claims` parameter, and what is refused."""

from __future__ import annotations

import pytest
from entra_double._tokens.claims.request import ClaimsRequest, read_claims
from entra_double._world.errors import Refusal

NOTHING = ClaimsRequest()


@pytest.mark.parametrize(
    "text", [None, "", "{}", '{"access_token": null}', '{"access_token": {"acrs": null}}', '{"userinfo": {"a": null}}']
)
def test_nothing_is_asked_for(text: str | None) -> None:
    assert read_claims(text) == NOTHING


@pytest.mark.parametrize(
    ("wish", "contexts"),
    [
        ('{"essential": true, "value": "c1"}', {"c1"}),
        ('{"values": ["c1"]}', {"c1"}),
        ('{"values": ["c1", "c99"], "value": "c3"}', {"c1", "c99"}),
        ('{"values": ["c0", "c1", "c100", "C2", "p1", "c1\\n", "urn:microsoft:req1", ""]}', {"c1"}),
        ('{"value": "<anything>"}', set()),
    ],
)
def test_authentication_contexts_are_one_value_or_several_and_nothing_else(wish: str, contexts: set[str]) -> None:
    assert read_claims(f'{{"access_token": {{"acrs": {wish}}}}}') == ClaimsRequest(contexts=frozenset(contexts))


def test_a_context_may_be_asked_for_in_the_id_token() -> None:
    text = '{"id_token": {"acrs": {"essential": true, "value": "c1"}}, "access_token": {"acrs": {"value": "c2"}}}'
    assert read_claims(text) == ClaimsRequest(contexts=frozenset({"c1", "c2"}))


def test_policies_are_asked_for_by_id() -> None:
    text = '{"access_token": {"capolids": {"essential": true, "values": ["90110000-0000-4000-a000-000000000031"]}}}'
    assert read_claims(text) == ClaimsRequest(policies=frozenset({"90110000-0000-4000-a000-000000000031"}))


def test_capabilities_keep_their_spelling() -> None:
    text = '{"access_token": {"xms_cc": {"values": ["CP1", "cp2"]}}}'
    assert read_claims(text) == ClaimsRequest(capabilities=("CP1", "cp2"))


def test_what_msal_merges_is_understood_together() -> None:
    text = (
        '{"id_token": {"login_hint": {"essential": false}, "sid": null}, "access_token": '
        '{"nbf": {"essential": true, "value": "1"}, "acrs": {"value": "c7"}, "xms_cc": {"values": ["cp1"]}}}'
    )
    assert read_claims(text) == ClaimsRequest(contexts=frozenset({"c7"}), capabilities=("cp1",))


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "c1",
        "[" * 100_000,
        "[]",
        '"c1"',
        '{"access_token": ["acrs"]}',
        '{"access_token": {"acrs": "c1"}}',
        '{"id_token": ["acrs"]}',
        '{"id_token": {"acrs": {"value": 1}}}',
        '{"access_token": {"acrs": {"value": 1}}}',
        '{"access_token": {"acrs": {"values": "c1"}}}',
        '{"access_token": {"xms_cc": {"values": ["cp1", null]}}}',
    ],
)
def test_what_is_malformed_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_claims(text)
    assert (refused.value.code, refused.value.error) == (9002313, "invalid_request")
    assert "'claims'" in refused.value.text
