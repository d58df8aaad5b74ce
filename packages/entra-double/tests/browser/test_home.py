"""What stands beside the service: the home page, health, the files of the pages."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest
from entra_double import Emulator, make_app
from entra_double._world.directory import Directory
from entra_double._world.principals import Group
from entra_double._world.seed import CONTOSO, DAEMON_CLIENT_ID, SITE_CLIENT_ID, seed
from starlette.types import Message

from ..machine import DAEMON, credentials
from ..pages import Page, crowd, home
from ..single_page_app import ADA, API, AUTHORIZE, DISCOVERY, SPA, TENANT, TOKEN
from ..worlds import change, change_entry, change_person

HOSTILE = "\"><script>alert(1)</script>{{ 7 * 7 }}' OR 1=1; --"


async def test_health(http: httpx.AsyncClient, emulator: Emulator) -> None:
    told = (await http.get("/health")).json()
    assert told == {"status": "ok", "version": "0.1.0", "instance": emulator.instance_id, "time": emulator.now()}


async def test_there_is_no_icon_to_complain_about(http: httpx.AsyncClient) -> None:
    assert (await http.get("/favicon.ico")).status_code == 204


async def test_the_home_page_shows_the_world(http: httpx.AsyncClient) -> None:
    text = (await home(http)).text
    for expected in (
        "a local stand-in, not Microsoft",
        "Contoso",
        "Fabrikam",
        "mallory@contoso.example",
        "not assigned",
        "Logbook web",
        "Editors",
        "entra-local-not-a-secret-daemon",
        f"http://localhost:8400/{TENANT}/v2.0",
    ):
        assert expected in text


async def test_an_application_may_not_be_in_its_tenant_yet(http: httpx.AsyncClient, emulator: Emulator) -> None:
    """Microsoft Graph registers it so; its service principal is made afterwards."""
    assert "no service principal yet" not in (await home(http)).text
    change(emulator, DAEMON, has_service_principal=False)
    assert "no service principal yet" in (await home(http)).text


async def test_the_home_page_is_sound(http: httpx.AsyncClient) -> None:
    await credentials(http, client_secret="wrong")
    page = await home(http)
    assert len(page.ids) == len(set(page.ids))
    assert set(page.refers) <= set(page.ids)
    assert page.scripts == [{"src": "/_pages/home.js", "defer": None}]
    assert page.handlers == []


@pytest.mark.parametrize("kind", ["person", "tenant", "group", "application", "secret", "search", "path"])
async def test_names_are_text_wherever_they_come_from(http: httpx.AsyncClient, emulator: Emulator, kind: str) -> None:
    query = {}
    match kind:
        case "person":
            change_person(emulator, ADA, name=HOSTILE, given_name=HOSTILE, username=HOSTILE)
        case "tenant":
            emulator.directory = emulator.directory.put(replace(CONTOSO, name=HOSTILE, domain=HOSTILE))
        case "group":
            group = Group(object_id=SPA, tenant_id=CONTOSO.id, name=HOSTILE, members=frozenset({ADA}))
            emulator.directory = emulator.directory.put(group)
        case "application":
            change(emulator, SPA, name=HOSTILE, app_id_uris=(HOSTILE,))
        case "secret":
            secret = next(a for a in emulator.directory.applications if a.client_id == DAEMON).secrets[0]
            change(emulator, DAEMON, secrets=(replace(secret, value=HOSTILE),))
            query = {"app": DAEMON}
        case "search":
            query = {"q": HOSTILE}
        case _:
            await http.get(AUTHORIZE, params={"client_id": SPA, "redirect_uri": HOSTILE})
            await http.get(f"/{TENANT}/<script>alert(1)</script>")
    page = await home(http, **query)
    assert len(page.scripts) == 1
    shown = "<script>alert(1)</script>" in page.text and "{{ 7 * 7 }}" in page.text
    assert shown or kind in ("search", "path")


# People


async def test_people_are_found_by_any_of_their_names(http: httpx.AsyncClient) -> None:
    for text in ("hopper", "GRACE@contoso", "96ace000"):
        page = await home(http, q=text)
        assert "Grace Hopper" in page.text
        assert "Alan Turing" not in page.text
        assert "Show all people" in page.text
    assert "No name contains “nobody”" in (await home(http, q="nobody")).text


async def test_of_many_people_fifty_are_shown(http: httpx.AsyncClient, emulator: Emulator) -> None:
    emulator.directory = crowd(60)
    page = await home(http)
    assert "The first 50 of 65" in page.text
    assert page.text.count("@contoso.example") < 60
    assert "p59@contoso.example" in (await home(http, q="p59@")).text


async def test_what_is_off_is_marked(http: httpx.AsyncClient, emulator: Emulator) -> None:
    assert "Disabled" not in (await home(http)).text
    change_person(emulator, ADA, enabled=False)
    change_entry(emulator, SPA, enabled=False)
    text = (await home(http)).text
    assert "Disabled" in text
    assert "disabled" in text


async def test_an_empty_directory_says_how_to_fill_it(http: httpx.AsyncClient, emulator: Emulator) -> None:
    emulator.directory = Directory(tenants=(CONTOSO,))
    text = (await home(http)).text
    assert "[[tenants.applications]]" in text
    assert "[[tenants.people]]" in text


# Settings


async def test_the_settings_are_those_of_the_application_that_was_chosen(http: httpx.AsyncClient) -> None:
    assert '"5ba00000-0000-4000-a000-000000000003"' in (await home(http)).text
    chosen = (await home(http, app=SITE_CLIENT_ID)).text
    assert "entra-local-not-a-secret-site" in chosen
    assert "ConfidentialClientApplication" in chosen
    assert "5ba00000-0000-4000-a000-000000000003" in (await home(http, app="nobody's")).text


async def test_without_redirect_uris_the_first_application_is_chosen(
    http: httpx.AsyncClient, emulator: Emulator
) -> None:
    daemon = next(a for a in seed().applications if a.client_id == DAEMON_CLIENT_ID)
    emulator.directory = Directory(tenants=(CONTOSO,), applications=(daemon,), people=seed().people[:1])
    assert "acquire_token_for_client" in (await home(http)).text


# Files and headers


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("style.css", "text/css"),
        ("home.css", "text/css"),
        ("home.js", "javascript"),
        ("form-post.js", "javascript"),
    ],
)
async def test_pages_have_their_files(http: httpx.AsyncClient, path: str, kind: str) -> None:
    response = await http.get(f"/_pages/{path}")
    assert response.status_code == 200
    assert kind in response.headers["content-type"]


@pytest.mark.parametrize(("asked", "shown"), [(None, "1.0"), (1, "1.0"), (2, "2.0")])
async def test_the_version_of_access_tokens_is_shown(
    http: httpx.AsyncClient, emulator: Emulator, asked: int | None, shown: str
) -> None:
    change(emulator, API, access_token_version=asked)
    text = (await http.get("/")).text
    assert f"<dt>Access tokens</dt><dd>version {shown}</dd>" in text


@pytest.mark.parametrize("path", ["/_pages/base.html", "/_pages/..%2fpages.py", "/common/kerberos", "/nowhere"])
async def test_what_is_not_here_says_so(http: httpx.AsyncClient, path: str) -> None:
    response = await http.get(path)
    assert response.status_code == 404
    assert response.headers["content-type"].startswith("text/plain")
    assert response.text.startswith("entra-double has nothing here")


@pytest.mark.parametrize("path", ["/device", DISCOVERY, TOKEN, "/_control/requests"])
async def test_an_address_with_a_slash_at_its_end_is_another_one(http: httpx.AsyncClient, path: str) -> None:
    control = {"X-Entra-Double-Control": "1"}
    statuses = [(await http.get(path + end, headers=control)).status_code for end in ("", "/")]
    assert statuses[0] in (200, 400, 401)
    assert statuses[1] == 404


async def test_every_page_has_safe_headers(http: httpx.AsyncClient) -> None:
    for path in ("/", "/error?code=50105", AUTHORIZE):
        headers = (await http.get(path)).headers
        assert headers["x-frame-options"] == "DENY"
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert "form-action" not in headers["content-security-policy"]


async def test_an_error_has_a_page_that_says_what_to_do(http: httpx.AsyncClient) -> None:
    text = Page((await http.get("/error?code=50105")).text).text
    for expected in ("AADSTS50105", "What to do", "An administrator assigns people", "interaction_required"):
        assert expected in text
    for code in ("1", "x", "٣", ""):
        assert (await http.get("/error", params={"code": code})).status_code == 404


async def test_the_app_runs_under_any_asgi_server(emulator: Emulator) -> None:
    received = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])
    sent: list[str] = []

    async def receive() -> Message:
        return next(received)

    async def send(message: Message) -> None:
        sent.append(message["type"])

    await make_app(emulator)({"type": "lifespan"}, receive, send)
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
