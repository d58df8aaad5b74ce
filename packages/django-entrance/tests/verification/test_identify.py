import time

import pytest
from django_entrance.verification.authority import Authority
from django_entrance.verification.errors import AuthorityNotHere, BadSignature, MalformedToken, TokenExpired
from django_entrance.verification.identify import aidentify, identify
from django_entrance.verification.verified_tokens import VerifiedTokens
from scripted import ADA, NOW, ScriptedAuthority, claims_v2, token


def test_the_clock_is_asked_when_no_time_is_given(authority: Authority) -> None:
    identity = identify(token(claims_v2(now=int(time.time()))), [authority])
    assert identity is not None
    assert identity.object_id == ADA


def test_without_authorities_nothing_is_ours() -> None:
    assert identify(token(), []) is None


def test_foreign_tokens_cause_no_fetch(authority: Authority, published: ScriptedAuthority) -> None:
    assert identify(token(claims_v2(iss="https://accounts.example/")), [authority]) is None
    assert published.requests == []


@pytest.mark.parametrize(("length", "fetches"), [(0, 0), (255, 0), (256, 2), (342, 2)])
def test_what_cannot_be_a_signature_causes_no_fetch(
    authority: Authority, published: ScriptedAuthority, length: int, fetches: int
) -> None:
    signed, _, _ = token().rpartition(".")
    said = "a signature with a key of 2048 bits or more" if length < 256 else "exactly as Microsoft Entra ID issued it"
    with pytest.raises(MalformedToken if length < 256 else BadSignature, match=said):
        identify(f"{signed}.{'A' * length}", [authority], now=NOW)
    assert len(published.requests) == fetches


async def test_in_an_event_loop_the_same_holds(authority: Authority) -> None:
    cache, text = VerifiedTokens(1), token()
    identity = await aidentify(text, [authority], verified_tokens=cache, now=NOW)
    assert identity is not None
    assert await aidentify(text, [authority], here=["default"], verified_tokens=cache, now=NOW) is identity, (
        "it is remembered"
    )
    with pytest.raises(AuthorityNotHere):
        await aidentify(text, [authority], here=[], verified_tokens=cache, now=NOW)
    with pytest.raises(TokenExpired):
        await aidentify(text, [authority], now=NOW + 24 * 60 * 60)
