"""Pages without React: the samples of Vue, of Svelte and of a plain page, in a new Django project."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from e2e.new_project import ROOT, new_project, samples, vite
from e2e.people import ADA, expect_signed_in, expect_signed_out, open_popup, pick
from e2e.servers import Servers
from playwright.sync_api import Page, expect

DOCS = ROOT / "packages" / "react" / "docs"
INDEX = '<!doctype html><title>Front end</title><div id="app"></div><script type="module" src="/main.ts"></script>'
PLAIN_URLS = """
from django.views.generic import TemplateView
urlpatterns.append(path("", TemplateView.as_view(template_name="plain.html")))
"""
TEMPLATES = '\nTEMPLATES[0]["DIRS"] = [BASE_DIR / "templates"]\n'
FRAMEWORKS = ["vue", "svelte", "plain"]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory, servers: Servers) -> Iterator[str]:
    """A project that serves the plain page; its other paths are those of the README."""
    folder = tmp_path_factory.mktemp("plain")
    files = samples(DOCS / "plain.md")
    for name in ("templates/plain.html", "static/plain.js"):
        (folder / name).parent.mkdir()
        (folder / name).write_text(files[name], encoding="utf-8")
    settings = files["settings.py"].replace('BASE_DIR / "node_modules', f'Path({str(ROOT)!r}) / "node_modules')
    with new_project(folder, servers, settings=settings + TEMPLATES, urls=PLAIN_URLS) as address:
        yield address


@contextmanager
def serving(framework: str, django: str) -> Iterator[str]:
    """Serve a page of the documentation. Yield its address."""
    if framework == "plain":
        yield django
        return
    files = samples(DOCS / f"{framework}.md")
    code = {name: text for name, text in files.items() if Path(name).suffix}
    with vite({"index.html": INDEX, **code}, django) as address:
        yield address


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_person_signs_in_calls_the_api_and_signs_out(page: Page, plain: str, framework: str) -> None:
    with serving(framework, plain) as address:
        page.goto(address)
        expect_signed_out(page)
        pick(open_popup(page), ADA)
        expect(page.get_by_text("Ada Lovelace")).to_be_visible()
        page.get_by_role("button", name="Say hello").click()
        expect(page.get_by_text("Hello, Ada")).to_be_visible()
        page.reload()
        expect_signed_in(page)
        page.get_by_role("button", name="Sign out").click()
        expect_signed_out(page)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_person_who_may_not_sign_in_is_told_why(page: Page, plain: str, framework: str) -> None:
    with serving(framework, plain) as address:
        page.goto(address)
        popup = open_popup(page)
        popup.close()
        page.bring_to_front()
        expect(page.get_by_text("The sign-in window was closed")).to_be_visible()
        expect_signed_out(page)
