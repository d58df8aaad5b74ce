"""What people and programs of `bench_storm.py` do: requests over connections that stay open, and what came of them."""

import http.client
import json
import ssl
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

MOST_TRIES = 10


@dataclass
class Tally:
    """Counts answers, for all threads."""

    answers: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, what: str) -> None:
        with self.lock:
            self.answers[what] += 1

    def note(self, wrong: str) -> None:
        """Note an answer that must not be."""
        with self.lock:
            self.wrong.append(wrong)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


class Connection:
    """One open connection to the site, and the cookies of a browser."""

    def __init__(self, address: str, tls: ssl.SSLContext, tally: Tally) -> None:
        self.address, self.tally = address, tally
        self.connection = http.client.HTTPSConnection(urlsplit(address).netloc, timeout=60, context=tls)
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> Answer:
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        for cookie in response.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(response.status, response.headers, response.read())

    def call(self, what: str, method: str, path: str, token: str, **headers: str) -> Answer:
        """Send a bearer request, again where the site asks to come back. Count what came."""
        for _ in range(MOST_TRIES):
            self.cookies.clear()
            answer = self.ask(
                method, path, "" if method == "POST" else None, Authorization=f"Bearer {token}", **headers
            )
            if answer.status != 503 or "Retry-After" not in answer.headers:
                break
            self.tally.count(f"{what}: 503, come back in {answer.headers['Retry-After']} s")
            time.sleep(float(answer.headers["Retry-After"]))
        self.tally.count(f"{what}: {answer.status}")
        if answer.status != 200:
            self.tally.note(f"{what}: {answer.status} {answer.body[:300]!r}")
        return answer

    def who(self, what: str, token: str, expected: str) -> None:
        answer = self.call(what, "GET", "/who/", token)
        if answer.status == 200 and json.loads(answer.body)["caller"] != expected:
            self.tally.note(f"{what}: expected {expected}, got {answer.body!r}")

    def exchange(self, what: str, token: str, expected: str) -> None:
        """Begin a Django session with a token."""
        answer = self.call(what, "POST", "/entrance/session/", token, Origin=self.address)
        if answer.status == 200 and json.loads(answer.body)["user"]["username"] != expected:
            self.tally.note(f"{what}: expected {expected}, got {answer.body!r}")

    def begin_on_a_page(self) -> str:
        """Click the button in a new browser. Return the address at Entra."""
        self.cookies.clear()
        page = self.ask("GET", "/entrance/sign-in/").body.decode()
        token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        sent = {"Origin": self.address, "Referer": f"{self.address}/entrance/sign-in/"}
        answer = self.ask("POST", "/entrance/sign-in/", urlencode({"csrfmiddlewaretoken": token}), **sent)
        assert answer.status == 302, answer
        return answer.headers["Location"]

    def come_back(self, address: str) -> Answer:
        """Follow Entra's answer to the callback."""
        parts = urlsplit(address)
        return self.ask("GET", f"{parts.path}?{parts.query}")
