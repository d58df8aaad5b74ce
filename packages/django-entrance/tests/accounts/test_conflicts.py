"""A new person whose name or address an existing user has: refused, or a second user, and never that user."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django_entrance.accounts import provisioning
from django_entrance.accounts.conflicts import existing_users
from django_entrance.accounts.free_usernames import by_look
from django_entrance.accounts.provisioning import provision
from django_entrance.models import EntraAccount
from django_entrance.verification.errors import AccountExists, AccountMissing, InactiveUserExists, ProvisioningRefused
from identities import person
from scripted import ADA, TENANT

pytestmark = pytest.mark.django_db

OTHER = "0b0e0000-0000-4000-8000-000000000007"


def refused(**claims: Any) -> str:
    """Return why a person is refused, or an empty text; whoever is refused leaves nothing."""
    before = (User.objects.count(), EntraAccount.objects.count())
    try:
        provision(person(**claims))
    except ProvisioningRefused as refusal:
        assert (User.objects.count(), EntraAccount.objects.count()) == before
        return refusal.reason
    return ""


SAME = [
    ({"username": "ada@contoso.example"}, {}),
    ({"username": "ADA@Contoso.example"}, {}),
    ({"username": "hopper", "email": "Ada@contoso.example"}, {}),
    ({"username": "ada@contoso.example"}, {"preferred_username": "ada@contoso.example."}),
    ({"username": "ada@contoso.example."}, {}),
    ({"username": "admin"}, {"preferred_username": "ADMIN"}),
    ({"username": "admin"}, {"preferred_username": "\N{FULLWIDTH LATIN SMALL LETTER A}dmin"}),
    ({"username": "admin"}, {"preferred_username": "admin\N{ZERO WIDTH SPACE}"}),
    ({"username": "hopper", "email": "ada@mail.example"}, {"email": "ada@mail.example"}),
    (
        {"username": "kim@fabrikam.example"},
        {"preferred_username": "kim_fabrikam.example#EXT#@contoso.example", "acct": 1},
    ),
    ({"username": "ada@contoso.example", "is_active": False}, {}),
]


@pytest.mark.parametrize(("existing", "claims"), SAME, ids=ascii)
def test_a_person_whose_name_an_existing_user_has_is_refused(existing: dict[str, Any], claims: dict[str, Any]) -> None:
    User.objects.create(**existing)
    assert refused(**claims) == "account_exists"


@pytest.mark.parametrize(("existing", "claims"), SAME, ids=ascii)
def test_with_separate_that_person_is_another_user(
    settings: Any, existing: dict[str, Any], claims: dict[str, Any]
) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"ON_CONFLICT": "separate"}
    there = User.objects.create(**existing)
    assert provision(person(**claims)).pk != there.pk
    there.refresh_from_db()
    assert {name: getattr(there, name) for name in existing} == existing


@pytest.mark.parametrize(
    ("existing", "name"),
    [
        ({"username": "ada@contoso.example"}, "ada00000.ada@contoso.example"),
        ({"username": "hopper", "email": "ada@contoso.example"}, "ada@contoso.example"),
    ],
    ids=str,
)
def test_the_second_users_name_has_the_object_id_where_it_is_taken(
    settings: Any, existing: dict[str, Any], name: str
) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"ON_CONFLICT": "separate"}
    User.objects.create(**existing)
    assert provision(person()).get_username() == name


@pytest.mark.parametrize(
    ("existing", "claims"),
    [
        ({"username": "adam@contoso.example"}, {}),
        ({"username": "ada"}, {}),
        ({"username": "hopper", "email": ""}, {"email": ""}),
        ({"username": "admin"}, {"preferred_username": "\N{CYRILLIC SMALL LETTER A}dmin"}),
        ({"username": "kiml@contoso.example"}, {"preferred_username": "kim1@contoso.example"}),
        ({"username": "ada@contoso.example"}, {"preferred_username": "\N{CYRILLIC SMALL LETTER A}da@contoso.example"}),
        ({"username": "contoso.example"}, {}),
    ],
    ids=ascii,
)
def test_another_name_is_no_conflict_and_none_that_looks_the_same(
    existing: dict[str, Any], claims: dict[str, Any]
) -> None:
    there = User.objects.create(**existing)
    user = provision(person(**claims))
    assert user.pk != there.pk
    assert by_look(user.get_username()) != by_look(there.username)
    assert user.get_username().isascii()


def test_who_is_linked_already_is_another_person() -> None:
    """A new employee gets the name that somebody else had: a user of their own, with nothing of the other's."""
    first = provision(person(preferred_username="abe@contoso.example"))
    assert provision(person(preferred_username="lincoln@contoso.example")) == first, (
        "control: a rename is no new person"
    )
    second = provision(person(preferred_username="abe@contoso.example", oid=OTHER))
    assert second != first
    assert second.get_username() == f"{OTHER[:8]}.abe@contoso.example"


def test_the_user_of_an_application_is_no_person(settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"APPLICATIONS": {OTHER: "ada@contoso.example"}}
    User.objects.create(username="ada@contoso.example")
    assert refused() == ""


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({}, ""),
        ({"upn": "ada@contoso.example", "email": "ada@contoso.example"}, ""),
        ({"email": "ada@contoso.example", "xms_edov": "false"}, ""),
        ({"email": "ada@contoso.example", "xms_edov": True}, "account_exists"),
    ],
    ids=str,
)
def test_with_a_tenant_of_ones_own_nobody_learns_who_has_an_account(
    settings: Any, claims: dict[str, Any], reason: str
) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"TENANT_ID": "organizations", "ALLOWED_TENANTS": "*"}
    User.objects.create(username="ada@contoso.example")
    assert refused(**claims) == reason


def test_an_authority_that_the_settings_do_not_name_vouches_for_nothing(settings: Any) -> None:
    User.objects.create(username="ada@contoso.example")
    assert existing_users(person()).exists()
    settings.ENTRANCE = settings.ENTRANCE | {"AUTHORITIES": {"others": {}}}
    assert not existing_users(person()).exists()


def test_a_person_without_a_name_conflicts_with_nobody() -> None:
    User.objects.create(username="barbara", email="")
    assert refused(preferred_username=None) == ""


def test_the_refusal_says_how_to_connect() -> None:
    User.objects.create(username="ada@contoso.example")
    with pytest.raises(AccountExists) as refusal:
        provision(person())
    assert refusal.value.status == 403
    assert "entrance/account/" in refusal.value.advice


def test_with_existing_the_conflict_is_told_before_the_missing_account(settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"PROVISIONING": "existing"}
    assert refused() == "account_missing"
    User.objects.create(username="ada@contoso.example")
    assert refused() == "account_exists"


@pytest.mark.parametrize("is_own", [True, False])
def test_who_was_connected_meanwhile_is_let_in(monkeypatch: pytest.MonkeyPatch, is_own: bool) -> None:
    """Another request of the same person connects between our look and our refusal."""
    there = User.objects.create(username="ada@contoso.example")

    def connected_meanwhile(identity: Any) -> None:
        EntraAccount.objects.create(tenant_id=TENANT, object_id=ADA if is_own else OTHER, user=there)
        raise AccountMissing()

    monkeypatch.setattr(provisioning, "expected_user", connected_meanwhile)
    if is_own:
        assert provision(person()) == there
        return
    with pytest.raises(AccountMissing):
        provision(person())


def test_the_look_is_one_query(django_assert_num_queries: Any) -> None:
    User.objects.create(username="ada@contoso.example")
    with django_assert_num_queries(1):
        assert existing_users(person()).exists()


def test_a_deactivated_user_in_the_way_leads_to_an_administrator() -> None:
    """The user cannot log in to connect."""
    there = User.objects.create(username="ada@contoso.example", is_active=False)
    with pytest.raises(InactiveUserExists) as refusal:
        provision(person())
    assert refusal.value.reason == "account_exists"
    assert "administrator" in refusal.value.remedy
    assert "log in as that user" not in refusal.value.remedy
    there.is_active = True
    there.save()
    with pytest.raises(AccountExists) as other:
        provision(person())
    assert "log in as that user" in other.value.remedy
