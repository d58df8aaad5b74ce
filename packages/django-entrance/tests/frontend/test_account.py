"""The page of one's own accounts: lists them, disconnects them, and leaves the last way in."""

import time
from contextlib import nullcontext
from typing import Any

import pytest
from account_calls import ACCOUNT, CONNECT, JSON, OTHER, OWN_TOKENS, grace, is_connected, later, own, send, told
from django.contrib.auth.models import Group, User
from django.test import Client
from django_entrance.accounts.linking import link_user, unlink_user
from django_entrance.models import EntraAccount
from django_entrance.verification.errors import LastWayIn
from scripted import ADA, TENANT, ScriptedAuthority
from sign_ins import bearer, with_middleware

__all__ = ["grace", "own"]

pytestmark = pytest.mark.django_db

ELSEWHERE = "7e4a0000-0000-4000-8000-00000000000d"


def test_the_page_lists_and_disconnects(authority: ScriptedAuthority, own: Client, grace: User) -> None:
    account = link_user(grace, TENANT, ADA)
    page = own.get(ACCOUNT)
    text = page.content.decode()
    assert (page.status_code, page["X-Frame-Options"]) == (200, "DENY")
    assert ADA in text
    assert TENANT in text
    assert 'type="password"' not in text
    done = own.post(ACCOUNT, {"action": "disconnect", "account": account.pk})
    assert (done.status_code, done["Location"]) == (302, ACCOUNT)
    assert "No Microsoft account is connected." in own.get(ACCOUNT).content.decode()
    assert is_connected(authority) == "account_exists"
    assert own.get("/").json()["username"] == "grace"


def test_a_page_that_a_token_asks_for_begins_no_session(authority: ScriptedAuthority, grace: User) -> None:
    account, client = link_user(grace, TENANT, ADA), Client()
    sent = {"action": "disconnect", "account": account.pk, "password": "pw"}
    done = client.post(ACCOUNT, sent, headers=bearer(authority) | {"accept": "text/html"})
    assert (done.status_code, done["Location"]) == (302, ACCOUNT)
    assert not client.cookies
    assert not EntraAccount.objects.exists()


def test_the_page_asks_for_the_password_when_the_session_is_not_fresh(own: Client, grace: User) -> None:
    account = link_user(grace, TENANT, ADA)
    with later(301):
        assert 'type="password"' in own.get(ACCOUNT).content.decode()
        for sent, title in (({}, "Confirm the password first"), ({"password": "wrong"}, "The password is wrong")):
            refused = own.post(ACCOUNT, {"action": "disconnect", "account": account.pk} | sent)
            assert refused.status_code == 403
            assert f'role="alert" id="refusal"><strong>{title}.</strong>' in refused.content.decode()
        assert EntraAccount.objects.exists()
        sent = {"action": "disconnect", "account": str(account.pk), "password": "pw"}
        assert own.post(ACCOUNT, sent).status_code == 302
    assert not EntraAccount.objects.exists()


def test_programs_get_the_list_as_json(own: Client, grace: User) -> None:
    account = link_user(grace, TENANT, ADA)
    listed = own.get(ACCOUNT, headers={"accept": JSON}).json()
    assert listed == {
        "user": "grace",
        "accounts": [
            {
                "id": account.pk,
                "tenant_id": TENANT,
                "object_id": ADA,
                "connected_at": account.created_at.isoformat(),
            }
        ],
        "sessions": [],
        "password_needed": False,
    }
    with later(301):
        assert own.get(ACCOUNT, headers={"accept": JSON}).json()["password_needed"] is True
        sent: dict[str, Any] = {"action": "disconnect", "account": str(account.pk)}
        assert told(send(own, ACCOUNT, **sent)) == (403, "password_needed")
    assert send(own, ACCOUNT, **sent).json()["accounts"] == []


def test_the_last_way_in_stays(authority: ScriptedAuthority, client: Client) -> None:
    user = User.objects.create_user("grace")
    first, second = link_user(user, TENANT, ADA), link_user(user, TENANT, OTHER)
    assert client.post("/entrance/session/", headers=bearer(authority, oid=OTHER)).status_code == 200
    assert client.get(ACCOUNT, headers={"accept": JSON}).json()["password_needed"] is False
    sent: dict[str, Any] = {"action": "disconnect", "account": str(first.pk)}
    assert [each["id"] for each in send(client, ACCOUNT, **sent).json()["accounts"]] == [second.pk]
    sent = {"action": "disconnect", "account": str(second.pk)}
    assert told(send(client, ACCOUNT, **sent)) == (403, "last_way_in")
    assert EntraAccount.objects.get() == second
    user.set_password("pw")
    user.save()
    assert client.post("/entrance/session/", headers=bearer(authority, oid=OTHER)).status_code == 200
    assert told(send(client, ACCOUNT, **sent)) == (403, "password_needed"), "a session of Entra's may be silent"
    assert client.login(username="grace", password="pw")
    assert send(client, ACCOUNT, **sent).json()["accounts"] == []


@pytest.mark.parametrize("key", ["", "0", "99999", "x", "\N{SUPERSCRIPT TWO}", "-1", "9" * 5], ids=ascii)
def test_what_is_no_account_of_the_user_is_not_found(own: Client, key: str) -> None:
    other = User.objects.create_user("other", password="pw")
    theirs = link_user(other, TENANT, ADA)
    for each in (key, str(theirs.pk)):
        assert send(own, ACCOUNT, action="disconnect", account=each).status_code == 404
    assert EntraAccount.objects.get() == theirs


@pytest.mark.parametrize("kind", [int, str])
def test_a_program_sends_the_id_as_it_was_listed(own: Client, grace: User, kind: Any) -> None:
    account = link_user(grace, TENANT, ADA)
    listed = own.get(ACCOUNT, headers={"accept": JSON}).json()["accounts"][0]["id"]
    assert listed == account.pk
    assert send(own, ACCOUNT, action="disconnect", account=kind(listed)).json()["accounts"] == []


@pytest.mark.parametrize("key", [99999, 0, -1, True, 1.0, None, [1], "x", ""], ids=ascii)
def test_a_program_is_told_of_an_unknown_id_in_a_problem_document(own: Client, grace: User, key: Any) -> None:
    account = link_user(grace, TENANT, ADA)
    refused = send(own, ACCOUNT, action="disconnect", account=key)
    assert told(refused) == (404, "account_missing")
    assert refused.json()["title"] == "The user has no such Microsoft account"
    assert own.post(ACCOUNT, {"action": "disconnect", "account": "x"})["Content-Type"].startswith("text/html")
    assert EntraAccount.objects.get() == account


def test_a_number_is_no_password(client: Client, settings: Any) -> None:
    User.objects.create_user("grace", password="12345", is_staff=True)
    client.login(username="grace", password="12345")
    assert told(send(client, password=12345)) == (403, "password_needed")
    assert send(client, password="12345").status_code == 200


@pytest.fixture
def passwordless(db: None) -> User:
    """A user who comes only with Microsoft, through two accounts."""
    user = User.objects.create_user("grace")
    link_user(user, TENANT, ADA)
    link_user(user, TENANT, OTHER)
    return user


@pytest.mark.parametrize("is_staff", [False, True])
@pytest.mark.parametrize(("age", "status"), [(0, 200), (290, 200), (310, 403)])
def test_without_a_password_a_fresh_token_disconnects(
    authority: ScriptedAuthority, passwordless: User, is_staff: bool, age: int, status: int
) -> None:
    User.objects.update(is_staff=is_staff)
    caller = bearer(authority, iat=int(time.time()) - age)
    listed = Client().get(ACCOUNT, headers=caller | {"accept": JSON}).json()
    assert listed["password_needed"] is False, "there is none"
    sent: dict[str, Any] = {"action": "disconnect", "account": listed["accounts"][1]["id"]}
    response = send(Client(), ACCOUNT, headers=caller, **sent)
    assert response.status_code == status
    if status == 403:
        assert told(response) == (403, "password_needed")
        assert response.json()["title"] == "Sign in again first"
    assert EntraAccount.objects.count() == (1 if status == 200 else 2)


def test_without_a_password_the_last_account_is_the_last_way_in_for_a_token_too(
    authority: ScriptedAuthority, passwordless: User
) -> None:
    EntraAccount.objects.filter(object_id=OTHER).delete()
    sent: dict[str, Any] = {"action": "disconnect", "account": EntraAccount.objects.get().pk}
    for age in (0, 1_000):
        caller = bearer(authority, iat=int(time.time()) - age)
        assert told(send(Client(), ACCOUNT, headers=caller, **sent)) == (403, "last_way_in")


def test_with_a_password_a_fresh_token_is_not_enough(authority: ScriptedAuthority, passwordless: User) -> None:
    passwordless.set_password("pw")
    passwordless.save()
    listed = Client().get(ACCOUNT, headers=bearer(authority) | {"accept": JSON}).json()
    assert listed["password_needed"] is True
    sent: dict[str, Any] = {"action": "disconnect", "account": listed["accounts"][1]["id"]}
    refused = send(Client(), ACCOUNT, headers=bearer(authority), **sent)
    assert (told(refused), refused.json()["title"]) == ((403, "password_needed"), "Confirm the password first")
    assert send(Client(), ACCOUNT, headers=bearer(authority), password="pw", **sent).status_code == 200


def test_without_a_password_an_old_session_signs_in_again(client: Client, passwordless: User) -> None:
    client.force_login(passwordless, backend="django_entrance.backends.EntraBackend")
    sent = {"action": "disconnect", "account": str(EntraAccount.objects.all()[0].pk)}
    with later(301):
        page = client.get(ACCOUNT).content.decode()
        assert 'type="password"' not in page
        refused = client.post(ACCOUNT, sent)
        assert refused.status_code == 403
        assert "Sign in again first." in refused.content.decode()
        assert "sign in again, and repeat" in refused.content.decode()
        assert told(send(client)) == (403, "password_needed")
    assert client.post(ACCOUNT, sent).status_code == 302


def test_staff_without_a_password_disconnects_with_a_fresh_session_and_connects_nothing(
    client: Client, passwordless: User
) -> None:
    User.objects.update(is_staff=True)
    client.force_login(passwordless, backend="django_entrance.backends.EntraBackend")
    sent: dict[str, Any] = {"action": "disconnect", "account": EntraAccount.objects.all()[0].pk}
    refused = send(client)
    assert (told(refused), refused.json()["title"]) == (
        (403, "password_needed"),
        "This user has no password to confirm",
    )
    with later(301):
        assert told(send(client, ACCOUNT, **sent)) == (403, "password_needed")
    assert send(client, ACCOUNT, **sent).status_code == 200


@pytest.mark.parametrize("is_staff", [False, True])
def test_without_a_password_a_token_gives_no_ticket(
    authority: ScriptedAuthority, passwordless: User, is_staff: bool
) -> None:
    """However fresh it is: a stolen one could tie another account to the user for good."""
    User.objects.update(is_staff=is_staff)
    refused = send(Client(), headers=bearer(authority))
    assert (told(refused), refused.json()["title"]) == (
        (403, "password_needed"),
        "This user has no password to confirm",
    )


def test_staff_without_a_password_and_with_an_own_token_has_no_proof(
    client: Client, passwordless: User, settings: Any
) -> None:
    with_middleware(settings, OWN_TOKENS)
    sent: dict[str, Any] = {"action": "disconnect", "account": EntraAccount.objects.all()[0].pk}
    User.objects.update(is_staff=True)
    refused = send(client, ACCOUNT, headers={"authorization": "Own grace"}, **sent)
    assert (told(refused), refused.json()["title"]) == ((403, "password_needed"), "Sign in again first")
    User.objects.update(is_staff=False)
    assert send(client, ACCOUNT, headers={"authorization": "Own grace"}, **sent).status_code == 200


def test_another_action_is_none(own: Client) -> None:
    assert own.post(ACCOUNT, {"action": "delete"}).status_code == 400


def test_who_is_not_logged_in_is_led_to_the_login(client: Client) -> None:
    assert client.get(ACCOUNT)["Location"] == f"/accounts/login/?next={ACCOUNT}"
    assert client.get(CONNECT)["Location"] == ACCOUNT


def test_other_methods_are_none_of_these(own: Client) -> None:
    assert own.put(CONNECT).status_code == own.delete(ACCOUNT).status_code == 405


def test_another_view_does_not_take_an_unlinked_token(authority: ScriptedAuthority, grace: User) -> None:
    assert told(Client().get("/", headers=bearer(authority))) == (403, "account_exists")
    assert told(Client().get(ACCOUNT, headers=bearer(authority) | {"accept": JSON})) == (403, "account_exists")
    assert told(Client().get("/nowhere/", headers=bearer(authority))) == (403, "account_exists")


def test_what_entra_gave_goes_with_the_account(
    authority: ScriptedAuthority, own: Client, grace: User, settings: Any
) -> None:
    """What was given by hand stays; and where the account stays, so does what it gave."""
    grace.groups.add(Group.objects.create(name="own"))
    Group.objects.create(name="editors")
    settings.ENTRANCE = settings.ENTRANCE | {"ACCESS": {"app_roles": {"Editor": {"groups": ["editors"]}}}}
    account = link_user(grace, TENANT, ADA)
    assert is_connected(authority, roles=["Editor"]) == "grace"
    User.objects.update(password="!")
    assert own.post("/entrance/session/", headers=bearer(authority, roles=["Editor"])).status_code == 200
    sent = {"action": "disconnect", "account": str(account.pk)}
    assert told(own.post(ACCOUNT, sent, headers={"accept": JSON})) == (403, "last_way_in")
    assert set(grace.groups.values_list("name", flat=True)) == {"own", "editors"}
    grace.set_password("pw")
    grace.save()
    assert own.login(username="grace", password="pw")
    assert own.post(ACCOUNT, sent).status_code == 302
    assert set(grace.groups.values_list("name", flat=True)) == {"own"}


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"action": "disconnect", "account": "9" * 5_000}, 404),
        ({"action": "disconnect", "account": "9" * 18}, 404),
        ({"action": "disconnect", "account": "\ud800"}, 404),
        ({"action": "\ud800"}, 400),
    ],
    ids=["long", "large", "half", "action"],
)
def test_what_no_database_takes_is_refused(client: Client, sent: dict[str, Any], status: int) -> None:
    client.force_login(User.objects.create_user("grace", password="pw"), "django.contrib.auth.backends.ModelBackend")
    assert send(client, ACCOUNT, **sent).status_code == status


def test_an_account_of_a_tenant_that_nobody_lets_in_is_no_way_in(client: Client) -> None:
    user = User.objects.create_user("grace")
    first = link_user(user, TENANT, ADA)
    second = link_user(user, ELSEWHERE, OTHER)
    client.force_login(user, backend="django_entrance.backends.EntraBackend")
    sent: dict[str, Any] = {"action": "disconnect", "account": str(first.pk)}
    assert told(send(client, ACCOUNT, **sent)) == (403, "last_way_in")
    EntraAccount.objects.filter(pk=second.pk).update(tenant_id=TENANT)
    assert send(client, ACCOUNT, **sent).status_code == 200


BACKENDS = "django.contrib.auth.backends."


@pytest.mark.parametrize(
    ("others", "is_way_in"),
    [
        ([], False),
        ([f"{BACKENDS}RemoteUserBackend"], False),
        (["own_backends.HeaderBackend"], False),
        (["own_backends.RightsBackend"], False),
        (["own_backends.EmailBackend"], True),
        (["own_backends.AnyBackend"], True),
        ([f"{BACKENDS}ModelBackend"], True),
    ],
    ids=lambda value: value[0].rpartition(".")[2] if isinstance(value, list) and value else None,
)
def test_a_password_is_a_way_in_where_a_backend_takes_one(settings: Any, others: list[str], is_way_in: bool) -> None:
    user = User.objects.create_user("grace", password="pw")
    account = link_user(user, TENANT, ADA)
    settings.AUTHENTICATION_BACKENDS = ["django_entrance.backends.EntraBackend", *others]
    with nullcontext() if is_way_in else pytest.raises(LastWayIn):
        unlink_user(user, account)
    assert EntraAccount.objects.exists() is not is_way_in


@pytest.mark.parametrize(
    ("tenant", "allowed", "is_way_in"),
    [
        ("organizations", [TENANT], False),
        ("organizations", [TENANT, ELSEWHERE], True),
        ("organizations", ["*"], True),
        (TENANT, [], False),
        ("contoso.example", [], True),
    ],
    ids=["not listed", "listed", "any", "one", "by its domain, which may be any"],
)
def test_the_tenants_that_an_authority_lets_in_are_ways_in(
    settings: Any, tenant: str, allowed: list[str], is_way_in: bool
) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"TENANT_ID": tenant, "ALLOWED_TENANTS": allowed or None}
    user = User.objects.create_user("grace")
    account = link_user(user, TENANT, ADA)
    link_user(user, ELSEWHERE, OTHER)
    with nullcontext() if is_way_in else pytest.raises(LastWayIn):
        unlink_user(user, account)
    assert EntraAccount.objects.count() == (1 if is_way_in else 2)
