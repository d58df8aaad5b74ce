"""A subscription of graphql-ws in a real browser: its proof, its renewal, a server that restarts, its end."""

import json
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from e2e.new_project import TUTORIAL, new_project, samples, vite
from e2e.people import ADA, open_popup, pick
from e2e.servers import Servers, free_ports, wait_for
from playwright.sync_api import Page, expect

SERVER = Path(__file__).with_name("live_server.mjs")
INDEX = '<!doctype html><title>Live</title><div id="root"></div><script type="module" src="/main.tsx"></script>'
MAIN = """
import { EntranceProvider, SignInWithMicrosoft, useSession, useSignIn } from "@django-entrance/react";
import { entranceConnection } from "@django-entrance/react/graphql-ws";
import { createClient } from "graphql-ws";
import { useEffect, useState } from "react";
import { createRoot } from "react-dom/client";

const retryWait = () => new Promise((resolve) => setTimeout(resolve, 50));
const live = createClient({ ...entranceConnection({ url: "LIVE/graphql/" }), retryWait });

function Heard() {
  const [heard, setHeard] = useState("");
  const [ended, setEnded] = useState("");
  const { signOut } = useSignIn();
  useEffect(() => live.subscribe({ query: "subscription { said }" }, {
    next: ({ data }) => setHeard(data.said),
    error: (error) => setEnded(String(error.code)),
    complete: () => {},
  }), []);
  return <p>Heard: {heard}. Ended: {ended}. <button onClick={() => signOut()}>Sign out</button></p>;
}

const Content = () => ("account" in useSession() ? <Heard /> : <SignInWithMicrosoft />);

createRoot(document.getElementById("root")).render(
  <EntranceProvider config="/entrance/config.json" apiOrigins={["LIVE"]}><Content /></EntranceProvider>,
);
"""


class LiveServer:
    """The server, and what a test tells it."""

    def __init__(self) -> None:
        [self.port] = free_ports(1)
        self.address = f"http://localhost:{self.port}"

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(f"{self.address}/{path}", timeout=10) as response:
            return json.loads(response.read())

    @contextmanager
    def running(self) -> Iterator[None]:
        with subprocess.Popen(["node", SERVER, str(self.port)]) as child:
            try:
                wait_for(f"{self.address}/bearers")
                yield
            finally:
                child.terminate()

    def wait_for_listeners(self, connections: int) -> list[str]:
        """Wait until the page listens on its latest connection. Return the tokens of all connections."""
        end = time.monotonic() + 20
        while time.monotonic() < end:
            state = self.get("bearers")
            if state["listeners"] == 1 and len(state["bearers"]) == connections:
                bearers: list[str] = state["bearers"]
                return bearers
        raise AssertionError(f"{state['listeners']} listeners, {len(state['bearers'])} connections after 20 s")


@pytest.fixture(scope="module")
def django(tmp_path_factory: pytest.TempPathFactory, servers: Servers) -> Iterator[str]:
    with new_project(tmp_path_factory.mktemp("live"), servers) as address:
        yield address


@contextmanager
def serving(django: str, server: LiveServer) -> Iterator[str]:
    """Yield the address of a page that subscribes once someone is signed in."""
    config = samples(TUTORIAL)["vite.config.js"]
    files = {"index.html": INDEX, "main.tsx": MAIN.replace("LIVE", server.address), "vite.config.js": config}
    with vite(files, django) as address:
        yield address


@contextmanager
def listening(page: Page, django: str, server: LiveServer) -> Iterator[None]:
    """Sign Ada in on a page that subscribes."""
    with serving(django, server) as address:
        page.goto(address)
        pick(open_popup(page), ADA)
        expect(page.get_by_text("Heard: .")).to_be_visible()
        yield


def expect_heard(page: Page, server: LiveServer, text: str) -> None:
    server.get(f"say?text={text}")
    expect(page.get_by_text(f"Heard: {text}. Ended: .")).to_be_visible()


def test_a_subscription_goes_on_after_4401_and_a_restart_and_ends_with_4403(page: Page, django: str) -> None:
    server = LiveServer()
    with server.running(), listening(page, django, server):
        server.wait_for_listeners(connections=1)
        expect_heard(page, server, "moth")
        server.get("close?code=4401")
        first, second = server.wait_for_listeners(connections=2)
        assert first.startswith("Bearer ey")
        assert second not in ("", first)
        expect_heard(page, server, "renewed")
        server.get("close?code=1012")
        server.wait_for_listeners(connections=3)
        expect_heard(page, server, "restarted")
        server.get("close?code=4403")
        expect(page.get_by_text("Ended: 4403.")).to_be_visible()


def test_a_server_that_is_away_for_a_while_is_connected_again(page: Page, django: str) -> None:
    server = LiveServer()
    with ExitStack() as page_of_ada:
        with server.running():
            page_of_ada.enter_context(listening(page, django, server))
            server.wait_for_listeners(connections=1)
        with server.running():
            server.wait_for_listeners(connections=1)
            expect_heard(page, server, "back")
