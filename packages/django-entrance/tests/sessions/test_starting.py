"""What starts a session, what it keeps, and what goes on: through our view and through the project's own login."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    aauthenticate,
    alogin,
    authenticate,
    login,
)
from django.contrib.auth.models import AnonymousUser, Group, User
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection
from django.db.models.signals import post_save
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django_entrance.accounts import events, session_index
from django_entrance.accounts.linking import link_user, unlink_user
from django_entrance.accounts.provisioning import provision
from django_entrance.accounts.session_users import find_account
from django_entrance.bearer.authentication import identify_token
from django_entrance.identified_request import attach_user
from django_entrance.models import EntraAccount, EntraSession, SignInEvent
from django_entrance.sessions import starting
from django_entrance.sessions.record import KEY, read_record
from django_entrance.sessions.starting import start_session
from django_entrance.signals import signed_in
from django_entrance.verification.errors import AccountMissing, ApplicationRefused, SessionTooLarge
from django_entrance.verification.identity import Identity
from django_entrance.verification.kept import is_kept
from scripted import ADA, API, OTHER_TENANT, SPA, TENANT, ScriptedAuthority
from second_tenant import two_authorities
from sign_ins import ENTRA_BACKEND, MODEL_BACKEND, bearer, fresh, sign_in
from sign_ins import start_session as log_in

pytestmark = pytest.mark.django_db

GRACE = "94ace000-0000-4000-8000-000000000005"


def identity(authority: ScriptedAuthority, **changes: Any) -> Identity:
    found = identify_token(fresh(authority, **changes))
    assert found is not None
    return found


@pytest.fixture
def request_(rf: RequestFactory) -> HttpRequest:
    return new_request(rf)


def new_request(rf: RequestFactory) -> HttpRequest:
    request = rf.post("/")
    request.session = SessionStore()
    request.user = AnonymousUser()
    return request


@contextmanager
def heard() -> Iterator[list[str]]:
    """Collect the doors of ``signed_in``, and ``login`` for each of Django's own signal."""
    told: list[str] = []

    def hear(**facts: Any) -> None:
        told.append(facts.get("door", "login"))

    signed_in.connect(hear)
    user_logged_in.connect(hear)
    try:
        yield told
    finally:
        signed_in.disconnect(hear)
        user_logged_in.disconnect(hear)


def test_the_record_keeps_the_person_and_the_row_its_facts(authority: ScriptedAuthority, request_: HttpRequest) -> None:
    user = start_session(request_, identity(authority, sid="s" * 64, roles=["Editor"]))
    record, row = read_record(request_), EntraSession.objects.get()
    assert record is not None
    assert (record.id, record.identity.object_id, set(record.identity.app_roles)) == (str(row.pk), ADA, {"Editor"})
    assert record.registration == f"{authority.host}/{TENANT}/{API}"
    assert (row.user, row.account.user, row.door, row.sid) == (user, user, "session", "s" * 64)
    assert (row.expires_at - row.started_at).total_seconds() == 8 * 3_600
    assert request_.user == user
    assert request_.session[BACKEND_SESSION_KEY] == ENTRA_BACKEND


def test_no_token_is_kept(authority: ScriptedAuthority, request_: HttpRequest) -> None:
    text = fresh(authority)
    found = identify_token(text)
    assert found is not None
    start_session(request_, found)
    written = repr(dict(request_.session.items()))
    assert not any(part in written for part in text.split("."))
    assert found.claims.all["uti"] not in written


def test_a_new_token_of_the_same_person_goes_on(authority: ScriptedAuthority, client: Client) -> None:
    sign_in(client, authority, roles=["Editor"])
    client.get("/")
    session = client.session
    session["cart"] = ["apple"]
    session[KEY] |= {"started": int(time.time()) - 1_000, "checked": int(time.time()) - 3_000}
    session.save()
    csrf, key = client.cookies["csrftoken"].value, session.session_key
    with heard() as told:
        sign_in(client, authority, roles=["Reader"], uti="new")
    assert told == ["session"], "Django's own signal is not sent again"
    assert client.session["cart"] == ["apple"]
    assert client.session[KEY]["started"] == session[KEY]["started"]
    assert time.time() - client.session[KEY]["checked"] < 60
    assert client.session[KEY]["identity"]["roles"] == ["Reader"]
    assert client.cookies["csrftoken"].value == csrf, "the forms of other tabs stay good"
    assert client.session.session_key == key, "a request that is on its way does not lose its session"
    assert EntraSession.objects.count() == 1


@pytest.mark.parametrize("change", ["over", "ended", "other password", "unreadable"])
def test_a_session_that_may_not_go_on_begins_anew(authority: ScriptedAuthority, client: Client, change: str) -> None:
    sign_in(client, authority)
    session, old = client.session, EntraSession.objects.get().pk
    session["cart"] = ["apple"]
    if change == "over":
        session[KEY] |= {"started": int(time.time()) - 8 * 3_600 - 1}
    elif change == "ended":
        EntraSession.objects.all().delete()
    elif change == "unreadable":
        session[KEY] = {"id": str(old)}
    session.save()
    if change == "other password":
        user = User.objects.get()
        user.set_password("x")
        user.save()
    sign_in(client, authority)
    assert time.time() - client.session[KEY]["started"] < 60
    assert [row.pk for row in EntraSession.objects.all()] == [type(old)(client.session[KEY]["id"])]
    assert EntraSession.objects.get().pk != old
    assert client.get("/").json()["object_id"] == ADA


def test_another_persons_session_is_ended(authority: ScriptedAuthority, client: Client) -> None:
    sign_in(client, authority)
    session = client.session
    session["cart"] = ["apple"]
    session.save()
    sign_in(client, authority, oid=GRACE, preferred_username="grace@contoso.example")
    assert client.get("/").json()["username"] == "grace@contoso.example"
    assert "cart" not in client.session
    assert [row.user.username for row in EntraSession.objects.all()] == ["grace@contoso.example"]


def test_another_account_of_the_same_user_begins_anew(
    authority: ScriptedAuthority, settings: Any, client: Client
) -> None:
    with two_authorities(authority, settings) as issuer:
        sign_in(client, authority)
        link_user(User.objects.get(), OTHER_TENANT, GRACE)
        key, first = client.session.session_key, EntraSession.objects.get().pk
        sign_in(client, authority, iss=issuer, tid=OTHER_TENANT, oid=GRACE)
        assert client.session[KEY]["identity"]["tenant"] == OTHER_TENANT
        assert client.session.session_key != key
        assert EntraSession.objects.get().pk != first
        assert User.objects.count() == 1


def test_a_password_session_of_the_same_user_gets_a_new_key(authority: ScriptedAuthority, client: Client) -> None:
    client.get("/", headers=bearer(authority))
    client.force_login(User.objects.get(), backend=MODEL_BACKEND)
    key = client.session.session_key
    sign_in(client, authority)
    assert client.session.session_key != key
    assert not Session.objects.filter(session_key=key).exists()


def test_a_password_login_over_it_ends_it(authority: ScriptedAuthority, client: Client) -> None:
    sign_in(client, authority)
    client.force_login(User.objects.get(), backend=MODEL_BACKEND)
    assert KEY not in client.session
    assert not EntraSession.objects.exists()
    assert client.get("/").json() == {"username": "ada@contoso.example", "object_id": None, "header": None}


def test_an_application_has_no_session(authority: ScriptedAuthority, settings: Any, rf: RequestFactory) -> None:
    robot = User.objects.create_user("robot")
    settings.ENTRANCE |= {"APPLICATIONS": {SPA: "robot"}}
    found = identity(authority, scp=None, idtyp="app", roles=["Job"])
    request = new_request(rf)
    with pytest.raises(ApplicationRefused):
        start_session(request, found)
    assert authenticate(request, identity=found) == robot, "for tasks, which have no session"
    with pytest.raises(ApplicationRefused):
        login(request, authenticate(request, identity=found))
    assert (request.session.is_empty(), request.user.is_authenticated) == (True, False)
    attach_user(request, robot, found)
    with pytest.raises(ApplicationRefused):
        login(request, robot, backend=ENTRA_BACKEND)
    assert (request.session.is_empty(), request.user) == (True, robot), "the token has let it in"
    assert not EntraSession.objects.exists()


def test_an_application_gets_a_refusal(authority: ScriptedAuthority, settings: Any, client: Client) -> None:
    User.objects.create_user("robot")
    settings.ENTRANCE |= {"APPLICATIONS": {SPA: "robot"}}
    robot: dict[str, Any] = {"scp": None, "idtyp": "app", "roles": ["Job"]}
    answer = client.post("/entrance/session/", headers=bearer(authority, **robot))
    assert (answer.status_code, answer.json()["reason"]) == (403, "application_refused")
    assert not answer.cookies
    assert client.get("/", headers=bearer(authority, **robot)).status_code == 200, "control"


def test_the_identity_of_a_session_starts_none(authority: ScriptedAuthority, request_: HttpRequest) -> None:
    start_session(request_, identity(authority))
    record = read_record(request_)
    assert record is not None
    assert is_kept(record.identity)
    with pytest.raises(ValueError, match="just verified"):
        start_session(request_, record.identity)
    assert authenticate(request_, identity=record.identity) is None


def test_the_identity_of_a_session_changes_nothing(
    authority: ScriptedAuthority, settings: Any, request_: HttpRequest
) -> None:
    """It lacks the groups and the claims that are mapped."""
    Group.objects.create(name="finance")
    settings.ENTRANCE |= {
        "ACCESS": {"groups": {GRACE: {"groups": ["finance"]}}},
        "CLAIM_MAPPING": {"first_name": "given_name"},
    }
    user = start_session(request_, identity(authority, given_name="Ada", groups=[GRACE]))
    assert user.groups.get().name == "finance"
    record = read_record(request_)
    assert record is not None
    assert provision(record.identity) == user
    user.refresh_from_db()
    assert (user.first_name, user.groups.get().name) == ("Ada", "finance")
    EntraAccount.objects.all().delete()
    with pytest.raises(AccountMissing):
        provision(record.identity)
    assert User.objects.count() == 1


@pytest.mark.parametrize("way", ["sync", "async"])
def test_the_projects_own_login_starts_one(authority: ScriptedAuthority, request_: HttpRequest, way: str) -> None:
    found = identity(authority)
    with heard() as told:
        if way == "sync":
            login(request_, authenticate(request_, identity=found))
        else:
            async_to_sync(async_login)(request_, found)
    assert told == ["session", "login"]
    assert read_record(request_) is not None
    assert EntraSession.objects.get().user == request_.user


async def async_login(request: HttpRequest, found: Identity) -> None:
    await alogin(request, await aauthenticate(request, identity=found))


def test_the_projects_own_login_goes_on_with_a_session(authority: ScriptedAuthority, request_: HttpRequest) -> None:
    start_session(request_, identity(authority))
    row = EntraSession.objects.get().pk
    login(request_, authenticate(request_, identity=identity(authority, uti="new")))
    assert EntraSession.objects.get().pk == row
    EntraSession.objects.all().delete()
    login(request_, authenticate(request_, identity=identity(authority, uti="newer")))
    assert EntraSession.objects.get().pk != row


def test_the_user_of_a_bearer_request_can_be_logged_in(authority: ScriptedAuthority, request_: HttpRequest) -> None:
    found = identity(authority)
    attach_user(request_, provision(found), found)
    login(request_, provision(found), backend=ENTRA_BACKEND)
    record = read_record(request_)
    assert record is not None
    assert record.identity.object_id == ADA


@pytest.mark.parametrize("way", ["backend", "bearer"])
@pytest.mark.parametrize(("minutes", "roles"), [(0, frozenset({"Admin"})), (80, frozenset())])
def test_no_login_with_an_older_token_brings_a_role_back(
    authority: ScriptedAuthority, request_: HttpRequest, minutes: int, roles: frozenset[str], way: str
) -> None:
    start_session(request_, identity(authority, roles=[]))
    before, issued = request_.session[KEY], int(time.time()) - 300 - 60 * minutes
    found = identity(authority, iat=issued, nbf=issued, sid="of-the-older")
    if way == "bearer":
        attach_user(request_, provision(found), found)
        login(request_, provision(found), backend=ENTRA_BACKEND)
    else:
        login(request_, authenticate(request_, identity=found))
    record, row = read_record(request_), EntraSession.objects.get()
    assert record is not None
    assert (record.id, record.identity.app_roles) == (str(row.pk), roles)
    assert (request_.session[KEY] == before, row.sid == "of-the-older") == (bool(minutes), not minutes)


def test_another_user_than_the_tokens_is_not_entras(authority: ScriptedAuthority, request_: HttpRequest) -> None:
    found = identity(authority)
    attach_user(request_, provision(found), found)
    login(request_, User.objects.create_user("barbara"), backend=ENTRA_BACKEND)
    assert read_record(request_) is None
    assert request_.session[BACKEND_SESSION_KEY] == MODEL_BACKEND


def test_to_log_in_the_user_of_a_session_again_proves_nothing(authority: ScriptedAuthority, client: Client) -> None:
    sign_in(client, authority)
    session = client.session
    session[KEY] |= {"checked": int(time.time()) - 3_000}
    session.save()
    client.force_login(User.objects.get(), backend=ENTRA_BACKEND)
    assert client.session[KEY]["checked"] == session[KEY]["checked"]
    assert client.session[BACKEND_SESSION_KEY] == ENTRA_BACKEND


@pytest.mark.parametrize("named", [ENTRA_BACKEND, None], ids=["named", "the first one"])
def test_a_login_without_an_identity_is_another_backends(client: Client, named: str | None) -> None:
    """``force_login`` takes the first backend, and so do packages with which administrators act as a user."""
    client.force_login(User.objects.create_user("barbara"), **({"backend": named} if named else {}))
    assert client.session[BACKEND_SESSION_KEY] == MODEL_BACKEND
    assert client.get("/").json()["username"] == "barbara"
    assert client.get("/entrance/session/").json()["via"] == "password"
    assert not EntraSession.objects.exists()


def test_without_another_backend_it_ends(settings: Any, client: Client) -> None:
    settings.AUTHENTICATION_BACKENDS = [ENTRA_BACKEND, "django.contrib.auth.backends.BaseBackend"]
    client.force_login(User.objects.create_user("barbara"), backend=ENTRA_BACKEND)
    assert client.get("/").json()["username"] == ""


def test_a_login_without_a_session_is_left_alone(authority: ScriptedAuthority, rf: RequestFactory) -> None:
    user = provision(identity(authority))
    for request in (None, rf.get("/")):
        user_logged_in.send(sender=type(user), request=request, user=user)
    assert not EntraSession.objects.exists()


def test_a_receiver_that_fails_ends_no_sign_in(authority: ScriptedAuthority, client: Client) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("not today")

    signed_in.connect(fail)
    try:
        sign_in(client, authority)
    finally:
        signed_in.disconnect(fail)
    assert client.get("/").json()["object_id"] == ADA


def test_an_account_that_is_gone_at_this_moment(
    authority: ScriptedAuthority, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The token was let in; then the account was disconnected."""
    client.get("/", headers=bearer(authority))
    user = User.objects.get()
    user.set_password("x")
    user.save()

    def disconnecting(*args: Any) -> Any:
        unlink_user(user, EntraAccount.objects.get())
        return real(*args)

    real = find_account
    monkeypatch.setattr(starting, "find_account", disconnecting)
    answer = client.post("/entrance/session/", headers=bearer(authority))
    assert (answer.status_code, answer.json()["reason"]) == (403, "account_missing")
    monkeypatch.undo()
    assert client.get("/").json()["username"] == ""
    assert not EntraSession.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_gone", [True, False])
def test_an_account_that_is_gone_when_the_row_is_written(
    authority: ScriptedAuthority, client: Client, monkeypatch: pytest.MonkeyPatch, is_gone: bool
) -> None:
    """The database refuses the row: at the end of the transaction, since Django's foreign keys wait until then."""
    client.get("/", headers=bearer(authority))
    assert not events.pruning.is_over(), "so an event of a session is part of its transaction"
    account = EntraAccount.objects.get()
    found = [account, None] if is_gone else [EntraAccount(pk=account.pk + 1, user=account.user), account]
    if is_gone:
        EntraAccount.objects.all().delete()
    monkeypatch.setattr(starting, "find_account", lambda *_: found.pop(0))
    request = new_request(RequestFactory())
    with pytest.raises(AccountMissing if is_gone else IntegrityError):
        start_session(request, identity(authority, uti="again"), user=account.user)
    assert not EntraSession.objects.exists()
    assert not Session.objects.exists()
    assert User.objects.get().last_login is None
    events.end_request()
    assert not SignInEvent.objects.filter(correlation_id="again").exists()


def test_receivers_of_the_project_hear_of_the_row(authority: ScriptedAuthority, client: Client) -> None:
    rows: list[EntraSession] = []

    def hear(instance: EntraSession, created: bool, **_: object) -> None:
        assert created
        rows.append(instance)

    post_save.connect(hear, sender=EntraSession)
    try:
        sign_in(client, authority)
    finally:
        post_save.disconnect(hear, sender=EntraSession)
    assert rows == [EntraSession.objects.get()]
    client.logout()
    sign_in(client, authority, uti="unheard")
    assert len(rows) == EntraSession.objects.count() == 1


def test_an_account_of_another_user_starts_none(authority: ScriptedAuthority, request_: HttpRequest) -> None:
    provision(identity(authority))
    with pytest.raises(AccountMissing):
        start_session(request_, identity(authority), user=User.objects.create_user("barbara"))
    assert request_.session.is_empty()
    assert not EntraSession.objects.exists()


def test_signed_in_is_told_once_for_an_exchange(authority: ScriptedAuthority, client: Client) -> None:
    headers = bearer(authority, uti="exchanged")
    with heard() as told:
        assert client.post("/entrance/session/", headers=headers).status_code == 200
        for _ in range(3):
            client.get("/", headers=headers)
            client.get("/")
    assert told == ["session", "login"]
    found = SignInEvent.objects.filter(outcome="signed_in")
    assert [(event.door, event.correlation_id) for event in found] == [("session", "exchanged")]


def test_a_token_that_starts_no_session_is_told_at_its_first_use(authority: ScriptedAuthority, client: Client) -> None:
    headers = bearer(authority, uti="refused")
    with heard() as told:
        answer = client.post("/entrance/session/", headers={**headers, "origin": "https://evil.example"})
        assert answer.status_code == 403
        assert told == []
        client.get("/", headers=headers)
        client.get("/entrance/session/", headers=headers)
    assert told == ["bearer"]


def test_bearer_requests_make_no_session(authority: ScriptedAuthority, client: Client) -> None:
    headers = bearer(authority)
    with heard() as told:
        for path in ("/", "/async/", "/closed/", "/entrance/session/") * 25:
            answer = client.get(path, headers=headers)
            assert answer.status_code == 200
            assert "sessionid" not in answer.cookies
    assert told == ["bearer"]
    assert (Session.objects.count(), EntraSession.objects.count()) == (0, 0)
    assert User.objects.get().last_login is None


def test_bad_exchanges_make_no_session(authority: ScriptedAuthority, client: Client) -> None:
    bad = [
        {"authorization": "Bearer opaque"},
        bearer(authority, exp=1, iat=1, nbf=1),
        bearer(authority, aud=API, scp=None, nonce="n", azp=None),
        bearer(authority, scp=None),
        {**bearer(authority), "origin": "null"},
        {},
    ]
    client.get("/", headers=bearer(authority))
    with CaptureQueriesContext(connection) as queries:
        for number in range(1_000):
            answer = client.post("/entrance/session/", headers=bad[number % len(bad)])
            assert answer.status_code in {401, 403}
            assert answer["Cache-Control"].find("no-store") >= 0
            assert not answer.cookies
    assert not [query for query in queries if "session" in query["sql"] and "INSERT" in query["sql"]]
    assert (Session.objects.count(), EntraSession.objects.count(), User.objects.count()) == (0, 0, 1)


@pytest.mark.parametrize(("roles", "fits"), [(40, True), (400, False)])
def test_a_cookie_that_is_the_session_is_bounded(
    authority: ScriptedAuthority, settings: Any, client: Client, roles: int, fits: bool
) -> None:
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    many = [sha256(bytes([number % 256, number // 256])).hexdigest()[:20] for number in range(roles)]
    answer = client.post("/entrance/session/", headers=bearer(authority, roles=many))
    if fits:
        assert answer.status_code == 200
        assert len(answer.cookies["sessionid"].OutputString()) < 4_096
        assert client.get("/entrance/session/").json()["entra"]["app_roles"] == sorted(many)
    else:
        assert (answer.status_code, answer.json()["reason"]) == (403, SessionTooLarge.reason)
        assert "sessionid" not in answer.cookies or not answer.cookies["sessionid"].value
        assert client.get("/").json()["username"] == ""
    assert EntraSession.objects.count() == fits


def test_the_exchange_makes_few_queries(authority: ScriptedAuthority, client: Client) -> None:
    headers = bearer(authority)
    client.get("/", headers=headers)
    assert session_index.pruning.is_due()  # a process prunes at its first sign-in of the day, this is a later one
    with CaptureQueriesContext(connection) as queries:
        client.post("/entrance/session/", headers=headers)
    said = [query["sql"].split()[0] for query in queries if "SAVEPOINT" not in query["sql"]]
    own = ["SELECT", "INSERT", "UPDATE", "UPDATE"]  # Django's login(): a free key, the session, last_login, the data
    read = ["SELECT", "SELECT", "SELECT"]  # the user, the account, the names of the groups
    assert sorted(said) == sorted([*own, *read, "INSERT", "INSERT"])  # our row, the event


@pytest.mark.django_db(transaction=True)
def test_with_a_transaction_for_each_request(
    authority: ScriptedAuthority, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    assert client.post("/entrance/session/", headers=bearer(authority, scp=None)).status_code == 403
    sign_in(client, authority)
    sign_in(client, authority, uti="again")
    assert client.get("/").json()["object_id"] == ADA
    assert EntraSession.objects.count() == 1


def test_control_an_own_login_is_left_alone(client: Client) -> None:
    log_in(client)
    assert KEY not in client.session
