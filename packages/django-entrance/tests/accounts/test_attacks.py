"""Attacks of our own on accounts and rights, beside the corpus; and what a first sign-in costs the database."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_entrance.accounts.connecting import make_ticket
from django_entrance.accounts.provisioning import provision
from django_entrance.models import EntraAccount, ExpectedPerson
from doors import enter, rows
from identities import person
from scripted import OTHER_TENANT, TENANT, ScriptedAuthority
from second_tenant import two_authorities
from sign_ins import bearer

pytestmark = pytest.mark.django_db

CONNECT = "/entrance/account/connect/"
OTHER = "0b0e0000-0000-4000-8000-000000000007"
UPN = "grace@contoso.example"
MOST_QUERIES = 12


def group_id(number: int) -> str:
    return f"0f3c0000-0000-4000-8000-{number:012}"


@pytest.fixture
def grace() -> User:
    return User.objects.create_user("grace", UPN, "pw", is_staff=True)


@pytest.fixture
def adopting(authority: ScriptedAuthority, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"ADOPT_DOMAINS": ["contoso.example"]}


def test_a_first_sign_in_with_fifty_mapped_groups_takes_twelve_queries(settings: Any) -> None:
    Group.objects.bulk_create(Group(name=f"Group {number}") for number in range(50))
    mapped = {group_id(number): {"groups": [f"Group {number}"]} for number in range(50)}
    settings.ENTRANCE = settings.ENTRANCE | {"ACCESS": {"groups": mapped}}
    identity = person(groups=[*mapped], roles=None)
    with CaptureQueriesContext(connection) as asked:
        user = provision(identity)
    counted = [each["sql"] for each in asked if not each["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert user.groups.count() == 50
    assert len(counted) <= MOST_QUERIES, len(counted)


@pytest.mark.parametrize(
    "upn",
    [
        "ＧＲＡＣＥ@contoso.example",
        "gr\u0430ce@contoso.example",
        "grace@contoso.example\u200b",
        "grace@contoso.example.",
        "grace@contoso\uff0eexample",
        "gr%ce@contoso.example",
        "grac_@contoso.example",
        "*",
        "%",
        "_____@contoso.example",
    ],
    ids=ascii,
)
def test_a_principal_name_that_only_looks_like_it_adopts_nothing(
    authority: ScriptedAuthority, adopting: None, upn: str
) -> None:
    """Unicode forms, another script, invisible signs, and what LIKE reads as a pattern."""
    user = User.objects.create_user("grace", UPN, "pw")
    before = rows()
    for door in ("bearer", "backend"):
        assert enter(door, authority, oid=OTHER, upn=upn, preferred_username="x@fabrikam.example").key != user.pk
    assert rows()[user.pk] == before[user.pk]


def test_the_name_of_a_like_pattern_conflicts_with_nobody(authority: ScriptedAuthority, grace: User) -> None:
    """Otherwise a person could learn, or be kept out by, the names that are there."""
    assert enter("bearer", authority, preferred_username="gra%@contoso.example").user is not None
    assert enter("bearer", authority, oid=OTHER, preferred_username="_race@contoso.example").user is not None


def test_an_expected_person_of_another_tenant_is_not_the_user(
    authority: ScriptedAuthority, settings: Any, grace: User
) -> None:
    ExpectedPerson.objects.create(tenant_id=TENANT, username=UPN, user=grace, may_be_staff=True)
    with two_authorities(authority, settings) as issuer:
        there = enter("bearer", authority, tid=OTHER_TENANT, iss=issuer, oid=OTHER, upn=UPN)
        assert there.reason == "account_exists"
        assert enter("bearer", authority, oid=OTHER, upn=UPN).key == grace.pk


def test_an_expected_user_that_was_deactivated_stays_out(authority: ScriptedAuthority, grace: User) -> None:
    ExpectedPerson.objects.create(tenant_id=TENANT, username=UPN, user=grace, may_be_staff=True)
    User.objects.update(is_active=False)
    before = rows()
    assert enter("bearer", authority, upn=UPN).reason == "user_disabled"
    assert rows() == before


def test_who_became_staff_since_is_expected_only_by_a_superuser(authority: ScriptedAuthority, grace: User) -> None:
    row = ExpectedPerson.objects.create(tenant_id=TENANT, username=UPN, user=grace)
    assert enter("bearer", authority, upn=UPN).reason == "account_exists"
    row.may_be_staff = True
    row.save()
    assert enter("bearer", authority, upn=UPN, uti="another-token").key == grace.pk


def test_an_expected_person_is_used_once(authority: ScriptedAuthority, grace: User) -> None:
    """The next owner of the same principal name is another person."""
    ExpectedPerson.objects.create(tenant_id=TENANT, username=UPN, user=grace, may_be_staff=True)
    assert enter("bearer", authority, upn=UPN).key == grace.pk
    assert enter("bearer", authority, oid=OTHER, upn=UPN, preferred_username="x@contoso.example").key != grace.pk


@pytest.mark.parametrize(
    "said",
    [
        None,
        1,
        "x",
        [],
        ["1"],
        [1, True, "x", "y"],
        {"user": "1"},
        ["1", True, "", "", ""],
        [None, True, "x", "y"],
        [["1"], True, "x", "y"],
        ["x", True, "x", "y"],
        ["1\u0000", True, "x", "y"],
        ["9" * 400, True, "x", "y"],
    ],
    ids=str,
)
def test_what_is_signed_for_something_else_is_no_ticket(authority: ScriptedAuthority, grace: User, said: Any) -> None:
    for salt in ("django.core.signing", "django.contrib.sessions.backends.signed_cookies"):
        sent = {"ticket": signing.dumps(said, salt=salt)}
        assert Client().post(CONNECT, sent, headers=bearer(authority)).json()["reason"] == "ticket_refused"
    assert not EntraAccount.objects.exists()


def test_a_ticket_ends_with_the_flags_that_it_was_given_for(authority: ScriptedAuthority, grace: User) -> None:
    """Given to a user who becomes staff meanwhile, without the password."""
    User.objects.update(is_staff=False)
    grace.refresh_from_db()
    ticket = make_ticket(grace, is_confirmed=False)
    User.objects.update(is_staff=True)
    answer = Client().post(CONNECT, {"ticket": ticket}, headers=bearer(authority))
    assert answer.json()["reason"] == "password_needed"
    assert not EntraAccount.objects.exists()


def test_a_ticket_of_a_deleted_user_connects_no_later_one(authority: ScriptedAuthority, grace: User) -> None:
    """A database may give the primary key again."""
    ticket, key = make_ticket(grace, is_confirmed=True), grace.pk
    grace.delete()
    later = User.objects.create_user("later", "later@contoso.example", "other", pk=key)
    answer = Client().post(CONNECT, {"ticket": ticket}, headers=bearer(authority))
    assert answer.json()["reason"] == "ticket_refused"
    assert not later.entra_accounts.exists()


def test_rights_that_are_stored_are_read_back_as_ours_alone(settings: Any) -> None:
    """A group whose name is that of a flag, and a role whose name is a group's id, are not taken for one another."""
    Group.objects.bulk_create(Group(name=name) for name in ("is_superuser", "group:is_staff", "editors"))
    access = {"app_roles": {"A": {"groups": ["is_superuser", "group:is_staff"]}, group_id(1): {"groups": ["editors"]}}}
    settings.ENTRANCE = settings.ENTRANCE | {"ACCESS": access}
    user = provision(person(roles=["A"], groups=[group_id(1)]))
    assert (user.is_staff, user.is_superuser) == (False, False)
    assert {group.name for group in user.groups.all()} == {"is_superuser", "group:is_staff"}
    assert json.loads(EntraAccount.objects.get().access)["given"] == ["group:group:is_staff", "group:is_superuser"]
    user = provision(person(roles=None))
    assert not user.groups.exists()


@pytest.mark.parametrize(
    "roles", [["admin"], ["ADMIN"], ["Admin "], ["\uff21dmin"], ["Admin,Root"], "Admin", {"Admin": 1}]
)
def test_a_role_is_its_exact_value(authority: ScriptedAuthority, settings: Any, roles: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"ACCESS": {"app_roles": {"Admin": {"is_staff": True}}}}
    found = enter("bearer", authority, roles=roles)
    assert found.user is None or not found.user.is_staff
    assert enter("bearer", authority, roles=["Admin"]).user.is_staff


def test_names_with_null_bytes_and_surrogates_change_no_one(authority: ScriptedAuthority, grace: User) -> None:
    before = rows()
    for name in ("grace\u0000@contoso.example", "\ud800grace@contoso.example", "grace\r\n@contoso.example"):
        enter("bearer", authority, oid=OTHER, preferred_username=name, upn=name, given_name=name, email=name)
        assert rows()[grace.pk] == before[grace.pk]
        EntraAccount.objects.all().delete()
