"""A person with a browser: Django's test client as our site, and a client of its own at entra-double."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from django.test import Client
from entra_double import RunningEntra

SIGN_IN, CALLBACK = "/entrance/sign-in/", "/entrance/callback/"
ADA, GRACE, MALLORY = (
    "ada00000-0000-4000-a000-000000000011",
    "96ace000-0000-4000-a000-000000000012",
    "bad00000-0000-4000-a000-000000000015",
)
LOCAL = "localhost:8000"


class Person:
    """Our site in ``client``, Microsoft's in ``http``; each keeps its cookies."""

    def __init__(self, entra: RunningEntra, object_id: str = ADA, client: Client | None = None) -> None:
        self.entra, self.object_id = entra, object_id
        self.client = client or Client(SERVER_NAME="localhost", SERVER_PORT="8000")
        self.http = requests.Session()
        self.http.trust_env = False

    def begin(self, **sent: str) -> str:
        """Click the button; return where the browser is led."""
        answer = self.client.post(SIGN_IN, sent)
        assert answer.status_code == 302, answer.content.decode()
        return str(answer["Location"])

    def at_microsoft(self, address: str) -> str:
        """Visit Microsoft's page and choose the person; return where the browser is led back to."""
        page = self.http.get(address, allow_redirects=False, timeout=10)
        if page.status_code == 200:
            transaction = page.text.split('name="transaction" value="')[1].split('"')[0]
            path = urlsplit(address).path.split("/")[1]
            form = {"transaction": transaction, "account": self.object_id}
            page = self.http.post(f"{self.entra.base_url}/{path}/sign-in", form, allow_redirects=False, timeout=10)
        assert page.status_code == 302, page.text
        return page.headers["Location"]

    def sign_in(self, **sent: str) -> Any:
        return self.come_back(self.at_microsoft(self.begin(**sent)))

    def come_back(self, address: str) -> Any:
        parts = urlsplit(address)
        assert parts.path == CALLBACK, address
        return self.client.get(f"{parts.path}?{parts.query}")

    def username(self) -> str:
        return str(self.client.get("/", headers={"accept": "application/json"}).json()["username"])


def query_of(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))
