"""Simulates a person with a browser: opens an address, picks an account, consents, and reports the final page.

Uses only the standard library, so that clients in any environment and language can run it:

    python person.py ADDRESS [--as USERNAME] [--code USER_CODE] [--cancel]

It prints `{"address": …, "fields": {…}}`: the redirect URI with its parameters from query, fragment or form; or, for a
page without a next step, the page's address, `title` and `text`. It trusts the authority in the file `ENTRA_CA`.
"""

from __future__ import annotations

import argparse
import json
import os
import ssl
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

MOST_PAGES = 12
AGREEING = ("accept", "continue", "yes", "next", "allow", "approve", "prove")


@dataclass(slots=True, kw_only=True)
class Button:
    name: str
    value: str
    words: str = ""


@dataclass(slots=True, kw_only=True)
class Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    empty: list[str] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)


class Page(HTMLParser):
    """Title, text and forms of a page."""

    def __init__(self, address: str, html: str) -> None:
        super().__init__()
        self.address, self.title, self.text = address, "", ""
        self.forms: list[Form] = []
        self._button: Button | None = None
        self._in_title = False
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attributes}
        if tag == "title":
            self._in_title = True
        elif tag == "form":
            self.forms.append(Form(action=urljoin(self.address, named.get("action", ""))))
        elif tag == "input" and self.forms:
            if named.get("type") in {"checkbox", "radio"}:
                pass  # stays unticked
            elif named.get("type") == "hidden" or named.get("value"):
                self.forms[-1].fields[named.get("name", "")] = named.get("value", "")
            else:
                self.forms[-1].empty.append(named.get("name", ""))
        elif tag == "button" and self.forms:
            self._button = Button(name=named.get("name", ""), value=named.get("value", ""))
            self.forms[-1].buttons.append(self._button)

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        elif tag == "button":
            self._button = None

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        elif self._button is not None:
            self._button.words += data
        self.text += data


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: Any) -> None:
        return None


class Person:
    """A person with a browser. Each instance has its own cookies."""

    def __init__(self, username: str = "ada@contoso.example") -> None:
        self.username = username
        ca = os.environ.get("ENTRA_CA")
        jar = CookieJar(DefaultCookiePolicy(secure_protocols=("https", "http")))
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=ca or None)),
            urllib.request.HTTPCookieProcessor(jar),
            _Stay,
        )

    def visit(self, address: str, *, code: str = "", cancel: bool = False) -> dict[str, Any]:
        """Open an address and follow its pages until the application's redirect URI, or a page without a next step."""
        home, form = urlsplit(address).netloc, None
        for _ in range(MOST_PAGES):
            answer, body = self._open(address, form)
            if location := answer.headers.get("Location"):
                address, form = urljoin(address, location), None
                if urlsplit(address).netloc != home:
                    return _arrived(address)
                continue
            page = Page(address, body)
            chosen = self._choose(page.forms)
            if chosen is None:
                return {"address": address, "fields": {}, "title": page.title, "text": " ".join(page.text.split())}
            if urlsplit(chosen.action).netloc != home:
                return {"address": chosen.action, "fields": chosen.fields}
            address, form = chosen.action, self._fill(chosen, code=code, cancel=cancel)
        raise RuntimeError(f"no final page after {MOST_PAGES} pages: {address}")

    def _open(self, address: str, form: dict[str, str] | None) -> tuple[Any, str]:
        data = urlencode(form).encode() if form is not None else None
        request = urllib.request.Request(address, data=data, headers={"Accept": "text/html"})
        if data is not None:
            parts = urlsplit(address)
            request.add_header("Origin", f"{parts.scheme}://{parts.netloc}")
        try:
            with self._opener.open(request, timeout=30) as answer:
                return answer, answer.read().decode()
        except HTTPError as answer:
            with answer:
                return answer, answer.read().decode()

    def _choose(self, forms: list[Form]) -> Form | None:
        """Choose the form with the user name, else one with a button that agrees, else the first."""
        for words in ((self.username.lower(),), AGREEING):
            for form in forms:
                if _find(form, *words):
                    return form
        return next(iter(forms), None)

    def _fill(self, form: Form, *, code: str, cancel: bool) -> dict[str, str]:
        written = {name: code for name in form.empty if name and code}
        button = self._press(form, cancel=cancel)
        return form.fields | written | ({button.name: button.value} if button and button.name else {})

    def _press(self, form: Form, *, cancel: bool) -> Button | None:
        if cancel:
            return _find(form, "cancel", "decline", "back", "return")
        return _find(form, self.username.lower()) or _find(form, *AGREEING) or next(iter(form.buttons), None)


def _find(form: Form, *words: str) -> Button | None:
    """Return the first button with one of the words in its text or value."""
    for button in form.buttons:
        if any(word in f"{button.value} {button.words}".lower() for word in words):
            return button
    return None


def _arrived(address: str) -> dict[str, Any]:
    parts = urlsplit(address)
    fields = dict(parse_qsl(parts.query, keep_blank_values=True) + parse_qsl(parts.fragment, keep_blank_values=True))
    return {"address": address, "fields": fields}


def main() -> None:
    parser = argparse.ArgumentParser(description="Simulate a person with a browser.")
    parser.add_argument("address")
    parser.add_argument("--as", dest="username", default="ada@contoso.example")
    parser.add_argument("--code", default="")
    parser.add_argument("--cancel", action="store_true")
    options = parser.parse_args()
    print(json.dumps(Person(options.username).visit(options.address, code=options.code, cancel=options.cancel)))


if __name__ == "__main__":
    main()
