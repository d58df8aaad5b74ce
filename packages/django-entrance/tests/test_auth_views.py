"""Django's own views and guards with a session of Entra's: nothing of them knows that it is one."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django_entrance.models import EntraSession
from scripted import ScriptedAuthority
from servers import SERVERS
from sign_ins import LOGIN_REQUIRED, start_entra_session, start_session, with_middleware

pytestmark = pytest.mark.django_db

ADA = "ada@contoso.example"
NEW = {"old_password": "old-secret", "new_password1": "a-new-Secret-9", "new_password2": "a-new-Secret-9"}
ENGINES = ["db", "cache", "cached_db", "signed_cookies"]


@pytest.fixture(autouse=True)
def urls(authority: ScriptedAuthority, settings: Any) -> None:
    settings.ROOT_URLCONF = "door_urls"
    settings.ENTRANCE = settings.ENTRANCE | {"KEEP_EVENTS": 0}


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, settings: Any) -> str:
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{request.param}"
    return str(request.param)


@pytest.fixture(params=SERVERS)
def client(request: pytest.FixtureRequest, engine: str) -> Any:
    return SERVERS[request.param]()


@pytest.mark.parametrize("place", ["/closed/", "/aclosed/"])
def test_login_required(authority: ScriptedAuthority, client: Any, place: str) -> None:
    response = client.get(place)
    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={place}")
    start_entra_session(client, authority)
    assert client.get(place).json() == {"user": ADA, "door": "session"}


@pytest.mark.parametrize("place", ["/view/", "/aview/", "/class/", "/aclass/"])
def test_login_required_middleware(authority: ScriptedAuthority, settings: Any, client: Any, place: str) -> None:
    with_middleware(settings, LOGIN_REQUIRED)
    assert client.get(place)["Location"] == f"/accounts/login/?next={place}"
    start_entra_session(client, authority)
    assert client.get(place).json() == {"user": ADA, "door": "session"}


def test_login_view(authority: ScriptedAuthority, client: Any) -> None:
    """A person with a session of Entra's may log in as another user there; that ends it."""
    User.objects.create_user("barbara", password="old-secret")
    start_entra_session(client, authority)
    answer = client.post("/login/", {"username": "barbara", "password": "old-secret", "next": "/view/"})
    assert (answer.status_code, answer["Location"]) == (302, "/view/")
    assert client.get("/view/").json() == {"user": "barbara", "door": None}


def test_logout_view(authority: ScriptedAuthority, client: Any) -> None:
    start_entra_session(client, authority)
    assert EntraSession.objects.count() == 1
    kept = client.cookies["sessionid"].value
    assert client.post("/logout/").status_code == 302
    assert client.get("/view/").json() == {"user": "", "door": None}
    assert not EntraSession.objects.exists()
    client.cookies["sessionid"] = kept
    assert client.get("/view/").json() == {"user": "", "door": None}, "a copy of the cookie is over, too"


def test_password_change_view(authority: ScriptedAuthority, client: Any) -> None:
    """The password of a connected user is changed; this session lives on, and the others end."""
    start_entra_session(client, authority)
    other = type(client)()
    start_entra_session(other, authority)
    user = User.objects.get(username=ADA)
    user.set_password("old-secret")
    user.save()
    start_entra_session(client, authority)
    start_entra_session(other, authority)
    answer = client.post("/password/", NEW)
    assert (answer.status_code, answer["Location"]) == (302, "/view/")
    assert client.get("/view/").json() == {"user": ADA, "door": "session"}
    assert other.get("/view/").json() == {"user": "", "door": None}
    assert client.get("/aview/").json() == {"user": ADA, "door": "session"}


def test_a_person_without_a_password_cannot_change_it(authority: ScriptedAuthority, client: Any) -> None:
    start_entra_session(client, authority)
    response = client.post("/password/", NEW)
    assert response.status_code == 200, "the form again"
    assert not User.objects.get().has_usable_password()
    assert client.get("/view/").json()["user"] == ADA


def test_control_a_password_login(client: Any) -> None:
    start_session(client)
    assert client.get("/aclosed/").json() == {"user": "barbara", "door": None}
