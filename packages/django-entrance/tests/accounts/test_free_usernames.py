"""User names that are free in the database, next to names that look like them."""

from typing import Any

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import User
from django.db import connection, models
from django_entrance.accounts.addresses import home_name
from django_entrance.accounts.free_usernames import by_look, free_usernames, second_names
from django_entrance.accounts.provisioning import provision
from django_entrance.accounts.usernames import readable
from django_entrance.verification.errors import AccountExists, UserNotCreatable
from identities import person
from scripted import ADA, TENANT

MARK = ADA[:8]


KATHERINE = "katherine_fabrikam.example#EXT#@contoso.example"


FALLBACK = f"{ADA}@{TENANT}"


READ_ALIKE = [
    ("admin@contoso.example", "ADMIN@contoso.example"),
    ("admin@contoso.example", "adrnin@contoso.example"),
    ("admin@contoso.example", "admin@c0ntoso.example"),
    ("paul@contoso.example", "pauI@contoso.example"),
    ("paul@contoso.example", "pau1@contoso.example"),
    ("will", "vvill"),
    ("pauI", "paul"),
    ("conor.o'brien@contoso.example", "conor.o'brien@contoso.example"),
    ("jörg@contoso.example", "jörg@contoso.example"),
    ("kim_fabrikam.example#EXT#@contoso.example", "kim_fabrikam.example#EXT#@contoso.example"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("existing", "name"), READ_ALIKE, ids=ascii)
def test_a_name_that_looks_like_an_existing_users_is_told_from_it(existing: str, name: str) -> None:
    User.objects.create(username=existing)
    user = provision(person(preferred_username=name))
    assert user.get_username() == f"{MARK}.{readable(home_name(name))}"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("existing", "name"),
    [("admin@contoso.example", "adamin@contoso.example"), ("grace", "graced"), ("jörg", "jurg"), ("", "ada")],
    ids=ascii,
)
def test_a_name_that_looks_like_no_other_is_taken_as_it_is(existing: str, name: str) -> None:
    User.objects.create(username=existing)
    assert provision(person(preferred_username=name)).get_username() == name


def test_what_reads_alike_is_the_same_to_a_reader() -> None:
    assert {by_look(each) for each in ("admin", "ADMIN", "adrnin", "adm1n", "admln")} == {"admln"}
    assert by_look("admin") != by_look("adnin")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "stored"),
    [("x" * 150, "x" * 150), ("x" * 151, f"{MARK}.{'x' * 141}"), ("admin@" + "e" * 9_000, f"{MARK}.admin@{'e' * 135}")],
    ids=["fits", "one too many", "a name that cut would be another"],
)
def test_a_name_that_is_cut_is_told_from_others(name: str, stored: str) -> None:
    assert provision(person(preferred_username=name)).get_username() == stored


@pytest.mark.django_db
def test_two_names_that_begin_alike_are_two_users() -> None:
    provision(person(preferred_username="x" * 151))
    second = provision(person(preferred_username="x" * 152, oid="0b0e0000-0000-4000-8000-000000000007"))
    assert second.get_username() == f"0b0e0000.{'x' * 141}"


class Replicas:
    """A router that reads from a replica."""

    def db_for_read(self, model: type[models.Model], **hints: object) -> str:
        return "people"


@pytest.mark.django_db(databases=["default", "people"])
def test_whether_a_name_is_free_is_not_asked_of_a_copy(settings: Any) -> None:
    User.objects.using("default").create(username="ada@contoso.example")
    settings.DATABASE_ROUTERS = [Replicas()]
    assert next(free_usernames(person())) == f"{MARK}.ada@contoso.example"


@pytest.mark.django_db
def test_every_name_that_is_yielded_is_free() -> None:
    names = list(free_usernames(person()))
    assert names == ["ada@contoso.example", f"{MARK}.ada@contoso.example", f"{MARK}.ada.lovelace", FALLBACK, ADA]
    for name in names:
        User.objects.create(username=name.upper())
    assert list(free_usernames(person())) == []


class Customer(AbstractBaseUser):
    """A user model with the address as user name, and a second name."""

    email = models.EmailField(unique=True)
    username = models.CharField(max_length=150, unique=True)

    USERNAME_FIELD = "email"

    class Meta:
        app_label = "django_entrance"
        managed = False


class Member(AbstractBaseUser):
    number = models.IntegerField(unique=True)
    username = models.CharField(max_length=8, unique=True)

    USERNAME_FIELD = "number"

    class Meta:
        app_label = "django_entrance"
        managed = False


@pytest.fixture
def customers(settings: Any, db: None) -> None:
    settings.AUTH_USER_MODEL = "django_entrance.Customer"
    fields = "id integer PRIMARY KEY, last_login text, password text, email text UNIQUE, username text UNIQUE"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE django_entrance_customer ({fields})")


def customer(email: str) -> None:
    Customer._base_manager.create(id=1, email=email, username="ada@contoso.example", password="")


def test_an_address_is_taken_whole_or_not_at_all(customers: None) -> None:
    assert list(free_usernames(person(preferred_username="Ada@Contoso.Example"))) == ["Ada@contoso.example"]
    for name in (None, "ada", "ada@contosо.example", KATHERINE):
        with pytest.raises(UserNotCreatable) as refusal:
            next(free_usernames(person(preferred_username=name)))
        assert (refusal.value.status, refusal.value.reason) == (403, "user_not_creatable")


def test_an_authority_that_the_settings_do_not_name_vouches_for_no_name(customers: None, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"AUTHORITIES": {"others": {}}}
    with pytest.raises(UserNotCreatable):
        next(free_usernames(person()))
    verified = person(email="ada@mail.example", xms_edov=True)
    assert list(free_usernames(verified)) == ["ada@mail.example"]


def test_an_address_that_an_existing_user_has_is_refused(customers: None) -> None:
    customer("ADA@contoso.example")
    with pytest.raises(AccountExists) as refusal:
        next(free_usernames(person()))
    assert (refusal.value.status, refusal.value.error, refusal.value.reason) == (403, "access_denied", "account_exists")
    assert list(free_usernames(person(preferred_username="adam@contoso.example"))) == ["adam@contoso.example"]


def test_an_address_that_is_taken_between_look_and_write_is_refused(customers: None) -> None:
    names = free_usernames(person())
    assert next(names) == "ada@contoso.example"
    customer("ada@contoso.example")
    with pytest.raises(AccountExists):
        next(names)


def test_a_name_beside_the_address_is_free(customers: None) -> None:
    assert second_names(person()) == {"username": "ada@contoso.example"}
    customer("other@contoso.example")
    assert second_names(person()) == {"username": f"{MARK}.ada@contoso.example"}


def test_a_user_name_that_holds_no_text_is_not_made_of_one(settings: Any) -> None:
    settings.AUTH_USER_MODEL = "django_entrance.Member"
    assert list(free_usernames(person())) == []


@pytest.mark.django_db
def test_where_no_name_fits_there_is_none(settings: Any) -> None:
    settings.AUTH_USER_MODEL = "django_entrance.Member"
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE django_entrance_member (id integer PRIMARY KEY, username text)")
        cursor.execute("INSERT INTO django_entrance_member VALUES (1, 'ada00000')")
    assert second_names(person()) == {}
    settings.AUTH_USER_MODEL = "auth.User"
    assert second_names(person()) == {}
