"""The compiled lookup reads the same rows as the ORM, with undocumented parts of Django that a release may change."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import User, UserManager
from django.db import connection, models
from django.db.models.signals import post_init
from django.test.utils import CaptureQueriesContext
from django_entrance.accounts.compiled_lookup import CompiledLookup, is_plain, with_named_params
from django_entrance.models import EntraAccount

TENANT = UUID("7e4a0000-0000-4000-8000-000000000001")
OBJECT = UUID("ada00000-0000-4000-8000-000000000004")
KEYS = {f"entra_accounts__{name}": EntraAccount._meta.get_field(name) for name in ("tenant_id", "object_id")}
IDS = {"entra_accounts__tenant_id": str(TENANT), "entra_accounts__object_id": str(OBJECT)}


class Sundry(models.Model):
    """A model with every type of column that a user model may have."""

    key = models.UUIDField(primary_key=True)
    other = models.UUIDField()
    flag = models.BooleanField(null=True)
    day = models.DateField()
    moment = models.DateTimeField()
    hour = models.TimeField()
    lasting = models.DurationField()
    price = models.DecimalField(max_digits=8, decimal_places=2)
    part = models.FloatField()
    more = models.JSONField()
    raw = models.BinaryField()
    address = models.GenericIPAddressField()
    word = models.CharField(max_length=10, db_column="the word")

    class Meta:
        app_label = "django_entrance"
        managed = False
        db_table = "entrance_sundry"


def values(row: models.Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.fixture
def account(db: None) -> EntraAccount:
    user = User.objects.create_user("ada", "ada@contoso.example", first_name="Ada", is_staff=True)
    User.objects.create_user("barbara")
    return EntraAccount.objects.create(tenant_id=TENANT, object_id=OBJECT, user=user)


@pytest.fixture(params=[True, False], ids=["named", "in order"])
def way_of_parameters(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Most databases take parameters by name; some, such as SQL Server, only by position."""
    monkeypatch.setattr(type(connection.features), "supports_paramstyle_pyformat", request.param)
    return bool(request.param)


def look_up(ids: dict[str, str]) -> User | None:
    lookup = CompiledLookup(User, KEYS, "default")
    return lookup.first(lookup.params(ids))


@pytest.mark.parametrize("order", [1, -1], ids=["as written", "the other way"])
def test_the_row_is_the_one_that_the_orm_reads(account: EntraAccount, order: int, way_of_parameters: bool) -> None:
    lookup = CompiledLookup(User, dict(list(KEYS.items())[::order]), "default")
    assert ("%(entra_accounts__tenant_id)s" in lookup.sql) == way_of_parameters
    assert type(lookup.params(IDS)) is (dict if way_of_parameters else list)
    read = lookup.first(lookup.params(IDS))
    assert isinstance(read, User)
    assert values(read) == values(User.objects.get(username="ada"))
    assert (read._state.adding, read._state.db) == (False, "default")
    assert read.get_deferred_fields() == set()


@pytest.mark.parametrize("key", IDS)
def test_both_ids_must_fit(account: EntraAccount, key: str, way_of_parameters: bool) -> None:
    lookup = CompiledLookup(User, KEYS, "default")
    assert lookup.first(lookup.params(IDS | {key: str(UUID(int=5))})) is None
    assert lookup.first(lookup.params(IDS)) is not None


def test_each_look_costs_one_query_and_makes_a_row_of_its_own(account: EntraAccount) -> None:
    lookup = CompiledLookup(User, KEYS, "default")
    with CaptureQueriesContext(connection) as queries:
        assert lookup.first(lookup.params(IDS)) is not lookup.first(lookup.params(IDS))
    assert len(queries) == 2


def test_the_row_is_made_as_the_orm_makes_it(account: EntraAccount) -> None:
    """Signals and ``from_db`` of a project's user model are called."""
    made: list[models.Model] = []

    def note(instance: models.Model, **_: object) -> None:
        made.append(instance)

    post_init.connect(note, sender=User)
    try:
        read = look_up(IDS)
    finally:
        post_init.disconnect(note, sender=User)
    assert made == [read]


def test_a_percent_sign_of_the_sql_stays_what_it_is() -> None:
    assert with_named_params("100%% = %s, %%s, %s", ["a", "b"]) % {"a": 1, "b": 2} == "100% = 1, %s, 2"


def test_what_stands_beside_the_row_is_what_annotate_reads(account: EntraAccount, way_of_parameters: bool) -> None:
    beside = {"since": "entra_accounts__created_at", "tenant": "entra_accounts__tenant_id"}
    lookup = CompiledLookup(User, KEYS, "default", beside)
    read: Any = lookup.first(lookup.params(IDS))
    assert (read.since, read.tenant) == (account.created_at, account.tenant_id)
    assert values(read) == values(account.user)


class MoreRows(models.QuerySet[User]):
    def staff(self) -> "MoreRows":
        return self.filter(is_staff=True)


class FewerRows(models.QuerySet[User]):
    def _fetch_all(self) -> None:
        raise NotImplementedError


class ElsewhereRows(models.QuerySet[User]):
    @property
    def db(self) -> str:
        return "people"


class MoreMethods(UserManager[User]):
    def create_robot(self) -> User:
        return self.create(username="robot")


class FewerUsers(UserManager[User]):
    def get_queryset(self) -> models.QuerySet[User]:
        return super().get_queryset().filter(is_staff=True)


@pytest.mark.parametrize("manager", [UserManager, MoreMethods, MoreMethods.from_queryset(MoreRows), models.Manager])
def test_a_manager_that_adds_methods_is_plain(manager: type[models.Manager[User]]) -> None:
    assert is_plain(manager())


@pytest.mark.parametrize("manager", [FewerUsers, *map(UserManager.from_queryset, (FewerRows, ElsewhereRows))])
def test_a_manager_that_reads_in_its_own_way_is_not(manager: type[models.Manager[User]]) -> None:
    assert not is_plain(manager())


def test_a_manager_of_a_database_of_its_own_is_not_plain() -> None:
    assert not is_plain(UserManager().db_manager("people"))


@pytest.mark.django_db(transaction=True)
def test_columns_of_every_kind_are_converted_as_the_orm_does() -> None:
    from datetime import UTC, datetime, time, timedelta

    with connection.schema_editor() as editor:
        editor.create_model(Sundry)
    try:
        row = Sundry._default_manager.create(
            key=TENANT,
            other=OBJECT,
            flag=True,
            day=date(2026, 11, 24),
            moment=datetime(2026, 11, 24, 9, tzinfo=UTC),
            hour=time(9, 30),
            lasting=timedelta(days=1, seconds=5),
            price=Decimal("12.50"),
            part=0.5,
            more={"a": [1, None]},
            raw=b"\x00\xff",
            address="2001:db8::1",
            word="x",
        )
        lookup = CompiledLookup(Sundry, {"key": Sundry._meta.get_field("key")}, "default")
        read = lookup.first(lookup.params({"key": str(TENANT)}))
        assert read is not None
        orm = Sundry._default_manager.get()
        for name, value in values(orm).items():
            assert getattr(read, name) == value, name
            assert type(getattr(read, name)) is type(value), name
        assert read == row
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(Sundry)


def test_what_was_read_can_be_saved(account: EntraAccount) -> None:
    read = look_up(IDS)
    assert isinstance(read, User)
    read.first_name = "Augusta"
    read.save(update_fields=["first_name"])
    assert User.objects.get(username="ada").first_name == "Augusta"
