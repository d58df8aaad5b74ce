"""Answers to a session that has ended, which come when the browser has the cookies of the next one already."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import project_urls
import pytest
from django.contrib.auth import logout
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.test import AsyncClient, Client
from django.urls import path
from django.utils import timezone
from django_entrance.accounts.used_once import KEPT
from django_entrance.models import UsedTicket
from django_entrance.sessions.record import KEY
from scripted import ScriptedAuthority
from sign_ins import bearer, sign_in, start_session

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

ADA, GRACE = {"oid": "00000000-0000-4000-8000-0000000000aa"}, {"oid": "00000000-0000-4000-8000-0000000000bb"}


def form(request: HttpRequest) -> HttpResponse:
    """A page that reads the user, and has a form."""
    return HttpResponse(f"{request.user} {get_token(request)}")


def sign_out_with_new_key(request: HttpRequest) -> HttpResponse:
    request.session.cycle_key()
    logout(request)
    return HttpResponse()


urlpatterns = [path("form/", form), path("new-key/", sign_out_with_new_key), *project_urls.urlpatterns]


def key_of(client: Client) -> str:
    return client.cookies["sessionid"].value


def late(key: str, path: str = "/", **cookies: str) -> Any:
    """Return the answer to a request that was sent with the key of a session of before."""
    browser = Client()
    browser.cookies.load({"sessionid": key, **cookies})
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer


@pytest.fixture
def replaced(authority: ScriptedAuthority, client: Client) -> str:
    """The key of a session that another person's sign-in took the place of."""
    sign_in(client, authority, **ADA)
    key = key_of(client)
    sign_in(client, authority, **GRACE)
    assert key_of(client) != key
    return key


def test_a_late_answer_leaves_the_cookie_of_the_next_session(replaced: str, client: Client) -> None:
    answer = late(replaced)
    assert answer.json()["object_id"] is None
    assert not answer.cookies
    assert client.get("/").json()["object_id"] == GRACE["oid"]


@pytest.mark.parametrize("engine", ["cache", "cached_db", "file", "signed_cookies"])
def test_with_each_engine(
    authority: ScriptedAuthority, client: Client, settings: Any, tmp_path: Path, engine: str
) -> None:
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    settings.SESSION_FILE_PATH = str(tmp_path)
    sign_in(client, authority, **ADA)
    first = key_of(client)
    sign_in(client, authority, **GRACE)
    second = key_of(client)
    assert not late(first).cookies
    assert client.post("/entrance/sign-out/").cookies["sessionid"].value == ""
    assert not late(second).cookies


def test_a_key_that_never_was_is_deleted_by_django(replaced: str) -> None:
    assert late("a" * 32).cookies["sessionid"].value == ""


def test_a_late_page_leaves_the_csrf_cookie_of_the_next_session(replaced: str, client: Client) -> None:
    before = client.cookies["csrftoken"].value
    assert not late(replaced, "/form/", csrftoken=before).cookies


def test_a_late_page_without_csrf_cookie_gets_one(replaced: str) -> None:
    """Its form would be refused otherwise."""
    assert list(late(replaced, "/form/").cookies) == ["csrftoken"]


@pytest.mark.django_db(transaction=True)
async def test_under_asgi(authority: ScriptedAuthority, async_client: AsyncClient) -> None:
    keys = []
    for person in (ADA, GRACE):
        answer = await async_client.post("/entrance/session/", headers=bearer(authority, **person))
        keys.append(answer.cookies["sessionid"].value)
    for key, deleted in ((keys[0], []), ("a" * 32, ["sessionid"])):
        async_client.cookies.load({"sessionid": key})
        assert list((await async_client.get("/async/")).cookies) == deleted


def test_a_visitors_session_is_replaced_too(authority: ScriptedAuthority, client: Client) -> None:
    session = client.session
    session["basket"] = 1
    session.save()
    key = key_of(client)
    sign_in(client, authority)
    assert key_of(client) != key
    assert not late(key).cookies


def test_a_password_session_of_the_same_user_is_replaced_too(authority: ScriptedAuthority, client: Client) -> None:
    sign_in(client, authority)
    session = client.session
    del session[KEY]
    session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    session.save()
    key = key_of(client)
    sign_in(client, authority)
    assert key_of(client) != key
    assert not late(key).cookies


def test_a_session_that_goes_on_is_not_remembered(authority: ScriptedAuthority, client: Client) -> None:
    sign_in(client, authority)
    key = key_of(client)
    sign_in(client, authority)
    assert key_of(client) == key
    assert not UsedTicket.objects.exists()


def test_a_sign_out_deletes_the_cookie_and_later_answers_do_not(authority: ScriptedAuthority, client: Client) -> None:
    sign_in(client, authority)
    key = key_of(client)
    answer = client.post("/entrance/sign-out/")
    assert answer.cookies["sessionid"].value == ""
    assert not late(key).cookies
    assert not Session.objects.exists()


def test_a_key_that_the_request_has_changed_is_remembered_too(authority: ScriptedAuthority, client: Client) -> None:
    """The browser's other requests have the key of before."""
    sign_in(client, authority)
    key = key_of(client)
    assert client.get("/new-key/").cookies["sessionid"].value == ""
    assert not late(key).cookies


def test_a_new_secret_key_gives_the_session_another_key(
    authority: ScriptedAuthority, client: Client, settings: Any
) -> None:
    """One of several requests at once changes it; the others do not sign the person out."""
    sign_in(client, authority)
    key = key_of(client)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another-" * 8, [settings.SECRET_KEY]
    assert client.get("/").json()["object_id"] is not None
    assert key_of(client) != key
    assert not late(key).cookies
    assert client.post("/entrance/sign-out/").cookies["sessionid"].value == ""


def test_a_sign_out_with_the_new_secret_key_deletes_the_cookie(
    authority: ScriptedAuthority, client: Client, settings: Any
) -> None:
    sign_in(client, authority)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another-" * 8, [settings.SECRET_KEY]
    assert client.post("/entrance/sign-out/").cookies["sessionid"].value == ""


def test_a_session_that_is_over_is_deleted_by_the_answer_that_ends_it(
    authority: ScriptedAuthority, client: Client
) -> None:
    sign_in(client, authority)
    session = client.session
    session[KEY] |= {"started": 0}
    session.save()
    key = key_of(client)
    assert late(key).cookies["sessionid"].value == ""
    assert not late(key).cookies


def test_sessions_of_other_logins_are_djangos(client: Client) -> None:
    start_session(client, "barbara")
    key = key_of(client)
    client.logout()
    start_session(client, "grace")
    assert late(key).cookies["sessionid"].value == ""
    assert not UsedTicket.objects.exists()


def test_it_is_remembered_for_some_minutes(replaced: str) -> None:
    UsedTicket.objects.update(used_at=timezone.now() - timedelta(seconds=KEPT + 1))
    assert not late(replaced).cookies
    call_command("entrance", "prune")
    assert late(replaced).cookies["sessionid"].value == ""


def test_no_key_is_written_down(replaced: str) -> None:
    (ticket,) = UsedTicket.objects.all()
    assert replaced not in ticket.digest
