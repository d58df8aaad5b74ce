"""``user``, ``auser()`` and ``entra`` agree, whatever changes the request later."""

import copy
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection, models
from django.test import AsyncClient, Client, RequestFactory
from django.test.utils import CaptureQueriesContext, isolate_apps
from django.utils.functional import SimpleLazyObject
from django_entrance.bearer.authentication import authenticate_bearer
from django_entrance.identified_request import IdentifiedRequest, attach_user, is_same_user
from scripted import ScriptedAuthority
from sign_ins import ENTRA, bearer, start_session, with_middleware

pytestmark = pytest.mark.django_db

ADA = "ada@contoso.example"
ALL_ADA = {"user": ADA, "auser": ADA, "entra": ADA}
ALL_BARBARA = {"user": "barbara", "auser": "barbara", "entra": None}
ANONYMOUS = {"user": "", "auser": "", "entra": None}


@pytest.fixture(autouse=True)
def permission_urls(settings: Any) -> None:
    settings.ROOT_URLCONF = "permission_urls"
    User.objects.create_user("barbara")


@pytest.mark.parametrize(
    ("change", "then"),
    [
        ("signs_out", ANONYMOUS),
        ("signs_in_barbara", ALL_BARBARA),
        ("acts_as_barbara", ALL_BARBARA),
        ("acts_as_barbara_later", ALL_BARBARA),
        ("signs_out_async", ANONYMOUS),
        ("signs_in_barbara_async", ALL_BARBARA),
        ("signs_in_the_same", ALL_ADA),
        ("wraps_the_user", ALL_ADA),
        ("drops_entra", {**ALL_ADA, "entra": None}),
    ],
)
def test_who_calls_is_what_user_is_now(
    authority: ScriptedAuthority, client: Client, change: str, then: dict[str, Any]
) -> None:
    assert client.get("/whoami/", headers=bearer(authority)).json() == ALL_ADA
    assert client.get(f"/{change}/", headers=bearer(authority)).json() == then


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("change", "then"), [("signs_out_async", ANONYMOUS), ("signs_in_barbara_async", ALL_BARBARA)])
async def test_under_asgi(
    authority: ScriptedAuthority, async_client: AsyncClient, change: str, then: dict[str, Any]
) -> None:
    assert (await async_client.get("/whoami/", headers=bearer(authority))).json() == ALL_ADA
    assert (await async_client.get(f"/{change}/", headers=bearer(authority))).json() == then


@pytest.mark.django_db(transaction=True)
async def test_auser_reads_in_a_thread_what_is_not_read_yet(
    authority: ScriptedAuthority, async_client: AsyncClient, settings: Any
) -> None:
    with_middleware(settings, "project_middleware.act_as_barbara_later")
    headers = bearer(authority) | {"x-act-as": "barbara"}
    assert (await async_client.get("/whoami/", headers=headers)).json() == ALL_BARBARA


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("acts_as_another", [True, False])
async def test_an_async_view_may_ask_for_the_identity_alone(
    authority: ScriptedAuthority, async_client: AsyncClient, settings: Any, acts_as_another: bool
) -> None:
    """Middlewares such as django-otp leave a lazy user, which cannot be loaded in an event loop."""
    if acts_as_another:
        with_middleware(settings, "project_middleware.act_as_barbara_later")
    headers = bearer(authority) | {"x-act-as": "barbara"}
    told = (await async_client.get("/entra-alone/", headers=headers)).json()
    assert told == {"entra": None if acts_as_another else ADA}


def test_an_async_view_finds_the_user_of_a_session_loaded(client: Client) -> None:
    """``/whoami/`` reads ``request.user`` in the event loop; one query serves it and ``auser()``."""
    start_session(client)
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/whoami/").json() == ALL_BARBARA
    assert ["auth_user" in query["sql"] for query in queries] == [False, True]
    assert client.get("/signs_out_async/").json() == ANONYMOUS


@pytest.mark.django_db(transaction=True)
async def test_an_async_view_without_a_user_varies_by_no_cookie(
    authority: ScriptedAuthority, async_client: AsyncClient
) -> None:
    session = SessionStore()
    await session.aset("basket", 3)
    await session.asave()
    for cookie in (None, session.session_key):
        if cookie:
            async_client.cookies["sessionid"] = cookie
        response = await async_client.get("/entra-alone/")
        assert (response.json(), response["Vary"]) == ({"entra": None}, "Authorization")
    response = await async_client.get("/whoami/")
    assert (response.json(), response["Vary"]) == (ANONYMOUS, "Authorization, Cookie"), "control: it reads the user"


@pytest.mark.django_db(transaction=True)
async def test_an_async_view_finds_the_user_of_another_middleware_loaded(
    authority: ScriptedAuthority, async_client: AsyncClient, settings: Any
) -> None:
    with_middleware(settings, "project_middleware.act_as_barbara_later")
    assert (await async_client.get("/whoami/", headers={"x-act-as": "barbara"})).json() == ALL_BARBARA


def test_a_login_of_the_web_server_signs_the_bearer_out_of_everything(
    authority: ScriptedAuthority, client: Client, settings: Any
) -> None:
    """A RemoteUserMiddleware after EntraMiddleware signs out the bearer token's user; W003 reports it."""
    remote = "django.contrib.auth.middleware.RemoteUserMiddleware"
    with_middleware(settings, remote)
    assert client.get("/whoami/", headers=bearer(authority)).json() == ANONYMOUS
    settings.MIDDLEWARE = [path for path in settings.MIDDLEWARE if path != remote]
    place = settings.MIDDLEWARE.index(ENTRA)
    settings.MIDDLEWARE = [*settings.MIDDLEWARE[:place], remote, *settings.MIDDLEWARE[place:]]
    assert Client().get("/whoami/", headers=bearer(authority)).json() == ALL_ADA


def test_who_acts_as_another_needs_a_csrf_token_again(
    authority: ScriptedAuthority, strict_client: Client, settings: Any
) -> None:
    with_middleware(settings, "project_middleware.act_as_barbara")
    assert strict_client.post("/wraps_the_user/", headers=bearer(authority)).json() == ALL_ADA
    assert (
        strict_client.post("/wraps_the_user/", headers=bearer(authority) | {"x-act-as": "barbara"}).status_code == 403
    )


def test_a_client_that_asks_for_no_csrf_token_goes_on_doing_so(
    authority: ScriptedAuthority, client: Client, settings: Any
) -> None:
    with_middleware(settings, "project_middleware.act_as_barbara")
    headers = bearer(authority) | {"x-act-as": "barbara"}
    assert client.post("/wraps_the_user/", headers=headers).json()["user"] == "barbara"


def test_a_request_stays_what_it_was(authority: ScriptedAuthority, rf: RequestFactory) -> None:
    request = rf.get("/", headers=bearer(authority))
    request.user = AnonymousUser()
    entry = authenticate_bearer(request)
    assert entry is not None
    attach_user(request, entry.user, entry.identity)
    assert isinstance(request, WSGIRequest)
    assert isinstance(request, IdentifiedRequest)
    assert repr(request) == "<WSGIRequest: GET '/'>"
    assert getattr(request, "entra", None) is entry.identity
    kind, twin = type(request), copy.copy(request)
    assert twin.entra is entry.identity
    attach_user(request, User.objects.get(username="barbara"), entry.identity)
    assert type(request) is kind
    assert (request.user.username, request.entra) == ("barbara", entry.identity)
    request._dont_enforce_csrf_checks = False
    assert request._dont_enforce_csrf_checks is True


@isolate_apps("django.contrib.auth", "django.contrib.contenttypes")
def test_an_object_of_a_child_model_is_the_same_user() -> None:
    """django-model-utils and django-polymorphic return such objects; the child may have its own primary key."""

    class Employee(User):
        class Meta:
            app_label = "auth"

    class Numbered(User):
        number = models.IntegerField(primary_key=True)
        parent = models.OneToOneField(User, models.CASCADE, parent_link=True)

        class Meta:
            app_label = "auth"

    ada = User(id=5)
    for same in (Employee(id=5, user_ptr_id=5), Numbered(id=5, number=9), SimpleLazyObject(lambda: Employee(id=5))):
        assert is_same_user(same, ada)
        assert is_same_user(ada, same)
    for other in (Employee(id=6, user_ptr_id=6), Numbered(id=6, number=5), Permission(id=5), AnonymousUser(), object()):
        assert not is_same_user(other, ada)
    assert not is_same_user(Employee(), User()), "no key is no person"
