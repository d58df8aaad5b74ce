"""The sessions on the account page: listed, the own one marked, and each ended by its user alone."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from django_entrance.models import EntraSession
from scripted import OTHER_TENANT, ScriptedAuthority
from sign_ins import bearer, start_session

pytestmark = pytest.mark.django_db

ACCOUNT, SESSION, JSON = "/entrance/account/", "/entrance/session/", "application/json"


def sign_in(authority: ScriptedAuthority, **claims: Any) -> Client:
    client = Client()
    assert client.post(SESSION, headers=bearer(authority, **claims)).status_code == 200
    return client


def listed(client: Client) -> list[dict[str, Any]]:
    sessions: list[dict[str, Any]] = client.get(ACCOUNT, headers={"accept": JSON}).json()["sessions"]
    return sessions


def end(client: Client, key: str, **headers: str) -> Any:
    return client.post(ACCOUNT, {"action": "sign_out", "session": key}, headers=headers)


def who(client: Client) -> str:
    return str(client.get("/").json()["username"])


def test_the_list_marks_the_own_session(authority: ScriptedAuthority) -> None:
    first = sign_in(authority)
    EntraSession.objects.update(started_at=timezone.now() - timedelta(hours=1))
    second = sign_in(authority)
    newest, oldest = listed(second)
    assert (newest["is_current"], oldest["is_current"]) == (True, False)
    assert [each["is_current"] for each in listed(first)] == [False, True]
    row = EntraSession.objects.get(pk=newest["id"])
    assert newest == {
        "id": str(row.pk),
        "door": "session",
        "authority": "default",
        "started_at": row.started_at.isoformat(),
        "expires_at": row.expires_at.isoformat(),
        "is_current": True,
    }


def test_the_page_shows_them_with_a_button_each(authority: ScriptedAuthority) -> None:
    first = sign_in(authority)
    EntraSession.objects.update(door="page")
    sign_in(authority)
    text = first.get(ACCOUNT).content.decode()
    assert text.count("This session") == 1
    assert text.count('value="sign_out"') == 2
    assert text.count("Sign out everywhere") == 1
    assert "the sign-in page" in text
    assert "an application in the browser" in text


def test_a_password_login_has_no_row(client: Client) -> None:
    start_session(client)
    assert listed(client) == []
    text = client.get(ACCOUNT).content.decode()
    assert "No session was started through Microsoft." in text
    assert "Sign out everywhere" not in text


def test_another_session_is_ended_and_this_one_stays(authority: ScriptedAuthority) -> None:
    first, second = sign_in(authority), sign_in(authority)
    [other] = [each["id"] for each in listed(first) if not each["is_current"]]
    answer = end(first, other)
    assert (answer.status_code, answer["Location"]) == (302, ACCOUNT)
    assert [who(each) for each in (first, second)] == ["ada@contoso.example", ""]


def test_programs_get_the_sessions_that_are_left(authority: ScriptedAuthority) -> None:
    first, _ = sign_in(authority), sign_in(authority)
    [other] = [each["id"] for each in listed(first) if not each["is_current"]]
    assert [each["is_current"] for each in end(first, other, accept=JSON).json()["sessions"]] == [True]


def test_this_session_may_be_ended_too(authority: ScriptedAuthority) -> None:
    client = sign_in(authority)
    assert end(client, listed(client)[0]["id"]).status_code == 302
    assert client.get(ACCOUNT)["Location"].startswith("/accounts/login/")


def test_everywhere_ends_all_of_them(authority: ScriptedAuthority) -> None:
    clients = [sign_in(authority) for _ in range(3)]
    answer = clients[0].post("/entrance/sign-out/", {"all_sessions": "1", "everywhere": "1"})
    assert answer["Location"].startswith(f"{authority.host}/")
    assert [who(each) for each in clients] == ["", "", ""]


@pytest.mark.parametrize("key", ["", "x", "0", str(uuid4()), "\x00", "9" * 10_000], ids=lambda key: ascii(key)[:12])
def test_what_is_no_session_of_the_user_is_not_found(authority: ScriptedAuthority, key: str) -> None:
    client = sign_in(authority)
    sign_in(authority, oid=OTHER_TENANT, sub="other", preferred_username="grace@contoso.example")
    theirs = EntraSession.objects.get(user__username="grace@contoso.example")
    for each in (key, str(theirs.pk)):
        assert end(client, each).status_code == 404
    assert EntraSession.objects.count() == 2


def test_it_takes_the_csrf_token(authority: ScriptedAuthority) -> None:
    client = Client(enforce_csrf_checks=True)
    csrf = client.post(SESSION, headers=bearer(authority)).json()["csrf_token"]
    key = listed(client)[0]["id"]
    assert end(client, key).status_code == 403
    assert end(client, key, **{"x-csrftoken": csrf}).status_code == 302
    assert not EntraSession.objects.exists()


def test_a_session_that_is_over_is_not_listed(authority: ScriptedAuthority) -> None:
    client = sign_in(authority)
    [own] = listed(client)
    sign_in(authority)
    EntraSession.objects.exclude(pk=own["id"]).update(expires_at="2020-01-01T00:00Z")
    assert [each["id"] for each in listed(client)] == [own["id"]]


def test_a_bearer_sees_and_ends_its_users_sessions(authority: ScriptedAuthority) -> None:
    client = sign_in(authority)
    headers = bearer(authority) | {"accept": JSON}
    [session] = Client().get(ACCOUNT, headers=headers).json()["sessions"]
    assert session["is_current"] is False
    sent = {"action": "sign_out", "session": session["id"]}
    assert Client().post(ACCOUNT, sent, headers=headers).json()["sessions"] == []
    assert who(client) == ""


def test_disconnecting_an_account_ends_its_sessions(authority: ScriptedAuthority) -> None:
    client = sign_in(authority)
    user = User.objects.get()
    user.set_password("pw")
    user.save()
    own, entra = Client(), sign_in(authority)
    assert who(client) == "", "a new password ends the sessions of before, as Django does"
    assert own.login(username=user.username, password="pw")
    [account] = own.get(ACCOUNT, headers={"accept": JSON}).json()["accounts"]
    assert own.post(ACCOUNT, {"action": "disconnect", "account": account["id"]}).status_code == 302
    assert [who(each) for each in (entra, own)] == ["", user.username]
