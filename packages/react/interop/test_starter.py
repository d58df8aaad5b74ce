"""A project of create-vite after `npx @django-entrance/react init`: it builds, and a person signs in."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from e2e.browser import ARGUMENTS, find_browser
from newcomer import COMMAND, MOST_LINES_FOR_REACT, by_command, changed_lines
from newcomer_browser import free_port, serving
from newcomer_project import make_project, manage, texts
from playwright.sync_api import Browser, expect, sync_playwright
from sampling import samples

from .projects import SCRATCH, run

pytestmark = pytest.mark.timeout(900)
CREATE_VITE = "create-vite@9"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def app(tarball: Path) -> Path:
    """A new project of Vite's template with TypeScript, and the packages that the page names."""
    folder = SCRATCH / "create-vite"
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    run(folder.parent, "npx", "--yes", CREATE_VITE, folder.name, "--template", "react-ts", "--no-interactive")
    run(folder, "npm", "install", "--no-fund", "--no-audit", str(tarball), "@azure/msal-browser")
    return folder


def sources(app: Path) -> dict[str, str]:
    return {name: text for name, text in texts(app).items() if not name.startswith(("node_modules/", "dist/"))}


def test_a_person_signs_in_through_the_proxy(app: Path, tmp_path: Path, chromium: Browser) -> None:
    entra, site, vite = (f"http://localhost:{free_port()}" for _ in range(3))
    before = sources(app)
    command = next(line for code in samples(COMMAND, "sh") for line in code.splitlines() if line.startswith("npx"))
    run(app, *command.split(), "--yes", "--django", site)
    assert 0 < sum(changed_lines(before, sources(app)).values()) <= MOST_LINES_FOR_REACT - 4
    run(app, "npm", "run", "build")

    project = make_project(tmp_path)
    environment = by_command(project, entra)
    with (project / "mysite/settings.py").open("a") as settings:
        settings.write(samples(COMMAND, "python")[0])
    manage(project, "migrate", "--verbosity", "0", environment=environment)
    double = [sys.executable, "-m", "entra_double", "serve", "--port", entra.rpartition(":")[2]]
    django = [sys.executable, "manage.py", "runserver", "--noreload", site.removeprefix("http://")]
    front_end = ["node", "node_modules/vite/bin/vite.js", "--port", vite.rpartition(":")[2], "--strictPort"]
    with ExitStack() as stack:
        stack.enter_context(serving(double, project, {}, f"{entra}/health"))
        stack.enter_context(serving(django, project, environment, f"{site}/entrance/config.json"))
        stack.enter_context(serving(front_end, app, {}, vite))
        page = chromium.new_page()
        page.goto(vite)
        with page.expect_popup() as popup:
            page.get_by_role("button", name="Sign in with Microsoft").click()
        popup.value.get_by_role("button", name="ada@contoso.example").click(no_wait_after=True)
        expect(page.get_by_role("button", name="Ada Lovelace")).to_be_visible(timeout=20_000)
        expect(page.get_by_role("heading", name="Get started")).to_be_visible()
        assert page.request.get(f"{vite}/entrance/session/").json()["user"]["username"] == "ada@contoso.example"
        page.close()

    run(app, *command.split(), "--undo", "--yes")
    assert sources(app) == before
