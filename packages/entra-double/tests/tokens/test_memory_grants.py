"""The store of device codes: one decision for each user code, one client for each device code, for fifteen minutes."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import pytest
from entra_double import Emulator
from entra_double._tokens.memory.grants import (
    DEVICE_CODE_LIFETIME,
    DeviceGrant,
    GrantStore,
    as_user_code,
    make_user_code,
)
from entra_double._world.errors import Refusal
from entra_double._world.requests.delegation import Delegation

from ..single_page_app import ADA, NOW, SCOPE, SPA, TENANT

ENDED = NOW + DEVICE_CODE_LIFETIME


@pytest.fixture
def grant(emulator: Emulator) -> DeviceGrant:
    client = next(known for known in emulator.directory.applications if known.client_id == SPA)
    return DeviceGrant(user_code="ABCDEFGH2", client=client, tenants=(TENANT,), scope=SCOPE, issued_at=NOW)


@pytest.fixture
def delegation(emulator: Emulator, grant: DeviceGrant) -> Delegation:
    person = next(known for known in emulator.directory.people if known.object_id == ADA)
    return Delegation(person=person, client=grant.client, session_id="one", openid=frozenset())


def refusal(store: GrantStore, device_code: str, client_id: str = SPA, now: int = NOW) -> tuple[int, str]:
    with pytest.raises(Refusal) as refused:
        store.take_device_code(device_code, client_id, now)
    return refused.value.code, refused.value.error


def test_a_code_that_is_agreed_to_is_taken_once(grant: DeviceGrant, delegation: Delegation) -> None:
    store = GrantStore()
    code = store.issue_device_code(grant)
    assert refusal(store, code) == (70016, "authorization_pending")
    store.decide(grant.user_code, delegation)
    assert store.take_device_code(code, SPA, ENDED - 1) == replace(grant, decision=delegation)
    assert refusal(store, code) == (54005, "invalid_grant")


def test_a_device_code_is_known_to_be_spent_for_as_long_as_it_is_known(
    grant: DeviceGrant, delegation: Delegation
) -> None:
    """The store keeps 10 000 of them, and older ones may be spent after this one."""
    store, agreed = GrantStore(), replace(grant, decision=delegation)
    older = [store.issue_device_code(agreed) for _ in range(5_000)]
    code = store.issue_device_code(agreed)
    for each in (code, *older):
        store.take_device_code(each, SPA, NOW)
    for _ in range(9_999):
        store.take_device_code(store.issue_device_code(agreed), SPA, NOW)
    assert refusal(store, code) == (54005, "invalid_grant")
    store.issue_device_code(grant)
    assert refusal(store, code) == (70018, "bad_verification_code")


def test_only_its_client_takes_it_and_not_after_its_time(grant: DeviceGrant, delegation: Delegation) -> None:
    store = GrantStore()
    code = store.issue_device_code(grant)
    store.decide(grant.user_code, delegation)
    assert refusal(store, code, client_id=TENANT) == (70018, "bad_verification_code")
    assert refusal(store, f"{code}x") == (70018, "bad_verification_code")
    assert refusal(store, code, now=ENDED) == (70019, "expired_token")
    assert store.take_device_code(code, SPA, NOW).decision == delegation


def test_who_declines_says_so_to_the_device(grant: DeviceGrant) -> None:
    store = GrantStore()
    code = store.issue_device_code(grant)
    store.decide(grant.user_code, "declined")
    assert refusal(store, code) == (65004, "authorization_declined")


@pytest.mark.parametrize("typed", ["ABCDEFGH2", "abcdefgh2", " abc-def gh2 "])
def test_people_type_a_code_as_they_like(grant: DeviceGrant, typed: str) -> None:
    store = GrantStore()
    store.issue_device_code(grant)
    assert store.find_user_code(typed, ENDED - 1) == grant


@pytest.mark.parametrize(("typed", "now", "code"), [("ABCDEFGH3", NOW, 70018), ("ABCDEFGH2", ENDED, 70019)])
def test_a_page_finds_no_other_code(grant: DeviceGrant, typed: str, now: int, code: int) -> None:
    store = GrantStore()
    store.issue_device_code(grant)
    with pytest.raises(Refusal) as refused:
        store.find_user_code(typed, now)
    assert refused.value.code == code


@pytest.mark.parametrize("first", ["declined", "agreed"])
def test_the_first_decision_stays(
    grant: DeviceGrant, delegation: Delegation, first: Literal["declined", "agreed"]
) -> None:
    store = GrantStore()
    store.issue_device_code(grant)
    store.decide(grant.user_code, "declined" if first == "declined" else delegation)
    for decide in (
        lambda: store.decide(grant.user_code, delegation),
        lambda: store.find_user_code("ABCDEFGH2", NOW),
    ):
        with pytest.raises(Refusal, match="70018"):
            decide()


def test_a_copy_keeps_device_codes_as_they_were(grant: DeviceGrant, delegation: Delegation) -> None:
    store = GrantStore()
    code = store.issue_device_code(grant)
    before = store.copy()
    store.decide(grant.user_code, delegation)
    store.restore(before)
    assert refusal(store, code) == (70016, "authorization_pending")
    store.clear()
    assert refusal(store, code) == (70018, "bad_verification_code")


def test_user_codes_are_nine_letters_that_look_like_no_others() -> None:
    codes = {make_user_code() for _ in range(100)}
    assert len(codes) == 100
    assert all(len(code) == 9 and as_user_code(code) == code for code in codes)
    assert not set("".join(codes)) & set("0O1I")
