"""Guarded views of every form: who is let in, and what a person and a program get who are not."""

from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient, Client
from guarded_urls import FORMS, GUARDS, MIXINS
from scripted import ScriptedAuthority
from sign_ins import bearer, start_entra_session, start_session

pytestmark = pytest.mark.django_db

PLACES = [f"/{form}/{name}/" for form in FORMS for name in GUARDS] + [
    f"/{form}/{name}/" for form in ("mixin", "amixin") for name in MIXINS
]
GOOD: dict[str, Any] = {"scp": "access_as_user log.read", "roles": ["Admin"]}
POOR: dict[str, Any] = {"scp": "access_as_user", "roles": ["Reader"]}
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8", "sec-fetch-mode": "navigate"}
PROGRAM = {"accept": "application/json"}
MISSING = {"scope": ("scope_missing", "scope log.read"), "app-role": ("app_role_missing", "app role Writer or Admin")}


@pytest.fixture(autouse=True)
def urls(settings: Any) -> None:
    settings.ROOT_URLCONF = "guarded_urls"


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def lacking(place: str) -> tuple[str, str] | None:
    return MISSING.get(place.strip("/").partition("/")[2])


def test_a_token_and_a_session_are_let_in(authority: ScriptedAuthority, client: Client, place: str) -> None:
    assert client.get(place, headers=bearer(authority, **GOOD)).content == b"let in"
    start_entra_session(client, authority, **GOOD)
    assert client.get(place, headers=BROWSER).content == b"let in"


def test_without_a_user_a_person_gets_the_login_page(authority: ScriptedAuthority, client: Client, place: str) -> None:
    response = client.get(f"{place}?page=2", headers=BROWSER)
    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={place}%3Fpage%3D2")


def test_without_a_user_a_program_gets_401(authority: ScriptedAuthority, client: Client, place: str) -> None:
    response = client.get(place, headers=PROGRAM)
    assert (response.status_code, response.json()["reason"]) == (401, "not_signed_in")
    assert response["WWW-Authenticate"] == 'Bearer realm="entrance"'


def test_what_a_token_lacks(authority: ScriptedAuthority, client: Client, place: str) -> None:
    response = client.get(place, headers=bearer(authority, **POOR))
    missing = lacking(place)
    if missing is None:
        assert response.content == b"let in"
        return
    assert (response.status_code, response.json()["reason"]) == (403, missing[0])
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["title"].startswith("This token lacks a required ")


@pytest.mark.parametrize("door", ["token", "session", "login"])
def test_what_is_missing_is_said_on_a_page(authority: ScriptedAuthority, client: Client, place: str, door: str) -> None:
    headers = BROWSER
    if door == "token":
        headers = BROWSER | bearer(authority, **POOR)
    elif door == "session":
        start_entra_session(client, authority, **POOR)
    else:
        start_session(client)
    response = client.get(place, headers=headers)
    missing = lacking(place)
    if missing is None:
        assert response.content == b"let in"
        return
    page = response.content.decode()
    assert response.status_code == 403
    assert response["Content-Type"].startswith("text/html")
    assert f"<strong>This {door} " in page
    assert missing[1] in page
    assert (response["Cache-Control"], response["X-Frame-Options"]) == ("no-store", "DENY")
    assert client.get(place, headers=headers | PROGRAM | {"sec-fetch-mode": "cors"}).json()["reason"] == missing[0]


@pytest.mark.parametrize(
    ("name", "door", "button"),
    [
        ("app-role", "login", "Sign in with Microsoft"),
        ("scope", "login", "Sign in with Microsoft"),
        ("app-role", "session", "Sign in with Microsoft again"),
        ("scope", "session", ""),
        ("app-role", "token", ""),
    ],
)
def test_the_page_has_the_button_where_a_sign_in_helps(
    authority: ScriptedAuthority, client: Client, settings: Any, name: str, door: str, button: str
) -> None:
    headers = BROWSER | (bearer(authority, **POOR) if door == "token" else {})
    if door != "token":
        start_session(client) if door == "login" else start_entra_session(client, authority, **POOR)
    place = f"/view/{name}/?page=2"
    assert "<svg" not in client.get(place, headers=headers).content.decode(), "there is no credential"
    settings.ENTRANCE = settings.ENTRANCE | {"CLIENT_SECRET": "entra-local-not-a-secret"}
    page = client.get(place, headers=headers).content.decode()
    assert page.count("<svg") == bool(button)
    if button:
        assert f"</svg>{button}</button>" in page
        assert f'name="next" value="{place}"' in page
        assert 'name="prompt"' not in page


@pytest.mark.django_db(transaction=True)
async def test_under_asgi(authority: ScriptedAuthority, async_client: AsyncClient, place: str) -> None:
    """No session and no database is read in the event loop: Django would raise SynchronousOnlyOperation."""
    response: Any = await async_client.get(place, headers=BROWSER)
    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={place}")
    response = await async_client.get(place, headers=bearer(authority, **GOOD))
    assert response.content == b"let in"
    await sync_to_async(start_session)(async_client)
    response = await async_client.get(place, headers=PROGRAM)
    assert response.status_code == (200 if lacking(place) is None else 403)
    await sync_to_async(start_entra_session)(async_client, authority, **GOOD)
    response = await async_client.get(place, headers=BROWSER)
    assert response.content == b"let in"
    async_client.cookies.clear()
    await sync_to_async(start_entra_session)(async_client, authority, **POOR)
    response = await async_client.get(place, headers=BROWSER)
    assert response.status_code == (200 if lacking(place) is None else 403)


def test_a_visit_without_a_user_is_no_refusal(
    authority: ScriptedAuthority, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "django_entrance")
    client.get("/view/scope/", headers=BROWSER)
    assert not [record for record in caplog.records if record.name == "django_entrance"]
    client.get("/view/scope/", headers=PROGRAM)
    assert "not_signed_in" in caplog.text
    start_session(client)
    client.get("/view/scope/", headers=BROWSER)
    assert "scope_missing" in caplog.text
