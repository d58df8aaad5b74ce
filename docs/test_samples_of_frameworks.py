"""Runs the pages about REST frameworks as projects of their own, against a running entra-double."""

from pathlib import Path

from sampling import HOWTO, run_pytest, write_project

REST = """\
import base64
import json
from typing import NamedTuple

import pytest


class Caller(NamedTuple):
    entra: object
    client: object

    def headers(self, person, **claims):
        return {"authorization": f"Bearer {self.entra.token(person, **claims)}", "accept": "application/json"}


@pytest.fixture
def caller(entra_server, client):
    return Caller(entra_server, client)


def test_a_person_reads(caller):
    answer = caller.client.get(f"{ROOT}/log/", headers=caller.headers("grace"))
    assert answer.json() == {"reader": "grace@contoso.example"}


def test_a_role_is_needed_to_write(caller):
    assert caller.client.put(f"{ROOT}/log/1/", headers=caller.headers("ada")).json() == {
        "written": 1,
        "by": "Ada Lovelace",
    }
    refused = caller.client.put(f"{ROOT}/log/1/", headers=caller.headers("grace", roles=["Reader"]))
    assert (refused.status_code, refused.json()["reason"]) == (403, "app_role_missing")


def test_more_proof_is_needed_to_delete(caller):
    refused = caller.client.post(f"{ROOT}/log/1/deletion/", headers=caller.headers("ada", xms_cc=["cp1"]))
    assert (refused.status_code, refused["Content-Type"]) == (401, "application/problem+json")
    claims = json.loads(base64.b64decode(refused.json()["claims"]))["access_token"]
    context = claims["acrs"]["value"]
    proved = caller.headers("ada", acrs=[context])
    assert caller.client.post(f"{ROOT}/log/1/deletion/", headers=proved).json() == {"deleted": 1}


def test_a_password_user_reads(caller, django_user_model):
    barbara = django_user_model.objects.create(username="barbara")
    caller.client.force_login(barbara, "django.contrib.auth.backends.ModelBackend")
    assert caller.client.get(f"{ROOT}/log/").json() == {"reader": "barbara"}


def test_no_one_is_401(caller):
    refused = caller.client.get(f"{ROOT}/log/", headers={"accept": "application/json"})
    assert (refused.status_code, refused.json()["reason"]) == (401, "not_signed_in")
    assert refused["WWW-Authenticate"] == 'Bearer realm="entrance"'
"""


VIEWSET = """\
def test_a_viewset_asks_by_action(caller):
    reader, writer = caller.headers("alan"), caller.headers("grace")
    assert caller.client.get("/drafts/", headers=reader).json() == []
    assert caller.client.post("/drafts/", headers=reader).json()["reason"] == "app_role_missing"
    assert caller.client.post("/drafts/", headers=writer).json() == {"written by": "Grace Hopper"}
"""


def test_rest_framework(tmp_path: Path) -> None:
    write_project(tmp_path, HOWTO / "django-rest-framework.md")
    (tmp_path / "test_page.py").write_text(f'ROOT = ""\n{REST}\n\n{VIEWSET}')
    assert "6 passed" in run_pytest(tmp_path, "--ds=settings")


def test_ninja(tmp_path: Path) -> None:
    write_project(tmp_path, HOWTO / "django-ninja.md")
    (tmp_path / "test_page.py").write_text(f'ROOT = "/api"\n{REST}')
    assert "5 passed" in run_pytest(tmp_path, "--ds=settings")


SWAGGER = """\
import re


def test_the_page_signs_in_as_the_document_says(entra_server, client, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    script = client.get("/api/docs/").content.decode()
    assert '"clientId": "5ba00000-0000-4000-a000-000000000003"' in script
    assert '"usePkceWithAuthorizationCodeGrant": true' in script
    assert client.get("/api/docs/")["Cross-Origin-Opener-Policy"] == "unsafe-none"
    assert not re.search("(src|href)=.https?:", script), "nothing comes from elsewhere"
    document = client.get("/api/schema/", headers={"accept": "application/json"}).json()
    flow = document["components"]["securitySchemes"]["entra"]["flows"]["authorizationCode"]
    assert flow["authorizationUrl"].startswith(entra_server.base_url)
    [scope] = flow["scopes"]
    assert scope in script
    assert document["paths"]["/api/me/"]["get"]["security"] == [{"entra": [scope]}]


def test_the_page_that_microsoft_leads_back_to(client):
    response = client.get("/api/docs/oauth2-redirect.html?code=x&state=y")
    assert response.status_code == 200
    assert "Cross-Origin-Opener-Policy" not in response


def test_a_person_reads(entra_server, client):
    headers = {"authorization": f"Bearer {entra_server.token('grace')}"}
    assert client.get("/api/me/", headers=headers).json() == {"reader": "grace@contoso.example"}
    assert client.get("/api/me/").status_code == 401
"""


def test_swagger(tmp_path: Path) -> None:
    """The page of Ninja is run in a browser, by ``reference/e2e/test_swagger.py``."""
    write_project(tmp_path, HOWTO / "swagger.md")
    (tmp_path / "test_page.py").write_text(SWAGGER)
    assert "3 passed" in run_pytest(tmp_path, "--ds=settings")
