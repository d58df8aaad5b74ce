"""Tokens are identified outside of requests, as in a task or a management command."""

import time
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django_entrance.bearer.authentication import aidentify_token, identify_token
from django_entrance.verification.errors import AuthorityNotHere, TokenExpired
from scripted import ADA, ScriptedAuthority, claims_v2, token


def fresh(authority: ScriptedAuthority, **changes: Any) -> str:
    return token(claims_v2(host=authority.host, now=int(time.time()), **changes))


def test_a_token_is_known_by_the_settings(authority: ScriptedAuthority, db: None) -> None:
    text = fresh(authority)
    identity = identify_token(text)
    assert identity is not None
    assert (identity.object_id, identity.authority) == (ADA, "default")
    assert identify_token(text) is identity, "remembered, as in a request"
    assert identify_token("opaque") is None
    assert User.objects.count() == 0, "no user is created"


def test_a_bad_token_is_refused(authority: ScriptedAuthority) -> None:
    with pytest.raises(TokenExpired):
        identify_token(fresh(authority, exp=int(time.time()) - 100))


def test_an_agent_is_told_so_and_no_user_is_made(authority: ScriptedAuthority, client: Client, db: None) -> None:
    """An agent that acts for Ada: with her object id, her name and the scope, through the front end's own client."""
    response = client.get("/", headers={"authorization": f"Bearer {fresh(authority, xms_act_fct='3 11')}"})
    assert (response.status_code, response.json()["reason"]) == (403, "agent_refused")
    assert 'error="insufficient_scope"' in response["WWW-Authenticate"]
    assert User.objects.count() == 0
    person = client.get("/", headers={"authorization": f"Bearer {fresh(authority, xms_act_fct='3 9')}"})
    assert person.json()["object_id"] == ADA


async def test_the_event_loop_may_ask_too(authority: ScriptedAuthority) -> None:
    identity = await aidentify_token(fresh(authority), here=["default"])
    assert identity is not None
    assert identity.object_id == ADA
    with pytest.raises(AuthorityNotHere):
        await aidentify_token(fresh(authority), here=["staff"])


async def test_a_refusal_comes_without_the_frames_of_the_token(authority: ScriptedAuthority) -> None:
    text = fresh(authority, exp=int(time.time()) - 100)
    with pytest.raises(TokenExpired) as from_sync:
        identify_token(text)
    with pytest.raises(TokenExpired) as from_async:
        await aidentify_token(text)
    for caught in (from_sync, from_async):
        ours = [entry.frame for entry in caught.traceback if "django_entrance" in str(entry.path)]
        assert ours
        assert all(text not in repr(frame.f_locals) for frame in ours)
