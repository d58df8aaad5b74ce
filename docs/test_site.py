"""Builds the documentation site, strictly and offline, and walks through it as a reader does."""

import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
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
