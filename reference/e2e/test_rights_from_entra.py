"""What Entra says decides: a role taken away, too many groups, and guests."""

from collections.abc import Iterator

import pytest
from e2e.directories import changed, member
from e2e.people import ADA, KATHERINE, expect_signed_in, open_popup, pick, sign_in_with_microsoft
from e2e.servers import Servers, running
from entra_double import seed
from playwright.sync_api import Page, expect

ABOUT_TO_EXPIRE = 200
"""Seconds. MSAL renews tokens with less than 300 left."""

WRITERS = next(group.object_id for group in seed().groups if group.name == "Editors")
API = 'name = "Logbook API"\nclient_id'
API_WITH_GROUPS = f"""\
group_claims = ["SecurityGroup"]
application_permissions = {{ "Microsoft Graph" = ["GroupMember.Read.All"] }}
{API}"""
ASKS_GRAPH = """
[[tenants.assignments]]
who = "Logbook API"
to = "Microsoft Graph"
role = "GroupMember.Read.All"
"""


@pytest.fixture(scope="module")
def stricter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """A Logbook without guests, whose writers are an Entra group."""
    environment = {
        "DJANGO_SETTINGS_MODULE": "e2e.without_guests",
        "LOGBOOK_WRITERS_GROUP": WRITERS,
        "ENTRANCE_CLIENT_SECRET": "entra-local-not-a-secret-api",
    }
    with running(tmp_path_factory.mktemp("stricter"), **environment) as both:
        yield both
        assert not both.called.exists(), "the servers called addresses beyond loopback"


def test_a_role_taken_away_ends_while_signed_in(page: Page, servers: Servers) -> None:
    writer, reader = (member("mae", "Mae Jemison", role) for role in ("Writer", "Reader"))
    servers.control("PUT", "access-token-lifetime", {"seconds": ABOUT_TO_EXPIRE})
    with changed(servers, added=writer):
        sign_in_with_microsoft(page, "mae@contoso.example")
        expect(page.get_by_label("New entry")).to_be_visible()
    with changed(servers, added=reader):
        page.get_by_label("New entry").fill("Too late.")
        page.get_by_role("button", name="Add entry").click()
        expect(page.get_by_label("New entry")).to_have_count(0)
        expect(page.get_by_role("article").first).to_be_visible()
    with changed(servers, added=member("mae", "Mae Jemison") + unassigned("mae")):
        expect(page.get_by_role("heading", name="You have no role yet")).to_be_visible()


def unassigned(username: str) -> str:
    """Return an assignment without a role: the person is admitted, and has none."""
    return f'[[tenants.assignments]]\nwho = "{username}@contoso.example"\nto = "Logbook API"\n'


def test_too_many_groups_are_asked_of_graph(page: Page, stricter: Servers) -> None:
    groups = member("margaret", "Margaret Hamilton", "Reader", groups=201)
    writers = ('members = ["grace@contoso.example"]', 'members = ["grace@contoso.example", "margaret"]')
    with changed(stricter, (API, API_WITH_GROUPS), writers, added=groups + ASKS_GRAPH):
        page.goto(stricter.logbook)
        pick(open_popup(page), "margaret@contoso.example")
        expect(page.get_by_label("New entry")).to_be_visible()
        page.get_by_role("button", name="Margaret Hamilton").click()
        expect(page.get_by_role("dialog", name="Account")).to_contain_text(f"given by the group {WRITERS}")


def test_a_guest_reads_why_they_are_refused(page: Page, stricter: Servers) -> None:
    page.goto(stricter.logbook)
    pick(open_popup(page), KATHERINE)
    expect(page.get_by_text("guest_refused")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.goto(stricter.logbook)
    pick(open_popup(page), ADA)
    expect_signed_in(page)
