"""REST framework's browsable API for a person with a session of Entra's: forms, refusals, and what is not shown."""

import logging
from typing import Any

import pytest
from scripted import ScriptedAuthority
from servers import SERVERS
from sign_ins import ENTRA, start_with_token

pytestmark = pytest.mark.django_db

ADA = "ada@contoso.example"
ADMIN = {"scp": "access_as_user log.read", "roles": ["Admin"], "acrs": ["c1"]}


@pytest.fixture(params=["middleware", "no middleware"], autouse=True)
def project(request: pytest.FixtureRequest, authority: ScriptedAuthority, settings: Any) -> None:
    settings.ROOT_URLCONF = "rest_urls"
    settings.ENTRANCE = settings.ENTRANCE | {"KEEP_EVENTS": 0}
    if request.param == "no middleware":
        settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if each != ENTRA]


@pytest.fixture(params=SERVERS)
def client(request: pytest.FixtureRequest) -> Any:
    return SERVERS[request.param](enforce_csrf_checks=True)


def test_the_browsable_api_shows_a_person_what_they_may_do(
    authority: ScriptedAuthority, client: Any, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """660: it asks for each method; what it only asks is no refusal. It shows no token and no claims."""
    start_with_token(client, authority, settings, **ADMIN | {"name": "<b>Ada</b>", "roles": ["Reader"]})
    caplog.set_level(logging.INFO, "django_entrance")
    page = client.get("/signed-in/", headers={"accept": "text/html"})
    assert page["Content-Type"].startswith("text/html")
    text = page.content.decode()
    assert ADA in text
    assert "<b>Ada</b>" not in text
    assert 'name="user"' in text, "the form to send"
    reads_only = client.get("/role-to-write/", headers={"accept": "text/html"})
    assert (reads_only.status_code, 'name="user"' in reads_only.content.decode()) == (200, False)
    refused = client.get("/own-words/", headers={"accept": "text/html"})
    assert "Only on Mondays." in refused.content.decode()
    assert [record for record in caplog.records if record.name == "django_entrance"] == []


def test_a_refused_person_sees_why_in_the_browsable_api(
    authority: ScriptedAuthority, client: Any, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    start_with_token(client, authority, settings, roles=["Reader"])
    caplog.set_level(logging.INFO, "django_entrance")
    response = client.get("/app-role/", headers={"accept": "text/html"})
    assert response.status_code == 403
    assert "This session lacks a required app role" in response.content.decode()
    logged = [record for record in caplog.records if record.name == "django_entrance"]
    assert [record.__dict__["entrance_method"] for record in logged] == ["GET"]
