"""App roles and groups of Entra become Django groups and flags, and go again; what was given by hand stays."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone
from django_entrance.accounts import access as access_module
from django_entrance.accounts.access import apply_access
from django_entrance.accounts.grants import read_applied
from django_entrance.accounts.linked_users import find_user
from django_entrance.accounts.provisioning import provision
from django_entrance.models import DisconnectedUser, EntraAccount, EntraSession
from django_entrance.signals import access_changed
from django_entrance.verification.errors import GraphUnreachable, OverageUnresolved, UserDisabled
from django_entrance.verification.identify import identify
from django_entrance.verification.identity import Identity
from scripted import API, K1, NOW, TENANT, ScriptedAuthority, claims_v2, token, trust

pytestmark = pytest.mark.django_db

OTHER_API = "a9110000-0000-4000-8000-000000000003"
URI = "https://logbook.contoso.example"
AUDIENCES = [OTHER_API, f"api://{OTHER_API}", URI]
FINANCE = "0f3c0000-0000-4000-8000-0000000000aa"
Queries = Callable[[int], Any]


def person(**changes: Any) -> Identity:
    """Return an identity that has no app roles and groups but those that are named, for one of several audiences."""
    claims = claims_v2(**{"roles": None} | changes)
    authority = trust(ScriptedAuthority(keys=[K1.jwk()]), audiences=AUDIENCES)
    identity = identify(token(claims), [authority], now=claims["iat"])
    assert identity is not None
    return identity


@pytest.fixture(autouse=True)
def access(settings: Any) -> None:
    Group.objects.bulk_create(Group(name=name) for name in ("editors", "admins", "finance", "own"))
    settings.ENTRANCE = settings.ENTRANCE | {
        "ACCESS": {
            "app_roles": {
                "Editor": {"groups": ["editors"]},
                "Admin": {"groups": ["editors", "admins"], "is_staff": True},
                "Root": {"is_superuser": True},
            },
            "groups": {FINANCE.upper(): {"groups": ["finance"]}},
        }
    }


def groups_of(user: User) -> set[str]:
    return set(user.groups.values_list("name", flat=True))


def test_roles_and_groups_give_what_access_names() -> None:
    user = provision(person(roles=["Admin", "Unmapped", "Superusers"], groups=[FINANCE, "editors"], wids=[FINANCE]))
    assert groups_of(user) == {"editors", "admins", "finance"}
    assert (user.is_staff, user.is_superuser) == (True, False)


def test_a_role_that_is_taken_away_is_gone_at_the_next_token() -> None:
    provision(person(roles=["Admin", "Root"]))
    user = provision(person(roles=["Editor"]))
    assert groups_of(user) == {"editors"}
    user.refresh_from_db()
    assert (user.is_staff, user.is_superuser) == (False, False)


def test_what_was_given_by_hand_stays() -> None:
    user = provision(person())
    user.groups.add(Group.objects.get(name="editors"), Group.objects.get(name="own"))
    User.objects.update(is_staff=True)
    provision(person(roles=["Admin"]))
    assert groups_of(user) == {"editors", "admins", "own"}
    user = provision(person())
    assert groups_of(user) == {"editors", "own"}
    assert user.is_staff


def test_a_warm_request_reads_once_and_writes_nothing(django_assert_num_queries: Queries) -> None:
    provision(person(roles=["Admin"], groups=[FINANCE]))
    with django_assert_num_queries(1):
        provision(person(roles=["Admin", "Unmapped"], groups=[FINANCE]))


def test_a_changed_role_takes_six_queries_at_most(django_assert_max_num_queries: Queries) -> None:
    provision(person(roles=["Editor"], groups=[FINANCE]))
    with django_assert_max_num_queries(6):
        user = provision(person(roles=["Admin"]))
    assert groups_of(user) == {"editors", "admins"}


def test_a_group_that_is_made_later_is_given_then(django_assert_num_queries: Queries) -> None:
    Group.objects.filter(name="editors").delete()
    user = provision(person(roles=["Editor"]))
    assert groups_of(user) == set()
    with django_assert_num_queries(1):
        provision(person(roles=["Editor"]))
    Group.objects.create(name="editors")
    assert groups_of(provision(person(roles=["Editor"]))) == {"editors"}


def test_the_signal_tells_what_was_gained_and_lost() -> None:
    heard: list[tuple[set[str], set[str]]] = []

    def hear(*, gained: set[str], lost: set[str], **_: Any) -> None:
        heard.append((set(gained), set(lost)))

    access_changed.connect(hear)
    provision(person(roles=["Admin"]))
    provision(person(roles=["Editor"]))
    provision(person(roles=["Editor"]))
    access_changed.disconnect(hear)
    assert heard == [({"group:editors", "group:admins", "is_staff"}, set()), (set(), {"group:admins", "is_staff"})]


@pytest.mark.parametrize("overage", [{"_claim_names": {"groups": "src1"}}, {"hasgroups": True}], ids=str)
def test_too_many_groups_are_never_no_groups(settings: Any, overage: dict[str, Any]) -> None:
    provision(person(groups=[FINANCE]))
    with pytest.raises(OverageUnresolved):
        provision(person(**overage))
    settings.ENTRANCE = settings.ENTRANCE | {"OVERAGE": "last"}
    assert groups_of(provision(person(**overage))) == {"finance"}


def test_without_access_to_groups_an_overage_matters_to_nothing(settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"ACCESS": {"app_roles": {"Editor": {"groups": ["editors"]}}}}
    assert groups_of(provision(person(hasgroups=True, roles=["Editor"]))) == {"editors"}


def test_an_account_that_has_nothing_to_give_stores_nothing() -> None:
    provision(person())
    assert EntraAccount.objects.get().access == ""


def test_a_new_person_whose_groups_cannot_be_known_is_no_row() -> None:
    with pytest.raises(OverageUnresolved):
        provision(person(hasgroups=True))
    assert not User.objects.exists()


def test_with_last_the_roles_are_still_those_of_the_token(settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"OVERAGE": "last"}
    assert groups_of(provision(person(hasgroups=True))) == set()
    provision(person(roles=["Admin"], groups=[FINANCE]))
    user = provision(person(roles=["Editor"], hasgroups=True))
    assert groups_of(user) == {"editors", "finance"}
    assert not User.objects.get().is_staff


def test_with_last_an_outage_of_graph_takes_nothing(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(identity: Identity) -> frozenset[str]:
        raise GraphUnreachable

    monkeypatch.setattr("django_entrance.accounts.grants.member_groups", down)
    settings.ENTRANCE = settings.ENTRANCE | {"CLIENT_SECRET": "not-a-secret"}
    provision(person(groups=[FINANCE]))
    with pytest.raises(GraphUnreachable):
        provision(person(hasgroups=True))
    settings.ENTRANCE = settings.ENTRANCE | {"OVERAGE": "last"}
    assert groups_of(provision(person(hasgroups=True))) == {"finance"}


@pytest.mark.parametrize(
    "groups", [[FINANCE[:-1]], [f"{FINANCE}0"], [f"x{FINANCE}"], "finance", FINANCE, None], ids=str
)
def test_a_group_is_its_whole_id(groups: Any) -> None:
    assert groups_of(provision(person(groups=groups))) == set()


@pytest.mark.parametrize("group", [FINANCE, FINANCE.upper()])
def test_a_group_is_its_id_in_any_case(group: str) -> None:
    assert groups_of(provision(person(groups=[group]))) == {"finance"}


def test_a_role_with_the_id_of_a_group_is_not_that_group() -> None:
    """Groups may be emitted as roles; what ACCESS names under "groups" is given for groups alone."""
    assert groups_of(provision(person(roles=[FINANCE]))) == set()


def test_two_registrations_of_one_tenant_give_together(settings: Any, django_assert_num_queries: Queries) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"AUDIENCES": [OTHER_API]}
    first, other = person(roles=["Admin"]), person(roles=["Editor"], aud=OTHER_API)
    provision(first)
    user = provision(other)
    assert groups_of(user) == {"editors", "admins"}
    with django_assert_num_queries(3):
        for identity in (first, other, person(roles=["Admin"], aud=API)):
            provision(identity)
    assert groups_of(provision(person())) == {"editors"}
    assert groups_of(provision(person(aud=OTHER_API))) == set()


def test_a_registration_that_the_settings_name_no_longer_gives_nothing(settings: Any) -> None:
    usual = settings.ENTRANCE
    settings.ENTRANCE = usual | {"AUDIENCES": AUDIENCES}
    provision(person(roles=["Admin"], aud=f"api://{OTHER_API}"))
    assert groups_of(provision(person())) == {"editors", "admins"}
    settings.ENTRANCE = usual
    assert groups_of(provision(person())) == set()


def test_another_address_of_the_same_registration_gives_nothing_of_its_own(settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"AUDIENCES": [URI]}
    provision(person(roles=["Admin"], aud=URI))
    assert groups_of(provision(person())) == set()


def test_what_access_gave_goes_when_it_is_emptied(settings: Any, django_assert_num_queries: Queries) -> None:
    user = provision(person(roles=["Admin"], groups=[FINANCE]))
    user.groups.add(Group.objects.get(name="own"))
    settings.ENTRANCE = settings.ENTRANCE | {"ACCESS": {}}
    assert groups_of(provision(person(roles=["Admin"], groups=[FINANCE]))) == {"own"}
    assert not User.objects.get().is_staff
    assert not read_applied(EntraAccount.objects.get().access).given
    with django_assert_num_queries(1):
        provision(person(roles=["Admin"], groups=[FINANCE]))


@pytest.fixture
def two_accounts() -> User:
    """One user with two Microsoft accounts, of which each gives the editors."""
    user = provision(person(roles=["Editor"]))
    EntraAccount.objects.create(tenant_id=TENANT, object_id=FINANCE, user=user)
    provision(person(roles=["Admin"], oid=FINANCE))
    return user


def test_two_accounts_of_a_user_give_together(two_accounts: User) -> None:
    assert groups_of(two_accounts) == {"editors", "admins"}
    provision(person())
    assert groups_of(two_accounts) == {"editors", "admins"}
    provision(person(oid=FINANCE))
    assert groups_of(two_accounts) == set()
    two_accounts.groups.add(Group.objects.get(name="editors"))
    provision(person(roles=["Editor"]))
    provision(person())
    assert groups_of(two_accounts) == {"editors"}


def test_what_another_account_gave_goes_with_new_settings(two_accounts: User, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"ACCESS": {}}
    provision(person())
    assert groups_of(two_accounts) == set()
    assert not User.objects.get().is_staff


def test_an_account_that_is_deleted_takes_along_what_it_gave(two_accounts: User) -> None:
    two_accounts.groups.add(Group.objects.get(name="own"))
    EntraAccount.objects.get(object_id=FINANCE).delete()
    assert groups_of(two_accounts) == {"editors", "own"}
    assert not User.objects.get().is_staff
    EntraAccount.objects.get().delete()
    assert groups_of(two_accounts) == {"own"}


def test_what_another_account_gives_too_is_its_gift_then(two_accounts: User) -> None:
    EntraAccount.objects.exclude(object_id=FINANCE).delete()
    assert groups_of(two_accounts) == {"editors", "admins"}
    provision(person(oid=FINANCE))
    assert groups_of(two_accounts) == set()


@pytest.mark.parametrize("fields", [None, ["user"], ["user_id"]], ids=str)
def test_an_account_that_is_given_to_another_user_takes_along_what_it_gave(fields: list[str] | None) -> None:
    old, new = provision(person(roles=["Admin"])), User.objects.create_user("new", password="pw")
    old.groups.add(Group.objects.get(name="own"))
    account = EntraAccount.objects.get()
    account.save()
    assert groups_of(old) == {"editors", "admins", "own"}, "control: the same user"
    account.user = new
    times = {"started_at": timezone.now(), "expires_at": timezone.now() + timedelta(hours=8)}
    EntraSession.objects.create(account=account, user=old, door="page", authority="default", **times)
    account.save(update_fields=["settled"])
    assert groups_of(old) == {"editors", "admins", "own"}, "control: another field"
    assert EntraSession.objects.count() == 1, "control: another field"
    account.save(update_fields=fields)
    assert EntraSession.objects.count() == 0
    assert groups_of(old) == {"own"}
    assert DisconnectedUser.objects.get().user == old
    assert not User.objects.get(pk=old.pk).is_staff
    assert not User.objects.get(pk=new.pk).is_staff
    assert provision(person(roles=["Admin"])) == new
    assert groups_of(new) == {"editors", "admins"}
    provision(person(iat=NOW))
    assert groups_of(new) == set()


def test_a_user_is_deleted_with_its_accounts(two_accounts: User) -> None:
    two_accounts.delete()
    assert not EntraAccount.objects.exists()


def test_rights_that_came_after_an_account_was_read_go_with_it() -> None:
    provision(person())
    read_before = EntraAccount.objects.get()
    user = provision(person(roles=["Admin"]))
    assert user.is_staff
    read_before.delete()
    assert not User.objects.get().is_staff
    assert groups_of(user) == set()


def test_an_older_token_brings_no_role_back(django_assert_num_queries: Queries) -> None:
    older, newer = person(roles=["Admin"], iat=NOW - 6), person(iat=NOW - 3)
    assert provision(older).is_staff
    assert not provision(newer).is_staff
    with django_assert_num_queries(1):
        assert not provision(older).is_staff
    assert provision(person(roles=["Admin"], iat=NOW - 2)).is_staff


def test_an_older_token_takes_no_role_away() -> None:
    assert provision(person(roles=["Admin"], iat=NOW - 3)).is_staff
    assert provision(person(iat=NOW - 6)).is_staff
    assert not provision(person(iat=NOW - 3)).is_staff


def test_an_older_token_keeps_nothing_that_the_settings_name_no_longer(
    settings: Any, django_assert_num_queries: Queries
) -> None:
    older, newer = person(roles=["Admin"], iat=NOW - 6), person(roles=["Admin"], iat=NOW - 3)
    provision(newer)
    settings.ENTRANCE = settings.ENTRANCE | {"ACCESS": {"app_roles": {"Admin": {"groups": ["editors"]}}}}
    user = provision(older)
    assert groups_of(user) == {"editors"}
    assert not User.objects.get().is_staff
    for identity in (older, newer):
        with django_assert_num_queries(1):
            provision(identity)


def test_a_newer_token_of_another_request_counts_at_the_same_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    late: list[bool] = []
    older, newer = person(roles=["Admin"], iat=NOW - 6), person(roles=["Editor"], iat=NOW - 3)
    provision(person(iat=NOW - 9))
    plan = access_module.plan_change

    def plan_after_another(*args: Any) -> Any:
        planned = plan(*args)
        if not late:
            late.append(True)
            provision(newer)
        return planned

    monkeypatch.setattr(access_module, "plan_change", plan_after_another)
    user = provision(older)
    assert groups_of(user) == {"editors"}
    assert not User.objects.get().is_staff


def test_a_group_that_is_saved_again_changes_nothing(django_assert_num_queries: Queries) -> None:
    provision(person(roles=["Editor"]))
    group = Group.objects.get(name="editors")
    with django_assert_num_queries(1):
        group.save()


def test_rights_are_taken_from_a_row_that_the_model_would_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    provision(person(roles=["Admin"]))

    def refuse(self: User, *args: Any, **kwargs: Any) -> None:
        raise AssertionError

    monkeypatch.setattr(User, "save", refuse)
    provision(person())
    assert not User.objects.get().is_staff


def late(identity: Identity) -> User:
    """Return the user as a request has read it, before another request does something."""
    user = find_user(identity)
    assert user is not None
    return user


def test_a_request_that_comes_late_with_the_same_writes_nothing() -> None:
    provision(person(roles=["Editor"]))
    before = late(person())
    provision(person(roles=["Admin"]))
    heard: list[Any] = []
    access_changed.connect(lambda **told: heard.append(told), weak=False, dispatch_uid="late")
    apply_access(before, person(roles=["Admin"]))
    access_changed.disconnect(dispatch_uid="late")
    assert heard == []
    assert groups_of(before) == {"editors", "admins"}
    assert before.is_staff


def test_a_change_between_plan_and_write_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    provision(person(roles=["Editor"]))
    before, plan = late(person()), access_module.plan_change

    def plan_and_be_overtaken(*arguments: Any) -> Any:
        change = plan(*arguments)
        monkeypatch.setattr(access_module, "plan_change", plan)
        provision(person(roles=["Admin"]))
        return change

    monkeypatch.setattr(access_module, "plan_change", plan_and_be_overtaken)
    apply_access(before, person())
    assert groups_of(before) == set()
    assert not User.objects.get().is_staff


@pytest.mark.parametrize("is_staff", [False, True])
def test_a_flag_that_was_given_by_hand_between_plan_and_write_stays(
    monkeypatch: pytest.MonkeyPatch, is_staff: bool
) -> None:
    provision(person())
    plan = access_module.plan_change

    def plan_and_be_overtaken(*arguments: Any) -> Any:
        change = plan(*arguments)
        monkeypatch.setattr(access_module, "plan_change", plan)
        User.objects.update(is_staff=is_staff)
        EntraAccount.objects.update(access="{}")  # another request has written
        return change

    monkeypatch.setattr(access_module, "plan_change", plan_and_be_overtaken)
    assert provision(person(roles=["Admin"])).is_staff
    assert not provision(person()).is_staff ^ is_staff
    assert User.objects.get().is_staff == is_staff


@pytest.mark.parametrize("end", ["account", "user", "active"])
def test_who_is_gone_or_deactivated_meanwhile_is_given_nothing(end: str) -> None:
    provision(person())
    before = late(person())
    EntraAccount.objects.update(access="{}")  # another request has written
    if end == "account":
        EntraAccount.objects.all().delete()
    elif end == "user":
        User.objects.all().delete()
    else:
        User.objects.update(is_active=False)
    with pytest.raises(UserDisabled):
        apply_access(before, person(roles=["Admin"]))
    assert not User.groups.through.objects.exists()


def test_without_django_groups_flags_are_read_alone(settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"ACCESS": {"app_roles": {"Admin": {"is_staff": True}}}}
    assert provision(person(roles=["Admin"])).is_staff
