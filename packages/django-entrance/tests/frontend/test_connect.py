"""Connecting over HTTP: two requests, of which each proves one side."""

from typing import Any

import pytest
from account_calls import ACCOUNT, CONNECT, JSON, OTHER, OWN_TOKENS, grace, is_connected, later, own, send, told
from agent_claims import AGENT, FOR_A_PERSON
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.core import signing
from django.test import AsyncClient, Client
from django_entrance.accounts.connecting import make_ticket
from django_entrance.accounts.linking import link_user
from django_entrance.models import EntraAccount, SignInEvent, UsedTicket
from django_entrance.signals import connected, disconnected
from scripted import ADA, SPA, TENANT, ScriptedAuthority
from sign_ins import LOGIN_REQUIRED, bearer, with_middleware

__all__ = ["grace", "own"]

pytestmark = pytest.mark.django_db


def test_a_password_user_connects_in_two_requests(authority: ScriptedAuthority, own: Client) -> None:
    assert is_connected(authority) == "account_exists"
    given = send(own)
    assert (given.status_code, given.json()["expires_in"], given["Cache-Control"]) == (
        200,
        300,
        "max-age=0, no-cache, no-store, must-revalidate, private",
    )
    done = send(Client(), headers=bearer(authority), ticket=given.json()["ticket"])
    assert (done.status_code, done.json()) == (200, {"user": "grace"})
    assert is_connected(authority) == "grace"
    assert User.objects.get().check_password("pw")


def test_a_form_is_taken_as_well_as_json(authority: ScriptedAuthority, own: Client) -> None:
    ticket = own.post(CONNECT).json()["ticket"]
    assert Client().post(CONNECT, {"ticket": ticket}, headers=bearer(authority)).json() == {"user": "grace"}


@pytest.mark.django_db(transaction=True)
def test_connecting_is_told(authority: ScriptedAuthority, own: Client, grace: User) -> None:
    heard: list[Any] = []

    def hear(*, user: User, account: EntraAccount, **more: Any) -> None:
        heard.append((user.pk, str(account.object_id), more.get("how")))

    connected.connect(hear)
    disconnected.connect(hear)
    send(Client(), headers=bearer(authority), ticket=send(own).json()["ticket"])
    send(own, ACCOUNT, action="disconnect", account=str(EntraAccount.objects.get().pk))
    connected.disconnect(hear)
    disconnected.disconnect(hear)
    assert heard == [(grace.pk, ADA, "connected"), (grace.pk, ADA, None)]


@pytest.mark.django_db(transaction=True)
def test_the_event_names_the_client_and_the_sign_in(authority: ScriptedAuthority, own: Client) -> None:
    send(Client(), headers=bearer(authority, uti="sign-in-1"), ticket=send(own).json()["ticket"])
    send(own, ACCOUNT, action="disconnect", account=EntraAccount.objects.get().pk)
    events = SignInEvent.objects.filter(outcome__in=("connected", "disconnected")).order_by("pk")
    told = [(event.client_id, event.correlation_id, str(event.object_id), event.authority) for event in events]
    assert told == [(SPA, "sign-in-1", ADA, "default"), ("", "", ADA, "")]


@pytest.mark.parametrize("policy", [{}, {"ON_CONFLICT": "separate"}, {"PROVISIONING": "existing"}], ids=str)
def test_a_person_whom_nothing_conflicts_with_is_connected_and_not_created(
    authority: ScriptedAuthority, own: Client, settings: Any, policy: dict[str, str]
) -> None:
    """The token that comes with the ticket makes no second user on its way."""
    settings.ENTRANCE = settings.ENTRANCE | policy
    User.objects.update(email="")
    caller = bearer(authority, preferred_username="hopper@contoso.example", upn="hopper@contoso.example")
    assert send(Client(), headers=caller, ticket=send(own).json()["ticket"]).json() == {"user": "grace"}
    assert User.objects.count() == 1


@pytest.mark.parametrize("sent", [{}, {"ticket": ""}, {"password": "pw"}], ids=str)
def test_a_token_without_a_ticket_creates_no_user_here(authority: ScriptedAuthority, sent: dict[str, Any]) -> None:
    assert told(send(Client(), headers=bearer(authority), **sent)) == (403, "ticket_refused")
    assert not User.objects.exists()
    assert is_connected(authority) == "ada@contoso.example", "control: elsewhere it does"


def test_a_ticket_without_a_token_is_not_enough(authority: ScriptedAuthority, own: Client) -> None:
    ticket = send(own).json()["ticket"]
    assert told(send(Client(), ticket=ticket)) == (401, "not_signed_in")
    assert told(send(own, ticket=ticket)) == (401, "not_signed_in")
    assert send(Client(), headers=bearer(authority), ticket=ticket).status_code == 200, "control"


def test_a_bad_token_is_refused_here_as_elsewhere(authority: ScriptedAuthority, own: Client) -> None:
    ticket = send(own).json()["ticket"]
    assert told(send(own, headers=bearer(authority, exp=5), ticket=ticket))[0] == 401
    assert told(send(own, headers=bearer(authority, scp="other"), ticket=ticket)) == (403, "scope_missing")
    assert not EntraAccount.objects.exists()


def test_who_is_not_logged_in_gets_no_ticket(authority: ScriptedAuthority, client: Client) -> None:
    assert told(send(client)) == (401, "not_signed_in")


def not_a_ticket(kind: str, user: User) -> str:
    if kind == "tampered":
        payload, _, rest = make_ticket(user, is_confirmed=True).partition(":")
        return f"{payload[:-2]}AA:{rest}"
    if kind == "long":
        return make_ticket(user, is_confirmed=True) + "A" * 2_000
    if kind == "text":
        return "ticket"
    said = [str(user.pk), True, "", "x"]
    return signing.dumps(said, salt={"session": "django.contrib.sessions.backends.signed_cookies"}.get(kind, kind))


@pytest.mark.parametrize(
    "kind", ["tampered", "long", "text", "session", "django.core.signing", "django_entrance.key_cache"]
)
def test_what_is_no_ticket_is_refused(authority: ScriptedAuthority, grace: User, kind: str) -> None:
    ticket = not_a_ticket(kind, grace)
    assert told(send(Client(), headers=bearer(authority), ticket=ticket)) == (403, "ticket_refused")
    assert not EntraAccount.objects.exists()
    assert not UsedTicket.objects.exists()


@pytest.mark.parametrize("ticket", [5, ["a"], {"a": 1}, None])
def test_a_ticket_that_is_no_text_is_none(authority: ScriptedAuthority, grace: User, ticket: Any) -> None:
    assert told(send(Client(), headers=bearer(authority), ticket=ticket)) == (403, "ticket_refused")


@pytest.mark.parametrize("body", ["[]", "nonsense", '"ticket"', "null", " ", "[" * 100_000, b"\xff"], ids=ascii)
def test_a_body_that_is_no_json_object_is_refused(authority: ScriptedAuthority, own: Client, body: Any) -> None:
    for client, headers in ((own, {}), (Client(), bearer(authority))):
        response = client.post(CONNECT, body, content_type=JSON, headers=headers)
        assert told(response) == (400, "ticket_refused")
        assert "Send a JSON object" in response.json()["detail"]
    assert not UsedTicket.objects.exists()


def test_no_body_says_nothing(authority: ScriptedAuthority, own: Client) -> None:
    assert own.post(CONNECT, "", content_type=JSON).status_code == 200
    assert told(Client().post(CONNECT, "", content_type=JSON, headers=bearer(authority))) == (403, "ticket_refused")
    assert own.post(ACCOUNT, "nonsense", content_type=JSON).status_code == 400


@pytest.mark.parametrize(("seconds", "status"), [(299, 200), (301, 403)])
def test_a_ticket_ends_after_five_minutes(authority: ScriptedAuthority, own: Client, seconds: int, status: int) -> None:
    ticket = send(own).json()["ticket"]
    caller = bearer(authority)
    with later(seconds):
        assert send(Client(), headers=caller, ticket=ticket).status_code == status


def test_a_ticket_works_once(authority: ScriptedAuthority, own: Client) -> None:
    ticket = send(own).json()["ticket"]
    assert send(Client(), headers=bearer(authority), ticket=ticket).status_code == 200
    for oid in (ADA, OTHER):
        assert told(send(Client(), headers=bearer(authority, oid=oid), ticket=ticket)) == (403, "ticket_refused")
    assert EntraAccount.objects.count() == 1


def test_a_second_account_of_the_same_user_is_connected_with_a_second_ticket(
    authority: ScriptedAuthority, own: Client
) -> None:
    for oid in (ADA, OTHER):
        assert send(Client(), headers=bearer(authority, oid=oid), ticket=send(own).json()["ticket"]).status_code == 200
    assert is_connected(authority) == is_connected(authority, oid=OTHER) == "grace"


def test_an_account_of_another_user_is_refused_and_both_rows_stay(
    authority: ScriptedAuthority, own: Client, grace: User
) -> None:
    other = User.objects.create_user("other", "ada@contoso.example")
    link_user(other, TENANT, ADA)
    rows = list(User.objects.order_by("pk").values())
    ticket = send(own).json()["ticket"]
    assert told(send(Client(), headers=bearer(authority), ticket=ticket)) == (403, "already_connected")
    assert list(User.objects.order_by("pk").values()) == rows
    assert EntraAccount.objects.get().user == other
    assert send(Client(), headers=bearer(authority, oid=OTHER), ticket=ticket).status_code == 200, "it was not used up"


def test_an_account_that_is_the_users_already_stays(authority: ScriptedAuthority, own: Client, grace: User) -> None:
    link_user(grace, TENANT, ADA)
    assert send(Client(), headers=bearer(authority), ticket=send(own).json()["ticket"]).json() == {"user": "grace"}
    assert EntraAccount.objects.count() == 1


def test_an_account_of_a_deactivated_user_stays_its_own(authority: ScriptedAuthority, own: Client) -> None:
    gone = User.objects.create_user("gone", is_active=False)
    EntraAccount.objects.create(tenant_id=TENANT, object_id=ADA, user=gone)
    ticket = send(own).json()["ticket"]
    assert told(send(Client(), headers=bearer(authority), ticket=ticket)) == (403, "already_connected")
    assert told(send(Client(), headers=bearer(authority))) == (403, "user_disabled")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"is_active": False}, "user_disabled"),
        ({"is_staff": True}, "password_needed"),
        ({"is_superuser": True}, "password_needed"),
        ({"password": "changed"}, "ticket_refused"),
        ({"first_name": "Grace"}, ""),
    ],
    ids=str,
)
def test_what_happens_to_the_user_meanwhile_counts(
    authority: ScriptedAuthority, own: Client, change: dict[str, Any], reason: str
) -> None:
    ticket = send(own).json()["ticket"]
    User.objects.update(**change)
    response = send(Client(), headers=bearer(authority), ticket=ticket)
    if reason:
        assert told(response) == (403, reason)
    assert EntraAccount.objects.exists() == (not reason)


def test_the_ticket_of_a_deleted_user_is_refused(authority: ScriptedAuthority, own: Client) -> None:
    ticket = send(own).json()["ticket"]
    User.objects.all().delete()
    assert told(send(Client(), headers=bearer(authority), ticket=ticket)) == (403, "user_disabled")
    assert not User.objects.exists()


@pytest.mark.parametrize(("seconds", "status"), [(299, 200), (301, 403)])
def test_a_session_that_is_not_fresh_confirms_the_password(own: Client, seconds: int, status: int) -> None:
    with later(seconds):
        assert send(own).status_code == status
        assert send(own, password="pw").status_code == 200


def test_a_session_from_before_this_package_is_not_fresh(own: Client) -> None:
    session = own.session
    del session["_entrance_logged_in_at"]
    session.save()
    assert told(send(own)) == (403, "password_needed")


def test_a_stamp_in_the_future_is_not_fresh(own: Client) -> None:
    with later(-100):
        assert told(send(own)) == (403, "password_needed")


@pytest.mark.parametrize("flag", ["is_staff", "is_superuser"])
def test_staff_always_confirms_the_password(authority: ScriptedAuthority, own: Client, flag: str) -> None:
    User.objects.update(**{flag: True})
    assert told(send(own)) == (403, "password_needed")
    ticket = send(own, password="pw").json()["ticket"]
    assert send(Client(), headers=bearer(authority), ticket=ticket).json() == {"user": "grace"}


def test_staff_without_a_password_cannot_connect_here(client: Client) -> None:
    user = User.objects.create_user("root", is_staff=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    for password in ("", "!", "None", user.password):
        assert told(send(client, password=password)) == (403, "password_needed")


def test_a_wrong_password_is_a_failed_login_and_logs_nobody_out(own: Client) -> None:
    """What limits logins hears of it: django-axes and its like ask this signal."""
    failed: list[str] = []

    def hear(*, credentials: dict[str, Any], **_: Any) -> None:
        failed.append(credentials["username"])

    user_login_failed.connect(hear)
    assert told(send(own, password="wrong")) == (403, "password_needed")
    user_login_failed.disconnect(hear)
    assert failed == ["grace"]
    assert own.get("/").json()["username"] == "grace"
    assert send(own).status_code == 200, "control: it is still fresh"


class OnlyAfterAPause:
    """A backend as that of a throttle: it stops every login."""

    def authenticate(self, request: Any, **credentials: Any) -> None:
        from django.core.exceptions import PermissionDenied

        raise PermissionDenied

    def get_user(self, user_id: Any) -> None:
        return None


def test_a_throttle_of_logins_stops_guessing_here_too(own: Client, settings: Any) -> None:
    assert send(own, password="pw").status_code == 200, "control"
    settings.AUTHENTICATION_BACKENDS = [f"{__name__}.OnlyAfterAPause", *settings.AUTHENTICATION_BACKENDS]
    assert told(send(own, password="pw")) == (403, "password_needed")


class GivesAnother:
    """A backend that finds somebody else."""

    def authenticate(self, request: Any, **credentials: Any) -> User | None:
        return User.objects.get_or_create(username="other")[0] if "password" in credentials else None

    def get_user(self, user_id: Any) -> User | None:
        return User.objects.filter(pk=user_id).first()


def test_the_password_of_another_user_confirms_nothing(own: Client, settings: Any) -> None:
    settings.AUTHENTICATION_BACKENDS = [f"{__name__}.GivesAnother", *settings.AUTHENTICATION_BACKENDS]
    assert told(send(own, password="pw")) == (403, "password_needed")


def test_a_session_needs_a_csrf_token_for_each_change(
    authority: ScriptedAuthority, strict_client: Client, grace: User
) -> None:
    assert strict_client.login(username="grace", password="pw")
    assert strict_client.post(CONNECT).status_code == 403
    assert strict_client.post(ACCOUNT, {"action": "disconnect", "account": "1"}).status_code == 403
    strict_client.get(ACCOUNT, headers={"accept": "text/html"})
    proof = {"x-csrftoken": strict_client.cookies["csrftoken"].value}
    assert strict_client.post(CONNECT, headers=proof).status_code == 200
    for ambient in ({"authorization": "Basic eDp5"}, {"authorization": "Bearer opaque"}):
        assert strict_client.post(CONNECT, headers=ambient).status_code == 403
    strict_client.logout()
    strict_client.cookies["own"] = "1"
    assert told(strict_client.post(CONNECT, headers={"accept": JSON})) == (401, "not_signed_in")


def test_the_ticket_and_the_token_need_no_csrf_token(
    authority: ScriptedAuthority, strict_client: Client, grace: User
) -> None:
    """A session beside them does not change that: scripts send tokens, browsers do not."""
    assert strict_client.login(username="grace", password="pw")
    ticket = make_ticket(grace, is_confirmed=False)
    assert send(strict_client, headers=bearer(authority), ticket=ticket).json() == {"user": "grace"}
    ticket = make_ticket(grace, is_confirmed=False)
    assert send(strict_client, headers=bearer(authority), ticket=ticket).json() == {"user": "grace"}, "linked by now"


@pytest.mark.parametrize("header", [{"authorization": "Own grace"}, {"x-own": "grace"}], ids=str)
def test_an_own_token_gets_a_ticket_without_a_csrf_token(
    authority: ScriptedAuthority, strict_client: Client, grace: User, settings: Any, header: dict[str, str]
) -> None:
    with_middleware(settings, OWN_TOKENS, LOGIN_REQUIRED)
    given = strict_client.post(CONNECT, headers=header)
    assert given.status_code == 200
    assert send(strict_client, headers=bearer(authority), ticket=given.json()["ticket"]).json() == {"user": "grace"}
    account = str(EntraAccount.objects.get().pk)
    sent: dict[str, Any] = {"action": "disconnect", "account": account}
    assert strict_client.post(ACCOUNT, sent, headers=header | {"accept": JSON}).json()["accounts"] == []


def test_an_own_login_that_browsers_send_alone_needs_a_csrf_token(
    strict_client: Client, grace: User, settings: Any
) -> None:
    with_middleware(settings, OWN_TOKENS)
    assert strict_client.post(CONNECT, headers={"authorization": "Own grace"}).status_code == 200, "control"
    assert strict_client.post(CONNECT, headers={"authorization": "Basic grace"}).status_code == 403
    strict_client.cookies["own"] = "grace"
    assert strict_client.post(CONNECT).status_code == 403


def test_staff_with_an_own_token_confirms_the_password_too(client: Client, grace: User, settings: Any) -> None:
    with_middleware(settings, OWN_TOKENS)
    assert send(client, headers={"authorization": "Own grace"}).status_code == 200
    User.objects.update(is_staff=True)
    assert told(send(client, headers={"authorization": "Own grace"})) == (403, "password_needed")
    assert send(client, headers={"authorization": "Own grace"}, password="pw").status_code == 200


def test_a_linked_token_alone_gives_no_ticket_without_the_password(
    authority: ScriptedAuthority, client: Client, grace: User
) -> None:
    """It may be an hour old, and a stolen one could tie another account to the user for good."""
    link_user(grace, TENANT, ADA)
    assert told(send(client, headers=bearer(authority))) == (403, "password_needed")
    assert send(client, headers=bearer(authority), password="pw").status_code == 200


def test_both_addresses_are_reached_under_login_required(
    authority: ScriptedAuthority, own: Client, settings: Any
) -> None:
    with_middleware(settings, LOGIN_REQUIRED)
    assert told(send(Client())) == (401, "not_signed_in")
    assert told(Client().get(ACCOUNT, headers={"accept": JSON})) == (401, "not_signed_in")
    ticket = send(own).json()["ticket"]
    assert send(Client(), headers=bearer(authority), ticket=ticket).json() == {"user": "grace"}
    listed = Client().get(ACCOUNT, headers=bearer(authority) | {"accept": JSON}).json()
    assert [each["object_id"] for each in listed["accounts"]] == [ADA]


@pytest.mark.django_db(transaction=True)
async def test_under_asgi_the_same(authority: ScriptedAuthority, async_client: AsyncClient) -> None:
    user = await User.objects.acreate(username="grace", email="ada@contoso.example")
    await async_client.aforce_login(user, backend="django.contrib.auth.backends.ModelBackend")
    given = await async_client.post(CONNECT)
    assert given.status_code == 200
    sent = {"ticket": given.json()["ticket"]}
    async_client.cookies.clear()
    refused = await async_client.post(CONNECT, headers=bearer(authority))
    assert told(refused) == (403, "ticket_refused")
    done = await async_client.post(CONNECT, sent, headers=bearer(authority))
    assert done.json() == {"user": "grace"}
    listed = await async_client.get(ACCOUNT, headers=bearer(authority) | {"accept": JSON})
    assert [each["object_id"] for each in listed.json()["accounts"]] == [ADA]


def test_an_application_is_connected_with_nobody(authority: ScriptedAuthority, own: Client, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"APPLICATIONS": {OTHER: "robot"}, "ALLOWED_CLIENTS": [OTHER, SPA]}
    User.objects.create(username="robot")
    ticket = send(own).json()["ticket"]
    robot = bearer(authority, azp=OTHER, sub=ADA, scp=None, name=None, preferred_username=None)
    assert Client().get("/", headers=robot).json()["username"] == "robot", "control"
    assert told(send(Client(), headers=robot, ticket=ticket)) == (403, "ticket_refused")
    assert send(Client(), headers=bearer(authority), ticket=ticket).json() == {"user": "grace"}


def test_an_agent_for_a_person_connects_nothing(authority: ScriptedAuthority, own: Client, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"ALLOW_AGENTS": [AGENT], "ALLOWED_CLIENTS": [AGENT, SPA]}
    ticket = send(own).json()["ticket"]
    through_agent = bearer(authority, **{"azp": AGENT} | FOR_A_PERSON)
    assert told(send(Client(), headers=through_agent, ticket=ticket)) == (403, "ticket_refused")
    assert send(Client(), headers=bearer(authority), ticket=ticket).json() == {"user": "grace"}
    assert Client().get("/", headers=through_agent).json()["username"] == "grace", "control: from now on it is Grace"


def test_used_tickets_are_forgotten_when_their_age_refuses_them(authority: ScriptedAuthority, own: Client) -> None:
    send(Client(), headers=bearer(authority), ticket=send(own).json()["ticket"])
    first = UsedTicket.objects.get()
    assert str(first) == first.digest[:8]
    ticket, caller = send(own).json()["ticket"], bearer(authority)
    assert send(Client(), headers=caller, ticket=ticket).status_code == 200
    assert UsedTicket.objects.count() == 2
    UsedTicket.objects.filter(pk=first.pk).update(used_at="2020-01-01T00:00Z")
    send(Client(), headers=bearer(authority), ticket=send(own).json()["ticket"])
    assert not UsedTicket.objects.filter(pk=first.pk).exists()


def test_the_log_names_who_was_refused(
    authority: ScriptedAuthority, own: Client, caplog: pytest.LogCaptureFixture
) -> None:
    ticket = send(own).json()["ticket"]
    send(Client(), headers=bearer(authority), ticket=f"{ticket}x")
    [line] = [record for record in caplog.records if record.name == "django_entrance"]
    assert ADA in line.getMessage()
    assert "ticket_refused" in line.getMessage()
    assert ticket not in line.getMessage()


@pytest.mark.parametrize("text", ["a:b:\ud800", "a:\udfff:c", "\ud800"], ids=ascii)
def test_half_a_character_is_a_wrong_ticket_and_a_wrong_password(
    authority: ScriptedAuthority, own: Client, text: str
) -> None:
    assert told(send(own, CONNECT, headers=bearer(authority), ticket=text)) == (403, "ticket_refused")
    assert told(send(own, CONNECT, password=text)) == (403, "password_needed")
    assert send(own, CONNECT).status_code == 200, "control: the session is fresh"
