"""A new Django project behind Vite's development server, configured as documented."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest
from e2e.new_project import NAME, PASSWORD, ROOT, TUTORIAL, new_project, samples
from e2e.new_project import vite as running_vite
from e2e.people import ADA, open_popup, pick
from e2e.servers import Servers
from playwright.sync_api import Page, expect

INDEX = '<!doctype html><title>Front end</title><div id="root"></div><script type="module" src="/main.tsx"></script>'
MAIN = """
import { createRoot } from "react-dom/client";
createRoot(document.getElementById("root")).render(<App />);
"""
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


@pytest.fixture(scope="module")
def django(tmp_path_factory: pytest.TempPathFactory, servers: Servers) -> Iterator[str]:
    with new_project(tmp_path_factory.mktemp("project"), servers) as address:
        yield address


def vite(config: str, django: str, **files: str) -> AbstractContextManager[str]:
    """Run Vite's server with a configuration.

    The files are modules by name: `App` becomes `App.tsx`. Default: the page of the tutorial.
    """
    modules = {f"{name}.tsx": code for name, code in (files or {"main": samples(TUTORIAL)["tsx"] + MAIN}).items()}
    return running_vite({"index.html": INDEX, "vite.config.js": config, **modules}, django)


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/admin/")
    page.get_by_label("Username").fill(NAME)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


@pytest.mark.parametrize("document", ["docs/tutorials/react-and-graphql.md", "packages/react/README.md"])
def test_a_session_signs_in_and_posts_through_vite(page: Page, django: str, document: str) -> None:
    with vite(samples(ROOT / document)["vite.config.js"], django) as address:
        sign_in(page, address)
        expect(page.get_by_role("heading", name="Site administration")).to_be_visible()
        page.goto(address)
        assert page.evaluate(POST) == {"data": {"hello": "Hello, Edsger"}}


def test_a_url_alone_breaks_posts_of_a_session(page: Page, django: str) -> None:
    """With the former documentation, Django sees another host than the browser."""
    config = samples(TUTORIAL)["vite.config.js"]
    alone = re.sub(r"\{ target: (\S+), changeOrigin: false \}", r"\1", config)
    assert alone != config
    with vite(alone, django) as address:
        sign_in(page, address)
        expect(page.get_by_text("Origin checking failed")).to_be_visible()


def test_a_person_signs_in_with_microsoft_and_says_hello_through_vite(page: Page, django: str) -> None:
    with vite(samples(TUTORIAL)["vite.config.js"], django) as address:
        page.goto(address)
        pick(open_popup(page), ADA)
        expect(page.get_by_text("Ada Lovelace")).to_be_visible()
        with page.expect_response(f"{address}/graphql/") as answer:
            page.get_by_role("button", name="Say hello").click()
        assert answer.value.json() == {"data": {"hello": "Hello, Ada"}}
