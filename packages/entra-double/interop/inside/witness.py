"""What a client says and asks from inside its own environment; nothing but the standard library.

A line of JSON goes out for every flow. When a flow needs the person at the browser, a line asks for that, and the page
at which the person's way ended comes back as a line.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import threading
import traceback
from collections.abc import Callable
from wsgiref.simple_server import WSGIRequestHandler, make_server

ENTRA = os.environ.get("ENTRA_URL", "")
TENANT = "c0470500-0000-4000-a000-000000000001"
ADA, KATHERINE = "ada@contoso.example", "katherine@fabrikam.example"

_OUT = sys.stdout
sys.stdout = sys.stderr  # what libraries print is no testimony


class Page:
    """Where the person's way ended; `seen` has the headings of the pages on it."""

    def __init__(self, answer: dict) -> None:
        self.status: int = answer["status"]
        self.url: str = answer["url"]
        self.text: str = answer["text"]
        self.seen: list[str] = answer["seen"]

    @property
    def json(self) -> dict:
        if self.status != 200 or not self.text.startswith("{"):
            raise AssertionError(f"the way ended at {self}")
        return json.loads(self.text)

    def __str__(self) -> str:
        return f"{self.status} {self.url.partition('?')[0]}: {' '.join(self.text.split())[:300]}"


def person(address: str, who: str | None = ADA, *, anew: bool = True) -> Page:
    """Let a person open `address`; `anew` gives them a fresh browser, None cancels instead of signing in."""
    _say({"open": address, "person": who, "anew": anew})
    return Page(json.loads(sys.stdin.readline()))


def flow(name: str, act: Callable[[], str]) -> None:
    """Report what `act` comes to: it returns what happened, in some words, or raises."""
    try:
        _say({"flow": name, "ok": True, "said": act()})
    except Exception as error:
        traceback.print_exc()
        _say({"flow": name, "ok": False, "said": f"{type(error).__name__}: {error}"[:400]})


def site(application: Callable) -> str:
    """Serve a WSGI application on a free port of localhost, and give its address."""
    server = make_server("localhost", 0, application, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://localhost:{server.server_port}"


def claims_of(token: str) -> dict:
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def _say(line: dict) -> None:
    print(json.dumps(line), file=_OUT, flush=True)
