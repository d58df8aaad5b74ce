"""Runs the recipe with Microsoft's SDK for Graph, in an environment of its own: `nox --session msgraph`."""

from pathlib import Path

from sampling import HOWTO, run_pytest, samples, write_project

PAGE = HOWTO / "call-other-apis.md"

TESTS = """\
from asgiref.sync import async_to_sync
from django.http import JsonResponse
from django.urls import path
import graph_sdk
import pytest
import urls

SESSION = "/entrance/session/"


async def who_am_i(request):
    client = graph_sdk.graph_client(request)
    client.request_adapter.base_url = who_am_i.graph
    me = await client.me.get()
    return JsonResponse({"name": me.display_name})


urls.urlpatterns.append(path("sdk/", who_am_i))


@pytest.fixture(autouse=True)
def graph_is_entra_doubles(entra_server, monkeypatch):
    who_am_i.graph = f"{entra_server.base_url}/v1.0"
    monkeypatch.setattr(graph_sdk, "SCOPES", ["User.Read"])


def bearer(entra, **claims):
    return {"authorization": f"Bearer {entra.token('ada', **claims)}"}


def asked(entra):
    return sum(str(each["path"]).endswith("/token") for each in entra.requests)


def test_the_sdk_calls_for_the_person_and_tokens_are_kept(client, entra_server):
    headers = bearer(entra_server)
    for _ in range(2):
        assert client.get("/sdk/", headers=headers).json() == {"name": "Ada Lovelace"}
    assert asked(entra_server) == 1


def test_a_session_calls_too(client, entra_server):
    client.post(SESSION, headers=bearer(entra_server))
    assert client.get("/sdk/").json() == {"name": "Ada Lovelace"}


def test_a_refusal_travels_through_the_sdk(client, django_user_model):
    barbara = django_user_model.objects.create(username="barbara")
    client.force_login(barbara, "django.contrib.auth.backends.ModelBackend")
    answer = client.get("/sdk/")
    assert (answer.status_code, answer.json()["reason"]) == (403, "token_missing")
"""


def test_the_sdk(tmp_path: Path) -> None:
    write_project(tmp_path, PAGE)
    [recipe] = [code for code in samples(PAGE, "python") if code.startswith("# graph_sdk.py")]
    (tmp_path / "graph_sdk.py").write_text(recipe)
    (tmp_path / "test_page.py").write_text(TESTS)
    assert "3 passed" in run_pytest(tmp_path, "--ds=settings")
