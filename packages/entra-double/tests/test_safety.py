"""Group P of the attack corpus, 723 to 735: what keeps a stand-in from harming anybody.

736 to 743 are in `test_safety_of_words.py`; 744, the comparison with the real service, is all of `test_facts.py`.
"""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest
from entra_double import FORGERIES, Emulator, make_app
from entra_double._http.server import listen
from entra_double._world.outages import KINDS

from .machine import SITE, SITE_SECRET
from .single_page_app import (
    ADA,
    APP,
    AUTHORIZE,
    BASE_URL,
    DISCOVERY,
    KEYS,
    LOGOUT,
    SPA,
    TOKEN,
    SinglePageApp,
    aadsts,
    payload,
)

PACKAGE = Path(__file__).parent.parent
CONTROL = {"X-Entra-Double-Control": "1"}
FOREIGN = {"Origin": "https://evil.example"}


# 723: this machine alone, and it says what it is


def test_723_only_this_machine_reaches_it_and_it_says_what_it_is() -> None:
    sockets = listen(0)
    try:
        assert {listener.getsockname()[0] for listener in sockets} <= {"127.0.0.1", "::1"}
    finally:
        for listener in sockets:
            listener.close()
    command = [sys.executable, "-u", "-m", "entra_double", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        banner = ""
        while "localhost:" not in banner:
            banner += child.stdout.readline()
        child.terminate()
    assert "It is not Microsoft." in banner
    assert "For development and tests only: everybody can sign in as anybody." in banner


# 727: no key is published with the package, so there is none that anybody could trust by mistake


def test_727_the_wheel_has_no_key_in_it(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=PACKAGE, check=True, capture_output=True, timeout=60)
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
        texts = {name: packed.read(name) for name in names}
    assert any(name.endswith("/signing.py") for name in names)
    assert not [name for name in names if re.search(r"\.(pem|key|p12|pfx|der|jwk|json)$", name)]
    assert not [name for name, text in texts.items() if re.search(rb"-----BEGIN [A-Z ]+-----\s+[\w+/]{20}", text)]


def test_727_each_emulator_signs_with_keys_of_its_own() -> None:
    first, second = ({key.key_id for key in Emulator().keys.published} for _ in range(2))
    assert (len(first | second), first & second) == (4, set())


# 730: no other web page may read what it says, but those that are registered for that


@pytest.mark.parametrize("path", [TOKEN, AUTHORIZE, LOGOUT, DISCOVERY, KEYS, "/", "/health", "/_control/token"])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
async def test_730_nothing_is_shared_with_a_foreign_page(http: httpx.AsyncClient, path: str, method: str) -> None:
    headers = (await http.request(method, path, headers=FOREIGN | CONTROL)).headers
    assert "access-control-allow-credentials" not in headers
    assert headers.get("access-control-allow-origin") in ({None, "*"} if path in (DISCOVERY, KEYS) else {None})


async def test_730_the_page_of_a_registered_application_reads_its_tokens(app: SinglePageApp) -> None:
    response = await app.redeem((await app.sign_in())["code"])
    assert response.headers["access-control-allow-origin"] == APP
    assert "access-control-allow-credentials" not in response.headers


# 731: there is no WebSocket, and nobody's Origin gets one


@pytest.mark.parametrize("origin", [BASE_URL, "https://evil.example"])
async def test_731_a_websocket_is_refused(emulator: Emulator, origin: str) -> None:
    sent: list[Any] = []

    async def receive() -> dict[str, object]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"host", b"localhost:8400"), (b"origin", origin.encode())]
    for path in ("/", "/_control/requests"):
        scope = {"type": "websocket", "path": path, "headers": headers, "query_string": b"", "root_path": ""}
        await make_app(emulator)(scope | {"asgi": {"version": "3.0"}, "subprotocols": []}, receive, send)
    assert {message["type"] for message in sent} <= {
        "websocket.close",
        "websocket.http.response.start",
        "websocket.http.response.body",
    }
    assert sent[-2]["status"] == 403, "the control interface answers like everywhere"


# 732: redirect URIs as in the service, so that what works here works there


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "http://localhost:8000/entrance",
        "http://localhost:8000/entrance/redirect",
        "http://localhost:8000/entrance/redirect/more",
        "http://localhost:8000/entrance/redirect/?a=b",
        "http://localhost:8000/entrance/redirect/#a",
        "http://ada@localhost:8000/entrance/redirect/",
        "http://localhost@evil.example/entrance/redirect/",
        "http://evil.example/entrance/redirect/",
        "http://localhost.evil.example/entrance/redirect/",
        "http://127.0.0.1:8000/entrance/redirect/",
        "https://localhost:8000/entrance/redirect/",
        "http://localhost:8000/ENTRANCE/redirect/",
        "http://localhost:8000/entrance/../entrance/redirect/",
        "javascript:alert(1)",
    ],
)
async def test_732_an_address_that_is_not_registered_gets_nothing(app: SinglePageApp, redirect_uri: str) -> None:
    response = await app.authorize(redirect_uri=redirect_uri)
    assert (response.status_code, "AADSTS50011" in response.text) == (400, True)
    assert "location" not in response.headers


@pytest.mark.parametrize("port", ["", ":8000", ":5173"])
async def test_732_the_port_of_localhost_does_not_count(app: SinglePageApp, port: str) -> None:
    assert "code" in await app.sign_in(redirect_uri=f"http://localhost{port}/entrance/redirect/")


# 733: a code is good once, for ten minutes, for its client, verifier and redirect URI


@pytest.mark.parametrize(
    ("changes", "code", "error"),
    [
        ({"code_verifier": "w" * 50}, 501481, "invalid_grant"),
        ({"code_verifier": None}, 50148, "invalid_grant"),
        ({"redirect_uri": "http://localhost:8000/"}, 500112, "invalid_client"),
        ({"client_id": SITE, "client_secret": SITE_SECRET}, 70000, "invalid_grant"),
    ],
)
async def test_733_a_code_is_of_no_use_to_another(
    app: SinglePageApp, changes: dict[str, str | None], code: int, error: str
) -> None:
    issued = (await app.sign_in())["code"]
    response = await app.redeem(issued, **changes)
    assert (response.status_code, aadsts(response), response.json()["error"]) == (400, code, error)
    assert (await app.redeem(issued)).status_code == 200, "the twin"


async def test_733_a_code_is_good_once_and_for_ten_minutes(app: SinglePageApp, emulator: Emulator) -> None:
    first, second = (await app.sign_in())["code"], (await app.sign_in())["code"]
    tokens = (await app.redeem(first)).json()
    assert aadsts(await app.redeem(first)) == 54005
    assert (await app.refresh(tokens["refresh_token"])).status_code == 200, "tokens of the first use are kept"
    emulator.clock_offset = 599
    third = (await app.sign_in())["code"]
    assert (await app.redeem(second)).status_code == 200
    emulator.clock_offset += 600
    assert aadsts(await app.redeem(third)) == 70008


# 734: every failure that a test wants can be had, over the control interface too


FAILURES = "exp_past aud_other_api iss_other_tenant signature_flipped kid_unknown key_retired app_only groups_source"
OTHER_PEOPLE = "upn_of_guest good good_v1 personal_account"


@pytest.mark.parametrize("name", f"{FAILURES} {OTHER_PEOPLE}".split())
async def test_734_there_is_a_token_for_each_failure(http: httpx.AsyncClient, name: str) -> None:
    response = await http.post("/_control/forgery", json={"name": name}, headers=CONTROL)
    assert response.json()["token"].count(".") == 2
    assert FORGERIES[name].says


async def test_734_there_is_an_outage_for_each_failure_and_a_clock(http: httpx.AsyncClient, emulator: Emulator) -> None:
    for kind in KINDS:
        assert (await http.post("/_control/outages", json={"kind": kind}, headers=CONTROL)).status_code == 204
    await http.delete("/_control/outages", headers=CONTROL)
    before = emulator.keys.published[0]
    await http.post("/_control/rotate-keys", headers=CONTROL)
    await http.put("/_control/clock", json={"advance": 7200}, headers=CONTROL)
    await http.put("/_control/api-token-version", json={"version": 1}, headers=CONTROL)
    assert emulator.keys.published[0] != before
    assert payload(emulator.access_token("ada@contoso.example"))["ver"] == "1.0"
    assert emulator.clock_offset == 7200


# 735: groups are told to those only who hold a token for Microsoft Graph


async def test_735_groups_beyond_the_token_need_one_for_graph(http: httpx.AsyncClient, emulator: Emulator) -> None:
    for_graph = emulator.access_token("ada@contoso.example", client_id=SPA, scope="openid")
    for_us = emulator.access_token("ada@contoso.example")
    asked = {"url": f"/v1.0/users/{ADA}/getMemberObjects", "json": {"securityEnabledOnly": False}}
    for token in (for_us, "", for_graph[:-4] + "AAAA", for_graph.rpartition(".")[0] + "."):
        response = await http.post(**asked, headers={"Authorization": f"Bearer {token}"})  # type: ignore[arg-type]
        assert response.status_code == 401
        assert "value" not in response.json()
    response = await http.get("/v1.0/me", headers={"Authorization": f"Bearer {for_graph}"})
    assert response.status_code in (200, 403), "the twin is known: it is refused for its scopes at most"
