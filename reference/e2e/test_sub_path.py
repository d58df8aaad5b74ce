"""A site under a sub-path, with its own Application ID URI and tokens of both versions."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from e2e.people import ADA, expect_signed_out, open_popup, pick
from e2e.servers import free_ports, process, wait_for
from playwright.sync_api import Page, expect

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

DIRECTORY = """\
[[tenants]]
name = "Contoso"
domain = "contoso.example"
id = "c0470500-0000-4000-a000-000000000001"

[[tenants.applications]]
name = "Logbook API"
client_id = "a9100000-0000-4000-a000-000000000002"
app_id_uris = ["api://contoso/logbook"]
access_token_version = {version}
scopes = ["access_as_user"]

[[tenants.applications]]
name = "Logbook web"
client_id = "5ba00000-0000-4000-a000-000000000003"
spa = ["http://localhost/logbook/entrance/redirect/", "http://localhost/logbook/"]
permissions = {{ "Logbook API" = ["access_as_user"], "Microsoft Graph" = ["openid", "profile", "offline_access"] }}
admin_consent = true

[[tenants.people]]
name = "Ada Lovelace"
username = "ada"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the page with Vite, once."""
    folder = tmp_path_factory.mktemp("sub_path")
    page = str(HERE / "sub_path" / "page")
    build = ["npx", "vite", "build", page, "--outDir", str(folder / "page"), "--base", "./"]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    return folder


@pytest.fixture(params=[1, 2], ids=["v1.0", "v2.0"])
def site(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """Run entra-double and the site. IDs come from the environment, which also has those of a pod."""
    entra_port, port = free_ports(2)
    directory = folder / "entra-double.toml"
    directory.write_text(DIRECTORY.format(version=request.param))
    environment = os.environ | {
        "PYTHONPATH": str(HERE.parent),
        "ENTRANCE_TENANT_ID": "c0470500-0000-4000-a000-000000000001",
        "ENTRANCE_CLIENT_ID": "a9100000-0000-4000-a000-000000000002",
        "ENTRANCE_SPA_CLIENT_ID": "5ba00000-0000-4000-a000-000000000003",
        "ENTRANCE_AUTHORITY_HOST": f"http://localhost:{entra_port}",
        "AZURE_TENANT_ID": "90d00000-0000-4000-a000-000000000001",
        "AZURE_CLIENT_ID": "90d00000-0000-4000-a000-000000000002",
        "AZURE_AUTHORITY_HOST": "https://login.microsoftonline.com/",
    }
    serve = ["-m", "entra_double", "serve", "--port", str(entra_port), "--directory", str(directory)]
    with ExitStack() as stack:
        stack.enter_context(process(serve, environment))
        stack.enter_context(process(["-m", "e2e.sub_path.site", str(port), str(folder)], environment))
        wait_for(f"http://localhost:{entra_port}/health")
        wait_for(f"http://localhost:{port}/logbook/entrance/config.json")
        yield f"http://localhost:{port}"


def test_sign_in_and_out_stay_within_the_site(page: Page, site: str) -> None:
    page.goto(f"{site}/logbook/")
    pick(open_popup(page), ADA)
    expect(page.get_by_text(ADA)).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect_signed_out(page)
    expect(page).to_have_url(f"{site}/logbook/")


def test_the_redirect_page_leads_back_into_the_site(page: Page, site: str) -> None:
    page.goto(f"{site}/logbook/entrance/redirect/")
    page.get_by_role("link", name="Back to the application").click()
    expect_signed_out(page)
    expect(page).to_have_url(f"{site}/logbook/")
