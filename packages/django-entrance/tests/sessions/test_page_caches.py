"""Django's cache of whole pages never gives a session a page of before: of before it was renewed, or lost its user."""

import time
from typing import Any

import pytest
from browsing import NAVIGATION
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import Client, RequestFactory
from django.urls import include, path
from django.utils.cache import learn_cache_key
from django.views.decorators.cache import cache_page
from django.views.decorators.vary import vary_on_headers
from django_entrance.models import EntraSession
from django_entrance.sessions.authentication import authenticate_session
from django_entrance.sessions.record import KEY
from scripted_microsoft import ScriptedMicrosoft
from sessions.test_recheck import begin_with_a_token, make_stale

pytestmark = pytest.mark.django_db

ADA = "ada@contoso.example"
WHOLE_SITE, ONE_VIEW = "/roles/", "/cached-roles/"

served: list[str] = []
"""The users that the views have served: a page of the cache adds none."""


def authorities_of_part(request: HttpRequest) -> list[str]:
    """A function for ``AUTHORITIES_HERE``: a header stands for the part of the site. Caches do not know of it."""
    return [request.headers.get("X-Part", "default")]


def roles(request: Any) -> HttpResponse:
    user = request.user.get_username()
    served.append(user)
    shown = sorted(request.entra.app_roles) if request.entra else []
    response = JsonResponse({"user": user, "roles": shown, "basket": request.session.get("basket")})
    response["X-Cookies"] = " ".join(sorted(request.COOKIES))
    return response


async def aroles(request: Any) -> HttpResponse:
    return roles(request)


urlpatterns = [
    path("roles/", roles),
    path("async/roles/", aroles),
    path("cached-roles/", cache_page(600)(vary_on_headers("Authorization", "Cookie")(roles))),
    path("entrance/", include("django_entrance.urls")),
]


@pytest.fixture(autouse=True, params=[WHOLE_SITE, "/async/roles/", ONE_VIEW])
def place(request: pytest.FixtureRequest, settings: Any) -> str:
    """A cached page: by Django's middlewares in the order of its documentation, or by ``cache_page`` as told."""
    settings.ROOT_URLCONF = __name__
    if request.param != ONE_VIEW:
        outer, inner = (f"django.middleware.cache.{name}CacheMiddleware" for name in ("Update", "FetchFrom"))
        settings.MIDDLEWARE = [outer, *settings.MIDDLEWARE, inner]
    cache.clear()
    served.clear()
    return str(request.param)


@pytest.fixture
def client(microsoft: ScriptedMicrosoft, any_client: Any) -> Any:
    assert begin_with_a_token(microsoft, any_client, roles=["Admin"]).status_code == 200
    return any_client


def look(client: Any, place: str, **headers: str) -> tuple[str, list[str]]:
    """Open the page twice: what is seen, which must be the same for both, the second time from the cache."""
    before = len(served)
    seen = [client.get(place, headers=NAVIGATION | headers) for _ in range(2)]
    assert [each.status_code for each in seen] == [200, 200]
    assert seen[0].json() == seen[1].json()
    assert len(served) - before <= 1, "a page that does not change is kept"
    return seen[0].json()["user"], seen[0].json()["roles"]


def test_a_page_is_kept_while_nothing_changes(client: Any, place: str) -> None:
    for _ in range(2):
        assert look(client, place) == (ADA, ["Admin"])
    assert served == [ADA]


def test_a_session_that_entra_was_asked_about_gets_a_new_page(
    microsoft: ScriptedMicrosoft, client: Any, place: str
) -> None:
    assert look(client, place) == (ADA, ["Admin"])
    make_stale(client)
    asked = client.get(client.get(place, headers=NAVIGATION)["Location"], headers=NAVIGATION)
    microsoft.changes = {"roles": None}
    assert client.get(microsoft.bring(asked["Location"]))["Location"] == place
    for name in set(client.cookies) - {"sessionid", "csrftoken"}:
        del client.cookies[name]  # a browser sends it only below /entrance/
    assert look(client, place) == (ADA, [])


def test_a_session_that_a_token_has_renewed_gets_a_new_page(
    microsoft: ScriptedMicrosoft, client: Any, place: str
) -> None:
    session = client.session
    session[KEY] |= {"checked": int(time.time()) - 100}
    session.save()
    assert look(client, place) == (ADA, ["Admin"])
    begin_with_a_token(microsoft, client, roles=["Reader"])
    assert client.session.session_key == session.session_key
    assert look(client, place) == (ADA, ["Reader"])


def test_a_stale_session_without_a_user_gets_no_page_of_before(
    microsoft: ScriptedMicrosoft, client: Any, place: str, settings: Any
) -> None:
    assert look(client, place) == (ADA, ["Admin"])
    settings.ENTRANCE = microsoft.whole_settings(CLIENT_SECRET=None)
    make_stale(client)
    assert look(client, place) == ("", [])
    begin_with_a_token(microsoft, client, roles=["Admin"])
    assert look(client, place) == (ADA, ["Admin"])


def test_where_the_authority_is_left_out_there_is_no_page_of_elsewhere(client: Any, place: str, settings: Any) -> None:
    settings.ENTRANCE |= {"AUTHORITIES_HERE": f"{__name__}.authorities_of_part"}
    for part, user in (("default", ADA), ("another", ""), ("default", ADA)):
        assert look(client, place, **{"x-part": part})[0] == user


def test_what_a_session_without_a_user_sees_is_for_no_other_visitor(client: Any, place: str, settings: Any) -> None:
    """Its data is still there, so its page must not become the page of all who have no session."""
    session = client.session
    session["basket"] = "a present for Grace"
    session.save()
    settings.ENTRANCE |= {"AUTHORITIES_HERE": f"{__name__}.authorities_of_part"}
    there = NAVIGATION | {"x-part": "another"}
    assert client.get(place, headers=there).json()["basket"] == "a present for Grace"
    del client.cookies["sessionid"]
    assert client.get(place, headers=there).json()["basket"] is None


@pytest.mark.parametrize("value", ["no-user", ""])
def test_no_browser_asks_for_a_page_of_before(
    microsoft: ScriptedMicrosoft, client: Any, place: str, settings: Any, value: str
) -> None:
    """The pair that caches see counts only where this package wrote it."""
    assert look(client, place) == (ADA, ["Admin"])
    client.cookies["entrance_state"] = value
    settings.ENTRANCE = microsoft.whole_settings(CLIENT_SECRET=None)
    make_stale(client)
    assert look(client, place) == ("", [])


def test_a_session_that_has_ended_gets_the_page_of_no_session(client: Any, place: str) -> None:
    assert look(client, place) == (ADA, ["Admin"])
    EntraSession.objects.all().delete()
    for _ in range(2):
        assert client.get(place, headers=NAVIGATION).json()["user"] == ""


def test_the_page_of_a_session_that_has_ended_is_kept_for_no_other_visitor(microsoft: ScriptedMicrosoft) -> None:
    """Whichever the version of Django: the key of its cache is another one. The page may set a cookie."""
    client = Client()
    begin_with_a_token(microsoft, client)
    key = client.session.session_key
    seen = {"no cookie": kept_under(""), "living": kept_under(f"sessionid={key}")}
    assert kept_under(f"sessionid={key}") == seen["living"], "control: a page that does not change is kept"
    EntraSession.objects.all().delete()
    seen["ended"] = kept_under(f"sessionid={key}")
    seen["another that ended"] = kept_under("sessionid=" + "z" * 32)
    assert len(set(seen.values())) == len(seen)


def kept_under(cookies: str) -> str:
    """Return the key under which Django's cache keeps a page that varies on the cookie."""
    request = RequestFactory().get("/", headers={"cookie": cookies} if cookies else {})
    request.session = SessionStore(cookies.removeprefix("sessionid=") or None)
    authenticate_session(request)
    return learn_cache_key(request, HttpResponse(headers={"Vary": "Cookie"}), 60, "tests")


def test_views_see_the_cookies_that_were_sent(client: Any, place: str) -> None:
    client.cookies["theme"] = "dark"
    assert client.get(place, headers=NAVIGATION)["X-Cookies"] == "csrftoken sessionid theme"
