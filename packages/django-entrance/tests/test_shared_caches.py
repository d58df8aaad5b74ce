"""Django's cache of whole pages never gives one person's page to another, by session or by token."""

from typing import Any

import pytest
from django.core.cache import cache
from scripted import ADA, OTHER_TENANT, ScriptedAuthority
from servers import SERVERS
from sign_ins import ENTRA, bearer, start_entra_session, start_session

pytestmark = pytest.mark.django_db

CACHED = "django.middleware.cache"


@pytest.fixture(autouse=True)
def cached_pages(authority: ScriptedAuthority, settings: Any) -> None:
    settings.ROOT_URLCONF = "door_urls"
    settings.ENTRANCE = settings.ENTRANCE | {"KEEP_EVENTS": 0}
    outer, inner = f"{CACHED}.UpdateCacheMiddleware", f"{CACHED}.FetchFromCacheMiddleware"
    settings.MIDDLEWARE = [outer, *settings.MIDDLEWARE, inner]
    cache.clear()


def people(server: str, authority: ScriptedAuthority) -> list[tuple[str, Any, dict[str, str]]]:
    """Return the user, the client and the headers of each."""
    make = SERVERS[server]
    ada, grace, own = make(), make(), make()
    named = {ADA: "ada@contoso.example", OTHER_TENANT: "grace@contoso.example"}
    claims = {oid: {"oid": oid, "preferred_username": name} for oid, name in named.items()}
    start_entra_session(ada, authority, **claims[ADA])
    start_entra_session(grace, authority, **claims[OTHER_TENANT])
    start_session(own)
    return [
        ("", make(), {}),
        (named[ADA], ada, {}),
        (named[OTHER_TENANT], grace, {}),
        ("barbara", own, {}),
        (named[ADA], make(), bearer(authority, **claims[ADA])),
        (named[OTHER_TENANT], make(), bearer(authority, **claims[OTHER_TENANT])),
        (named[OTHER_TENANT], ada, bearer(authority, **claims[OTHER_TENANT])),
    ]


@pytest.mark.parametrize("place", ["/view/", "/aview/", "/class/", "/aclass/", "/cached/"])
@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("turn", range(7))
def test_each_person_sees_the_own_page(authority: ScriptedAuthority, server: str, place: str, turn: int) -> None:
    """Each of them is the first once."""
    everybody = people(server, authority)
    for _ in range(2):
        for user, client, headers in everybody[turn:] + everybody[:turn]:
            response = client.get(place, headers=headers)
            assert response.json()["user"] == user
            assert {"Authorization", "Cookie"} <= set(response["Vary"].split(", "))


@pytest.mark.parametrize("urls", ["rest_urls", "ninja_urls"])
@pytest.mark.parametrize("turn", range(7))
def test_without_the_middleware_each_person_has_the_own_response_too(
    authority: ScriptedAuthority, settings: Any, urls: str, turn: int
) -> None:
    """The adapters authenticate there, and nothing says that the response varies by the token."""
    everybody = people("wsgi", authority)
    settings.ROOT_URLCONF = urls
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if each != ENTRA]
    place = "/signed-in/" if urls == "rest_urls" else "/own/several-any"
    for _ in range(2):
        for user, client, headers in everybody[turn:] + everybody[:turn]:
            response = client.get(place, headers=headers)
            assert response.status_code == (200 if user else 401)
            assert response.json().get("user", "") == user


def test_control_a_page_is_cached(authority: ScriptedAuthority) -> None:
    _, client, _ = people("wsgi", authority)[1]
    responses = [client.get("/view/") for _ in range(2)]
    assert [response.has_header("Age") or response.has_header("Expires") for response in responses] == [True, True]
    assert responses[0]["Expires"] == responses[1]["Expires"]


@pytest.mark.parametrize("server", SERVERS)
def test_a_refusal_is_not_kept(authority: ScriptedAuthority, server: str) -> None:
    client = SERVERS[server]()
    assert client.get("/view/", headers=bearer(authority, aud="other")).status_code == 401
    assert "no-store" in client.get("/view/", headers=bearer(authority, aud="other"))["Cache-Control"]
    assert client.get("/view/", headers=bearer(authority)).status_code == 200
