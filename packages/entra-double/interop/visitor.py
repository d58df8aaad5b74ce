"""Is the person at the browser: follows redirects with a cookie jar, picks an account, consents, goes back."""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx

_MOST_STEPS = 20
_APPROVALS = ("Accept", "It is me", "Continue")


@dataclass(kw_only=True)
class Form:
    """A form of a page: where it goes, what it hides, and its buttons as (name, value, text)."""

    action: str
    method: str
    identity: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)

    def button(self, *texts: str) -> tuple[str, str] | None:
        """Find the button whose words contain one of `texts`."""
        return next(((name, value) for name, value, said in self.buttons if any(text in said for text in texts)), None)


class _Forms(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._button: tuple[str, str, str] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            method = given.get("method", "get").upper()
            self.found.append(Form(action=given.get("action", ""), method=method, identity=given.get("id", "")))
        elif tag == "input" and self.found and given.get("type") == "hidden":
            self.found[-1].fields[given.get("name", "")] = given.get("value", "")
        elif tag == "button":
            self._button = given.get("name", ""), given.get("value", ""), ""

    def handle_data(self, data: str) -> None:
        if self._button:
            name, value, text = self._button
            self._button = name, value, f"{text} {data.strip()}".strip()

    def handle_endtag(self, tag: str) -> None:
        if tag == "button" and self._button and self.found:
            self.found[-1].buttons.append(self._button)
            self._button = None


class Browser:
    """A cookie jar with a person in front of it, who trusts one certificate authority.

    Args:
        emulator_url: The address whose pages the person answers; on all others the walk ends.
        proxy: Where to connect to addresses that are not loopback.

    `seen` has the headings of the pages on the last way.
    """

    def __init__(self, emulator_url: str, trust: ssl.SSLContext, proxy: str | None = None) -> None:
        elsewhere = httpx.HTTPTransport(verify=trust, proxy=proxy)
        self._emulator_url = emulator_url
        self.seen: list[str] = []
        self._http = httpx.Client(verify=trust, mounts={"https://": elsewhere}, trust_env=False, timeout=20)

    def open(self, address: str, person: str | None) -> httpx.Response:
        """Open an address and do what the pages of entra-double ask, as `person` (a user name; None cancels).

        Returns:
            The page at which the way ends: a client's own, or one of entra-double that nobody can answer.
        """
        self.seen.clear()
        response = self._http.get(address)
        for _ in range(_MOST_STEPS):
            if response.is_redirect:
                response = self._http.send(self._next(response))
            elif request := self._answered(response, person):
                response = self._http.send(request)
            else:
                return response
        raise AssertionError(f"{_MOST_STEPS} steps from {address} did not come to an end, but to {response.url}")

    def end(self) -> None:
        self._http.close()

    def _next(self, response: httpx.Response) -> httpx.Request:
        return self._http.build_request("GET", urljoin(str(response.url), response.headers["location"]))

    def _answered(self, page: httpx.Response, person: str | None) -> httpx.Request | None:
        """Make the request that answers a page; None for one without a question.

        A form with the id `answer` is one that a script sends, wherever it is.
        """
        if "html" not in page.headers.get("content-type", ""):
            return None
        self.seen += re.findall(r"<h1>([^<]*)</h1>", page.text)
        for form in _Forms(page.text).found:
            if form.identity == "answer":
                return self._sent(page, form, None)
            if not str(page.url).startswith(self._emulator_url):
                continue
            pressed = form.button(person, *_APPROVALS) if person else form.button("Cancel")
            if pressed:
                return self._sent(page, form, pressed)
        return None

    def _sent(self, page: httpx.Response, form: Form, pressed: tuple[str, str] | None) -> httpx.Request:
        data = form.fields | (dict([pressed]) if pressed and pressed[0] else {})
        return self._http.build_request(form.method, urljoin(str(page.url), form.action), data=data)
