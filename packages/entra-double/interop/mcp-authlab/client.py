"""mcp-authlab checks Logbook's tools against the specification's authorization, signed in at entra-double."""

from __future__ import annotations

import json
import os
import threading
import urllib.request
import webbrowser
from pathlib import Path
from tempfile import TemporaryDirectory

import harness
from mcp_authlab.cli import main

TOOLS = os.environ["LOGBOOK_TOOLS"]
CLIENT_ID = "70015000-0000-4000-a000-000000000006"
SCOPE = f"{TOOLS}/access_as_user offline_access"

NOT_OF_ENTRA = {
    "ASM-05": "Entra registers no client by itself",
    "ASM-06": "Entra sends no iss with a code",
}
"""Checks of the authorization server that Entra does not pass, which are warnings."""

SECOND_CODE, ANOTHER_URI = "ASF-03", "http://localhost:8000/mcp"
"""A check that needs a second code, and another App ID URI of the API, for which Entra gives one.

Both tokens then have the audience of the scope, so the check of the audience (ASF-04) needs a login without it.
"""


class Browser(webbrowser.BaseBrowser):
    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
        threading.Thread(target=harness.visit, args=(url,)).start()
        return True


def foreign_token() -> str:
    """Return a token of the same authority for another API."""
    asked = json.dumps({"person": "ada", "claims": {"aud": "https://localhost:1/mcp"}}).encode()
    request = urllib.request.Request(f"{harness.ENTRA}/_control/token", asked, method="POST")
    request.add_header("X-Entra-Double-Control", "1")
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["access_token"]


def status_in(found: object, name: str) -> str | None:
    """Return the status of a check in what a login has stored."""
    if isinstance(found, dict):
        if found.get("id") == name:
            return found["status"]
        found = list(found.values())
    return next(filter(None, (status_in(each, name) for each in found)), None) if isinstance(found, list) else None


def checks() -> str:
    webbrowser.register("person", None, Browser(), preferred=True)
    with TemporaryDirectory() as folder:
        os.environ["MCP_AUTHLAB_TOKENS"] = f"{folder}/tokens.json"
        report = Path(folder) / "report.json"
        login = ["login", TOOLS, "--client-id", CLIENT_ID, "--scope", SCOPE, "--redirect-port", "8765", "--insecure"]
        login += ["--timeout", "60", "--no-color", "--thorough"]
        assert main([*login, "--foreign-resource", ANOTHER_URI]) == 0, "the sign-in failed"
        second_code = status_in(json.loads(Path(os.environ["MCP_AUTHLAB_TOKENS"]).read_text()), SECOND_CODE)
        assert main(login) == 0, "the sign-in failed"
        scan = ["scan", TOOLS, "--insecure", "--format", "json", "--output", str(report), "--tool", "list_entries"]
        assert main([*scan, "--foreign-token", foreign_token()]) == 0, "the scan failed"
        found = json.loads(report.read_text(encoding="utf-8"))
    results = {each["id"]: (each["status"], each["message"]) for each in found["results"]}
    assert results[SECOND_CODE][0] == "skip", results[SECOND_CODE]  # Entra gives no code for a resource of no API
    results[SECOND_CODE] = (second_code, "with another URI of the API")
    wrong = {name: said for name, said in results.items() if said[0] != "pass"}
    assert set(wrong) == set(NOT_OF_ENTRA), wrong
    assert {status for status, _ in wrong.values()} == {"warn"}, wrong
    return f"{len(results) - len(wrong)} of {len(results)} pass, grade {found['grade']}; not {', '.join(sorted(wrong))}"


harness.flow("signs in, and checks what the specification demands", checks)
