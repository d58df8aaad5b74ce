"""Django's admin: who may do what, what is warned of, and how many queries it takes."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import path
from django.utils import timezone
from django_entrance.accounts.provisioning import provision
from django_entrance.admin import EntraUserAdminMixin
from django_entrance.models import EntraAccount, EntraSession, ExpectedPerson, SignInEvent
from identities import person
from scripted import ADA, API, OTHER_TENANT, TENANT

pytestmark = pytest.mark.django_db

Queries = Callable[[int], Any]


class PeopleAdmin(EntraUserAdminMixin, UserAdmin):  # type: ignore[type-arg]  # Django's class takes none
    pass


site = admin.AdminSite()
site.register(User, PeopleAdmin)
for model, of_model in admin.site._registry.items():
    if model._meta.app_label == "django_entrance":
        site.register(model, type(of_model))

urlpatterns = [path("admin/", site.urls)]
ACCOUNTS, EXPECTED, EVENTS, SESSIONS = (
    f"/admin/django_entrance/{name}/" for name in ("entraaccount", "expectedperson", "signinevent", "entrasession")
)


@pytest.fixture(autouse=True)
def urls(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def root(client: Client) -> Client:
    client.force_login(
        User.objects.create_superuser("root", password="secret"), "django.contrib.auth.backends.ModelBackend"
    )
    return client


def staff(client: Client, *permissions: str) -> Client:
    helper = User.objects.create_user("helper", is_staff=True, password="secret")
    helper.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(helper, "django.contrib.auth.backends.ModelBackend")
    return client


def connect(client: Client, user: User, **changes: str) -> Any:
    return client.post(f"{ACCOUNTS}add/", {"user": str(user.pk), "tenant_id": TENANT, "object_id": ADA} | changes)


def accounts(number: int) -> list[EntraAccount]:
    users = [User.objects.create_user(f"user{each}", password=None) for each in range(number)]
    ids = (f"ada00000-0000-4000-8000-{each:012}" for each in range(number))
    return [
        EntraAccount.objects.create(user=user, tenant_id=TENANT, object_id=id_)
        for user, id_ in zip(users, ids, strict=False)
    ]


def events(number: int) -> None:
    for account in accounts(number):
        facts = {"tenant_id": TENANT, "object_id": account.object_id, "client_id": API, "door": "bearer"}
        SignInEvent.objects.create(outcome="refused", reason="scope_missing", user=account.user, **facts)


def messages(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


@pytest.mark.django_db(transaction=True)
def test_a_user_is_connected_by_object_id(root: Client) -> None:
    ada = User.objects.create_user("ada")
    assert connect(root, ada).status_code == 302
    account = EntraAccount.objects.get()
    assert (account.user, str(account.object_id)) == (ada, ADA)
    [event] = SignInEvent.objects.all()
    assert (event.outcome, event.door, event.user, str(event.object_id)) == ("connected", "admin", ada, ADA)
    assert LogEntry.objects.count() == 1


def test_the_tenant_of_the_settings_is_offered(root: Client, settings: Any) -> None:
    assert TENANT in root.get(f"{ACCOUNTS}add/").content.decode()
    settings.ENTRANCE = settings.ENTRANCE | {"TENANT_ID": "contoso.example"}
    assert TENANT not in root.get(f"{EXPECTED}add/").content.decode()
    others = {"a": {"TENANT_ID": TENANT}, "b": {"TENANT_ID": OTHER_TENANT}}
    settings.ENTRANCE = settings.ENTRANCE | {"AUTHORITIES": others}
    assert TENANT not in root.get(f"{EXPECTED}add/").content.decode()


def test_an_identity_belongs_to_one_user(root: Client) -> None:
    connect(root, User.objects.create_user("ada"))
    response = connect(root, User.objects.create_user("grace"))
    assert "already exists" in response.content.decode()
    assert connect(root, User.objects.get(username="grace"), object_id="no id").status_code == 200
    assert EntraAccount.objects.count() == 1


@pytest.mark.parametrize("flag", ["is_staff", "is_superuser"])
def test_only_a_superuser_connects_staff(client: Client, flag: str) -> None:
    helper = staff(client, "add_entraaccount", "add_expectedperson", "view_entraaccount")
    boss, ada = User(username="boss"), User.objects.create_user("ada")
    setattr(boss, flag, True)
    boss.save()
    for response in (connect(helper, boss), helper.post(f"{EXPECTED}add/", expected(boss))):
        assert "Only a superuser may connect a staff or superuser account." in response.content.decode()
    assert not EntraAccount.objects.exists()
    assert not ExpectedPerson.objects.exists()
    assert connect(helper, ada).status_code == 302
    User.objects.filter(username="helper").update(is_superuser=True)
    assert connect(helper, boss, tenant_id=OTHER_TENANT).status_code == 302
    assert EntraAccount.objects.count() == 2


def test_neither_a_deactivated_user_nor_one_of_applications_is_connected(root: Client, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"APPLICATIONS": {API: "Robot"}}
    refused = {
        "robot": "This user is one of APPLICATIONS, and so not a person&#x27;s.",
        "gone": "This user is deactivated.",
    }
    for name, words in refused.items():
        user = User.objects.create_user(name, is_active=name != "gone")
        assert words in connect(root, user).content.decode()
        assert words in root.post(f"{EXPECTED}add/", expected(user)).content.decode()
    assert connect(root, User.objects.create_user("ada")).status_code == 302


def test_disconnecting_takes_back_what_access_gave(root: Client, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"ACCESS": {"app_roles": {"Editor": {"is_staff": True}}}}
    user = provision(person(roles=["Editor"]))
    assert User.objects.get(pk=user.pk).is_staff
    chosen = {"action": "delete_selected", "_selected_action": [str(EntraAccount.objects.get().pk)], "post": "yes"}
    root.post(ACCOUNTS, chosen)
    assert not EntraAccount.objects.exists()
    assert not User.objects.get(pk=user.pk).is_staff


def expected(user: User, username: str = "Ada@Contoso.example") -> dict[str, str]:
    return {"user": str(user.pk), "tenant_id": TENANT, "username": username}


def test_a_person_is_expected_by_user_name_once(root: Client) -> None:
    ada = User.objects.create_user("ada")
    assert root.post(f"{EXPECTED}add/", expected(ada)).status_code == 302
    assert ExpectedPerson.objects.get().username == "ada@contoso.example"
    response = root.post(f"{EXPECTED}add/", expected(ada, "ADA@contoso.example "))
    assert "already exists" in response.content.decode()
    assert root.get(EXPECTED, {"q": "contoso"}).context["cl"].result_count == 1


def test_what_is_connected_is_never_changed(root: Client) -> None:
    [account] = accounts(1)
    address = f"{ACCOUNTS}{account.pk}/change/"
    assert root.get(address).status_code == 200
    assert root.post(address, {"object_id": OTHER_TENANT}).status_code == 403


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["alone", "among others"])
def test_to_delete_is_to_disconnect_with_a_warning_of_the_last_way_in(root: Client, way: str) -> None:
    first, second = accounts(2)
    second.user.set_password("secret")
    second.user.save()
    warning = "Without it, user0 cannot sign in any more: no password, and no other Microsoft account."
    if way == "alone":
        assert messages(root.get(f"{ACCOUNTS}{second.pk}/delete/")) == []
        assert messages(root.get(f"{ACCOUNTS}{first.pk}/delete/")) == [warning]
        root.post(f"{ACCOUNTS}{first.pk}/delete/", {"post": "yes"})
    else:
        chosen = {"action": "delete_selected", "_selected_action": [str(first.pk), str(second.pk)]}
        assert messages(root.post(ACCOUNTS, chosen)) == [warning]
        root.post(ACCOUNTS, chosen | {"post": "yes"})
    gone = 1 if way == "alone" else 2
    assert EntraAccount.objects.count() == 2 - gone
    found = SignInEvent.objects.order_by("user").values_list("outcome", "door", "user")
    assert found[0] == ("disconnected", "admin", first.user.pk)
    assert len(found) == gone


def test_another_account_is_a_way_in(root: Client) -> None:
    [account] = accounts(1)
    other = EntraAccount.objects.create(user=account.user, tenant_id=OTHER_TENANT, object_id=ADA)
    assert len(messages(root.get(f"{ACCOUNTS}{account.pk}/delete/"))) == 1  # no authority lets that tenant in
    EntraAccount.objects.filter(pk=other.pk).update(tenant_id=TENANT)
    assert messages(root.get(f"{ACCOUNTS}{account.pk}/delete/")) == []
    both = {"action": "delete_selected", "_selected_action": [str(account.pk), str(other.pk)]}
    assert len(messages(root.post(ACCOUNTS, both))) == 1


@pytest.mark.parametrize("address", [ACCOUNTS, EVENTS])
@pytest.mark.parametrize(("term", "count"), [("user1", 1), (f" {ADA[:-1]}1 ", 1), (TENANT, 3), ("nothing", 0)])
def test_search_by_user_object_id_and_tenant(root: Client, address: str, term: str, count: int) -> None:
    events(3)
    term = term.replace(f"{ADA[:-1]}1", "ada00000-0000-4000-8000-000000000001")
    assert root.get(address, {"q": term}).context["cl"].result_count == count


def test_events_are_read_only_and_say_what_to_do(root: Client) -> None:
    events(1)
    event = SignInEvent.objects.get()
    page = root.get(f"{EVENTS}{event.pk}/change/").content.decode()
    assert "This token lacks a required scope. Request a token with the scope that this API requires." in page
    assert root.post(f"{EVENTS}{event.pk}/change/", {}).status_code == 403
    assert root.post(f"{EVENTS}{event.pk}/delete/", {"post": "yes"}).status_code == 403
    assert root.get(f"{EVENTS}add/").status_code == 403
    SignInEvent.objects.update(outcome="signed_in", reason="")
    assert "Request a token" not in root.get(f"{EVENTS}{event.pk}/change/").content.decode()


def test_events_are_filtered(root: Client) -> None:
    events(2)
    SignInEvent.objects.create(outcome="signed_in", door="bearer")
    for filters, count in (({"outcome": "refused"}, 2), ({"reason": "scope_missing"}, 2), ({"door": "bearer"}, 3)):
        assert root.get(EVENTS, filters).context["cl"].result_count == count
    assert root.get(EVENTS, {"at__gte": "2999-01-01 00:00:00+00:00"}).context["cl"].result_count == 0


def test_the_list_of_events_says_who(root: Client) -> None:
    events(1)
    SignInEvent.objects.create(outcome="refused", object_id=ADA, client_id=API)
    SignInEvent.objects.create(outcome="refused", client_id=API)
    SignInEvent.objects.create(outcome="refused", reason="scope_missing")
    page = root.get(EVENTS).content.decode()
    short = [f'<span title="{each}">{each[:8]}…{each[-4:]}</span>' for each in (ADA, API)]
    assert [f'<td class="field-who">{who}</td>' in page for who in ("user0", *short, "-")] == [True] * 4
    assert '<td class="field-what">refused scope_missing</td>' in page


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("katherine_fabrikam.example#EXT#@contoso.example", "guest&#x27;s name"),
        ("katherine_fabrikam.example_EXT_@contoso.example", "guest&#x27;s name"),
        ("katherine", "no user principal name"),
        ("katherine@localhost", "no user principal name"),
        ("@contoso.example", "no user principal name"),
    ],
)
def test_a_name_that_never_comes_is_not_expected(root: Client, name: str, told: str) -> None:
    user = User.objects.create_user("katherine")
    assert told in root.post(f"{EXPECTED}add/", expected(user, name)).content.decode()
    assert not ExpectedPerson.objects.exists()
    assert root.post(f"{EXPECTED}add/", expected(user)).status_code == 302


@pytest.mark.parametrize(
    ("address", "told"),
    [(ACCOUNTS, ["The existing user", "Directory (tenant) id", "Object id: on the person"]), (EXPECTED, ["claim upn"])],
)
def test_the_forms_say_what_to_write(root: Client, address: str, told: list[str]) -> None:
    page = root.get(f"{address}add/").content.decode()
    assert all(each in page for each in told)
    assert page.count('class="help"') == 3


def test_the_page_of_a_row_says_since_when(root: Client) -> None:
    [account] = accounts(1)
    ends_at = timezone.now()
    row = ExpectedPerson.objects.create(user=account.user, tenant_id=TENANT, username="a@b.example", ends_at=ends_at)
    page = root.get(f"{ACCOUNTS}{account.pk}/change/").content.decode()
    assert f"{str(account.object_id)[:8]}…{str(account.object_id)[-4:]}" in page
    assert "field-created_at" in page
    assert "field-created_at" not in root.get(f"{ACCOUNTS}add/").content.decode()
    assert "field-ends_at" in root.get(f"{EXPECTED}{row.pk}/change/").content.decode()


def test_after_deleting_one_lands_on_the_list(root: Client) -> None:
    [account] = accounts(1)
    katherine = User.objects.create_user("katherine")
    row = ExpectedPerson.objects.create(user=katherine, tenant_id=TENANT, username="a@b.example")
    for address, gone in ((ACCOUNTS, account), (EXPECTED, row)):
        assert root.post(f"{address}{gone.pk}/delete/", {"post": "yes"})["Location"] == address
    popup = EntraAccount.objects.create(user=account.user, tenant_id=TENANT, object_id=ADA)
    assert root.post(f"{ACCOUNTS}{popup.pk}/delete/", {"post": "yes", "_popup": "1"}).status_code == 200


def test_without_permission_nothing_is_shown(client: Client) -> None:
    helper = staff(client, "view_user")
    for address in (ACCOUNTS, EXPECTED, EVENTS, SESSIONS, f"{ACCOUNTS}add/"):
        assert helper.get(address).status_code == 403
    ada = User.objects.create_user("ada")
    EntraAccount.objects.create(user=ada, tenant_id=TENANT, object_id=ADA)
    assert ADA not in helper.get(f"/admin/auth/user/{ada.pk}/change/").content.decode()


def test_the_user_admin_shows_who_is_connected(root: Client) -> None:
    [account] = accounts(1)
    User.objects.create_user("barbara")
    shown = root.get("/admin/auth/user/", {"microsoft": "connected"})
    assert [user.username for user in shown.context["cl"].result_list] == ["user0"]
    assert "Microsoft" in shown.content.decode()
    assert shown.context["cl"].list_display[1:3] == ["username", "microsoft"], "seen without scrolling"
    shown = root.get("/admin/auth/user/", {"microsoft": "not"})
    assert {user.username for user in shown.context["cl"].result_list} == {"barbara", "root"}
    assert root.get("/admin/auth/user/", {"microsoft": "other"}).context["cl"].result_count == 3
    page = root.get(f"/admin/auth/user/{account.user.pk}/change/").content.decode()
    assert str(account.object_id) in page
    assert f"{ACCOUNTS}{account.pk}/change/" in page
    assert root.get("/admin/auth/user/add/").status_code == 200


@pytest.mark.parametrize("address", [ACCOUNTS, EVENTS, EXPECTED, SESSIONS, "/admin/auth/user/"])
def test_a_list_takes_as_many_queries_for_many_rows_as_for_few(
    root: Client, address: str, django_assert_max_num_queries: Queries
) -> None:
    events(30)
    for user in User.objects.all():
        ExpectedPerson.objects.create(user=user, tenant_id=TENANT, username=user.username)
    for account in EntraAccount.objects.all():
        EntraSession.objects.create(user=account.user, account=account, expires_at="2999-01-01T00:00Z")
    with django_assert_max_num_queries(7):  # session, user, count, rows, and the values of three filters
        assert root.get(address).context["cl"].result_count >= 30


def test_the_account_of_staff_is_deleted_by_superusers_alone(client: Client) -> None:
    [account, other] = accounts(2)
    User.objects.filter(pk=account.user.pk).update(is_staff=True)
    helper = staff(client, "view_entraaccount", "delete_entraaccount")
    chosen = {"action": "delete_selected", "_selected_action": [str(account.pk), str(other.pk)], "post": "yes"}
    assert helper.post(f"{ACCOUNTS}{account.pk}/delete/", {"post": "yes"}).status_code == 403
    assert helper.post(ACCOUNTS, chosen).status_code == 403
    assert EntraAccount.objects.count() == 2
    assert helper.post(f"{ACCOUNTS}{other.pk}/delete/", {"post": "yes"}).status_code == 302
    assert EntraAccount.objects.get() == account


@pytest.mark.parametrize("by", ["root", "helper"])
def test_who_is_expected_as_staff_later_was_named_by_a_superuser(client: Client, by: str) -> None:
    user = User.objects.create_user("katherine")
    if by == "root":
        client.force_login(User.objects.create_superuser("root"), "django.contrib.auth.backends.ModelBackend")
    else:
        staff(client, "add_expectedperson", "view_expectedperson")
    assert client.post(f"{EXPECTED}add/", expected(user)).status_code == 302
    assert ExpectedPerson.objects.get().may_be_staff == (by == "root")


def test_the_page_of_an_account_says_why_the_user_has_each_right(root: Client, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"ACCESS": {"app_roles": {"Admin": {"is_staff": True}}}}
    user = provision(person(roles=["Admin"]))
    page = root.get(f"{ACCOUNTS}{user.entra_accounts.get().pk}/change/").content.decode()
    assert "<div>is_staff: yes, from Entra: app role Admin</div>" in page


# Sessions


def sessions(number: int) -> list[EntraSession]:
    """Return a session of each of so many users, each with an account."""
    facts = {"door": "page", "authority": "default", "expires_at": "2999-01-01T00:00Z"}
    return [EntraSession.objects.create(user=each.user, account=each, **facts) for each in accounts(number)]


USERS = "/admin/auth/user/"


def act(client: Client, address: str, action: str, *keys: Any) -> Any:
    return client.post(address, {"action": action, "_selected_action": [str(key) for key in keys]}, follow=True)


def test_sessions_are_listed_filtered_and_read_only(root: Client) -> None:
    first, *_ = sessions(3)
    EntraSession.objects.filter(pk=first.pk).update(door="session", authority="other")
    page = root.get(SESSIONS).content.decode()
    assert page.count('<td class="field-door">page</td>') == 2
    for filters in ({"door": "session"}, {"authority": "other"}):
        assert root.get(SESSIONS, filters).context["cl"].result_count == 1
    assert root.get(SESSIONS, {"q": "user1"}).context["cl"].result_count == 1
    assert root.get(SESSIONS, {"q": str(first.account.object_id)}).context["cl"].result_count == 1
    assert root.get(f"{SESSIONS}add/").status_code == 403
    address = f"{SESSIONS}{first.pk}/change/"
    assert root.get(address).status_code == 200
    assert root.post(address, {"door": "page"}).status_code == 403


def test_the_chosen_sessions_are_ended(root: Client) -> None:
    first, second, third = sessions(3)
    assert 'value="delete_selected"' not in root.get(SESSIONS).content.decode()
    answer = act(root, SESSIONS, "end_sessions", first.pk, second.pk)
    assert messages(answer) == ["2 sessions were ended."]
    assert EntraSession.objects.get() == third
    assert LogEntry.objects.count() == 2
    assert root.post(f"{SESSIONS}{third.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not EntraSession.objects.exists()


@pytest.mark.parametrize("address", ["users", "accounts"])
def test_all_sessions_of_a_person_are_ended(root: Client, address: str) -> None:
    first, second, third = sessions(3)
    facts = {"door": "session", "authority": "default", "expires_at": "2999-01-01T00:00Z"}
    EntraSession.objects.create(user=first.user, account=first.account, **facts)
    if address == "users":
        answer = act(root, USERS, "sign_out_everywhere", first.user.pk)
    else:
        answer = act(root, ACCOUNTS, "sign_out_everywhere", first.account.pk)
    assert messages(answer) == ["2 sessions were ended."]
    assert set(EntraSession.objects.all()) == {second, third}
    assert LogEntry.objects.count() == 2
    assert act(root, USERS, "sign_out_everywhere", second.user.pk).status_code == 200
    assert EntraSession.objects.get() == third


@pytest.mark.parametrize(
    ("given", "may"),
    [
        (("view_user", "change_user", "view_entrasession", "view_entraaccount"), False),
        (("view_user", "change_user", "view_entrasession", "view_entraaccount", "change_entrasession"), False),
        (("view_user", "change_user", "view_entrasession", "view_entraaccount", "delete_entrasession"), True),
    ],
    ids=["view", "change", "delete"],
)
def test_it_takes_the_permission_to_delete_sessions(client: Client, given: tuple[str, ...], may: bool) -> None:
    [session] = sessions(1)
    helper = staff(client, *given)
    ways = {
        SESSIONS: ("end_sessions", session.pk),
        ACCOUNTS: ("sign_out_everywhere", session.account.pk),
        USERS: ("sign_out_everywhere", session.user.pk),
    }
    for address, (action, key) in ways.items():
        assert (f'value="{action}"' in helper.get(address).content.decode()) == may
        if not may:
            act(helper, address, action, key)
            assert EntraSession.objects.exists()
    deleted = helper.post(f"{SESSIONS}{session.pk}/delete/", {"post": "yes"}).status_code
    assert deleted == (302 if may else 403)
    assert EntraSession.objects.exists() != may


def test_who_is_no_staff_ends_nothing(client: Client) -> None:
    [session] = sessions(1)
    client.force_login(User.objects.create_user("eve"), "django.contrib.auth.backends.ModelBackend")
    for address in (SESSIONS, ACCOUNTS, USERS):
        assert "/admin/login/" in client.post(address, {"action": "sign_out_everywhere"})["Location"]
    assert EntraSession.objects.get() == session


def test_an_admin_without_actions_gets_none(root: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    sessions(1)
    assert "sign_out_everywhere" in root.get(USERS).content.decode()
    assert "sign_out_everywhere" not in root.get(USERS, {"_popup": "1"}).content.decode()
    monkeypatch.setattr(PeopleAdmin, "actions", None)
    assert "sign_out_everywhere" not in root.get(USERS).content.decode()
