"""Each cause of a refusal has one reason, whichever framework's view is asked, and a twin that is let in.

``contrib/test_every_adapter.py`` and ``contrib/test_graphene_doors.py`` say which views there are.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import User
from every_door import Door
from scripted import K2, ScriptedAuthority
from sign_ins import bearer, start_entra_session, start_session

DAEMON = "dae00000-0000-4000-8000-000000000004"
PROGRAM = {"accept": "application/json"}
Headers = dict[str, str]
Sign = Callable[[ScriptedAuthority, Any, Door], Headers]
"""Prepares the site and the browser, and returns the headers of the request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    name: str
    needs: str
    bad: Sign
    good: Sign
    refusal: tuple[int, str]

    def __str__(self) -> str:
        return f"{self.name}, {self.needs}"


def token(**claims: Any) -> Sign:
    """Return a way in by a bearer token with these claims."""

    def sign(authority: ScriptedAuthority, settings: Any, door: Door) -> Headers:
        return bearer(authority, **claims)

    return sign


def says(authorization: str) -> Sign:
    def sign(authority: ScriptedAuthority, settings: Any, door: Door) -> Headers:
        text = bearer(authority)["authorization"].removeprefix("Bearer ")
        return {"authorization": authorization.format(text)} if authorization else {}

    return sign


def password(authority: ScriptedAuthority, settings: Any, door: Door) -> Headers:
    start_session(door.client)
    return {}


def session(**claims: Any) -> Sign:
    def sign(authority: ScriptedAuthority, settings: Any, door: Door) -> Headers:
        start_entra_session(door.client, authority, **claims)
        return {}

    return sign


def with_settings(after: Sign, **changes: Any) -> Sign:
    def sign(authority: ScriptedAuthority, settings: Any, door: Door) -> Headers:
        settings.ENTRANCE = settings.ENTRANCE | changes
        return after(authority, settings, door)

    return sign


def deactivated(authority: ScriptedAuthority, settings: Any, door: Door) -> Headers:
    door.get(headers=bearer(authority))
    User.objects.update(is_active=False)
    return bearer(authority)


def known(authority: ScriptedAuthority, settings: Any, door: Door) -> Headers:
    door.get(headers=bearer(authority))
    settings.ENTRANCE = settings.ENTRANCE | {"PROVISIONING": "existing"}
    return bearer(authority)


def away(authority: ScriptedAuthority, settings: Any, door: Door) -> Headers:
    """A token of an authority that is not there."""
    settings.ENTRANCE = settings.ENTRANCE | {"AUTHORITY_HOST": "http://localhost:9"}
    return bearer(ScriptedAuthority(host="http://localhost:9"))


WRITER, READER = token(roles=["Writer"]), token(roles=["Reader"])
READS = token(scp="access_as_user log.read")
ROBOT: dict[str, Any] = {"scp": None, "azp": DAEMON, "idtyp": "app", "oid": DAEMON, "preferred_username": None}
GUEST: dict[str, Any] = {"acct": 1}

CAUSES = [
    Cause(name="no credentials", needs="signed-in", bad=says(""), good=token(), refusal=(401, "not_signed_in")),
    Cause(name="another's", needs="signed-in", bad=says("Bearer x"), good=password, refusal=(401, "not_signed_in")),
    Cause(name="expired", needs="signed-in", bad=token(exp=1), good=token(), refusal=(401, "time_refused")),
    Cause(name="audience", needs="signed-in", bad=token(aud="other"), good=token(), refusal=(401, "audience_refused")),
    Cause(name="unknown key", needs="signed-in", bad=token(key=K2), good=token(), refusal=(401, "signing_key_unknown")),
    Cause(name="no scope at all", needs="signed-in", bad=token(scp="x"), good=token(), refusal=(403, "scope_missing")),
    Cause(
        name="two tokens",
        needs="signed-in",
        bad=says("Bearer {0},Bearer {0}"),
        good=says("bearer {0}"),
        refusal=(400, "authorization_malformed"),
    ),
    Cause(
        name="client",
        needs="signed-in",
        bad=token(azp=DAEMON),
        good=with_settings(token(azp=DAEMON), ALLOWED_CLIENTS=[DAEMON]),
        refusal=(403, "client_refused"),
    ),
    Cause(
        name="application",
        needs="signed-in",
        bad=token(**ROBOT),
        good=token(),
        refusal=(403, "application_refused"),
    ),
    Cause(
        name="guest",
        needs="signed-in",
        bad=with_settings(token(**GUEST), ALLOW_GUESTS=False),
        good=with_settings(token(acct=0), ALLOW_GUESTS=False),
        refusal=(403, "guest_refused"),
    ),
    Cause(name="deactivated", needs="signed-in", bad=deactivated, good=token(), refusal=(403, "user_disabled")),
    Cause(
        name="no account",
        needs="signed-in",
        bad=with_settings(token(), PROVISIONING="existing"),
        good=known,
        refusal=(403, "account_missing"),
    ),
    Cause(name="outage", needs="signed-in", bad=away, good=token(), refusal=(503, "authority_unreachable")),
    Cause(name="token", needs="scope", bad=token(), good=READS, refusal=(403, "scope_missing")),
    Cause(name="password", needs="scope", bad=password, good=READS, refusal=(403, "scope_missing")),
    Cause(name="no credentials", needs="scope", bad=says(""), good=READS, refusal=(401, "not_signed_in")),
    Cause(
        name="session",
        needs="scope",
        bad=session(),
        good=session(scp="access_as_user log.read"),
        refusal=(403, "scope_missing"),
    ),
    Cause(name="token", needs="app-role", bad=READER, good=WRITER, refusal=(403, "app_role_missing")),
    Cause(name="password", needs="app-role", bad=password, good=WRITER, refusal=(403, "app_role_missing")),
    Cause(name="no credentials", needs="app-role", bad=says(""), good=WRITER, refusal=(401, "not_signed_in")),
    Cause(
        name="session",
        needs="app-role",
        bad=session(roles=["Reader"]),
        good=session(roles=["Writer"]),
        refusal=(403, "app_role_missing"),
    ),
    Cause(
        name="client that cannot answer",
        needs="context",
        bad=token(),
        good=token(acrs=["c1"]),
        refusal=(403, "authentication_context_missing"),
    ),
    Cause(
        name="client that answers",
        needs="context",
        bad=token(xms_cc=["cp1"]),
        good=token(xms_cc=["cp1"], acrs=["c1"]),
        refusal=(401, "authentication_context_missing"),
    ),
    Cause(
        name="password",
        needs="context",
        bad=password,
        good=token(acrs=["c1"]),
        refusal=(403, "authentication_context_missing"),
    ),
]


@pytest.mark.parametrize("cause", CAUSES, ids=str)
def test_one_cause_has_one_reason(
    authority: ScriptedAuthority, settings: Any, guarded: Callable[[str], Door], served: list[str], cause: Cause
) -> None:
    door = guarded(cause.needs)
    headers = cause.bad(authority, settings, door)
    served.clear()
    answer = door.get(headers=PROGRAM | headers)
    assert answer.refusal == cause.refusal
    assert served == [], "no view and no resolver ran"
    assert answer.response.status_code in (cause.refusal[0], 200)


@pytest.mark.parametrize("cause", CAUSES, ids=str)
def test_its_twin_is_let_in(
    authority: ScriptedAuthority, settings: Any, guarded: Callable[[str], Door], cause: Cause
) -> None:
    door = guarded(cause.needs)
    assert door.get(headers=cause.good(authority, settings, door)).status == 200
