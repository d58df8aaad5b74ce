"""Public views answer every caller, even with a refused token."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import AsyncClient, Client
from scripted import STRANGER, ScriptedAuthority
from sign_ins import LOGIN_REQUIRED, bearer, expired, with_middleware

pytestmark = pytest.mark.django_db


PUBLIC = ["/entrance/config.json", "/entrance/redirect/"]


@pytest.fixture(autouse=True)
def login_required(settings: Any) -> None:
    settings.ROOT_URLCONF = "permission_urls"
    with_middleware(settings, LOGIN_REQUIRED)


@pytest.fixture(params=["/signed-in/", "/whoami/"], ids=["sync", "async"])
def address(request: pytest.FixtureRequest) -> str:
    return str(request.param)


BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"}


@pytest.mark.parametrize("address", PUBLIC)
def test_the_public_views_answer_every_caller(authority: ScriptedAuthority, client: Client, address: str) -> None:
    bodies = {client.get(address, headers=headers).content for headers in ({}, BROWSER, bearer(authority))}
    assert len(bodies) == 1
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", PUBLIC)
def test_the_public_views_answer_beside_a_token_that_is_refused(
    authority: ScriptedAuthority, client: Client, settings: Any, address: str
) -> None:
    client.get("/whoami/", headers=bearer(authority))
    User.objects.update(is_active=False)
    refused = [
        expired(authority),
        bearer(authority, key=STRANGER),
        bearer(authority),
        {"authorization": "Bearer one,two"},
    ]
    for headers in refused:
        assert client.get("/public/", headers=headers).status_code in {400, 401, 403}, "control: others refuse it"
        assert client.get("/no-such-address/", headers=headers).status_code in {400, 401, 403}
        assert client.get(address, headers=headers).status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", PUBLIC)
async def test_the_public_views_answer_under_asgi(
    authority: ScriptedAuthority, async_client: AsyncClient, address: str
) -> None:
    assert (await async_client.get(address, headers=expired(authority))).status_code == 200
    assert (await async_client.get("/public/", headers=expired(authority))).status_code == 401


def test_a_view_that_copies_a_public_one_refuses_a_bad_token(authority: ScriptedAuthority, client: Client) -> None:
    assert client.get("/looks-public/", headers=expired(authority)).status_code == 401
    assert client.get("/looks-public/", headers=bearer(authority)).content == b"its own"


def test_who_looks_for_a_token_next_finds_none(authority: ScriptedAuthority, client: Client, settings: Any) -> None:
    """Another middleware may refuse every bearer token that is not its own."""
    with_middleware(settings, "project_middleware.refuse_other_bearers")
    settings.MIDDLEWARE = ["project_middleware.read_headers", *settings.MIDDLEWARE]
    assert client.get("/entrance/config.json", headers=expired(authority)).status_code == 200
    assert client.get("/entrance/config.json", headers={"authorization": "Bearer opaque"}).status_code == 418
    assert client.get("/entrance/config.json", headers=bearer(authority)).status_code == 200
