"""Attempts to become an existing user with a token, and to break one. Nothing of the other rows may change.

Every test ends with the same staff, the same rows but for those that it names, and passwords that still work.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.test import Client
from django_entrance.accounts.provisioning import provision
from django_entrance.models import EntraAccount
from django_entrance.verification.errors import ObjectIdRefused, ProvisioningRefused, UserDisabled
from identities import person
from scripted import ADA, OTHER_TENANT, TENANT, ScriptedAuthority
from sign_ins import bearer

pytestmark = pytest.mark.django_db

STRANGER = "0b0e0000-0000-4000-8000-000000000007"
ADMIN = "admin@contoso.example"
PASSWORDS = {"admin": "pw-admin", "victim@contoso.example": "of-the-attacker"}
COLUMNS = ("pk", "username", "email", "password", "is_staff", "is_superuser", "is_active", "last_login", "first_name")


def everything() -> dict[Any, Any]:
    return {row[0]: row for row in User.objects.values_list(*COLUMNS)}


@pytest.fixture(autouse=True, params=["connect", "separate", "adopt"])
def policy(request: pytest.FixtureRequest, settings: Any) -> str:
    chosen: str = request.param
    adopting = {"ADOPT_DOMAINS": ["contoso.example"]}
    settings.ENTRANCE = settings.ENTRANCE | (adopting if chosen == "adopt" else {"ON_CONFLICT": chosen})
    return chosen


@pytest.fixture(autouse=True)
def world(policy: str) -> Iterator[dict[str, User]]:
    admin = User.objects.create_superuser("admin", ADMIN, PASSWORDS["admin"])
    gone = User.objects.create_user("gone", "gone@contoso.example", is_active=False)
    known = User.objects.create(username="abe@contoso.example")
    EntraAccount.objects.create(tenant_id=TENANT, object_id=ADA, user=known)
    before = everything()
    yield {"admin": admin, "gone": gone, "known": known}
    after = everything()
    assert {key: after[key] for key in (admin.pk, gone.pk)} == {key: before[key] for key in (admin.pk, gone.pk)}
    assert User.objects.filter(is_superuser=True).count() == User.objects.filter(is_staff=True).count() == 1
    with_password = User.objects.filter(username__in=PASSWORDS)
    assert all(user.check_password(PASSWORDS[user.username]) for user in with_password)


def enters(**claims: Any) -> User | None:
    """Return the user that a stranger's token is given, or None when it is refused for a name that is there."""
    try:
        return provision(person(**{"oid": STRANGER} | claims))
    except ProvisioningRefused as refusal:
        return [None][["account_exists"].index(refusal.reason)]


def is_new_or_refused(world: dict[str, User], found: User | None) -> bool:
    return found is None or found.pk not in {user.pk for user in world.values()}


@pytest.mark.parametrize("verified", [None, False, "false", 0], ids=str)
def test_an_unverified_address_of_the_superuser_is_not_the_superuser(world: dict[str, User], verified: Any) -> None:
    assert is_new_or_refused(world, enters(email=ADMIN, xms_edov=verified))


@pytest.mark.parametrize("verified", [True, "1"], ids=str)
def test_not_even_a_verified_address_is(world: dict[str, User], verified: Any) -> None:
    found = enters(email=ADMIN, xms_edov=verified, preferred_username="stranger@fabrikam.example", upn=None)
    assert is_new_or_refused(world, found)


@pytest.mark.parametrize(
    "name",
    [
        "admin",
        "ADMIN",
        "\N{FULLWIDTH LATIN SMALL LETTER A}dmin",
        "admin\N{ZERO WIDTH SPACE}",
        "admin\N{SOFT HYPHEN}",
        "\N{CYRILLIC SMALL LETTER A}dmin",
        " admin ",
        "adm\N{LATIN SMALL LETTER DOTLESS I}n",
        ADMIN,
        ADMIN.upper(),
        f"{ADMIN}.",
    ],
    ids=ascii,
)
@pytest.mark.parametrize("claim", ["preferred_username", "upn", "unique_name"])
def test_a_name_like_the_superusers_is_not_the_superuser(world: dict[str, User], name: str, claim: str) -> None:
    found = enters(**{"preferred_username": None, claim: name})
    assert is_new_or_refused(world, found)
    assert found is None or found.get_username().lower() != "admin"


def test_a_principal_name_of_the_deactivated_user_does_not_wake_it(world: dict[str, User]) -> None:
    assert is_new_or_refused(world, enters(upn="gone@contoso.example"))


def test_a_changed_principal_name_is_the_same_user(world: dict[str, User]) -> None:
    for name in ("abe@contoso.example", "lincoln@contoso.example", ADMIN):
        assert enters(oid=ADA, preferred_username=name, upn=name) == world["known"]
    assert EntraAccount.objects.count() == 1


def test_a_freed_principal_name_is_another_user(world: dict[str, User]) -> None:
    found = enters(preferred_username="abe@contoso.example", upn="abe@contoso.example")
    assert found is not None
    assert found != world["known"]
    assert found.get_username() != "abe@contoso.example"


def test_the_same_object_id_in_another_tenant_is_another_user(world: dict[str, User]) -> None:
    there = person(preferred_username="x@fabrikam.example")
    object.__setattr__(there, "claims", there.claims._replace(tenant_id=OTHER_TENANT))
    assert provision(there) != world["known"]
    assert enters(oid=ADA) == world["known"]


def test_a_guest_is_not_the_member_of_the_same_name(world: dict[str, User]) -> None:
    home = f"https://sts.windows.net/{OTHER_TENANT}/"
    name = "admin_contoso.example#EXT#@contoso.example"
    for claims in ({"idp": home}, {"acct": 1}):
        found = enters(preferred_username=name, upn=name, email=ADMIN, xms_edov=True, **claims)
        assert is_new_or_refused(world, found)
        EntraAccount.objects.filter(object_id=STRANGER).delete()


def test_a_deactivated_user_stays_so(world: dict[str, User]) -> None:
    User.objects.filter(pk=world["known"].pk).update(is_active=False)
    with pytest.raises(UserDisabled):
        provision(person(oid=ADA, given_name="Other"))
    world["known"].refresh_from_db()
    assert (world["known"].is_active, world["known"].first_name) == (False, "")


def test_a_deleted_user_comes_back_with_nothing(world: dict[str, User]) -> None:
    world["known"].delete()
    assert not EntraAccount.objects.exists(), "no account is left that points nowhere"
    found = provision(person(oid=ADA, preferred_username="abe@contoso.example"))
    assert not found.groups.exists()
    assert found.entra_accounts.count() == 1


def test_two_accounts_of_one_identity_cannot_be(world: dict[str, User]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        EntraAccount.objects.create(tenant_id=TENANT, object_id=ADA, user=world["admin"])
    assert EntraAccount.objects.get().user == world["known"]


def test_who_registers_a_victims_address_before_does_not_get_the_victim(policy: str) -> None:
    """Nor does the victim land in the attacker's row, unless the settings say that addresses here are proved."""
    name = "victim@contoso.example"
    attackers = User.objects.create_user(name, name, PASSWORDS[name])
    found = enters(preferred_username=name, upn=name)
    assert (found == attackers) == (policy == "adopt")
    assert EntraAccount.objects.filter(user=attackers).exists() == (policy == "adopt")


def test_who_is_created_has_no_password(policy: str) -> None:
    found = enters(preferred_username="new@contoso.example")
    assert found is not None
    for password in ("", "!", "None", STRANGER, found.password, "password"):
        assert authenticate(username=found.get_username(), password=password) is None


@pytest.mark.parametrize("oid", [None, "", "None", "null", "00000000-0000-0000-0000-000000000000", "x"])
def test_no_object_id_is_none(oid: Any) -> None:
    with pytest.raises(ObjectIdRefused):
        person(oid=oid)


def test_a_subject_alone_is_nobody(world: dict[str, User]) -> None:
    """It is the same for two people of some directories: a text that says to use ``oid``."""
    placeholder = "Not supported currently. Use oid claim."
    found = [enters(sub=placeholder, oid=oid, preferred_username=f"{oid[:4]}@x.example") for oid in (STRANGER, ADA)]
    assert found[1] == world["known"]
    assert found[0] != found[1]


def test_claims_named_like_fields_write_nothing(world: dict[str, User]) -> None:
    found = enters(
        preferred_username="new@contoso.example",
        is_staff=True,
        is_superuser=True,
        password="x",
        id=world["admin"].pk,
        pk=world["admin"].pk,
        user_permissions=["all"],
        groups=["Superusers"],
    )
    assert found is not None
    assert (found.is_staff, found.is_superuser, found.has_usable_password()) == (False, False, False)


def test_over_http_the_superuser_is_nobodys_token(authority: ScriptedAuthority, world: dict[str, User]) -> None:
    """And an own login goes on beside all that."""
    for claims in ({"preferred_username": "ADMIN"}, {"email": ADMIN, "xms_edov": True}, {"upn": ADMIN}):
        answer = Client().get("/", headers=bearer(authority, oid=STRANGER, **claims))
        assert answer.json().get("username", "") != "admin"
        EntraAccount.objects.filter(object_id=STRANGER).delete()
    own = Client()
    assert own.post("/").status_code == 200
    assert authenticate(username="admin", password=PASSWORDS["admin"]) == world["admin"]
