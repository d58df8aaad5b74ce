"""``entrance/session/``: a token becomes a session, GET tells who I am, DELETE ends it."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import login
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone
from django_entrance.entra import reachable
from django_entrance.models import EntraAccount, EntraSession
from django_entrance.sessions.record import KEY
from django_entrance.sessions.starting import PROVED
from django_entrance.sessions.views import django_groups, full_name
from identities import person
from scripted import ScriptedAuthority
from sign_ins import ENTRA_BACKEND, LOGIN_REQUIRED, bearer, start_session, with_middleware

pytestmark = pytest.mark.django_db

SESSION = "/entrance/session/"


def begin(client: Client, authority: ScriptedAuthority, **changes: Any) -> Any:
    return client.post(SESSION, headers=bearer(authority, **changes))


def test_a_token_starts_a_session(authority: ScriptedAuthority, client: Client) -> None:
    answer = begin(client, authority, roles=["Editor"])
    assert answer.status_code == 200
    assert answer.json()["via"] == "entra"
    assert answer.json()["entra"]["app_roles"] == ["Editor"]
    assert answer.json()["csrf_token"]
    assert "no-store" in answer["Cache-Control"]
    who = client.get("/").json()
    assert who["username"] == "ada@contoso.example"
    assert who["object_id"] == EntraAccount.objects.get().object_id.__str__()
    assert EntraSession.objects.get().user.username == "ada@contoso.example"


def test_nobody_is_signed_in(client: Client) -> None:
    answer = client.get(SESSION).json()
    assert (answer["signed_in"], answer["via"], answer["user"], answer["groups"]) == (False, None, None, [])


def test_a_late_answer_leaves_the_cookie_of_the_next_session(authority: ScriptedAuthority, client: Client) -> None:
    """The session of its request was ended; a cookie that it deleted could be that of a session begun meanwhile."""
    begin(client, authority)
    Session.objects.all().delete()
    answer = client.get(SESSION)
    assert answer.json()["signed_in"] is False
    assert "sessionid" not in answer.cookies
    assert client.get("/").cookies["sessionid"].value == "", "control: Django deletes it elsewhere"


def test_a_late_answer_leaves_the_csrf_cookie_of_the_next_sign_in(client: Client) -> None:
    """Django sends the cookie that came with the request again; a sign-in has changed it meanwhile."""
    first = client.get(SESSION)
    assert first.cookies["csrftoken"].value, "control: a new visitor gets one"
    again = client.get(SESSION)
    assert "csrftoken" not in again.cookies
    client.cookies["csrftoken"] = "not one of Django's"
    assert client.get(SESSION).cookies["csrftoken"].value, "one that is no good is replaced"


def test_a_password_login_shows_as_its_own(client: Client) -> None:
    start_session(client)
    answer = client.get(SESSION).json()
    assert (answer["signed_in"], answer["via"], answer["entra"]) == (True, "password", None)


@pytest.mark.parametrize("roles", [["Editor"], ["Reader"]])
def test_it_names_the_django_groups_of_the_user(
    authority: ScriptedAuthority, client: Client, settings: Any, roles: list[str]
) -> None:
    settings.ENTRANCE = {**settings.ENTRANCE, "ACCESS": {"app_roles": {"Editor": {"groups": ["editors"]}}}}
    Group.objects.create(name="editors")
    expected = ["editors"] if roles == ["Editor"] else []
    assert begin(client, authority, roles=roles).json()["groups"] == expected
    User.objects.get().groups.add(Group.objects.create(name="authors"))
    assert client.get(SESSION).json()["groups"] == ["authors", *expected]


def test_an_own_login_has_its_groups_too(client: Client) -> None:
    start_session(client)
    assert client.get(SESSION).json()["groups"] == []
    User.objects.get().groups.add(Group.objects.create(name="authors"))
    assert client.get(SESSION).json()["groups"] == ["authors"]


def test_the_key_is_new_and_another_users_data_is_gone(authority: ScriptedAuthority, client: Client) -> None:
    start_session(client)
    session = client.session
    session["secret_of_barbara"] = "yes"
    session.save()
    before = session.session_key
    assert begin(client, authority).status_code == 200
    assert client.session.session_key != before
    assert "secret_of_barbara" not in client.session
    assert not Session.objects.filter(session_key=before).exists()


@pytest.mark.parametrize(
    ("origin", "status"),
    [("http://testserver", 200), ("https://evil.example", 403), ("null", 403), ("http://testserver.evil.example", 403)],
)
def test_the_origin_is_the_sites_own(authority: ScriptedAuthority, client: Client, origin: str, status: int) -> None:
    answer = client.post(SESSION, headers={**bearer(authority), "origin": origin})
    assert answer.status_code == status
    assert EntraSession.objects.count() == (status == 200)
    if status == 403:
        assert answer.json()["reason"] == "origin_refused"


def test_without_a_token_nothing_starts(client: Client) -> None:
    answer = client.post(SESSION)
    assert (answer.status_code, answer.json()["reason"]) == (401, "not_signed_in")


def test_delete_ends_it(authority: ScriptedAuthority) -> None:
    client = Client(enforce_csrf_checks=True)
    csrf = begin(client, authority).json()["csrf_token"]
    assert client.delete(SESSION).status_code == 403
    assert client.get("/").json()["username"]
    assert client.delete(SESSION, headers={"x-csrftoken": csrf}).status_code == 204
    assert client.get("/").json()["username"] == ""
    assert not EntraSession.objects.exists()


def test_a_row_that_is_gone_ends_the_session(authority: ScriptedAuthority, client: Client) -> None:
    begin(client, authority)
    EntraSession.objects.all().delete()
    assert client.get("/").json()["username"] == ""
    assert KEY not in client.session


def test_a_deactivated_user_is_out(authority: ScriptedAuthority, client: Client) -> None:
    begin(client, authority)
    User.objects.update(is_active=False)
    assert client.get("/").json()["username"] == ""


@pytest.mark.parametrize(("age", "status"), [(3_599, 200), (3_601, 401)])
def test_an_old_check_makes_it_stale(authority: ScriptedAuthority, client: Client, age: int, status: int) -> None:
    begin(client, authority)
    change(client, checked=int(time.time()) - age)
    answer = client.get("/", headers={"accept": "application/json"})
    assert answer.status_code == status
    if status == 401:
        assert answer.json()["reason"] == "session_stale"
        assert client.get(SESSION).json()["signed_in"]
        assert begin(client, authority).status_code == 200
        assert client.get("/").status_code == 200


def test_while_entra_is_down_a_stale_session_lives_on(
    authority: ScriptedAuthority, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(client, authority)
    change(client, checked=int(time.time()) - 3_601)
    monkeypatch.setattr(reachable, "asks", lambda name: False)
    assert client.get("/", headers={"accept": "application/json"}).json()["username"] == "ada@contoso.example"
    monkeypatch.setattr(reachable, "asks", lambda name: True)
    reachable.seen.clear()
    assert client.get("/", headers={"accept": "application/json"}).status_code == 401


def test_a_person_who_sends_a_form_is_told_on_a_page(authority: ScriptedAuthority, client: Client) -> None:
    begin(client, authority)
    change(client, checked=int(time.time()) - 3_601)
    answer = client.post("/?a=1", {"text": "x"}, headers={"accept": "text/html"})
    assert answer.status_code == 401
    assert answer["Content-Type"].startswith("text/html")
    assert "session_stale" in answer.content.decode()
    assert client.post("/", {"text": "x"}, headers={"accept": "application/json"}).json()["reason"] == "session_stale"


@pytest.mark.parametrize(("age", "is_over"), [(8 * 3_600 - 2, False), (8 * 3_600 + 1, True)])
def test_its_lifetime_is_absolute(authority: ScriptedAuthority, client: Client, age: int, is_over: bool) -> None:
    begin(client, authority)
    change(client, started=int(time.time()) - age)
    assert (client.get("/").json()["username"] == "") == is_over


def test_asking_again_does_not_lengthen_it(authority: ScriptedAuthority, client: Client) -> None:
    begin(client, authority)
    started = int(time.time()) - 7_000
    change(client, started=started)
    begin(client, authority)
    assert client.get(SESSION).json()["entra"]["signed_in_at"] == started
    assert EntraSession.objects.count() == 1
    assert EntraSession.objects.get().expires_at < timezone.now() + timedelta(hours=8)


def change(client: Client, **values: int) -> None:
    session = client.session
    session[KEY] = session[KEY] | values
    session.save()


def test_the_token_of_a_request_is_described_and_not_the_session(authority: ScriptedAuthority, client: Client) -> None:
    start_session(client)
    answer = client.get(SESSION, headers=bearer(authority, roles=["Editor"])).json()
    assert (answer["via"], answer["user"]["username"]) == ("entra", "ada@contoso.example")
    assert (answer["entra"]["door"], answer["entra"]["app_roles"]) == ("bearer", ["Editor"])
    assert answer["entra"]["recheck_at"] is None
    assert client.get(SESSION).json()["via"] == "password"


def test_a_session_describes_its_own_life(authority: ScriptedAuthority, client: Client) -> None:
    entra = begin(client, authority).json()["entra"]
    assert entra["door"] == "session"
    assert entra["expires_at"] - entra["signed_in_at"] == 8 * 3_600
    assert entra["recheck_at"] == client.session[KEY]["checked"] + 3_600
    assert client.get(SESSION).json()["entra"] == entra


@pytest.mark.parametrize(
    ("changes", "status", "reason"),
    [
        ({"exp": 5, "iat": 5, "nbf": 5}, 401, "token_expired"),
        ({"scp": None}, 403, "scope_missing"),
        ({"nonce": "n"}, 401, "id_token"),
        ({"oid": "94ace000-0000-4000-8000-000000000005"}, 403, "account_missing"),
    ],
    ids=str,
)
def test_a_refused_token_is_told_why(
    authority: ScriptedAuthority, client: Client, settings: Any, changes: dict[str, Any], status: int, reason: str
) -> None:
    begin(client, authority)
    settings.ENTRANCE |= {"PROVISIONING": "existing"}
    answer = begin(client, authority, **changes)
    assert (answer.status_code, answer.json()["reason"]) == (status, reason)
    assert client.get("/").json()["username"] == "ada@contoso.example", "the session lives on"
    assert begin(client, authority).status_code == 200, "control"


@pytest.mark.parametrize("method", ["put", "patch", "options", "trace"])
def test_other_methods_do_nothing(authority: ScriptedAuthority, client: Client, method: str) -> None:
    answer = getattr(client, method)(SESSION, headers=bearer(authority))
    assert answer.status_code == 405
    assert not answer.cookies
    assert not EntraSession.objects.exists()


def test_a_user_model_without_groups_has_none() -> None:
    assert django_groups(EntraAccount()) == []


def test_a_user_model_without_names_has_its_user_name() -> None:
    class Nameless:
        """Django's ``AbstractBaseUser`` has no name of a person."""

    assert full_name(Nameless()) == ""
    assert full_name(User(first_name="Ada", last_name="Lovelace")) == "Ada Lovelace"


def test_head_starts_nothing(authority: ScriptedAuthority, client: Client) -> None:
    assert client.head(SESSION, headers=bearer(authority)).status_code == 200
    assert not EntraSession.objects.exists()


def test_the_body_is_not_read(authority: ScriptedAuthority) -> None:
    """A body that cannot be parsed, and is larger than Django allows, costs nothing."""
    body = b"x" * 5_000_000
    client = Client(enforce_csrf_checks=True)
    kind = "multipart/form-data; boundary=x"
    answer = client.post(SESSION, body, content_type=kind, headers=bearer(authority))
    assert answer.status_code == 200


def test_a_session_under_login_required_middleware(authority: ScriptedAuthority, client: Client, settings: Any) -> None:
    with_middleware(settings, LOGIN_REQUIRED)
    assert client.get(SESSION).json()["signed_in"] is False
    assert client.get("/").status_code == 302
    begin(client, authority)
    assert client.get("/").json()["username"] == "ada@contoso.example"


def test_a_bearer_ends_the_session_beside_it(authority: ScriptedAuthority, client: Client) -> None:
    """No page of another site can send the header."""
    begin(client, authority)
    assert client.delete(SESSION, headers=bearer(authority)).status_code == 204
    assert client.get("/").json()["username"] == ""


def test_an_account_that_is_gone_at_this_moment_starts_nothing(client: Client) -> None:
    """The session is Django's, but it has no record, so it is over with its next request."""
    user = User.objects.create_user("ada")
    setattr(user, PROVED, person())
    client.get("/")
    request = HttpRequest()
    request.session = client.session
    login(request, user, backend=ENTRA_BACKEND)
    request.session.save()
    client.cookies["sessionid"] = str(request.session.session_key)
    assert KEY not in request.session
    assert client.get("/").json()["username"] == ""
