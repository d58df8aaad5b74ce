"""``entrance adopt --from-adfs``: users that were found by name are bound to people, each skip with its reason."""

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError
from django_entrance.entra import directory
from django_entrance.entra.client import client_of
from django_entrance.management import adopt_adfs
from django_entrance.models import EntraAccount, ExpectedPerson, SignInEvent
from entra_double import EntraServer, Person, seed
from entra_double._world.ids import GRAPH_CLIENT_ID
from entra_double._world.policies import Assignment
from entra_double._world.seed import API_CLIENT_ID, API_SECRET, CONTOSO
from scripted import OTHER_TENANT
from token_watch import keep_secret

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_environment")]

UPN, OTHER = "ada@contoso.example", "0b0e0000-0000-4000-8000-000000000007"
ADA, KATHERINE = "ada00000-0000-4000-a000-000000000011", "9e570000-0000-4000-a000-000000000014"
ONLY_GRAPH = "only Microsoft Graph knows the person: add --graph"
USER_READ_ALL = "df021288-bdef-4463-88db-98f22de89214"
SITE = {"TENANT_ID": CONTOSO.id, "CLIENT_ID": API_CLIENT_ID, "CLIENT_SECRET": API_SECRET, "GROUPS_CLAIM": None}


@pytest.fixture(autouse=True)
def site(settings: Any) -> None:
    settings.ENTRANCE = {}
    settings.AUTH_ADFS = SITE


@pytest.fixture(scope="module")
def server() -> Iterator[EntraServer]:
    with EntraServer(tls=True) as server:
        yield server


@pytest.fixture
def closed_graph(server: EntraServer, settings: Any, monkeypatch: pytest.MonkeyPatch) -> EntraServer:
    """Microsoft Graph that gives the application no token."""
    keep_secret(API_SECRET)
    server.emulator.directory = seed()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(server.ca))
    settings.ENTRANCE = {"AUTHORITY_HOST": server.base_url}
    client_of.cache_clear()
    return server


@pytest.fixture
def graph(closed_graph: EntraServer, monkeypatch: pytest.MonkeyPatch) -> EntraServer:
    """Microsoft Graph that shows all people to the application."""
    principal = closed_graph.emulator.directory.service_principal(CONTOSO.id, API_CLIENT_ID)
    assert principal is not None
    ids = {"principal_id": principal.id, "tenant_id": CONTOSO.id, "client_id": GRAPH_CLIENT_ID}
    put(closed_graph, Assignment(**ids, role_id=USER_READ_ALL))
    token = closed_graph.emulator.application_token(API_CLIENT_ID, scope="https://graph.microsoft.com/.default")
    keep_secret(token)
    monkeypatch.setattr(directory, "application_token", lambda *_: token)
    return closed_graph


def put(entra: EntraServer, thing: Any) -> None:
    entra.emulator.directory = entra.emulator.directory.put(thing)


def user(username: str = UPN, **fields: Any) -> User:
    return User.objects.create(username=username, **fields)


def adopt(*switches: str) -> str:
    out = StringIO()
    call_command("entrance", "adopt", "--from-adfs", *switches, stdout=out)
    return out.getvalue()


def reason(*switches: str) -> str:
    """Return why the only user is skipped, or an empty string."""
    [found] = json.loads(adopt("--json", *switches))["users"]
    assert found["binds"] is (found["reason"] == "")
    return str(found["reason"])


def test_without_write_it_only_tells() -> None:
    user()
    user("admin")
    assert adopt().splitlines() == [
        f"binds  {UPN} → {UPN}, at the first sign-in",
        "skips  admin: the user name is not a user principal name",
        "1 of 2 users would be bound; --write binds them.",
    ]
    assert not ExpectedPerson.objects.exists()
    assert not EntraAccount.objects.exists()


def test_users_keyed_by_upn_are_expected_at_their_first_sign_in() -> None:
    ada = user("Ada@Contoso.example", password="!kept")
    ada.groups.add(Group.objects.create(name="editors"))
    assert "1 of 1 users were bound." in adopt("--write")
    assert "1 of 1 users were bound." in adopt("--write"), "again, with the same result"
    row = ExpectedPerson.objects.get()
    assert (row.user, row.username, str(row.tenant_id)) == (ada, UPN, CONTOSO.id)
    ada.refresh_from_db()
    assert (ada.username, ada.password, ada.groups.count()) == ("Ada@Contoso.example", "!kept", 1)


def test_a_user_with_another_name_is_expected_with_that_name_only() -> None:
    ada = user()
    ExpectedPerson.objects.create(tenant_id=CONTOSO.id, username="countess@contoso.example", user=ada)
    adopt("--write")
    assert ExpectedPerson.objects.get().username == UPN


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({}, ""),
        ({"is_active": False}, "the user is deactivated"),
        ({"is_staff": True}, "the user is staff: add --staff"),
        ({"is_superuser": True}, "the user is staff: add --staff"),
        ({"username": "ada_fab.example#EXT#@contoso.example"}, ONLY_GRAPH),
        ({"username": "ada_fab.example_EXT_@contoso.example"}, ONLY_GRAPH),
        ({"username": "ada@localhost"}, "the user name is not a user principal name"),
        ({"username": "@contoso.example"}, "the user name is not a user principal name"),
    ],
    ids=str,
)
def test_a_user_is_skipped_for_a_reason(fields: dict[str, Any], why: str) -> None:
    user(**{"username": UPN} | fields)
    assert reason() == why


def test_staff_is_bound_only_if_that_is_written(settings: Any) -> None:
    user(is_staff=True)
    assert reason("--staff") == ""
    assert reason() != ""
    settings.ENTRANCE = {"ADOPT_STAFF": True, "ADOPT_DOMAINS": ["contoso.example"]}
    assert reason() == ""


def test_of_two_users_with_one_name_neither_is_bound() -> None:
    user()
    user(UPN.upper())
    assert adopt("--write").count("2 users have this name") == 2
    assert not ExpectedPerson.objects.exists()


def test_users_with_an_account_and_applications_are_no_matter(settings: Any) -> None:
    EntraAccount.objects.create(tenant_id=CONTOSO.id, object_id=ADA, user=user())
    user("robot@contoso.example")
    settings.ENTRANCE = {"APPLICATIONS": {OTHER: "robot@contoso.example"}}
    assert adopt() == "0 of 0 users would be bound; --write binds them.\n"


def test_a_name_that_is_expected_for_another_user_is_taken() -> None:
    ExpectedPerson.objects.create(tenant_id=CONTOSO.id, username=UPN, user=user("countess@contoso.example"))
    user()
    assert f"skips  {UPN}: the person belongs to another user" in adopt()
    ExpectedPerson.objects.update(tenant_id=OTHER_TENANT)
    assert f"binds  {UPN}" in adopt()


@pytest.mark.parametrize(
    ("claim", "name", "why"),
    [
        ("oid", ADA, ""),
        ("oid", UPN, "the user name is not an object id"),
        ("unique_name", UPN, ""),
        ("email", UPN, ONLY_GRAPH),
        ("winaccountname", "ada", ONLY_GRAPH),
        ("employeeid", "0815", "Microsoft Graph does not know the claim of the user name: use --csv"),
    ],
)
def test_the_claim_of_the_user_name_decides(settings: Any, claim: str, name: str, why: str) -> None:
    settings.AUTH_ADFS = SITE | {"USERNAME_CLAIM": claim}
    user(name)
    assert reason("--write") == why
    assert ExpectedPerson.objects.count() + EntraAccount.objects.count() == (not why)


def test_users_keyed_by_object_id_are_bound_at_once(settings: Any) -> None:
    settings.AUTH_ADFS = SITE | {"USERNAME_CLAIM": "oid"}
    ada = user(ADA.upper())
    adopt("--write")
    assert str(EntraAccount.objects.get(user=ada).object_id) == ADA


def test_graph_binds_by_object_id(graph: EntraServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory, "LARGEST_PAGE", 2)
    ada = user()
    user("gone@contoso.example")
    ExpectedPerson.objects.create(tenant_id=CONTOSO.id, username=UPN, user=ada)
    assert adopt("--graph", "--write").splitlines() == [
        f"binds  {UPN} → {ADA}",
        "skips  gone@contoso.example: no people of the tenant have this name",
        "1 of 2 users were bound.",
    ]
    account = EntraAccount.objects.get()
    assert (account.user, str(account.tenant_id), str(account.object_id)) == (ada, CONTOSO.id, ADA)
    assert not ExpectedPerson.objects.exists(), "the person is known now"


@pytest.mark.parametrize(
    ("claim", "guest_claim", "name", "why"),
    [
        ("email", None, UPN, ""),
        ("oid", None, ADA, ""),
        ("winaccountname", None, "ada", "no people of the tenant have this name"),
        ("upn", None, "katherine@fabrikam.example", "no people of the tenant have this name"),
        ("upn", "email", "katherine@fabrikam.example", ""),
        ("upn", None, "katherine_fabrikam.example#EXT#@contoso.example", ""),
        ("upn", "employeeid", "katherine@fabrikam.example", "no people of the tenant have this name"),
        ("employeeid", None, UPN, "no people of the tenant have this name"),
    ],
)
def test_graph_finds_people_by_the_property_of_the_claim(
    graph: EntraServer, settings: Any, claim: str, guest_claim: str | None, name: str, why: str
) -> None:
    settings.AUTH_ADFS = SITE | {"USERNAME_CLAIM": claim, "GUEST_USERNAME_CLAIM": guest_claim}
    user(name)
    assert reason("--graph") == why


def test_guests_that_are_refused_are_not_bound(graph: EntraServer, settings: Any) -> None:
    user("katherine@fabrikam.example")
    settings.AUTH_ADFS = SITE | {"GUEST_USERNAME_CLAIM": "email"}
    assert reason("--graph") == ""
    settings.AUTH_ADFS = SITE | {"GUEST_USERNAME_CLAIM": "email", "BLOCK_GUEST_USERS": True}
    assert reason("--graph") == "the person is a guest, and ALLOW_GUESTS is False"


def member(**changes: Any) -> Person:
    known: dict[str, Any] = {
        "object_id": OTHER,
        "tenant_id": CONTOSO.id,
        "username": "bob@contoso.example",
        "name": "Bob",
        "given_name": "Bob",
        "family_name": "B",
        "user_principal_name": "bob@contoso.example",
        "home_tenant_id": CONTOSO.id,
        "home_object_id": OTHER,
    }
    return Person(**known | changes)


def test_a_disabled_person_is_not_bound(graph: EntraServer) -> None:
    user("bob@contoso.example")
    put(graph, member(enabled=False))
    assert reason("--graph") == "the person is disabled in Entra"
    put(graph, member())
    assert reason("--graph") == ""


def test_of_two_people_with_one_address_neither_is_bound(graph: EntraServer, settings: Any) -> None:
    settings.AUTH_ADFS = SITE | {"USERNAME_CLAIM": "email"}
    user()
    put(graph, member(email=UPN))
    assert reason("--graph") == "2 people of the tenant have this name"
    put(graph, member())
    assert reason("--graph") == ""


def test_a_person_who_is_bound_already_is_taken(graph: EntraServer) -> None:
    EntraAccount.objects.create(tenant_id=CONTOSO.id, object_id=ADA, user=user("countess"))
    user()
    assert reason("--graph") == "the person belongs to another user"
    EntraAccount.objects.all().delete()
    User.objects.get(username="countess").delete()
    assert reason("--graph") == ""


def test_graph_needs_a_credential(graph: EntraServer, settings: Any) -> None:
    user()
    assert reason("--graph") == ""
    settings.AUTH_ADFS = SITE | {"CLIENT_SECRET": None}
    with pytest.raises(CommandError, match="needs a CLIENT_SECRET"):
        adopt("--graph")


def test_graph_needs_the_permission(closed_graph: EntraServer) -> None:
    with pytest.raises(CommandError, match=r"User\.Read\.All is needed"):
        adopt("--graph")


def test_an_answer_other_than_a_list_is_an_error(graph: EntraServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory, "application_token", lambda *_: "opaque")
    with pytest.raises(CommandError, match=r"User\.Read\.All is needed"):
        adopt("--graph")


def test_several_tenants_have_no_one_directory(settings: Any) -> None:
    settings.ENTRANCE = {"TENANT_ID": "organizations", "ALLOWED_TENANTS": "*"}
    with pytest.raises(CommandError, match="is not the id of one tenant"):
        adopt()


def test_a_user_who_changes_meanwhile_is_not_bound() -> None:
    ada = user()
    [planned] = adopt_adfs.plan(CONTOSO.id, "default", None)
    User.objects.update(is_active=False)
    assert adopt_adfs.bind(CONTOSO.id, planned).reason == "the user has changed meanwhile"
    User.objects.update(is_active=True)
    EntraAccount.objects.create(tenant_id=CONTOSO.id, object_id=OTHER, user=ada)
    assert adopt_adfs.bind(CONTOSO.id, planned).reason == "the user has changed meanwhile"
    EntraAccount.objects.all().delete()
    assert adopt_adfs.bind(CONTOSO.id, planned).binds


def test_a_person_who_is_bound_meanwhile_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    user()
    [planned] = adopt_adfs.plan(CONTOSO.id, "default", None)
    ExpectedPerson.objects.create(tenant_id=CONTOSO.id, username=UPN, user=user("countess"))
    assert adopt_adfs.bind(CONTOSO.id, planned).reason == "the person belongs to another user"
    with pytest.raises(IntegrityError):
        adopt_adfs.expect(CONTOSO.id, planned)


def test_an_object_id_that_is_bound_meanwhile_is_taken(settings: Any) -> None:
    settings.AUTH_ADFS = SITE | {"USERNAME_CLAIM": "oid"}
    user(ADA)
    [planned] = adopt_adfs.plan(CONTOSO.id, "default", None)
    EntraAccount.objects.create(tenant_id=CONTOSO.id, object_id=ADA, user=user("countess"))
    assert adopt_adfs.bind(CONTOSO.id, planned).reason == "the person belongs to another user"
    EntraAccount.objects.all().delete()
    assert adopt_adfs.bind(CONTOSO.id, planned).binds


@pytest.mark.django_db(transaction=True)
def test_who_is_bound_by_object_id_is_told_as_adopted(settings: Any) -> None:
    settings.AUTH_ADFS = SITE | {"USERNAME_CLAIM": "oid"}
    ada = user(ADA)
    adopt("--write")
    [event] = SignInEvent.objects.all()
    assert (event.outcome, event.user, str(event.object_id)) == ("adopted", ada, ADA)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ([], "Name the people with --csv, --graph or --from-adfs."),
        (["--csv", "people.csv", "--graph"], "--csv goes with neither"),
        (["--csv", "people.csv", "--from-adfs"], "--csv goes with neither"),
        (["--graph", "--staff"], "--staff goes with --from-adfs"),
    ],
    ids=str,
)
def test_options_that_do_not_fit_together_are_refused(options: list[str], told: str) -> None:
    with pytest.raises(CommandError, match=told):
        call_command("entrance", "adopt", *options)
