"""The policies of the pages: Cross-Origin-Opener-Policy when wanted, Content-Security-Policy unless unwanted."""

from __future__ import annotations

import httpx
import pytest
from entra_double import Emulator, EntraServer, make_app
from entra_double._cli import main, make_parser
from entra_double._tokens.state import ContentSecurity

from ..commands import serve
from ..single_page_app import AUTHORIZE, BASE_URL, KEYS, LOGOUT, TENANT, SinglePageApp

COOP, CSP, REPORT = (
    "cross-origin-opener-policy",
    "content-security-policy",
    "content-security-policy-report-only",
)
PAGES = [AUTHORIZE, LOGOUT, "/device", f"/{TENANT}/adminconsent", "/"]


def client(**wishes: object) -> httpx.AsyncClient:
    emulator = Emulator(base_url=BASE_URL, **wishes)  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=httpx.ASGITransport(make_app(emulator)), base_url=BASE_URL)


@pytest.mark.parametrize("path", PAGES)
async def test_a_popup_loses_its_opener_where_that_is_wanted(path: str) -> None:
    async with client(coop=True) as http:
        assert (await http.get(path)).headers[COOP] == "same-origin"
    async with client() as http:
        assert COOP not in (await http.get(path)).headers


async def test_so_do_the_pages_that_lead_on() -> None:
    async with client(coop=True) as http:
        app = SinglePageApp(http)
        page = await app.authorize()
        assert page.headers[COOP] == "same-origin"
        back = await app.choose(page, account="ada00000-0000-4000-a000-000000000011")
        assert (back.status_code, back.headers[COOP]) == (302, "same-origin")


@pytest.mark.parametrize("path", [KEYS, "/health", "/_pages/style.css"])
async def test_what_is_no_page_has_no_policy_of_openers(path: str) -> None:
    async with client(coop=True) as http:
        answer = await http.get(path)
    assert answer.status_code == 200
    assert COOP not in answer.headers


@pytest.mark.parametrize(("csp", "sent"), [("enforced", {CSP}), ("report-only", {REPORT}), ("off", set[str]())])
async def test_the_policy_of_contents_may_be_eased(csp: str, sent: set[str]) -> None:
    async with client(csp=ContentSecurity(csp)) as http:
        headers = (await http.get(AUTHORIZE)).headers
    assert {name for name in (CSP, REPORT) if name in headers} == sent
    assert all(headers[name].startswith("default-src 'none'; ") for name in sent)
    assert headers["x-frame-options"] == "DENY"


def test_the_command_takes_both() -> None:
    code, headers = serve("--coop", "--csp", "report-only", ask=lambda http: http.get(AUTHORIZE).headers)
    assert isinstance(headers, httpx.Headers)
    assert (code, headers[COOP], REPORT in headers, CSP in headers) == (0, "same-origin", True, False)


def test_without_them_the_command_sends_what_the_service_does() -> None:
    options = make_parser().parse_args(["serve"])
    assert (options.coop, options.csp) == (False, "enforced")


def test_another_word_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["serve", "--csp", "lax"])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "argument --csp: invalid choice: 'lax' (choose from " in said
    assert "ContentSecurity" not in said


def test_a_server_of_a_test_takes_it() -> None:
    with EntraServer(coop=True) as server:
        assert httpx.get(server.base_url + AUTHORIZE, trust_env=False).headers[COOP] == "same-origin"
