"""entra-double for `bench_storm.py`: it stops and starts on its port with the same keys, and counts fetches of keys."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
import uvicorn
from entra_double import Assignment, Emulator, Entra, Person, read_directory

TENANT = "c0470500-0000-4000-a000-000000000001"
API = "a9100000-0000-4000-a000-000000000002"
KEYS = "/discovery/v2.0/keys"


class StormEntra:
    """An authority with a server that can be away. Tokens are made in this process, also then."""

    def __init__(self, port: int, directory: Path) -> None:
        self.base_url, self.port = f"http://localhost:{port}", port
        self.entra = Entra(Emulator(base_url=self.base_url, directory=read_directory(directory)))
        self.key_fetches = 0
        self.lock = threading.Lock()
        self.server: uvicorn.Server | None = None
        self.thread: threading.Thread | None = None

    async def counted(self, scope: Any, receive: Any, send: Any) -> None:
        if scope.get("path", "").endswith(KEYS):
            self.key_fetches += 1
        await self.entra.app(scope, receive, send)

    def start(self) -> None:
        config = uvicorn.Config(self.counted, port=self.port, log_level="critical", lifespan="off", interface="asgi3")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        while not self.server.started:
            assert self.thread.is_alive(), f"entra-double does not start on port {self.port}"
            time.sleep(0.01)

    def stop(self) -> None:
        """End the server: after that, connections are refused."""
        assert self.server is not None
        assert self.thread is not None
        self.server.should_exit = self.server.force_exit = True
        self.thread.join()

    @contextmanager
    def running(self) -> Iterator[None]:
        self.start()
        try:
            yield
        finally:
            self.stop()

    def token(self, number: int) -> str:
        """Return an access token of a person who exists in it alone."""
        name = username(number)
        with self.lock:
            return self.entra.token(
                "grace",
                oid=object_id(number),
                sub=f"subject-{number:08d}",
                preferred_username=name,
                upn=name,
                email=name,
            )

    def add_person(self, number: int) -> str:
        """Put a person into the directory, for sign-ins on pages. Return the object id."""
        name, own_id = username(number), object_id(number)
        person = Person(
            object_id=own_id,
            tenant_id=TENANT,
            username=name,
            name=f"Person {number}",
            given_name="Person",
            family_name=str(number),
            user_principal_name=name,
            home_tenant_id=TENANT,
            home_object_id=own_id,
        )
        self.entra.add(person, Assignment(principal_id=own_id, tenant_id=TENANT, client_id=API))
        return own_id

    def choose(self, address: str, person: str) -> str:
        """Visit the authorization endpoint as a browser and choose a person. Return the address led back to."""
        with requests.Session() as browser:
            browser.trust_env = False
            page = browser.get(address, allow_redirects=False, timeout=30)
            transaction = page.text.split('name="transaction" value="')[1].split('"')[0]
            form = {"transaction": transaction, "account": person}
            answer = browser.post(f"{self.base_url}/{TENANT}/sign-in", form, allow_redirects=False, timeout=30)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]


def object_id(number: int) -> str:
    return f"57020000-0000-4000-a000-{number:012d}"


def username(number: int) -> str:
    return f"person{number}@contoso.example"
