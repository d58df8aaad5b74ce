import time

from django_entrance.verification.authority import Authority
from django_entrance.verification.identify import identify
from scripted import ADA, ScriptedAuthority, claims_v2, token


def test_the_clock_is_asked_when_no_time_is_given(authority: Authority) -> None:
    identity = identify(token(claims_v2(now=int(time.time()))), [authority])
    assert identity is not None
    assert identity.object_id == ADA


def test_without_authorities_nothing_is_ours() -> None:
    assert identify(token(), []) is None


def test_foreign_tokens_cause_no_fetch(authority: Authority, published: ScriptedAuthority) -> None:
    assert identify(token(claims_v2(iss="https://accounts.example/")), [authority]) is None
    assert published.requests == []
