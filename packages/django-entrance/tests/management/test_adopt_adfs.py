"""``entrance adopt --from-adfs``: users that were found by name are bound to people, each skip with its reason."""

import json
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError
from django.utils import timezone
from django_entrance.entra import directory
from django_entrance.entra.client import client_of
from django_entrance.entra.graph_faults import GraphFault
from django_entrance.management import adopt_adfs, expecting
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
    assert (found["binds"] or found["expects"]) is (found["reason"] == "")
    assert not (found["binds"] and found["expects"])
    return str(found["reason"])


def test_without_write_it_only_tells() -> None:
    user()
    user("admin")
    assert adopt().splitlines() == [
        f"expects  {UPN} → {UPN}, at the first sign-in",
        "skips  admin: the user name is not a user principal name",
        "0 of 2 users would be bound; --write binds them.",
        "1 of 2 users would be expected at their first sign-in, for 90 days.",
    ]
    assert not ExpectedPerson.objects.exists()
    assert not EntraAccount.objects.exists()


def test_users_keyed_by_upn_are_expected_at_their_first_sign_in() -> None:
    ada = user("Ada@Contoso.example", password="!kept")
    ada.groups.add(Group.objects.create(name="editors"))
    told = adopt("--write")
    assert "1 of 1 users are expected at their first sign-in, for 90 days." in told
    assert "0 of 1 users were bound." in told
    row = ExpectedPerson.objects.get()
    for again in (adopt(), adopt("--write")):
        assert f"{UPN}, at the first sign-in, already\n" in again
    assert ExpectedPerson.objects.get().ends_at == row.ends_at, "expecting again is not expecting longer"
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
    assert f"expects  {UPN}" in adopt()


def test_what_a_person_is_expected_for_ends(settings: Any) -> None:
    """Without Graph, a name that was given to another person would get the old row."""
    other = user("countess@contoso.example")
    adopt("--write")
    ends_at = ExpectedPerson.objects.get(user=other).ends_at
    assert ends_at is not None
    assert timedelta(days=89) < ends_at - timezone.now() <= timedelta(days=90)
    ExpectedPerson.objects.update(username=UPN, ends_at=timezone.now())
    user()
    assert adopt("--write").count("expects") == 2, "the name is free again"
    assert {row.username for row in ExpectedPerson.objects.all()} == {UPN, "countess@contoso.example"}
    assert all(row.ends_at and row.ends_at > timezone.now() for row in ExpectedPerson.objects.all())


@pytest.mark.parametrize(
    ("name", "changes", "domains", "why"),
    [
        ("katherine@fabrikam.example", {}, [], ONLY_GRAPH),
        ("katherine@fabrikam.example", {"BLOCK_GUEST_USERS": True}, [], ""),
        ("katherine@fabrikam.example", {"GUEST_USERNAME_CLAIM": None}, [], ""),
        ("katherine@fabrikam.example", {}, ["contoso.example", "fabrikam.example"], ""),
        ("bob@contoso.example", {}, [], ""),
        ("bob@contoso.example", {}, ["fabrikam.example"], ONLY_GRAPH),
    ],
    ids=str,
)
def test_a_name_that_may_be_a_guests_is_expected_never(
    settings: Any, name: str, changes: dict[str, Any], domains: list[str], why: str
) -> None:
    settings.AUTH_ADFS = SITE | {"GUEST_USERNAME_CLAIM": "email"} | changes
    settings.ENTRANCE = {"ADOPT_DOMAINS": domains}
    for member in ("ada@contoso.example", "grace@contoso.example"):
        user(member)
    user(name)
    [found] = [each for each in json.loads(adopt("--json"))["users"] if each["user"] == name]
    assert (found["reason"], found["expects"], found["binds"]) == (why, not why, False)


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


def test_graph_ends_what_it_contradicts(graph: EntraServer) -> None:
    """The person has left, or has another name: a new person with the name is not to get the user."""
    left, named = user("left@contoso.example"), user("soon@contoso.example")
    ExpectedPerson.objects.create(tenant_id=CONTOSO.id, username=named.username, user=named)
    adopt("--write")
    assert ExpectedPerson.objects.count() == 2
    told = "skips  left@contoso.example: no people of the tenant have this name; expected no longer"
    assert told in adopt("--graph").splitlines()
    assert ExpectedPerson.objects.filter(user=left).exists(), "nothing is written yet"
    assert told in adopt("--graph", "--write").splitlines()
    assert ExpectedPerson.objects.get().user == named, "an administrator's row stays"
    assert "no people of the tenant have this name\n" in adopt("--graph")


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


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ("Graph answered 403", "the application permission User.Read.All is needed, with admin consent"),
        ("Entra gave no token: invalid_client AADSTS7000215", "CLIENT_SECRET is wrong"),
        ("Entra gave no token: invalid_client AADSTS7000222", "the CLIENT_SECRET has ended"),
        ("Graph answered 503", ""),
    ],
)
def test_what_graph_answers_is_told_with_its_cause(
    graph: EntraServer, monkeypatch: pytest.MonkeyPatch, told: str, why: str
) -> None:
    def fail(*_: object) -> str:
        raise GraphFault(told)

    monkeypatch.setattr(directory, "application_token", fail)
    with pytest.raises(CommandError) as error:
        adopt("--graph")
    assert f". {told}" in str(error.value)
    assert why in str(error.value)
    assert ("User.Read.All" in str(error.value)) is ("403" in told)


def test_a_wrong_secret_is_named(closed_graph: EntraServer, settings: Any) -> None:
    settings.AUTH_ADFS = SITE | {"CLIENT_SECRET": "entra-local-not-a-secret-wrong"}
    for switches in ([], ["--from-adfs"]):
        with pytest.raises(CommandError, match="AADSTS7000215: CLIENT_SECRET is wrong") as error:
            call_command("entrance", "adopt", "--graph", *switches)
        assert "User.Read.All" not in str(error.value)


def test_an_answer_other_than_a_list_is_an_error(graph: EntraServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory, "application_token", lambda *_: "opaque")
    with pytest.raises(CommandError, match=r"did not answer|Graph answered 401"):
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
    assert adopt_adfs.bind(CONTOSO.id, planned).expects


def test_a_person_who_is_bound_meanwhile_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    user()
    [planned] = adopt_adfs.plan(CONTOSO.id, "default", None)
    ExpectedPerson.objects.create(tenant_id=CONTOSO.id, username=UPN, user=user("countess"))
    assert adopt_adfs.bind(CONTOSO.id, planned).reason == "the person belongs to another user"
    with pytest.raises(IntegrityError):
        expecting.expect(CONTOSO.id, planned.user, planned.username)


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
