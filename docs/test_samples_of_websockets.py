"""Runs the site of the page about WebSockets, against entra-double."""

from pathlib import Path

from sampling import HOWTO, NEW_PROJECT, run_pytest, samples, write_sample

SETTINGS = """\
# settings.py
DEBUG = True
ALLOWED_HOSTS = ["testserver"]
ROOT_URLCONF = "urls"
INSTALLED_APPS += ["django_entrance"]
MIDDLEWARE += ["django_entrance.middleware.EntraMiddleware"]
AUTHENTICATION_BACKENDS = ["django_entrance.backends.EntraBackend", "django.contrib.auth.backends.ModelBackend"]
ENTRANCE = {
    "TENANT_ID": "c0470500-0000-4000-a000-000000000001",
    "CLIENT_ID": "a9100000-0000-4000-a000-000000000002",
}
"""

LIVE = """\
import time

import pytest
from asgi import application
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import User
from django.test import Client

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]
GRAPHQL = "graphql-transport-ws"


@pytest.fixture(autouse=True)
def at_entra_double(entra_server, settings):
    settings.DEBUG = True  # http is for localhost, and for debugging
    settings.ENTRANCE = {**settings.ENTRANCE, "AUTHORITY_HOST": entra_server.base_url}


async def told(socket):
    message = await socket.receive_output(timeout=10)
    return (message["code"], message["reason"]) if message["type"] == "websocket.close" else message["text"]


async def greeted(authorization):
    socket = WebsocketCommunicator(application, "/graphql/", subprotocols=[GRAPHQL])
    assert await socket.connect() == (True, GRAPHQL)
    await socket.send_json_to({"type": "connection_init", "payload": {"Authorization": authorization}})
    answer = await told(socket)
    if isinstance(answer, tuple):
        return answer
    await socket.send_json_to({"id": "1", "type": "subscribe", "payload": {"query": "subscription { greetings }"}})
    answer = await told(socket)
    await socket.disconnect()
    return answer


async def test_a_token(entra_token):
    assert "Hello, ada" in await greeted("Bearer " + entra_token("ada"))


async def test_an_expired_token(entra_token):
    assert await greeted("Bearer " + entra_token("ada", exp=int(time.time()) - 100)) == (4401, "token_expired")


async def test_nobody():
    assert '"reason": "not_signed_in"' in (await greeted("Basic eA==")).replace('":"', '": "')


async def test_a_session():
    client, barbara = Client(), await User.objects.acreate(username="barbara")
    await sync_to_async(client.force_login)(barbara, "django.contrib.auth.backends.ModelBackend")
    cookie = f"sessionid={client.cookies['sessionid'].value}".encode()
    headers = [(b"host", b"testserver"), (b"origin", b"http://testserver"), (b"cookie", cookie)]
    socket = WebsocketCommunicator(application, "/greeter/", headers=headers)
    assert await socket.connect() == (True, None)
    await socket.send_json_to("who?")
    assert await socket.receive_json_from() == {"user": "barbara", "roles": []}
    await socket.disconnect()
"""


def test_the_site_of_the_page(tmp_path: Path) -> None:
    [site] = samples(HOWTO / "websockets.md", "python")
    write_sample(tmp_path, SETTINGS, before=NEW_PROJECT)
    write_sample(tmp_path, site)
    (tmp_path / "urls.py").write_text("urlpatterns = []\n")
    (tmp_path / "test_live.py").write_text(LIVE)
    assert "4 passed" in run_pytest(tmp_path, "--ds=settings")
