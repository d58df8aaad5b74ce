"""Looks at the pages as a browser does."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import httpx
from entra_double._world.directory import Directory
from entra_double._world.seed import seed


class Page(HTMLParser):
    """What a browser makes of a page: its text, the ids, where labels and buttons lead, and what would run."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.refers: list[str] = []
        self.scripts: list[dict[str, str | None]] = []
        self.handlers: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = dict(attributes)
        self.ids += [named["id"] or ""] if "id" in named else []
        self.refers += [named[key] or "" for key in ("for", "aria-labelledby", "data-copy") if key in named]
        if tag == "a" and (named.get("href") or "").startswith("#"):
            self.refers.append((named["href"] or "").removeprefix("#"))
        self.handlers += [name for name in named if name.startswith("on") or name == "style"]
        if tag == "script":
            self.scripts.append(named)

    def handle_data(self, data: str) -> None:
        self.text += data


async def home(http: httpx.AsyncClient, **query: str) -> Page:
    response = await http.get("/", params=query)
    assert response.status_code == 200
    return Page(response.text)


def crowd(number: int) -> Directory:
    ada = seed().people[0]
    return seed().put(
        *(
            replace(
                ada, object_id=f"{position:08d}-0000-4000-a000-000000000000", username=f"p{position}@contoso.example"
            )
            for position in range(number)
        )
    )
