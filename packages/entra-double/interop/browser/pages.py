"""Serves the page of the client @azure/msal-browser, with MSAL's files from node_modules."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

HERE = Path(__file__).parent
MSAL = HERE.parents[3] / "node_modules" / "@azure" / "msal-browser" / "lib"
FILES = {
    "/": (HERE / "index.html", "text/html"),
    "/app.js": (HERE / "app.js", "text/javascript"),
    "/redirect.html": (HERE / "redirect.html", "text/html"),
    "/msal-browser.min.js": (MSAL / "msal-browser.min.js", "text/javascript"),
    "/msal-redirect-bridge.min.js": (MSAL / "redirect-bridge" / "msal-redirect-bridge.min.js", "text/javascript"),
}


@contextmanager
def served(entra: str) -> Iterator[str]:
    """Serve the page on a free port. It signs in at `entra`. Yield its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            file, kind = FILES.get(path, (None, "text/plain"))
            body = file.read_bytes() if file else entra.encode() if path == "/entra.txt" else None
            self.send_response(HTTPStatus.OK if body is not None else HTTPStatus.NOT_FOUND)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *arguments: object) -> None:
            """Log nothing: the output is for results."""

    with ThreadingHTTPServer(("localhost", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()
        thread.join()
