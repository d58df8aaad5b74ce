"""Runs the page about calls to other APIs as a project of its own, against a running entra-double."""

from pathlib import Path

from sampling import HOWTO, run_pytest, samples, write_project, write_sample

PAGE = HOWTO / "call-other-apis.md"

TESTS = """\
import json
from types import SimpleNamespace

import pytest
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from django.test import RequestFactory
from django_entrance.contrib.channels import EntranceMiddleware

SESSION = "/entrance/session/"


def bearer(entra, **claims):
    return {"authorization": f"Bearer {entra.token('ada', **claims)}"}


@pytest.mark.parametrize("path", ["/profile/", "/async/profile/"])
def test_a_bearer_is_exchanged(client, entra_server, path):
    assert client.get(path, headers=bearer(entra_server)).json()["name"] == "Ada Lovelace"


def test_a_session_goes_on(client, entra_server):
    client.post(SESSION, headers=bearer(entra_server))
    assert client.get("/profile/").json() == {"name": "Ada Lovelace", "address": "ada@contoso.example"}


def test_page_sign_in_works_too(ada):
    ada.sign_in()
    assert ada.client.get("/profile/").json()["name"] == "Ada Lovelace"


def test_an_api_that_the_directory_lacks_is_our_own_fault(client, entra_server):
    answer = client.get("/other/", headers=bearer(entra_server))
    assert (answer.status_code, answer.json()["reason"]) == (503, "on_behalf_of_misconfigured")


def test_a_password_user_has_no_token(client, django_user_model):
    barbara = django_user_model.objects.create(username="barbara")
    client.force_login(barbara, "django.contrib.auth.backends.ModelBackend")
    answer = client.get("/profile/")
    assert (answer.status_code, answer.json()["reason"]) == (403, "token_missing")


def test_one_may_go_on_without(django_user_model):
    import job_title

    request = RequestFactory().get("/")
    request.user = django_user_model(username="barbara")
    assert job_title.job_title(request) is None


@pytest.mark.django_db(transaction=True)
def test_a_resolver_of_a_live_connection_calls_on(entra_server):
    import resolvers

    names = []

    async def application(scope, receive, send):
        names.append(await resolvers.my_name(SimpleNamespace(context={"request": SimpleNamespace(scope=scope)})))
        await send({"type": "websocket.close"})

    async def connect():
        place = {"type": "websocket", "path": "/", "query_string": b"", "headers": [(b"host", b"localhost")]}
        scope = place | {"subprotocols": ["graphql-transport-ws"]}
        socket = ApplicationCommunicator(EntranceMiddleware(application), scope)
        await socket.send_input({"type": "websocket.connect"})
        assert (await socket.receive_output(10))["type"] == "websocket.accept"
        init = {"type": "connection_init", "payload": bearer(entra_server)}
        await socket.send_input({"type": "websocket.receive", "text": json.dumps(init)})
        assert (await socket.receive_output(10))["type"] == "websocket.close"

    async_to_sync(connect)()
    assert names == ["Ada Lovelace"]
"""


def test_the_page(tmp_path: Path) -> None:
    write_project(tmp_path, PAGE)
    [job_title] = [code for code in samples(PAGE, "python") if "def job_title" in code]
    (tmp_path / "job_title.py").write_text(job_title)
    [resolvers] = [code for code in samples(PAGE, "python") if code.startswith("# resolvers.py")]
    write_sample(tmp_path, resolvers)
    (tmp_path / "test_page.py").write_text(TESTS)
    assert "8 passed" in run_pytest(tmp_path, "--ds=settings")
