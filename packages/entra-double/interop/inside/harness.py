"""Used by clients inside their own environments. Uses only the standard library.

A client prints a line of JSON for each flow. To open an address in a browser it prints a line, too, and then reads the
final page as a line of JSON.
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
sys.stdout = sys.stderr  # keeps the output of libraries out of the results


class Page:
    """The final page of a visit. `seen` lists the headings of its pages."""

    def __init__(self, answer: dict) -> None:
        self.status: int = answer["status"]
        self.url: str = answer["url"]
        self.text: str = answer["text"]
        self.seen: list[str] = answer["seen"]

    @property
    def json(self) -> dict:
        if self.status != 200 or not self.text.startswith("{"):
            raise AssertionError(f"the visit ended at {self}")
        return json.loads(self.text)

    def __str__(self) -> str:
        return f"{self.status} {self.url.partition('?')[0]}: {' '.join(self.text.split())[:300]}"


def visit(address: str, person: str | None = ADA, *, new_browser: bool = True) -> Page:
    """Open `address` as `person`, who signs in; None cancels the sign-in."""
    _say({"open": address, "person": person, "new_browser": new_browser})
    return Page(json.loads(sys.stdin.readline()))


def flow(name: str, act: Callable[[], str]) -> None:
    """Run `act` and report its result: it returns a short summary, or raises."""
    try:
        _say({"flow": name, "ok": True, "said": act()})
    except Exception as error:
        traceback.print_exc()
        _say({"flow": name, "ok": False, "said": f"{type(error).__name__}: {error}"[:400]})


def serve(application: Callable) -> str:
    """Serve a WSGI application on a free port of localhost. Return its address."""
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
