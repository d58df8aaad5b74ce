import gc
import threading
import weakref
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, connections
from django.db.models import Model
from django_entrance.accounts import claim_mapping, linked_users, provisioning
from django_entrance.accounts.free_usernames import free_usernames
from django_entrance.accounts.provisioning import provision
from django_entrance.accounts.usernames import usernames
from django_entrance.models import EntraAccount
from django_entrance.verification.errors import AccountExists, AccountMissing, UserDisabled, UserNotCreatable
from django_entrance.verification.identify import identify
from django_entrance.verification.identity import Identity
from scripted import ADA, K1, TENANT, Json, ScriptedAuthority, claims_v1, claims_v2, token, trust

pytestmark = pytest.mark.django_db

OTHER = "0b0e0000-0000-4000-8000-000000000007"


def identity_of(claims: Json) -> Identity:
    identity = identify(token(claims), [trust(ScriptedAuthority(keys=[K1.jwk()]))], now=claims["iat"])
    assert identity is not None
    return identity


def person(**changes: Any) -> Identity:
    return identity_of(claims_v2(**changes))


def mapping(settings: Any, **fields: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"CLAIM_MAPPING": fields}


@pytest.fixture
def separate(settings: Any) -> None:
    """A new person is a new user, whatever existing users are called."""
    settings.ENTRANCE = settings.ENTRANCE | {"ON_CONFLICT": "separate"}


def test_user_and_account_are_created_together() -> None:
    user = provision(person(given_name="Ada", family_name="Lovelace", email="ada@mail.example"))
    assert isinstance(user, User)
    assert (user.username, user.first_name, user.last_name) == ("ada@contoso.example", "Ada", "Lovelace")
    assert user.email == "ada@mail.example"
    assert not user.has_usable_password()
    assert (user.is_staff, user.is_superuser) == (False, False)
    assert user.entra_accounts.get() == EntraAccount.objects.get()


@pytest.mark.parametrize(
    "claims",
    [
        claims_v1(),
        claims_v2(given_name="Ada", family_name="Lovelace", upn="ada@contoso.example", preferred_username=None),
    ],
    ids=["v1.0", "v2.0 with the optional claims"],
)
def test_the_mapping_of_the_documentation_fills_the_user(settings: Any, claims: Json) -> None:
    mapping(settings, first_name="given_name", last_name="family_name", email="upn")
    user = provision(identity_of(claims))
    assert isinstance(user, User)
    assert (user.first_name, user.last_name, user.email) == ("Ada", "Lovelace", "ada@contoso.example")


@pytest.mark.parametrize(
    ("claims", "email"),
    [
        ({"email": "a@one.example", "upn": "a@two.example"}, "a@one.example"),
        ({"upn": "a@two.example"}, "a@two.example"),
        ({}, "ada@contoso.example"),
        ({"email": "no address"}, ""),
        ({"email": ["a@one.example"], "upn": 5}, "ada@contoso.example"),
        ({"email": "a@one.example\r\nBcc: all"}, ""),
        ({"email": "a" * 300 + "@one.example"}, ""),
    ],
    ids=str,
)
def test_the_first_claim_that_is_present_counts(claims: Json, email: str) -> None:
    user = provision(person(**claims))
    assert isinstance(user, User)
    assert user.email == email


def test_long_names_are_cut_to_the_field() -> None:
    user = provision(person(given_name="x" * 300))
    assert isinstance(user, User)
    assert user.first_name == "x" * 150


def test_a_known_person_is_found_whatever_the_name_is_now() -> None:
    first = provision(person(given_name="Ada"))
    again = provision(person(given_name="Augusta", preferred_username="king@contoso.example"))
    assert again.pk == first.pk
    assert User.objects.get().username == "ada@contoso.example"
    assert User.objects.get().first_name == "Augusta"


def test_an_absent_claim_changes_nothing() -> None:
    provision(person(given_name="Ada"))
    provision(person())
    assert User.objects.get().first_name == "Ada"


def test_nothing_is_written_when_nothing_changed(django_assert_num_queries: Callable[[int], Any]) -> None:
    identity = person(given_name="Ada")
    provision(identity)
    with django_assert_num_queries(1):
        provision(identity)


@pytest.fixture
def one_address_each() -> None:
    """As in a project whose users have unique e-mail addresses."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE UNIQUE INDEX one_address_each ON auth_user (email)")


@pytest.mark.parametrize(
    ("address", "kept", "warnings"),
    [
        ("new@contoso.example", "new@contoso.example", []),
        ("barbara@contoso.example", "ada@contoso.example", ["email"]),
    ],
)
def test_a_claim_that_the_database_refuses_is_left_out(
    one_address_each: None, caplog: pytest.LogCaptureFixture, address: str, kept: str, warnings: list[str]
) -> None:
    User.objects.create_user("barbara", "barbara@contoso.example")
    provision(person(given_name="Ada", email="ada@contoso.example"))
    user = provision(person(given_name="Augusta", family_name="King", email=address))
    told = [record for record in caplog.records if record.name == "django_entrance"]
    assert [record.args for record in told] == [(field, user.pk) for field in warnings]
    assert all(address not in record.getMessage() for record in told)
    for has in (user, User.objects.get(username="ada@contoso.example")):
        assert (has.first_name, has.last_name, has.email) == ("Augusta", "King", kept)


def test_a_new_person_whose_address_is_taken_is_refused(one_address_each: None, settings: Any) -> None:
    User.objects.create_user("barbara", "ada@contoso.example")
    with pytest.raises(AccountExists):
        provision(person())
    settings.ENTRANCE = settings.ENTRANCE | {"ON_CONFLICT": "separate"}
    with pytest.raises(UserNotCreatable):
        provision(person())


@pytest.mark.parametrize(("address", "is_created"), [("no address", False), ("ada@contoso.example", True)])
def test_an_address_that_is_required_and_unique_is_never_left_empty(
    monkeypatch: pytest.MonkeyPatch, address: str, is_created: bool
) -> None:
    """The first without one would have the empty address, and keep out the second."""
    monkeypatch.setattr(User._meta.get_field("email"), "unique", True)
    monkeypatch.setattr(User._meta.get_field("email"), "blank", False)
    with nullcontext() if is_created else pytest.raises(UserNotCreatable, match="vouches"):
        provision(person(email=address))
    assert User.objects.exists() == is_created


def test_what_is_made_of_an_identity_ends_with_it() -> None:
    """So with ``REMEMBERED_TOKENS`` 0, nothing of a token stays after its request."""
    identity = person(given_name="Ada")
    provision(identity)
    provision(identity)
    assert identity in linked_users.account_ids.latest
    assert identity in claim_mapping.mapped_fields.latest
    gone = weakref.ref(identity)
    del identity
    gc.collect()
    assert gone() is None


def test_other_settings_read_the_same_identity_anew(settings: Any) -> None:
    identity = person(given_name="Ada")
    provision(identity)
    mapping(settings, last_name="given_name")
    provision(identity)
    assert User.objects.get().last_name == "Ada"


class PeopleElsewhere:
    """A router that sends all to the database ``people``."""

    def db_for_read(self, model: type[Model], **hints: object) -> str:
        return "people"

    db_for_write = db_for_read


@pytest.mark.django_db(databases=["default", "people"], transaction=True)
@pytest.mark.parametrize(("refuses", "users"), [(False, 1), (True, 0)], ids=["taken", "refused"])
def test_where_the_account_is_refused_no_user_stays(settings: Any, refuses: bool, users: int) -> None:
    """Whichever database the router names: both are written there, or neither."""
    settings.DATABASE_ROUTERS = [PeopleElsewhere()]
    with connections["people"].cursor() as cursor:
        if refuses:
            cursor.execute(
                "CREATE TRIGGER refuse BEFORE INSERT ON django_entrance_entraaccount"
                " BEGIN SELECT RAISE(ABORT, 'refused'); END"
            )
        try:
            with pytest.raises(UserNotCreatable) if refuses else nullcontext():
                provision(person())
        finally:
            cursor.execute("DROP TRIGGER IF EXISTS refuse")
    assert (User.objects.count(), EntraAccount.objects.count()) == (users, users)
    assert not User.objects.using("default").exists()


def test_a_name_that_was_given_away_is_another_person() -> None:
    first = provision(person())
    second = provision(person(oid=OTHER))
    assert first.pk != second.pk
    assert second.get_username() == f"{OTHER[:8]}.ada@contoso.example"


@pytest.mark.parametrize("name", ["admin", "ADMIN", "Admin"])
def test_an_existing_user_is_never_adopted(name: str, settings: Any) -> None:
    admin = User.objects.create_superuser("admin", "ada@contoso.example", "pw")
    with pytest.raises(AccountExists):
        provision(person(preferred_username=name, email="ada@contoso.example"))
    settings.ENTRANCE = settings.ENTRANCE | {"ON_CONFLICT": "separate"}
    user = provision(person(preferred_username=name, email="ada@contoso.example"))
    assert user.pk != admin.pk
    assert user.get_username() == f"{ADA[:8]}.{name}"
    admin.refresh_from_db()
    assert (admin.username, admin.is_superuser, admin.check_password("pw")) == ("admin", True, True)


def test_when_every_name_is_taken_the_refusal_says_so(separate: None) -> None:
    for name in list(free_usernames(person())):
        User.objects.create_user(name)
    with pytest.raises(UserNotCreatable) as refusal:
        provision(person())
    assert (refusal.value.status, refusal.value.reason) == (403, "user_not_creatable")
    assert not EntraAccount.objects.exists()


def test_a_deactivated_user_is_refused() -> None:
    provision(person())
    User.objects.update(is_active=False)
    with pytest.raises(UserDisabled):
        provision(person())


def test_a_deleted_user_comes_back_as_a_new_one() -> None:
    first = provision(person())
    first_key = first.pk
    first.delete()
    assert not EntraAccount.objects.exists()
    assert provision(person()).pk != first_key


def test_existing_lets_in_only_linked_people(settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"PROVISIONING": "existing"}
    with pytest.raises(AccountMissing):
        provision(person())
    user = User.objects.create_user("ada")
    EntraAccount.objects.create(tenant_id=TENANT, object_id=ADA, user=user)
    assert provision(person()) == user


def test_one_identity_has_one_account() -> None:
    provision(person())
    with pytest.raises(IntegrityError):
        EntraAccount.objects.create(tenant_id=TENANT, object_id=ADA, user=User.objects.get())


def test_claims_never_write_what_is_not_mapped() -> None:
    provision(person(is_staff=True, is_superuser=True, is_active=False, password="x", id=99, groups=["Superusers"]))
    user = User.objects.get()
    assert (user.is_staff, user.is_superuser, user.is_active) == (False, False, True)
    assert not user.groups.exists()


def test_who_loses_the_race_gets_the_winners_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another request creates the account between our look and our write."""
    identity = person()

    def winner_comes_first(given: Identity) -> Any:
        user = User.objects.create_user("winner")
        EntraAccount.objects.create(tenant_id=TENANT, object_id=ADA, user=user)
        return free_usernames(given)

    monkeypatch.setattr(provisioning, "free_usernames", winner_comes_first)
    assert provision(identity).get_username() == "winner"
    assert User.objects.count() == 1


@pytest.mark.parametrize("is_own", [True, False])
def test_an_address_that_was_taken_meanwhile_may_be_taken_by_another_request_of_the_same_person(
    monkeypatch: pytest.MonkeyPatch, is_own: bool
) -> None:
    """Where addresses are user names, the loser of the race finds the address taken: by its own winner, or not."""

    def taken(given: Identity) -> Any:
        user = User.objects.create_user("winner")
        EntraAccount.objects.create(tenant_id=TENANT, object_id=ADA if is_own else OTHER, user=user)
        raise AccountExists()

    monkeypatch.setattr(provisioning, "free_usernames", taken)
    if is_own:
        assert provision(person()).get_username() == "winner"
        return
    with pytest.raises(AccountExists) as refusal:
        provision(person())
    assert (refusal.value.status, refusal.value.reason) == (403, "account_exists")


def test_who_loses_the_name_gets_the_next(monkeypatch: pytest.MonkeyPatch, separate: None) -> None:
    """Somebody else takes the user name between our look and our write."""
    User.objects.create_user("ada@contoso.example")
    monkeypatch.setattr(provisioning, "free_usernames", usernames)
    assert provision(person()).get_username() == f"{ADA[:8]}.ada@contoso.example"


@pytest.mark.django_db(transaction=True)
def test_of_twenty_first_requests_at_once_all_get_one_user() -> None:
    identity = person()
    gate = threading.Barrier(20)
    found: list[object] = []

    def enter() -> None:
        gate.wait()
        try:
            found.append(provision(identity).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=enter) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(found), len(set(found))) == (20, 1)
    assert (User.objects.count(), EntraAccount.objects.count()) == (1, 1)


DAEMON = "dae00000-0000-4000-8000-000000000009"


@pytest.fixture
def daemon(settings: Any) -> Identity:
    """An application that comes as itself, and acts as the user robot."""
    settings.ENTRANCE = settings.ENTRANCE | {"APPLICATIONS": {DAEMON: "robot"}}
    claims = claims_v2(azp=DAEMON, sub=ADA, scp=None, name=None, preferred_username=None)
    authority = trust(ScriptedAuthority(keys=[K1.jwk()]), applications=[DAEMON])
    identity = identify(token(claims), [authority], now=claims["iat"])
    assert identity is not None
    return identity


def test_an_application_acts_as_the_user_that_the_settings_name(daemon: Identity) -> None:
    robot = User.objects.create_user("robot", first_name="R2")
    assert provision(daemon) == robot
    assert (User.objects.count(), EntraAccount.objects.count()) == (1, 0)


def test_no_user_is_created_for_an_application(daemon: Identity) -> None:
    with pytest.raises(AccountMissing, match="the user robot of APPLICATIONS"):
        provision(daemon)
    assert User.objects.count() == 0


@pytest.mark.parametrize("name", ["robot", "ROBOT", "r0bot", "röbot"])
def test_a_person_is_never_given_the_name_of_an_applications_user(daemon: Identity, name: str) -> None:
    user = provision(person(oid=OTHER, preferred_username=name))
    assert user.get_username().startswith(f"{OTHER[:8]}.")
    with pytest.raises(AccountMissing):
        provision(daemon)


def test_a_name_that_is_near_that_of_an_applications_user_is_given(daemon: Identity) -> None:
    assert provision(person(oid=OTHER, preferred_username="robots")).get_username() == "robots"


def test_a_person_with_the_name_is_not_the_applications_user(daemon: Identity) -> None:
    """However the name was had: by a rename, or before ``APPLICATIONS`` named it."""
    user = provision(person(oid=OTHER))
    User.objects.update(username="robot")
    with pytest.raises(AccountMissing, match="without an Entra account"):
        provision(daemon)
    user.entra_accounts.all().delete()
    assert provision(daemon) == user


def test_an_application_costs_one_query(daemon: Identity, django_assert_num_queries: Callable[[int], Any]) -> None:
    User.objects.create_user("robot")
    with django_assert_num_queries(1):
        provision(daemon)


def test_a_deactivated_user_keeps_its_application_out(daemon: Identity) -> None:
    User.objects.create_user("robot", is_active=False)
    with pytest.raises(UserDisabled):
        provision(daemon)


def test_two_tenants_same_object_id_are_two_people() -> None:
    here, there = person(), identity_of(claims_v2())
    object.__setattr__(there, "claims", there.claims._replace(tenant_id=OTHER))
    assert provision(here) != provision(there)
    assert provision(here) == provision(here)
    assert EntraAccount.objects.count() == 2
