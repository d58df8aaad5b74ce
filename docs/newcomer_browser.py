"""Grace in a browser, over HTTP: at the newcomer's site and at entra-double, which run as processes."""

from __future__ import annotations

import re
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests
from newcomer_project import PASSWORD, clean

BUTTON = "Sign in with Microsoft"
PATIENCE = 30.0
GRACE = "96ace000-0000-4000-a000-000000000012"
"""Her object id at entra-double."""


class Browser:
    """Follows links and forms as a browser does, and keeps cookies. Pages of entra-double choose Grace."""

    def __init__(self) -> None:
        self.http = requests.Session()
        self.http.trust_env = False
        self.answer = requests.Response()

    def visit(self, address: str) -> str:
        """Get a page, and return its text."""
        self.answer = self.http.get(address, timeout=PATIENCE)
        return self.answer.text

    def submit(self, to: str, **fields: str) -> str:
        """Send the form of the page that goes to an address which ends so; an empty one goes to the page itself."""
        forms = re.findall(r"<form\b.*?</form>", self.answer.text, re.DOTALL)
        [form] = [form for form in forms if (target_of(form) or urlsplit(self.answer.url).path).endswith(to)]
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
        address = urljoin(self.answer.url, target_of(form) or self.answer.url)
        sent = dict(hidden) | fields
        self.answer = self.http.post(address, sent, headers={"referer": self.answer.url}, timeout=PATIENCE)
        return self.answer.text

    def choose_grace(self) -> str:
        """Choose Grace on the page of entra-double, and come back."""
        transaction = re.findall(r'name="transaction" value="([^"]+)"', self.answer.text)[0]
        address = f"{'/'.join(self.answer.url.split('/')[:4])}/sign-in"
        self.answer = self.http.post(address, {"transaction": transaction, "account": GRACE}, timeout=PATIENCE)
        return self.answer.text


def target_of(form: str) -> str:
    found = re.search(r'<form[^>]*\baction="([^"]*)"', form)
    return found[1] if found else ""


def require(condition: bool, what: str, browser: Browser) -> None:
    if not condition:
        raise SystemExit(f"Not so: {what}\n{browser.answer.status_code} {browser.answer.url}\n{browser.answer.text}")


def sign_in(site: str) -> None:
    """Be Grace: be told to connect, connect, and sign in as the same user. The password goes on working."""
    stranger = Browser()
    require(BUTTON in stranger.visit(f"{site}/login/"), "the login page has the button", stranger)
    stranger.submit("/entrance/sign-in/")
    told = "/entrance/account/" in stranger.choose_grace() and stranger.answer.status_code == 403
    require(told, "she is told how to connect", stranger)

    with_password = Browser()
    with_password.visit(f"{site}/login/")
    with_password.submit("/login/", username="grace", password=PASSWORD)
    her_id = with_password.answer.json()["id"]
    with_password.visit(f"{site}/entrance/account/")
    with_password.submit("/connect/sign-in/", password=PASSWORD)
    require("is connected" in with_password.choose_grace(), "she is connected", with_password)

    with_microsoft = Browser()
    with_microsoft.visit(f"{site}/login/?next=/api/me/")
    with_microsoft.submit("/entrance/sign-in/")
    with_microsoft.choose_grace()
    same = with_microsoft.answer.json() == {"id": her_id, "username": "grace"}
    require(same, "she is the same user for the API", with_microsoft)
    with_microsoft.visit(f"{site}/admin/")
    require("Site administration" in with_microsoft.answer.text, "she may enter the admin, as before", with_microsoft)


@contextmanager
def serving(command: list[str], folder: Path, environment: Mapping[str, str], address: str) -> Iterator[None]:
    """Run a server until the end of the block."""
    with (folder / "server.log").open("a") as log:
        server = subprocess.Popen(command, cwd=folder, env=clean(environment), stdout=log, stderr=log)
    try:
        wait_for(address, server, folder / "server.log")
        yield
    finally:
        server.terminate()
        server.wait(PATIENCE)


def wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < deadline:
        try:
            requests.get(address, timeout=PATIENCE)
            return
        except requests.ConnectionError:
            time.sleep(0.05)
    raise SystemExit(f"{address} does not answer:\n{log.read_text()}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
