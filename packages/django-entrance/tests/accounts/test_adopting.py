"""``ADOPT_DOMAINS``: a member of the one tenant is, once, the existing user with that name. Each rule with its twin."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone
from django_entrance.accounts import adopting
from django_entrance.accounts.connecting import connect, make_ticket
from django_entrance.accounts.linking import link_user
from django_entrance.accounts.provisioning import FREE_NAME, provision
from django_entrance.models import DisconnectedUser, EntraAccount, ExpectedPerson
from django_entrance.signals import connected
from django_entrance.verification.errors import AccountExists, AccountMissing, ProvisioningRefused, UserDisabled
from identities import person, person_through_agent
from scripted import ADA, OTHER_TENANT, TENANT

pytestmark = pytest.mark.django_db

OTHER = "0b0e0000-0000-4000-8000-000000000007"
UPN = "ada@contoso.example"
SEVERAL = {"TENANT_ID": "organizations", "ALLOWED_TENANTS": "*"}


@pytest.fixture(autouse=True)
def domains(settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"ADOPT_DOMAINS": ["@Contoso.example"]}


def ada(**changes: Any) -> User:
    user = User.objects.create(**{"username": "ada", "email": "Ada@contoso.example", "first_name": "A."} | changes)
    user.set_password("pw")
    user.save()
    return user


def is_adopted(user: User, **claims: Any) -> bool:
    """Tell whether a person becomes the user. Where not, nothing of the user is changed."""
    before = User.objects.filter(pk=user.pk).values().get()
    try:
        found = provision(person(**{"upn": UPN} | claims))
    except (AccountExists, AccountMissing):
        found = None
    if found != user:
        assert User.objects.filter(pk=user.pk).values().get() == before
    return found == user


@pytest.mark.parametrize(
    "existing",
    [
        {},
        {"username": UPN, "email": ""},
        {"username": "ADA@CONTOSO.EXAMPLE", "email": "other@mail.example"},
        {"username": UPN, "email": UPN},
    ],
    ids=str,
)
def test_a_member_is_the_existing_user_with_the_password_and_the_rest(existing: dict[str, Any]) -> None:
    user = ada(**existing)
    assert is_adopted(user, given_name="Ada")
    user.refresh_from_db()
    assert user.check_password("pw")
    assert user.first_name == "Ada", "the mapped claims are written as for any other person"
    assert User.objects.count() == 1
    assert provision(person(upn="lovelace@contoso.example")) == user, "from now on by the ids"


@pytest.mark.django_db(transaction=True)
def test_adopting_is_told() -> None:
    heard: list[tuple[Any, ...]] = []

    def hear(*, user: User, account: EntraAccount, how: str, **_: Any) -> None:
        heard.append((user.pk, str(account.object_id), how))

    connected.connect(hear)
    user = ada()
    assert is_adopted(user)
    assert is_adopted(user)
    connected.disconnect(hear)
    assert heard == [(user.pk, ADA, "adopted")]


@pytest.mark.parametrize(
    "claims",
    [
        {"upn": "ada@fabrikam.example"},
        {"upn": "ada@sub.contoso.example"},
        {"upn": "ada@notcontoso.example"},
        {"upn": None},
        {"upn": None, "email": UPN},
        {"upn": None, "email": UPN, "xms_edov": "false"},
        {"upn": None, "email": UPN, "xms_edov": False},
        {"acct": 1},
        {"idp": f"https://sts.windows.net/{OTHER_TENANT}/"},
        {"upn": "ada_fabrikam.example#EXT#@contoso.example"},
        {"upn": "ada_fabrikam.example_EXT_@contoso.example"},
        {"upn": "@contoso.example"},
        {"upn": "contoso.example"},
        {"upn": ["ada@contoso.example"]},
    ],
    ids=str,
)
def test_who_is_not_a_member_with_a_principal_name_of_the_domain_is_not_adopted(claims: dict[str, Any]) -> None:
    user = ada(username="contoso.example", email="ada@contoso.example")
    assert not is_adopted(user, **claims)
    assert is_adopted(user), "control: the same user, with the right claim"


@pytest.mark.parametrize("verified", [True, "1", 1, "true"])
def test_an_email_that_entra_has_verified_is_as_good(verified: Any) -> None:
    assert is_adopted(ada(), upn=None, email=UPN, xms_edov=verified)


def refusal_of(**claims: Any) -> ProvisioningRefused:
    with pytest.raises((AccountExists, AccountMissing)) as refused:
        provision(person(**claims))
    return refused.value


def test_a_token_without_the_principal_name_is_told_so() -> None:
    user = ada(username=UPN)
    assert refusal_of().expected == refusal_of().expected == adopting.UPN_NEEDED
    assert is_adopted(user), "control: the same person, with the claim"


@pytest.mark.parametrize(
    "claims",
    [{"upn": "ada@fabrikam.example"}, {"acct": 1}, {"email": "ada@fabrikam.example", "xms_edov": True}],
    ids=str,
)
def test_a_claim_that_would_not_help_is_not_asked_for(claims: dict[str, Any]) -> None:
    ada(username=UPN)
    assert refusal_of(**claims).expected == FREE_NAME


@pytest.mark.parametrize("flag", ["is_staff", "is_superuser"])
def test_staff_is_adopted_only_where_the_settings_say_so(settings: Any, flag: str) -> None:
    user = ada(**{flag: True})
    assert not is_adopted(user)
    settings.ENTRANCE = settings.ENTRANCE | {"ADOPT_STAFF": True}
    assert is_adopted(user)


def test_a_deactivated_user_is_not_adopted() -> None:
    user = ada(is_active=False)
    assert not is_adopted(user)
    User.objects.update(is_active=True)
    user.refresh_from_db()
    assert is_adopted(user)


def test_where_two_users_fit_neither_is_adopted() -> None:
    user, other = ada(), ada(username="ADA@contoso.example", email="")
    assert not is_adopted(user)
    assert not is_adopted(other)
    other.delete()
    assert is_adopted(user)


def test_of_many_users_with_a_name_of_the_person_only_those_with_the_principal_name_count() -> None:
    for number in range(3):
        User.objects.create(username=f"a{number}", email="shared@contoso.example")
    user = ada()
    assert is_adopted(user, email="shared@contoso.example")


def test_a_user_who_belongs_to_another_person_is_not_adopted(settings: Any) -> None:
    user = ada()
    link_user(user, TENANT, OTHER)
    assert not is_adopted(user)
    User.objects.exclude(pk=user.pk).delete()
    user.entra_accounts.all().delete()
    assert not is_adopted(user)  # its name may have been given to another person since
    DisconnectedUser.objects.all().delete()
    assert is_adopted(user)


def test_of_several_tenants_nobody_is_adopted(settings: Any) -> None:
    single = settings.ENTRANCE
    user = ada()
    settings.ENTRANCE = single | {"AUTHORITIES": {"default": SEVERAL, "own": {}}}
    assert not is_adopted(user, email=UPN, xms_edov=True)
    settings.ENTRANCE = single
    assert is_adopted(user)


def test_without_domains_nobody_is_adopted(settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"ADOPT_DOMAINS": []}
    assert not is_adopted(ada())


def test_of_two_identities_at_once_one_adopts_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    user = ada()
    look = adopting.adoptable_user

    def other_is_quicker(identity: Any) -> Any:
        found = look(identity)
        link_user(user, TENANT, OTHER)
        return found

    monkeypatch.setattr("django_entrance.accounts.provisioning.adoptable_user", other_is_quicker)
    with pytest.raises(AccountExists):
        provision(person(upn=UPN))
    assert [str(each.object_id) for each in EntraAccount.objects.all()] == [OTHER]


def test_of_two_requests_of_one_person_both_get_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    user = ada()
    look = adopting.adoptable_user

    def same_is_quicker(identity: Any) -> Any:
        found = look(identity)
        link_user(user, TENANT, ADA)
        return found

    monkeypatch.setattr("django_entrance.accounts.provisioning.adoptable_user", same_is_quicker)
    assert provision(person(upn=UPN)) == user


def test_a_user_who_is_deactivated_at_that_moment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    user = ada()

    def then_deactivated(identity: Any) -> Any:
        User.objects.update(is_active=False)
        return user

    monkeypatch.setattr("django_entrance.accounts.provisioning.adoptable_user", then_deactivated)
    with pytest.raises(UserDisabled):
        provision(person(upn=UPN))
    assert not EntraAccount.objects.exists()
    assert not User.objects.get().is_active


@pytest.fixture
def expected(settings: Any) -> User:
    """A user that an administrator has named for the person beforehand."""
    settings.ENTRANCE = settings.ENTRANCE | {"ADOPT_DOMAINS": [], "PROVISIONING": "existing"}
    user = User.objects.create(username="countess", is_staff=True)
    ExpectedPerson.objects.create(tenant_id=TENANT, username=" ADA@Contoso.example", user=user, may_be_staff=True)
    return user


def test_an_expected_person_is_the_user_that_was_named_once(expected: User) -> None:
    assert str(ExpectedPerson.objects.get()) == UPN
    assert provision(person(upn="Ada@contoso.example")) == expected
    assert not ExpectedPerson.objects.exists()
    assert provision(person()) == expected
    with pytest.raises(AccountMissing):
        provision(person(upn=UPN, oid=OTHER))


@pytest.mark.parametrize(
    "claims",
    [{}, {"upn": UPN, "acct": 1}, {"upn": "adam@contoso.example"}, {"email": UPN, "xms_edov": True}],
    ids=str,
)
def test_only_the_members_principal_name_is_the_expected_one(expected: User, claims: dict[str, Any]) -> None:
    with pytest.raises(AccountMissing):
        provision(person(**claims))
    assert ExpectedPerson.objects.exists()


def test_where_people_are_expected_a_token_without_the_principal_name_is_told_so(expected: User) -> None:
    assert refusal_of().expected == refusal_of(email=UPN, xms_edov=True).expected == adopting.UPN_NEEDED
    assert refusal_of(upn="adam@contoso.example").expected == ""
    assert provision(person(upn=UPN)) == expected
    assert refusal_of(oid=OTHER).expected == "", "no more people are expected"


def test_a_person_is_expected_until_the_end(expected: User) -> None:
    ExpectedPerson.objects.update(ends_at=timezone.now())
    with pytest.raises(AccountMissing):
        provision(person(upn=UPN))
    ExpectedPerson.objects.update(ends_at=timezone.now() + timedelta(seconds=60))
    assert provision(person(upn=UPN)) == expected


def test_a_person_of_another_tenant_is_not_expected(expected: User) -> None:
    ExpectedPerson.objects.update(tenant_id=OTHER_TENANT)
    with pytest.raises(AccountMissing):
        provision(person(upn=UPN))


def test_with_create_an_expected_person_is_that_user_too(expected: User, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"PROVISIONING": "create"}
    assert provision(person(upn=UPN)) == expected


def test_an_expected_person_whose_user_was_deactivated_is_refused(expected: User) -> None:
    User.objects.update(is_active=False)
    with pytest.raises(UserDisabled):
        provision(person(upn=UPN))
    assert ExpectedPerson.objects.exists()


@pytest.mark.parametrize("rule", ["expected", "adoptable"])
def test_an_agent_for_a_person_does_not_adopt(settings: Any, rule: str) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"ON_CONFLICT": "separate", "ALLOW_AGENTS": True}
    user = ada() if rule == "adoptable" else ada(username="al", email="")
    if rule == "expected":
        ExpectedPerson.objects.create(tenant_id=TENANT, username=UPN, user=user)
    with pytest.raises(AccountExists, match="without an agent"):
        provision(person_through_agent(upn=UPN))
    assert (User.objects.count(), EntraAccount.objects.count()) == (1, 0)
    assert is_adopted(user), "control: the person, without the agent"
    assert provision(person_through_agent(upn=UPN)) == user


@pytest.mark.parametrize(
    ("claims", "is_ada"),
    [
        ({"upn": "kim@contoso.example"}, True),
        ({"upn": "\u212aim@contoso.example"}, False),
        ({"upn": None, "email": "kim@contoso.example", "xms_edov": True}, True),
        ({"upn": None, "email": "\u212aim@contoso.example", "xms_edov": True}, False),
    ],
    ids=ascii,
)
def test_a_letter_that_becomes_another_one_is_another_name(claims: dict[str, Any], is_ada: bool) -> None:
    """CVE-2019-19844: the Kelvin sign is ``k`` in lower case."""
    assert is_adopted(ada(username="kim", email="kim@contoso.example"), **claims) == is_ada


def test_a_user_whose_name_is_not_ascii_is_not_adopted() -> None:
    assert not is_adopted(ada(username="\u212aim@contoso.example", email=""), upn="kim@contoso.example")


def test_a_user_who_has_come_is_expected_no_longer(settings: Any) -> None:
    user = ada(email="")
    ExpectedPerson.objects.create(tenant_id=TENANT, username=UPN, user=user)
    link_user(user, TENANT, OTHER)
    assert not ExpectedPerson.objects.exists()
    ExpectedPerson.objects.create(tenant_id=TENANT, username=UPN, user=user)
    assert provision(person(upn=UPN)) != user


def test_a_person_who_came_by_ticket_is_expected_as_another_user_no_longer(settings: Any) -> None:
    user, other = ada(email=""), ada(username="other", email="")
    for name in (UPN, "adam@contoso.example"):
        ExpectedPerson.objects.create(tenant_id=TENANT, username=name, user=other)
    assert connect(person(upn=UPN), make_ticket(user, is_confirmed=True)) == user
    assert ExpectedPerson.objects.get().username == "adam@contoso.example"
    assert provision(person(upn=UPN, oid=OTHER)) != other


@pytest.mark.parametrize(
    ("name", "is_linked", "refused"),
    [
        (" ADA@contoso.example", False, []),
        (UPN, True, ["This user has a Microsoft account already."]),
        ("\u212aim@contoso.example", False, ["Enter a user principal name in ASCII letters."]),
    ],
    ids=ascii,
)
def test_who_may_be_expected(name: str, is_linked: bool, refused: list[str]) -> None:
    user = ada()
    if is_linked:
        link_user(user, TENANT, OTHER)
    told: list[str] = []
    try:
        ExpectedPerson(tenant_id=TENANT, username=name, user=user).full_clean()
    except ValidationError as error:
        told = error.messages
    assert told == refused


def test_an_expected_name_that_is_not_ascii_is_nobodys_else() -> None:
    user = ada(email="")
    ExpectedPerson.objects.create(tenant_id=TENANT, username="\u212aim@contoso.example", user=user)
    assert not is_adopted(user, upn="kim@contoso.example")
