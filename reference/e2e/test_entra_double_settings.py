"""The MSAL.js settings on entra-double's page work unchanged."""

import threading
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from e2e.people import pick
from e2e.servers import Servers
from playwright.sync_api import Page, expect

MSAL = Path(__file__).parents[2] / "node_modules" / "@azure" / "msal-browser" / "lib" / "msal-browser.min.js"
PAGE = """<!doctype html><title>A page of one's own</title><link rel="icon" href="data:,">
<script src="/msal.js"></script>
<script type="importmap">{"imports": {"@azure/msal-browser": "/msal-module.js"}}</script>
<script type="module">
  import { application, request } from "/settings.js";
  await application.initialize();
  const button = document.createElement("button");
  button.textContent = "Sign in";
  button.onclick = async () => {
    const { account } = await application.loginPopup(request);
    document.title = `Signed in as ${account.username}`;
  };
  document.body.append(button);
</script>
"""
MSAL_AS_A_MODULE = "export const { PublicClientApplication } = msal;"


def test_the_settings_for_msal_js_sign_a_person_in(page: Page, servers: Servers) -> None:
    page.goto(servers.entra)
    settings = page.get_by_role("region", name="Settings for MSAL JS").text_content()
    assert settings is not None
    with urllib.request.urlopen(f"{servers.logbook}/entrance/redirect/") as response:
        bridge = response.read().decode()
    files = {
        "/": PAGE,
        "/msal.js": MSAL.read_text(encoding="utf-8"),
        "/msal-module.js": MSAL_AS_A_MODULE,
        "/settings.js": settings,
        "/entrance/redirect/": bridge,
    }
    with serving(files) as site:
        page.goto(site)
        with page.expect_popup() as popup:
            page.get_by_role("button", name="Sign in").click()
        pick(popup.value, "ada@contoso.example")
        expect(page).to_have_title("Signed in as ada@contoso.example")


@contextmanager
def serving(files: Mapping[str, str]) -> Iterator[str]:
    """Serve files on a free port of localhost. Yield the URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            self.send_response(200)
            self.send_header("Content-Type", "text/javascript" if path.endswith(".js") else "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(files[path].encode())

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_address[1]}"
        server.shutdown()
