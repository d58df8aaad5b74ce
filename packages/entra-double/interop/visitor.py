"""Simulates a person with a browser: follows redirects, picks an account, consents, returns."""

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
    """A form: action, hidden fields, and buttons as (name, value, text)."""

    action: str
    method: str
    identity: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)

    def button(self, *texts: str) -> tuple[str, str] | None:
        """Find the first button that contains one of `texts`."""
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
    """A browser with its own cookies, which trusts one certificate authority.

    Args:
        emulator_url: The pages below this URL are answered. The visit ends at any other.
        proxy: Proxy for addresses other than loopback.

    `seen` lists the headings of the pages of the last visit.
    """

    def __init__(self, emulator_url: str, trust: ssl.SSLContext, proxy: str | None = None) -> None:
        transport = httpx.HTTPTransport(verify=trust, proxy=proxy)
        self._emulator_url = emulator_url
        self.seen: list[str] = []
        self._http = httpx.Client(verify=trust, mounts={"https://": transport}, trust_env=False, timeout=20)

    def open(self, address: str, person: str | None) -> httpx.Response:
        """Open an address and answer entra-double's pages as `person` (a user name; None cancels).

        Returns:
            The final page: the client's own, or one of entra-double without a next step.
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
        raise AssertionError(f"no final page after {_MOST_STEPS} steps from {address}: {response.url}")

    def end(self) -> None:
        self._http.close()

    def _next(self, response: httpx.Response) -> httpx.Request:
        return self._http.build_request("GET", urljoin(str(response.url), response.headers["location"]))

    def _answered(self, page: httpx.Response, person: str | None) -> httpx.Request | None:
        """Return the request that answers a page, or None for a page without a question.

        Scripts submit forms with the id `answer`, on any site.
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
