"""A new Django project behind Vite's development server, configured as documented."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from e2e.people import ADA, open_popup, pick
from e2e.servers import Servers, free_ports, wait_for
from playwright.sync_api import Page, expect

ROOT = Path(__file__).parents[2]
VITE = ROOT / "node_modules" / "vite" / "bin" / "vite.js"
FENCE = re.compile(r"^```(?P<language>\w+)\n(?:(?:#|//) (?P<file>\S+)\n)?(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
ENVIRONMENT = os.environ | {"DJANGO_SETTINGS_MODULE": "mysite.settings"}
NAME = "edsger"
PASSWORD = "structured-1968"
README = ROOT / "README.md"
INDEX = '<!doctype html><title>Front end</title><div id="root"></div><script type="module" src="/main.tsx"></script>'
MAIN = """
import { createRoot } from "react-dom/client";
createRoot(document.getElementById("root")).render(<App />);
"""
ADMIN = "\nfrom django.contrib import admin\nurlpatterns.append(path('admin/', admin.site.urls))\n"
POST = """
    () => fetch("/graphql/", {
        method: "POST",
        headers: {
            "Content-Type": "application/json",
            "X-CSRFToken": /csrftoken=(\\w+)/.exec(document.cookie)[1],
        },
        body: JSON.stringify({ query: "{ hello }" }),
    }).then((answer) => answer.json())
"""


def samples(document: Path) -> dict[str, str]:
    """Return the samples of a page by the file in their first line, else by language."""
    found = FENCE.finditer(document.read_text(encoding="utf-8"))
    return {block["file"] or block["language"]: block["code"] for block in found}


def front_end_id() -> str:
    """Return the setting that the README adds for a React app."""
    [found] = re.findall(r'"SPA_CLIENT_ID": "([^"]+)"', README.read_text(encoding="utf-8"))
    return f'\nENTRANCE["SPA_CLIENT_ID"] = "{found}"\n'


@contextmanager
def running(command: list[str | Path], folder: Path, address: str) -> Iterator[None]:
    with subprocess.Popen(command, cwd=folder, env=ENVIRONMENT) as child:
        try:
            wait_for(address)
            yield
        finally:
            child.terminate()


@pytest.fixture(scope="module")
def django(tmp_path_factory: pytest.TempPathFactory, servers: Servers) -> Iterator[str]:
    with new_project(tmp_path_factory.mktemp("project"), servers) as address:
        yield address


@contextmanager
def new_project(folder: Path, servers: Servers, urls: str = "") -> Iterator[str]:
    """Run a new project from `startproject`, with the README's settings and more URLs."""

    def manage(*command: str) -> list[str | Path]:
        return [sys.executable, "manage.py", *command]

    subprocess.run([sys.executable, "-m", "django", "startproject", "mysite", "."], cwd=folder, check=True)
    readme = samples(README)
    with (folder / "mysite" / "settings.py").open("a", encoding="utf-8") as settings:
        settings.write(readme["settings.py"].replace("http://localhost:8400", servers.entra) + front_end_id())
    (folder / "schema.py").write_text(readme["schema.py"], encoding="utf-8")
    (folder / "mysite" / "urls.py").write_text(readme["urls.py"] + ADMIN + urls, encoding="utf-8")
    create = (
        "from django.contrib.auth.models import User\n"
        f"User.objects.create_superuser({NAME!r}, password={PASSWORD!r}, first_name='Edsger')"
    )
    for command in (manage("migrate", "--verbosity", "0"), manage("shell", "--command", create)):
        subprocess.run(command, cwd=folder, env=ENVIRONMENT, check=True)
    [port] = free_ports(1)
    address = f"http://localhost:{port}"
    with running(manage("runserver", "--noreload", str(port)), folder, f"{address}/entrance/config.json"):
        yield address


@contextmanager
def vite(config: str, django: str, **files: str) -> Iterator[str]:
    """Run Vite's server with a configuration, in a folder where it finds the packages.

    The files are modules by name: `App` becomes `App.tsx`. Default: the page of the README.
    """
    [port] = free_ports(1)
    address = f"http://localhost:{port}"
    samples_folder = ROOT / ".make" / "samples"
    samples_folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=samples_folder) as place:
        folder = Path(place)
        (folder / "index.html").write_text(INDEX, encoding="utf-8")
        for name, code in (files or {"main": samples(README)["tsx"] + MAIN}).items():
            (folder / f"{name}.tsx").write_text(code, encoding="utf-8")
        (folder / "vite.config.js").write_text(config.replace("http://localhost:8000", django), encoding="utf-8")
        with running(["node", VITE, "--port", str(port), "--strictPort"], folder, address):
            yield address


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/admin/")
    page.get_by_label("Username").fill(NAME)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


@pytest.mark.parametrize("document", ["README.md", "packages/react/README.md"])
def test_a_session_signs_in_and_posts_through_vite(page: Page, django: str, document: str) -> None:
    with vite(samples(ROOT / document)["vite.config.js"], django) as address:
        sign_in(page, address)
        expect(page.get_by_role("heading", name="Site administration")).to_be_visible()
        page.goto(address)
        assert page.evaluate(POST) == {"data": {"hello": "Hello, Edsger"}}


def test_a_url_alone_breaks_posts_of_a_session(page: Page, django: str) -> None:
    """With the former documentation, Django sees another host than the browser."""
    config = samples(README)["vite.config.js"]
    alone = re.sub(r"\{ target: (\S+), changeOrigin: false \}", r"\1", config)
    assert alone != config
    with vite(alone, django) as address:
        sign_in(page, address)
        expect(page.get_by_text("Origin checking failed")).to_be_visible()


def test_a_person_signs_in_with_microsoft_and_says_hello_through_vite(page: Page, django: str) -> None:
    with vite(samples(README)["vite.config.js"], django) as address:
        page.goto(address)
        pick(open_popup(page), ADA)
        expect(page.get_by_text("Ada Lovelace")).to_be_visible()
        with page.expect_response(f"{address}/graphql/") as answer:
            page.get_by_role("button", name="Say hello").click()
        assert answer.value.json() == {"data": {"hello": "Hello, Ada"}}
