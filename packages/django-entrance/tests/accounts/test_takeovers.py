"""Attempts to become an existing user with a token, or to change one: group H of the attack corpus, by its row numbers.

Each runs through both doors and with each way to treat users who exist already. After each, all local rows are the same
in every column, nobody has become staff, and every password works. Rows 524 and 525 need user models of their own:
``test_matrix.py`` and ``test_user_models.py`` have them.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.models import Group, User
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from django_entrance.accounts.application_users import comparable
from django_entrance.accounts.connecting import make_ticket
from django_entrance.accounts.linking import unlink_user
from django_entrance.accounts.provisioning import provision
from django_entrance.models import EntraAccount
from django_entrance.verification.errors import LastWayIn, ObjectIdRefused
from doors import DOORS, Answer, enter, rows
from entrance_settings import problem_ids
from identities import person
from scripted import ADA, OTHER_TENANT, TENANT, ScriptedAuthority
from second_tenant import two_authorities
from sign_ins import ENTRA_BACKEND, bearer

pytestmark = pytest.mark.django_db

STRANGER = "0b0e0000-0000-4000-8000-000000000007"
OTHER_API = "a9110000-0000-4000-8000-000000000003"
FINANCE = "0f3c0000-0000-4000-8000-0000000000aa"
ADMIN = "admin@contoso.example"
PASSWORDS = {"admin": "pw-admin", "paul": "pw-paul", "victim@contoso.example": "of-the-attacker"}
ACCESS = {"app_roles": {"Editor": {"groups": ["editors"]}}, "groups": {FINANCE: {"groups": ["finance"]}}}

Enters = Callable[..., Answer]


@pytest.fixture(autouse=True, params=["connect", "separate", "adopt"])
def policy(request: pytest.FixtureRequest, authority: ScriptedAuthority, settings: Any) -> str:
    chosen: str = request.param
    adopting = {"ADOPT_DOMAINS": ["contoso.example"]}
    changed = adopting if chosen == "adopt" else {"ON_CONFLICT": chosen}
    settings.ENTRANCE = settings.ENTRANCE | changed | {"ACCESS": ACCESS}
    return chosen


@pytest.fixture(autouse=True)
def world(policy: str) -> Iterator[dict[str, User]]:
    groups = {name: Group.objects.create(name=name) for name in ("Administrators", "editors", "finance")}
    admin = User.objects.create_superuser("admin", ADMIN, PASSWORDS["admin"], last_login=timezone.now())
    admin.groups.add(groups["Administrators"])
    paul = User.objects.create_user("paul", "paul@fabrikam.example", PASSWORDS["paul"], first_name="Paul")
    gone = User.objects.create_user("gone", "gone@contoso.example", is_active=False)
    local = [user.pk for user in (admin, paul, gone)]
    known = User.objects.create_user("abe@contoso.example")
    EntraAccount.objects.create(tenant_id=TENANT, object_id=ADA, user=known)
    before = rows()
    yield {"admin": admin, "paul": paul, "gone": gone, "known": known}
    after = rows()
    assert [after[key] for key in local] == [before[key] for key in local]
    raised = [row["id"] for row in after.values() if row["is_staff"] or row["is_superuser"]]
    assert raised == [admin.pk]
    for user in User.objects.filter(username__in=PASSWORDS):
        assert authenticate(username=user.username, password=PASSWORDS[user.username]) == user


@pytest.fixture(params=DOORS)
def enters(request: pytest.FixtureRequest, authority: ScriptedAuthority, policy: str) -> Enters:
    """Send the token of a stranger with further claims. No other refusal is expected than that of a conflict."""

    def enters(**claims: Any) -> Answer:
        answer = enter(request.param, authority, **{"oid": STRANGER, "roles": None} | claims)
        assert answer.reason in ("", *["account_exists"] * (policy != "separate"))
        return answer

    return enters


@pytest.fixture
def answers(request: pytest.FixtureRequest, authority: ScriptedAuthority, enters: Enters) -> Enters:
    """Send the token of the known person, whatever comes of it."""
    door = request.node.callspec.params["enters"]
    return lambda **claims: enter(door, authority, **{"roles": None} | claims)


def is_new_or_refused(world: dict[str, User], answer: Answer) -> bool:
    return answer.user is None or answer.key not in {user.pk for user in world.values()}


@pytest.mark.parametrize("verified", [None, False, "false", 0], ids=str)
def test_an_unverified_address_of_the_superuser_is_not_the_superuser(
    world: dict[str, User], enters: Enters, verified: Any
) -> None:
    """Row 495."""
    assert is_new_or_refused(world, enters(email=ADMIN, xms_edov=verified))


@pytest.mark.parametrize("verified", [True, "1"], ids=str)
def test_not_even_a_verified_address_is(world: dict[str, User], enters: Enters, verified: Any) -> None:
    """Row 496."""
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
def test_a_name_like_the_superusers_is_not_the_superuser(
    world: dict[str, User], enters: Enters, name: str, claim: str
) -> None:
    """Row 498."""
    found = enters(**{"preferred_username": None, claim: name})
    assert is_new_or_refused(world, found)
    assert found.user is None or comparable(found.user.username) != "admin"


def test_a_principal_name_of_the_deactivated_user_does_not_wake_it(world: dict[str, User], enters: Enters) -> None:
    assert is_new_or_refused(world, enters(upn="gone@contoso.example"))


def test_a_changed_principal_name_is_the_same_user(world: dict[str, User], enters: Enters) -> None:
    """Row 499."""
    for name in ("abe@contoso.example", "lincoln@contoso.example", ADMIN):
        assert enters(oid=ADA, preferred_username=name, upn=name).user == world["known"]
    assert EntraAccount.objects.count() == 1


def test_a_freed_principal_name_is_another_user(world: dict[str, User], enters: Enters) -> None:
    """Row 500."""
    enters(oid=ADA, preferred_username="lincoln@contoso.example", roles=["Editor"])
    found = enters(preferred_username="abe@contoso.example", upn="abe@contoso.example").user
    assert found not in (None, world["known"])
    assert found.username != "abe@contoso.example"
    assert not found.groups.exists()


@pytest.fixture
def two_tenants(authority: ScriptedAuthority, settings: Any) -> Iterator[str]:
    """A second authority, of another tenant; returns its issuer."""
    with two_authorities(authority, settings) as issuer:
        yield issuer


def test_the_same_ids_in_another_tenant_are_another_user(
    world: dict[str, User], enters: Enters, two_tenants: str
) -> None:
    """Rows 501 and 502: object id and subject count only with their tenant."""
    claims = {"oid": ADA, "preferred_username": "x@fabrikam.example"}
    there = enters(tid=OTHER_TENANT, iss=two_tenants, roles=["Editor"], **claims)
    assert is_new_or_refused(world, there)
    assert there.user is not None
    assert enters(oid=ADA).user == world["known"]
    assert not world["known"].groups.exists()
    assert EntraAccount.objects.filter(object_id=ADA).count() == 2


def test_a_guest_is_not_the_person_of_the_home_tenant(enters: Enters, two_tenants: str) -> None:
    """Row 503."""
    home = {"tid": OTHER_TENANT, "iss": two_tenants, "preferred_username": "kim@fabrikam.example"}
    at_home = enters(oid=STRANGER, roles=["Editor"], **home).user
    name = "kim_fabrikam.example#EXT#@contoso.example"
    guest = enters(oid=OTHER_API, idp=f"https://sts.windows.net/{OTHER_TENANT}/", upn=name, preferred_username=name)
    assert guest.user not in (None, at_home)
    assert (at_home.groups.count(), guest.user.groups.count()) == (1, 0)


def test_the_same_subject_for_another_api_is_another_user(
    world: dict[str, User], enters: Enters, settings: Any
) -> None:
    """Row 502."""
    settings.ENTRANCE = settings.ENTRANCE | {"AUDIENCES": [OTHER_API]}
    assert is_new_or_refused(world, enters(aud=OTHER_API, preferred_username="x@contoso.example"))


def test_a_guest_is_not_the_member_of_the_same_name(world: dict[str, User], enters: Enters) -> None:
    """Row 503."""
    home = f"https://sts.windows.net/{OTHER_TENANT}/"
    name = "admin_contoso.example#EXT#@contoso.example"
    for claims in ({"idp": home}, {"acct": 1}):
        found = enters(preferred_username=name, upn=name, email=ADMIN, xms_edov=True, **claims)
        assert is_new_or_refused(world, found)
        EntraAccount.objects.filter(object_id=STRANGER).delete()


@pytest.mark.parametrize("field", ["username", "user__is_superuser", "delete", "__class__", "is_superuser", "groups"])
@pytest.mark.parametrize("claim", ["unique_name", "email", "idp"])
def test_no_setting_looks_people_up_by_claims_or_writes_other_things(settings: Any, field: str, claim: str) -> None:
    """Rows 504 and 511: a check names what a claim may not write."""
    assert problem_ids(settings, settings.ENTRANCE | {"CLAIM_MAPPING": {field: claim}}) == ["E010"]


def test_a_deactivated_user_stays_out_and_as_it_is(world: dict[str, User], answers: Enters) -> None:
    """Row 505."""
    session = Client()
    session.force_login(world["known"], backend=ENTRA_BACKEND)
    assert session.get("/closed/").status_code == 200
    User.objects.filter(pk=world["known"].pk).update(is_active=False)
    before = rows()
    assert answers(given_name="Other", roles=["Editor"]).reason == "user_disabled"
    assert session.get("/closed/").status_code != 200
    assert rows() == before


def test_a_deleted_user_comes_back_with_nothing(world: dict[str, User], enters: Enters) -> None:
    """Row 506."""
    enters(oid=ADA, roles=["Editor"])
    world["known"].delete()
    assert not EntraAccount.objects.exists(), "no account is left that points nowhere"
    found = enters(oid=ADA, preferred_username="abe@contoso.example").user
    assert not found.groups.exists()
    assert found.entra_accounts.count() == 1


def test_an_account_without_a_user_lets_in_no_one(world: dict[str, User], answers: Enters) -> None:
    """Row 507: another program has deleted the user, past Django."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM auth_user WHERE id = %s", [world["known"].pk])
    assert answers().reason == "user_disabled"
    assert not User.objects.filter(username__startswith="ada").exists()
    EntraAccount.objects.all().delete()


def test_two_accounts_of_one_identity_cannot_be(world: dict[str, User]) -> None:
    """Row 508."""
    with pytest.raises(IntegrityError), transaction.atomic():
        EntraAccount.objects.create(tenant_id=TENANT, object_id=ADA, user=world["admin"])
    assert EntraAccount.objects.get().user == world["known"]


def test_claims_named_like_fields_write_nothing(world: dict[str, User], enters: Enters) -> None:
    """Row 510."""
    raised = {"is_staff": True, "is_superuser": True, "is_active": False, "password": "x", "user_permissions": ["all"]}
    keys = {"id": world["admin"].pk, "pk": world["admin"].pk, "username": "admin", "groups": ["Superusers"]}
    for claims in ({"preferred_username": "new@contoso.example"}, {"oid": ADA}):
        found = enters(roles=["Admin", "is_superuser"], **claims, **raised, **keys).user
        row = rows()[found.pk]
        assert (row["is_staff"], row["is_superuser"], row["is_active"]) == (False, False, True)
        assert (row["groups"], row["permissions"], found.has_usable_password()) == ([], [], False)


@pytest.mark.parametrize(
    "groups", [[FINANCE[:-1]], [f"{FINANCE}0"], [f"x{FINANCE}"], FINANCE, ["finance"], [[FINANCE]], [{}], {FINANCE: 1}]
)
def test_a_group_that_is_not_mapped_gives_nothing(enters: Enters, groups: Any) -> None:
    """Row 513. The twin: the whole id does, in any case."""
    assert not enters(oid=ADA, groups=groups).user.groups.exists()
    for group in (FINANCE, FINANCE.upper()):
        assert enters(oid=ADA, groups=[group]).user.groups.get().name == "finance"


@pytest.mark.parametrize("overage", [{"_claim_names": {"groups": "src1"}}, {"hasgroups": True}], ids=str)
def test_too_many_groups_neither_give_nor_take(
    world: dict[str, User], answers: Enters, settings: Any, overage: dict[str, Any]
) -> None:
    """Row 514."""
    assert answers(groups=[FINANCE]).user == world["known"]
    assert answers(**overage).reason == "overage_unresolved"
    settings.ENTRANCE = settings.ENTRANCE | {"OVERAGE": "last"}
    assert answers(**overage, groups=[OTHER_API]).user.groups.get().name == "finance"


def test_names_of_django_groups_give_nothing(enters: Enters) -> None:
    """Row 515."""
    names = ["Administrators", "editors", "group:Administrators"]
    assert not enters(oid=ADA, groups=names, roles=names, wids=names).user.groups.exists()
    assert Group.objects.count() == 3


def test_a_guest_stays_out_where_guests_are_not_let_in(answers: Enters, settings: Any) -> None:
    """Row 516."""
    settings.ENTRANCE = settings.ENTRANCE | {"ALLOW_GUESTS": False}
    home = f"https://sts.windows.net/{OTHER_TENANT}/"
    before = rows()
    for claims in ({"idp": home}, {"acct": 1}, {"acct": 1, "idp": f"https://sts.windows.net/{TENANT}/"}):
        assert answers(oid=STRANGER, **claims).reason == "guest_refused"
    assert rows() == before
    assert answers().reason == ""


def test_who_registers_a_victims_address_before_does_not_get_the_victim(policy: str, enters: Enters) -> None:
    """Row 517. Nor is the victim the attacker's user, unless the settings say that addresses here are proved."""
    name = "victim@contoso.example"
    attackers = User.objects.create_user(name, name, PASSWORDS[name])
    found = enters(preferred_username=name, upn=name).user
    assert (found == attackers) == (policy == "adopt")
    assert EntraAccount.objects.filter(user=attackers).exists() == (policy == "adopt")


def test_a_connected_identity_is_not_moved_by_a_ticket(authority: ScriptedAuthority, world: dict[str, User]) -> None:
    """Row 519."""
    sent = {"ticket": make_ticket(world["paul"], is_confirmed=True)}
    answer = Client().post("/entrance/account/connect/", sent, headers=bearer(authority))
    assert (answer.status_code, answer.json()["reason"]) == (403, "already_connected")
    assert EntraAccount.objects.get().user == world["known"]


@pytest.mark.parametrize("password", ["!unusable", "", "of-no-hasher"])
def test_who_has_no_password_is_not_locked_out(world: dict[str, User], password: str) -> None:
    """Row 520. Other programs leave the password empty, which Django calls usable."""
    User.objects.filter(pk=world["known"].pk).update(password=password)
    with pytest.raises(LastWayIn):
        unlink_user(world["known"], EntraAccount.objects.get())
    assert authenticate(username="abe@contoso.example", password="") is None


def test_who_is_created_has_no_password_and_gets_none(enters: Enters) -> None:
    """Rows 521 and 522: Django's form to reset a password sends nothing to a user without one."""
    found = enters(preferred_username="new@contoso.example", email="new@contoso.example").user
    for password in ("", "!", "None", STRANGER, found.password, "password"):
        assert authenticate(username=found.username, password=password) is None
    assert found.email
    assert list(PasswordResetForm().get_users(found.email)) == []


def test_long_names_with_the_same_beginning_are_two_users(enters: Enters) -> None:
    """Row 523."""
    begin = "n" * 150
    found = {enters(oid=oid, preferred_username=f"{begin}{oid}@x.example").key for oid in (STRANGER, OTHER_API)}
    assert len(found - {None}) == 2


def test_a_subject_alone_is_nobody(world: dict[str, User], enters: Enters) -> None:
    """Row 526: it is the same for two people of some directories, a text that says to use ``oid``."""
    placeholder = "Not supported currently. Use oid claim."
    found = [enters(sub=placeholder, oid=oid, preferred_username=f"{oid[:4]}@x.example") for oid in (STRANGER, ADA)]
    assert found[1].user == world["known"]
    assert is_new_or_refused(world, found[0])


@pytest.mark.parametrize("oid", [None, "", "None", "null", "00000000-0000-0000-0000-000000000000", "x"])
def test_no_object_id_is_none(oid: Any) -> None:
    """Row 527."""
    with pytest.raises(ObjectIdRefused):
        provision(person(oid=oid))
