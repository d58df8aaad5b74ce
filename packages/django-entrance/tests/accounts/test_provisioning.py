import threading
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, connections
from django.db.models import Model
from django_entrance.accounts import provisioning
from django_entrance.accounts.free_usernames import free_usernames
from django_entrance.accounts.provisioning import conflicts, provision
from django_entrance.accounts.usernames import usernames
from django_entrance.models import EntraAccount
from django_entrance.verification.errors import AccountExists, AccountMissing, UserDisabled, UserNotCreatable
from django_entrance.verification.identify import identify
from django_entrance.verification.identity import Identity
from identities import person
from scripted import ADA, K1, TENANT, Json, ScriptedAuthority, claims_v2, token, trust

pytestmark = pytest.mark.django_db


OTHER = "0b0e0000-0000-4000-8000-000000000007"


def identity_of(claims: Json) -> Identity:
    identity = identify(token(claims), [trust(ScriptedAuthority(keys=[K1.jwk()]))], now=claims["iat"])
    assert identity is not None
    return identity


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
    """Make e-mail addresses unique."""
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


class PeopleElsewhere:
    """A router that uses the database ``people`` for all."""

    def db_for_read(self, model: type[Model], **hints: object) -> str:
        return "people"

    db_for_write = db_for_read


@pytest.mark.django_db(databases=["default", "people"], transaction=True)
@pytest.mark.parametrize(("refuses", "users"), [(False, 1), (True, 0)], ids=["taken", "refused"])
def test_where_the_account_is_refused_no_user_stays(settings: Any, refuses: bool, users: int) -> None:
    """Both are written to the database that the router names, or neither."""
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


def test_a_conflict_is_not_looked_up_again_at_once(django_assert_num_queries: Any) -> None:
    User.objects.create_user("ada@contoso.example")
    ada = person()
    for queries in (None, 3):
        with nullcontext() if queries is None else django_assert_num_queries(queries), pytest.raises(AccountExists):
            provision(ada)
    User.objects.all().delete()
    conflicts.clear()
    assert provision(ada).get_username() == "ada@contoso.example"


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


def test_who_loses_the_race_gets_the_winners_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another request creates the account between query and write."""
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
    """If addresses are user names, the slower request finds the address taken: by the same person, or by another."""

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
    """Another request takes the user name between query and write."""
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


def test_two_tenants_same_object_id_are_two_people() -> None:
    here, there = person(), identity_of(claims_v2())
    object.__setattr__(there, "claims", there.claims._replace(tenant_id=OTHER))
    assert provision(here) != provision(there)
    assert provision(here) == provision(here)
    assert EntraAccount.objects.count() == 2
