"""From an empty tenant to a signed-in person: Logbook registers itself, and nothing is configured by hand."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from e2e.people import ADA, add_entry, expect_signed_in, open_popup, pick
from e2e.servers import BACKEND, Servers, free_ports, process, servers_at, wait_for
from playwright.sync_api import BrowserContext, Page, expect

ROOT = "root@contoso.example"
EMPTY_TENANT = Path(__file__).parents[2] / "packages" / "django-entrance" / "tests" / "empty_tenant.toml"
CODE = re.compile(r"the code (\w+)")


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Run entra-double with an empty tenant. Logbook knows the tenant, and has no ids."""
    folder = tmp_path_factory.mktemp("register")
    entra_port, port = free_ports(2)
    servers = servers_at(folder, entra_port, port, AZURE_TENANT_ID="contoso.example", LOGBOOK_SESSION="django")
    serve = ["-m", "entra_double", "serve", "--port", str(entra_port), "--directory", str(EMPTY_TENANT)]
    with process(serve, servers.environment):
        wait_for(f"{servers.entra}/health")
        yield servers
    called = servers.called.read_text() if servers.called.exists() else ""
    assert called == "", "the servers called addresses beyond loopback"


@pytest.fixture(scope="module")
def browser_context_args(servers: Servers) -> dict[str, Any]:
    return {"base_url": servers.logbook}


def as_administrator(page: Page, servers: Servers, *command: str) -> str:
    """Run a command of Logbook, enter its code at Microsoft as the administrator, and return what it prints."""
    arguments = [sys.executable, "manage.py", "entrance", *command]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(arguments, cwd=BACKEND, env=servers.environment, **pipes) as run:
        assert run.stderr is not None
        assert run.stdout is not None
        code = next(match[1] for line in run.stderr if (match := CODE.search(line)))
        page.goto(f"{servers.entra}/device")
        page.get_by_label("Code").fill(code)
        page.get_by_role("button", name="Next").click()
        page.get_by_role("button", name=ROOT).click()
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("heading", name="You are signed in to")).to_be_visible()
        told = run.stdout.read()
        assert run.wait(30) == 0, run.stderr.read()
    return str(told)


@contextmanager
def logbook(servers: Servers, environment: Mapping[str, str]) -> Iterator[None]:
    """Run Logbook with the ids that the command has printed."""
    both = servers.with_environment(environment)
    for command in ("migrate", "seed_demo"):
        both.manage(command, "--verbosity", "0")
    port = servers.logbook.rpartition(":")[2]
    asgi = ["-m", "uvicorn", "config.asgi:application", "--port", port, "--log-level", "warning"]
    with process(asgi, both.environment):
        wait_for(f"{servers.logbook}/entrance/config.json")
        yield


def test_from_an_empty_tenant_a_person_signs_in_and_writes(
    page: Page, other_context: BrowserContext, servers: Servers
) -> None:
    administrator = other_context.new_page()
    made = json.loads(
        as_administrator(administrator, servers, "register", "--site", servers.logbook, "--yes", "--json")
    )
    ids = {f"ENTRANCE_{name}": value for name, value in made["settings"].items()} | made["environment"]
    assert sorted(ids) == [
        "ENTRANCE_CLIENT_ID",
        "ENTRANCE_CLIENT_SECRET",
        "ENTRANCE_SPA_CLIENT_ID",
        "ENTRANCE_TENANT_ID",
    ]
    registered = servers.with_environment(ids)
    assert "Ada Lovelace has the role Admin" in as_administrator(administrator, registered, "assign", ADA, "Admin")
    with logbook(servers, ids):
        page.goto("/")
        pick(open_popup(page), ADA)
        expect_signed_in(page)
        add_entry(page, "Registered by a command")
        page.goto("/admin/")
        expect(page.get_by_role("heading", name="Site administration")).to_be_visible()
        page.context.clear_cookies()
        page.goto("/entrance/sign-in/")
        page.get_by_role("button", name="Sign in with Microsoft").click()
        page.get_by_role("button", name=ADA).click()
        expect_signed_in(page)
