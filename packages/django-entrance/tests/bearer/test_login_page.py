"""Under ``LoginRequiredMiddleware``, people get the login page and programs get 401."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import AsyncClient, Client
from scripted import ScriptedAuthority
from sign_ins import ENTRA, LOGIN_REQUIRED, MODEL_BACKEND, bearer, start_session, with_middleware

pytestmark = pytest.mark.django_db


PUBLIC = ["/entrance/config.json", "/entrance/redirect/"]


BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"}


PROGRAMS: dict[str, dict[str, Any]] = {
    "fetch": {"headers": {"accept": "*/*", "sec-fetch-mode": "cors"}},
    "fetch without accept": {"headers": {"sec-fetch-mode": "same-origin"}},
    "axios": {"headers": {"accept": "application/json, text/plain, */*"}},
    "JSON before HTML": {"headers": {"accept": "text/html;q=0.5, application/json"}},
    "curl": {"headers": {"accept": "*/*"}},
    "nothing accepted": {"headers": {"accept": ""}},
    "XMLHttpRequest": {"headers": {"x-requested-with": "XMLHttpRequest"}},
    "JSON content": {"headers": {"content-type": "application/json"}},
    "JSON of a kind": {"headers": {"content-type": "application/merge-patch+json; charset=utf-8"}},
}


PEOPLE: dict[str, dict[str, Any]] = {
    "a browser": {"headers": BROWSER},
    "navigation": {"headers": {"accept": "*/*", "sec-fetch-mode": "navigate"}},
    "htmx": {"headers": {"accept": "text/html, */*", "sec-fetch-mode": "cors", "x-requested-with": "XMLHttpRequest"}},
    "no word of it": {},
}


@pytest.fixture(autouse=True)
def login_required(settings: Any) -> None:
    settings.ROOT_URLCONF = "permission_urls"
    with_middleware(settings, LOGIN_REQUIRED)


@pytest.fixture(params=["/signed-in/", "/whoami/"], ids=["sync", "async"])
def address(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_without_a_token_gets_401(client: Client, address: str, program: str) -> None:
    response = client.get(address, **PROGRAMS[program])
    assert (response.status_code, response.json()["reason"]) == (401, "not_signed_in")
    assert response["WWW-Authenticate"] == 'Bearer realm="entrance"'
    assert "Location" not in response


def test_to_log_out_is_no_refusal(client: Client) -> None:
    """A view of the project redirects a user that it signs out to the login page."""
    client.force_login(User.objects.create_user("barbara"), backend=MODEL_BACKEND)
    response = client.post("/logs-out/", headers={"accept": "application/json"})
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/")
    response = client.post("/logs-out/", headers={"accept": "application/json"})
    assert response.status_code == 401, "control: the user is signed out"


def test_to_log_out_with_a_token_is_no_refusal(authority: ScriptedAuthority, client: Client) -> None:
    response = client.post("/logs-out/", headers=bearer(authority) | {"accept": "application/json"})
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/")
    assert client.post("/logs-out/", headers={"accept": "application/json"}).status_code == 401, "control: no token"


@pytest.mark.parametrize("order", ["after", "before"])
def test_to_log_out_of_another_login_is_no_refusal(settings: Any, client: Client, order: str) -> None:
    """The login is in a middleware after EntraMiddleware, as with another bearer login."""
    User.objects.create_user("barbara")
    with_middleware(settings, "project_middleware.act_as_barbara")
    if order == "before":
        settings.MIDDLEWARE = [path for path in settings.MIDDLEWARE if path != LOGIN_REQUIRED]
        settings.MIDDLEWARE.insert(settings.MIDDLEWARE.index(ENTRA), LOGIN_REQUIRED)
    headers = {"accept": "application/json"}
    assert client.post("/logs-out/", headers=headers | {"x-act-as": "barbara"}).status_code == 302
    assert client.post("/logs-out/", headers=headers).status_code == 401, "control: no login"


@pytest.mark.parametrize("person", PEOPLE)
def test_a_person_gets_the_page(client: Client, address: str, person: str) -> None:
    response = client.get(address, **PEOPLE[person])
    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={address}")


@pytest.mark.django_db(transaction=True)
async def test_under_asgi(authority: ScriptedAuthority, async_client: AsyncClient, address: str) -> None:
    response = await async_client.get(address, headers=PROGRAMS["fetch"]["headers"])
    assert (response.status_code, response.json()["reason"]) == (401, "not_signed_in")
    response = await async_client.get(address, headers=BROWSER)
    assert response.status_code == 302
    response = await async_client.get(address, headers=bearer(authority) | PROGRAMS["fetch"]["headers"])
    assert response.status_code == 200


def test_a_token_and_a_session_are_let_in(authority: ScriptedAuthority, client: Client, address: str) -> None:
    assert client.get(address, headers=bearer(authority) | BROWSER).status_code == 200
    start_session(client)
    assert client.get(address, **PROGRAMS["fetch"]).status_code == 200


def test_the_order_of_the_two_does_not_matter(settings: Any, client: Client) -> None:
    order = [path for path in settings.MIDDLEWARE if path != LOGIN_REQUIRED]
    order.insert(order.index(ENTRA), LOGIN_REQUIRED)
    settings.MIDDLEWARE = order
    assert client.get("/signed-in/", **PROGRAMS["fetch"]).status_code == 401


def test_a_redirect_of_the_project_is_left_alone(client: Client) -> None:
    assert client.get("/public/", **PROGRAMS["fetch"]).status_code == 200
    assert client.get("/moved/", **PROGRAMS["fetch"])["Location"] == "/accounts/login/?next=/moved/"


def test_a_kind_of_its_own_decides_itself(authority: ScriptedAuthority, settings: Any, client: Client) -> None:
    own = "project_middleware.OwnLoginRequired"
    settings.MIDDLEWARE = [own if path == LOGIN_REQUIRED else path for path in settings.MIDDLEWARE]
    assert client.get("/signed-in/", headers=BROWSER)["Location"] == "/log-in-here/?next=/signed-in/"
    assert client.get("/signed-in/", **PROGRAMS["fetch"]).status_code == 401
    assert client.get("/whoami/", **PROGRAMS["fetch"]).status_code == 200


def test_control_without_it_nothing_is_changed(settings: Any, client: Client) -> None:
    settings.MIDDLEWARE = [path for path in settings.MIDDLEWARE if path != LOGIN_REQUIRED]
    settings.ROOT_URLCONF = "project_urls"
    assert client.get("/closed/", **PROGRAMS["fetch"]).status_code == 302
    with_middleware(settings, "project_middleware.NotUsed")
    assert Client().get("/closed/", **PROGRAMS["fetch"]).status_code == 302


def test_a_redirect_of_another_middleware_is_left_alone(settings: Any, client: Client) -> None:
    with_middleware(settings, "project_middleware.move_away")
    assert client.get("/signed-in/", **PROGRAMS["fetch"])["Location"] == "/accounts/login/"


@pytest.mark.parametrize("login_url", ["/accounts/login/", "a-name-of-another-urlconf"])
def test_a_login_page_of_another_urlconf_is_none_here(settings: Any, client: Client, login_url: str) -> None:
    settings.LOGIN_URL = login_url
    with_middleware(settings, "project_middleware.MoveInView")
    assert client.get("/signed-in/", **PROGRAMS["fetch"])["Location"] == "/thanks/"


def test_another_redirect_of_a_view_is_left_alone(settings: Any, client: Client) -> None:
    own = "project_middleware.OwnLoginRequired"
    settings.MIDDLEWARE = [own if path == LOGIN_REQUIRED else path for path in settings.MIDDLEWARE]
    with_middleware(settings, "project_middleware.MoveInView", after=own)
    assert client.get("/whoami/", **PROGRAMS["fetch"])["Location"] == "/thanks/"
