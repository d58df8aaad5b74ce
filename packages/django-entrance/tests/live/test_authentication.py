"""Who stands behind a live connection when it opens, and while it is open."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.core.handlers.asgi import ASGIRequest
from django.test import Client
from django_entrance.entra import reachable
from django_entrance.live.authentication import authenticate, confirm, ends_at
from django_entrance.live.handshake import read_handshake
from django_entrance.models import EntraSession
from django_entrance.sessions.record import KEY
from django_entrance.verification.errors import (
    AccountMissing,
    Refused,
    SessionEnded,
    SessionStale,
    TokenExpired,
    UserDisabled,
)
from scripted import ADA, ScriptedAuthority
from sign_ins import bearer, sign_in, start_entra_session, start_session

pytestmark = pytest.mark.django_db

DAEMON = "dae00000-0000-4000-8000-000000000009"
HOUR = 3_600


@pytest.fixture(autouse=True)
def nothing_is_known_to_be_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reachable, "seen", {})


def handshake(client: Client | None, query: str, headers: dict[str, str]) -> ASGIRequest:
    """Return the handshake of a page with the client's session."""
    sent = headers if client is None else headers | {"cookie": f"sessionid={client.cookies['sessionid'].value}"}
    return read_handshake(
        {
            "type": "websocket",
            "path": "/ws/",
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        }
    )


def opened(client: Client | None = None, query: str = "", *, sent: dict[str, str] | None = None) -> Any:
    request = handshake(client, query, sent or {})
    authenticate(request)
    return request


def refused(kind: type[Refused], call: Callable[..., Any], *arguments: Any, **options: Any) -> None:
    with pytest.raises(kind) as refusal:
        call(*arguments, **options)
    assert type(refusal.value) is kind


def change(client: Client, **values: Any) -> None:
    session = client.session
    session[KEY] |= values
    session.save()


def ago(seconds: int) -> int:
    return int(time.time()) - seconds


def confirmed(request: Any) -> Any:
    confirm(request, time.time())
    return request


@pytest.fixture
def ada(authority: ScriptedAuthority, client: Client) -> Client:
    start_entra_session(client, authority, roles=["Editor"])
    return client


def test_a_session_that_entra_must_confirm(ada: Client) -> None:
    change(ada, checked=ago(HOUR - 5))
    request = opened(ada)
    assert request.entra.object_id == ADA
    change(ada, checked=ago(HOUR))
    refused(SessionStale, opened, ada)
    refused(SessionStale, confirmed, request)
    change(ada, checked=ago(5))
    assert confirmed(request).entra.object_id == ADA


def test_it_lives_on_while_entra_is_down(ada: Client, authority: ScriptedAuthority) -> None:
    change(ada, checked=ago(HOUR))
    authority.down = True
    try:
        assert confirmed(opened(ada)).entra.object_id == ADA
    finally:
        authority.down = False


def test_the_lifetime_of_a_session(ada: Client) -> None:
    request = opened(ada)
    assert ends_at(request) == ada.session[KEY]["started"] + 8 * HOUR
    refused(SessionEnded, confirm, request, ends_at(request))
    confirm(request, ends_at(request) - 1)
    change(ada, started=ago(8 * HOUR), checked=ago(5))
    refused(SessionEnded, confirmed, request)
    assert opened(ada).user == AnonymousUser()


def test_a_session_counts_only_where_its_authority_does(ada: Client, settings: Any) -> None:
    settings.ENTRANCE |= {"AUTHORITIES_HERE": "project_urls.authorities_here"}
    assert opened(ada, "authority=default").entra.object_id == ADA
    elsewhere = opened(ada, "authority=another")
    assert (confirmed(elsewhere).user, elsewhere.entra) == (AnonymousUser(), None)
    assert opened(ada, "authority=default").entra.object_id == ADA, "it was not ended"


def test_the_rights_of_a_session_that_was_renewed(ada: Client) -> None:
    request = opened(ada)
    assert request.entra.app_roles == {"Editor"}
    change(ada, identity=ada.session[KEY]["identity"] | {"roles": ["Reader"]})
    assert confirmed(request).entra.app_roles == {"Reader"}


def test_a_new_password_ends_the_sessions_of_a_user(ada: Client) -> None:
    barbara = Client()
    user = start_session(barbara)
    request = opened(barbara)
    assert confirmed(request).user == user
    user.set_password("another")
    user.save()
    refused(SessionEnded, confirmed, request)


def test_another_user_in_the_same_session_ends_the_connection(ada: Client) -> None:
    barbara = Client()
    start_session(barbara)
    request = opened(barbara)
    session = barbara.session
    alan = User.objects.create_user("alan")
    session["_auth_user_id"], session["_auth_user_hash"] = str(alan.pk), alan.get_session_auth_hash()
    session.save()
    refused(SessionEnded, confirmed, request)
    assert opened(barbara).user == alan


def test_the_same_user_through_another_login_ends_the_connection(ada: Client) -> None:
    request = opened(ada)
    session = ada.session
    session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    session.save()
    refused(SessionEnded, confirmed, request)
    assert opened(ada).entra is None


@pytest.mark.parametrize("start", [start_session, None], ids=["password", "entra"])
def test_a_new_secret_key_leaves_the_cookie_as_it_is(
    authority: ScriptedAuthority, client: Client, settings: Any, start: Any
) -> None:
    """Django would give the session a new key, which the browser of a WebSocket does not learn."""
    start_entra_session(client, authority) if start is None else start(client)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another-" * 8, [settings.SECRET_KEY]
    user = opened(client).user
    assert user.is_authenticated
    assert opened(client).user == user


@pytest.mark.parametrize("engine", ["db", "signed_cookies"])
def test_the_request_after_a_connection_that_ends_the_session_deletes_its_cookie(
    authority: ScriptedAuthority, client: Client, settings: Any, engine: str
) -> None:
    """Nothing can be sent back to a WebSocket, so it is not the answer that ends the session."""
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    start_entra_session(client, authority)
    EntraSession.objects.all().delete()  # as Entra's front channel does
    assert opened(client).user.is_anonymous
    assert client.get("/").cookies["sessionid"].value == ""


def test_a_token_until_it_ends(authority: ScriptedAuthority) -> None:
    request = opened(sent=bearer(authority))
    end = request.entra.expires_at + 60
    assert ends_at(request) == end, "with LEEWAY, as for requests"
    confirm(request, end - 1)
    refused(TokenExpired, confirm, request, end)


def test_a_person_who_is_deactivated(authority: ScriptedAuthority) -> None:
    request = opened(sent=bearer(authority))
    User.objects.update(is_active=False)
    refused(UserDisabled, confirmed, request)
    User.objects.update(is_active=True)
    assert confirmed(request).user.is_active


def test_a_person_without_an_account_any_more(authority: ScriptedAuthority) -> None:
    request = opened(sent=bearer(authority))
    request.user.entra_accounts.all().delete()
    refused(AccountMissing, confirmed, request)


def test_an_application(authority: ScriptedAuthority, settings: Any) -> None:
    settings.ENTRANCE |= {"APPLICATIONS": {DAEMON: "robot"}}
    robot = User.objects.create_user("robot")
    claims = {"azp": DAEMON, "sub": ADA, "scp": None, "name": None, "preferred_username": None}
    request = opened(sent=bearer(authority, **claims))
    assert confirmed(request).user == robot
    User.objects.update(is_active=False)
    refused(UserDisabled, confirmed, request)


def test_what_a_connection_knows_is_of_the_latest_check(authority: ScriptedAuthority) -> None:
    request = opened(sent=bearer(authority))
    User.objects.update(first_name="Augusta")
    assert confirmed(request).user.first_name == "Augusta"


def test_without_a_login_there_is_no_end(authority: ScriptedAuthority) -> None:
    assert ends_at(confirmed(opened())) == float("inf")


def test_the_scheme_of_the_site(authority: ScriptedAuthority) -> None:
    scope = {"type": "websocket", "path": "/ws/", "headers": []}
    assert not read_handshake(scope).is_secure()
    secure = read_handshake({**scope, "scheme": "wss"})
    assert secure.is_secure()
    assert read_handshake(secure.scope).is_secure()


def test_a_sign_in_with_a_new_token_of_the_same_browser(ada: Client, authority: ScriptedAuthority) -> None:
    """The React app renews its session so: the connection stays."""
    request = opened(ada)
    sign_in(ada, authority, roles=["Editor"])
    assert confirmed(request).entra.object_id == ADA
