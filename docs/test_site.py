"""Builds the documentation site, strictly and offline, and walks through it: by links, by search, on a phone."""

import runpy
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from e2e.browser import ARGUMENTS, find_browser
from playwright.sync_api import Page, sync_playwright
from sampling import ROOT

FIRST = "docs/README.html"
NOT_PAGES = {"index.html", "search.html"}
"""The root leads on, and the field in the sidebar leads to the search."""


class Links(HTMLParser):
    """The links, the anchors and the loaded files of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.ids: set[str] = set()
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value for name, value in attrs if value}
        if "id" in found:
            self.ids.add(found["id"])
        if tag == "a" and "href" in found:
            self.hrefs.append(found["href"])
        if tag in {"script", "img"} and "src" in found:
            self.loaded.append(found["src"])
        if tag == "link" and found.get("rel") in {"stylesheet", "icon"}:
            self.loaded.append(found["href"])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "sphinx",
        "-W",
        "-q",
        "-b",
        "html",
        "-c",
        ROOT / "docs" / "site",
        ROOT,
        folder,
    ]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Links]:
    found = [path for path in site.rglob("*.html") if "_static" not in path.parts]
    return {str(path.relative_to(site)): Links(path.read_text(encoding="utf-8")) for path in found}


def targets(page: str, links: Links) -> Iterator[tuple[str, str]]:
    """Yield the file and the anchor of each link within the site."""
    for href in links.hrefs:
        if not urlsplit(href).scheme:
            address = urlsplit(urljoin(page, href))
            yield unquote(address.path) or page, unquote(address.fragment)


def test_every_link_leads_to_a_page_and_every_anchor_is_there(site: Path, pages: dict[str, Links]) -> None:
    for page, links in pages.items():
        for file, anchor in targets(page, links):
            assert (site / file).is_file(), f"{page} links to {file}"
            assert not anchor or file not in pages or anchor in pages[file].ids, f"{page} links to {file}#{anchor}"


def test_every_page_is_three_clicks_away(pages: dict[str, Links]) -> None:
    reached = {FIRST}
    for _ in range(3):
        reached |= {file for page in reached & pages.keys() for file, _ in targets(page, pages[page])}
    assert pages.keys() - reached == NOT_PAGES


def test_nothing_is_loaded_from_elsewhere(pages: dict[str, Links]) -> None:
    loaded = [(page, file) for page, links in pages.items() for file in links.loaded]
    assert loaded
    assert [each for each in loaded if urlsplit(each[1]).scheme] == []


def test_the_root_leads_to_the_first_page(pages: dict[str, Links]) -> None:
    assert pages["index.html"].hrefs == [FIRST]


def test_llms_txt_lists_every_page_with_its_source(site: Path, pages: dict[str, Links]) -> None:
    listed = {line.partition("](")[2].removesuffix(")") for line in (site / "llms.txt").read_text().splitlines()} - {""}
    ours = {f"{page.removesuffix('.html')}.md" for page in pages.keys() - NOT_PAGES - {FIRST}}
    assert listed == ours
    assert all((site / page).is_file() for page in listed)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def phone(site: Path) -> Iterator[Page]:
    """A page of a browser that is as narrow as a phone, at the served site."""
    with (
        ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site))) as server,
        sync_playwright() as player,
    ):
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        browser = player.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
        yield browser.new_page(
            viewport={"width": 360, "height": 800}, base_url=f"http://127.0.0.1:{server.server_port}"
        )
        browser.close()
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("logout", "howto/signing-out"),
        ("groups", "howto/roles-and-groups"),
        ("session", "howto/django-session-for-react"),
        ("login", "howto/sign-in-without-react"),
        ("metrics", "howto/measure"),
        ("mfa", "howto/ask-for-more-proof"),
        ("setup", "howto/init"),
        ("uninstall", "howto/init"),
        ("docker", "howto/deploy"),
    ],
)
def test_the_search_finds_the_page_that_says_how_first(phone: Page, words: str, answer: str) -> None:
    phone.goto(f"/search.html?q={words}")
    first = phone.locator("ul.search li > a").first
    first.wait_for()
    phone.get_by_text("Search finished").or_(phone.locator(".search-summary:not(:empty)")).first.wait_for()
    assert str(first.get_attribute("href")).partition("?")[0] == f"docs/{answer}.html"


@pytest.mark.parametrize("wide", ["reference/refusals", "reference/settings", "howto/measure", "entra-double/errors"])
def test_a_wide_table_is_read_row_by_row_on_a_phone(phone: Page, wide: str) -> None:
    phone.goto(f"/docs/{wide}.html")
    wider = "tables => tables.filter(each => each.scrollWidth > each.parentElement.clientWidth).length"
    assert phone.locator("article table").count()
    assert phone.locator("article table").evaluate_all(wider) == 0
    assert phone.evaluate("document.documentElement.scrollWidth") == 360


def test_a_cell_on_a_phone_says_its_column_and_an_empty_one_is_not_there(phone: Page) -> None:
    phone.goto("/docs/reference/refusals.html")
    row = phone.locator("tr", has_text="token_expired").first
    assert row.get_by_text("status: 401").is_visible()
    assert row.get_by_text("shown as:").count() == 0
    phone.set_viewport_size({"width": 1200, "height": 800})
    assert not row.locator(".column-name").first.is_visible(), "control: a wide screen has the head of the table"
    phone.set_viewport_size({"width": 360, "height": 800})


def test_every_word_of_the_search_belongs_to_a_page() -> None:
    names = runpy.run_path(str(ROOT / "docs" / "site" / "search_words.py"))
    words = names["WORDS"]
    assert [page for page in words if not (ROOT / f"{page}.md").is_file()] == []
    every = [word for page in words.values() for word in page]
    assert len(every) == len(set(every)), "a word leads to one page"
