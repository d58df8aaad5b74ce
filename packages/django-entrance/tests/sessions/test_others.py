"""Requests of the project's own logins are answered as without this package: bytes, headers, cookies and queries."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext
from django.urls import path
from django_entrance.models import EntraSession
from scripted import ScriptedAuthority
from sign_ins import ENTRA, MODEL_BACKEND, bearer, sign_in

pytestmark = pytest.mark.django_db


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("the same for all")


def reads_user(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.user.get_username())


async def areads_user(request: HttpRequest) -> HttpResponse:
    return HttpResponse((await request.auser()).get_username())


def writes_session(request: HttpRequest) -> HttpResponse:
    request.session["visits"] = request.session.get("visits", 0) + 1
    return HttpResponse(str(request.session["visits"]))


urlpatterns = [
    path("plain/", plain),
    path("reads-user/", reads_user),
    path("async/reads-user/", areads_user),
    path("writes-session/", writes_session),
]

DEAD = {"ended", "garbage"}
"""Cookies of no session. We leave it to the view to find that out, which takes another query.

Before Django deletes the cookie, one more tells whether a session of Entra's has taken its place.
"""

READING = ["/reads-user/", "/async/reads-user/", "/writes-session/"]


class Seen(NamedTuple):
    status: int
    content: bytes
    headers: dict[str, str]
    cookies: dict[str, tuple[bool, object, object]]
    queries: list[str]


@pytest.fixture(autouse=True)
def own_urls(authority: ScriptedAuthority, settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if "token_watch" not in each]


@contextmanager
def without_us(settings: Any) -> Iterator[None]:
    before = settings.MIDDLEWARE
    settings.MIDDLEWARE = [each for each in before if each != ENTRA]
    yield
    settings.MIDDLEWARE = before


def ask(address: str, cookie: str | None, method: str = "get") -> Seen:
    client = Client(enforce_csrf_checks=True)
    if cookie is not None:
        client.cookies["sessionid"] = cookie
    with CaptureQueriesContext(connection) as queries:
        answer = getattr(client, method)(address)
    headers = {name: value for name, value in answer.headers.items() if name != "Vary"}
    vary = {each.strip() for each in answer.headers.get("Vary", "").split(",")} - {"Authorization", ""}
    set_ = {name: (bool(each.value), each["path"], each["max-age"]) for name, each in answer.cookies.items()}
    sql = [" ".join(query["sql"].split()[:3]) for query in queries if "SAVEPOINT" not in query["sql"]]
    return Seen(answer.status_code, answer.content, headers | {"Vary": repr(sorted(vary))}, set_, sql)


def logged_in() -> str:
    client = Client()
    client.force_login(User.objects.get_or_create(username="barbara")[0], backend=MODEL_BACKEND)
    return client.cookies["sessionid"].value


def anonymous() -> str:
    client = Client()
    client.get("/writes-session/")
    return client.cookies["sessionid"].value


def ended() -> str:
    cookie = logged_in()
    Session.objects.filter(session_key=cookie).delete()
    return cookie


def garbage() -> str:
    return "x" * 32


COOKIES: dict[str, Callable[[], str | None]] = {
    "no cookie": lambda: None,
    "logged in": logged_in,
    "anonymous": anonymous,
    "ended": ended,
    "garbage": garbage,
}


@pytest.mark.parametrize("kind", COOKIES)
@pytest.mark.parametrize("address", READING)
def test_a_view_that_reads_is_answered_alike(settings: Any, kind: str, address: str) -> None:
    with without_us(settings):
        without = ask(address, COOKIES[kind]())
    with_us = ask(address, COOKIES[kind]())
    if kind in DEAD:
        assert len(with_us.queries) == len(without.queries) + (1 if address == "/writes-session/" else 2)
        with_us = with_us._replace(queries=without.queries)
    assert with_us == without


@pytest.mark.parametrize("kind", COOKIES)
def test_a_view_that_reads_nothing_differs_by_one_query(settings: Any, kind: str) -> None:
    """The session is read to learn whose it is; nobody sees that."""
    with without_us(settings):
        without = ask("/plain/", COOKIES[kind]())
    with_us = ask("/plain/", COOKIES[kind]())
    assert with_us._replace(queries=[]) == without._replace(queries=[])
    assert without.queries == []
    assert len(with_us.queries) == (kind != "no cookie")


@pytest.mark.parametrize("engine", ["cache", "file", "signed_cookies", "cached_db"])
@pytest.mark.parametrize("kind", ["logged in", "garbage"])
@pytest.mark.parametrize("address", ["/plain/", "/reads-user/"])
def test_with_each_engine(settings: Any, tmp_path: Any, engine: str, kind: str, address: str) -> None:
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    settings.SESSION_FILE_PATH = str(tmp_path)
    cookie = COOKIES[kind]()
    with without_us(settings):
        without = ask(address, cookie)
    with_us = ask(address, cookie)
    assert with_us._replace(queries=[]) == without._replace(queries=[])


def test_a_post_without_a_csrf_token_is_refused_alike(settings: Any) -> None:
    cookie = logged_in()
    with without_us(settings):
        without = ask("/reads-user/", cookie, "post")
    assert without.status == 403
    assert ask("/reads-user/", cookie, "post")._replace(queries=[]) == without


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", ["/reads-user/", "/async/reads-user/"])
async def test_under_asgi(settings: Any, address: str) -> None:
    cookie = await sync_to_async(logged_in)()

    async def ask_async() -> Any:
        client = AsyncClient()
        client.cookies["sessionid"] = cookie
        return await client.get(address)

    with without_us(settings):
        without = await ask_async()
    with_us = await ask_async()
    assert (with_us.content, without.content) == (b"barbara", b"barbara")
    assert (without.headers["Vary"], with_us.headers["Vary"]) == ("Cookie", "Authorization, Cookie")


def test_entras_session_varies_on_cookies_although_the_view_reads_nothing(
    authority: ScriptedAuthority, settings: Any, client: Client
) -> None:
    """Its answer may be a refusal, which is the person's own."""
    settings.ROOT_URLCONF = "project_urls"
    sign_in(client, authority)
    settings.ROOT_URLCONF = __name__
    assert client.get("/plain/").headers["Vary"] == "Authorization, Cookie"
    EntraSession.objects.all().delete()
    assert "Cookie" in client.get("/plain/").headers["Vary"]


def test_two_people_never_get_each_others_page(authority: ScriptedAuthority, settings: Any, locmem_cache: None) -> None:
    """Django's cache of whole pages stands outside; people, sessions and tokens take turns."""
    settings.MIDDLEWARE = [
        "django.middleware.cache.UpdateCacheMiddleware",
        *settings.MIDDLEWARE,
        "django.middleware.cache.FetchFromCacheMiddleware",
    ]
    settings.ROOT_URLCONF = "project_urls"
    ada, barbara, nobody = Client(), Client(), Client()
    sign_in(ada, authority)
    barbara.cookies["sessionid"] = logged_in()
    settings.ROOT_URLCONF = __name__
    grace = bearer(authority, oid="94ace000-0000-4000-8000-000000000005", preferred_username="grace@contoso.example")
    for _ in range(2):
        assert ada.get("/reads-user/").content == b"ada@contoso.example"
        assert barbara.get("/reads-user/").content == b"barbara"
        assert nobody.get("/reads-user/").content == b""
        assert nobody.get("/reads-user/", headers=grace).content == b"grace@contoso.example"
    EntraSession.objects.all().delete()
    ended = ada.get("/reads-user/")
    assert (ended.content, ended.cookies["sessionid"].value) == (b"", ""), "not even her own page of before"


@pytest.fixture
def locmem_cache(settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": __name__}}
