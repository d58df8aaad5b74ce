"""A person with a browser: Django's test client at our site, under WSGI or ASGI, and another client at Microsoft."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from django.test import AsyncClient
from entra_double import RunningEntra
from servers import SERVERS, AsgiClient

SIGN_IN, CALLBACK = "/entrance/sign-in/", "/entrance/callback/"
ADA, GRACE, MALLORY = (
    "ada00000-0000-4000-a000-000000000011",
    "96ace000-0000-4000-a000-000000000012",
    "bad00000-0000-4000-a000-000000000015",
)
HOST = {"host": "localhost:8000"}
NAVIGATION = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "accept": "text/html"}


class AtHost(AsyncClient):
    """Sends requests to ``HOST``: Django's client for ASGI adds its own name beside it."""

    def _base_scope(self, **request: Any) -> dict[str, Any]:
        scope: dict[str, Any] = super()._base_scope(**request)  # type: ignore[misc]  # not in the stubs
        sent = [each for each in scope["headers"] if each[0] not in {b"host", b"http-host"}]
        return scope | {"headers": [*sent, (b"host", HOST["host"].encode())]}


def browser(server: str = "wsgi") -> Any:
    return SERVERS[server](headers=HOST) if server == "wsgi" else AsgiClient(AtHost, headers=HOST)


class Person:
    """Our site in ``client``, Microsoft's in ``http``; each keeps its cookies."""

    def __init__(self, entra: RunningEntra, object_id: str = ADA, *, client: Any = None) -> None:
        self.entra, self.object_id = entra, object_id
        self.client = client or browser()
        self.http = requests.Session()
        self.http.trust_env = False

    def begin(self, **sent: str) -> str:
        """Click the button; return where the browser is led."""
        return begin(self.client, **sent)

    def at_microsoft(self, address: str) -> str:
        """Visit Microsoft's pages, choose the person and prove it; return where the browser is led back to."""
        page = self.http.get(address, allow_redirects=False, timeout=10)
        for _ in range(2):
            if page.status_code != 200 or "transaction" not in page.text:
                break
            transaction = page.text.split('name="transaction" value="')[1].split('"')[0]
            path = urlsplit(address).path.split("/")[1]
            form = {"transaction": transaction, "account": self.object_id}
            form |= {"action": "prove"} if "Prove it is you" in page.text else {}
            page = self.http.post(f"{self.entra.base_url}/{path}/sign-in", form, allow_redirects=False, timeout=10)
        assert page.status_code == 302, page.text
        return page.headers["Location"]

    def sign_in(self, **sent: str) -> Any:
        return self.come_back(self.at_microsoft(self.begin(**sent)))

    def come_back(self, address: str) -> Any:
        return come_back(self.client, address)

    def username(self) -> str:
        return username(self.client)


def begin(client: Any, **sent: str) -> str:
    answer = client.post(SIGN_IN, sent)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def come_back(client: Any, address: str) -> Any:
    parts = urlsplit(address)
    assert parts.path == CALLBACK, address
    return client.get(f"{parts.path}?{parts.query}")


def username(client: Any) -> str:
    return str(client.get("/", headers={"accept": "application/json"}).json()["username"])


def query_of(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))


def reason_of(answer: Any) -> str:
    """Return the reason on a page that says why a sign-in failed."""
    text: str = answer.content.decode()
    assert "<dt>Reason</dt><dd>" in text, (answer.status_code, text)
    return text.split("<dt>Reason</dt><dd>")[1].split("<")[0]
