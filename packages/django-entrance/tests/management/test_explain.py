"""``manage.py entrance explain``: why a user has which rights, and what a token would give."""

import sys
import time
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django_entrance.accounts.provisioning import provision
from django_entrance.models import EntraAccount, SignInEvent
from identities import person as person_with_role
from scripted import ADA, SPA, TENANT, ScriptedAuthority, claims_v2, token
from token_watch import TokenWatch

pytestmark = pytest.mark.django_db

FINANCE = "0f3c0000-0000-4000-8000-0000000000aa"
STAFF = "0f3c0000-0000-4000-8000-0000000000bb"
DAEMON = "dae00000-0000-4000-8000-000000000004"


def person(**changes: Any) -> Any:
    return person_with_role(**{"roles": None} | changes)


@pytest.fixture(autouse=True)
def access(settings: Any) -> None:
    Group.objects.bulk_create(Group(name=name) for name in ("editors", "finance"))
    settings.ENTRANCE = settings.ENTRANCE | {
        "ACCESS": {
            "app_roles": {"Editor": {"groups": ["editors"]}, "Admin": {"groups": ["editors", "gone"]}},
            "groups": {FINANCE: {"groups": ["finance"]}, STAFF: {"is_staff": True}},
        }
    }


def explain(*options: str, of: str = "", monkeypatch: Any = None) -> list[str]:
    said = StringIO()
    if monkeypatch is not None:
        monkeypatch.setattr(sys, "stdin", StringIO(of))
    call_command("entrance", "explain", *options, stdout=said)
    return said.getvalue().splitlines()


def test_each_right_says_where_it_is_from() -> None:
    user = provision(person(roles=["Editor", "Unmapped"], groups=[STAFF]))
    user.groups.add(Group.objects.get(name="finance"))
    assert explain("--user", "ada@contoso.example") == [
        "ada@contoso.example: active",
        f"Microsoft account {ADA} in {TENANT}",
        f"  Entra said last, through default: app role Editor, Entra group {STAFF}",
        "Django group editors: yes, from Entra: app role Editor",
        "Django group finance: yes, by hand",
        "Django group gone: no: there is no Django group of this name",
        f"is_staff: yes, from Entra: Entra group {STAFF}",
        "does not apply: app role Admin",
        f"does not apply: Entra group {FINANCE}",
        "nothing would change",
    ]


def test_a_user_is_found_by_object_id() -> None:
    provision(person())
    assert explain("--user", ADA.upper())[0] == "ada@contoso.example: active"


def test_what_hands_did_is_told(settings: Any) -> None:
    user = provision(person(roles=["Editor"]))
    user.groups.clear()
    User.objects.update(is_staff=True, is_active=False)
    EntraAccount.objects.create(tenant_id=TENANT, object_id=STAFF, user=user, access=EntraAccount.objects.get().access)
    lines = explain("--user", "ada@contoso.example")
    assert lines[0] == "ada@contoso.example: deactivated"
    assert "Django group editors: no: it was taken away by hand, though app role Editor gives it" in lines
    assert f"Django group finance: no: Entra group {FINANCE} would give it" in lines
    assert "is_staff: yes, by hand" in lines
    user.groups.add(Group.objects.get(name="editors"))
    EntraAccount.objects.update(access='{"grants": {"default": [["Editor"], [], ["group:editors"]]}}')
    assert "Django group editors: yes, by hand; app role Editor would give it, too" in explain(
        "--user", "ada@contoso.example"
    )


def test_what_new_settings_would_change_is_told(settings: Any) -> None:
    provision(person(roles=["Editor"]))
    settings.ENTRANCE = settings.ENTRANCE | {"ACCESS": {"app_roles": {"Editor": {"is_staff": True}}}}
    lines = explain("--user", "ada@contoso.example")
    assert lines[3:] == [
        "Django group editors: yes, from Entra: a role or group that gives it no longer",
        "is_staff: no: app role Editor would give it",
        "the next request would gain: is_staff",
        "the next request would lose: Django group editors",
    ]


def test_a_user_of_our_own_has_all_by_hand() -> None:
    User.objects.create_user("own").groups.add(Group.objects.get(name="editors"))
    lines = explain("--user", "own")
    assert lines[1] == "no Microsoft account is connected: every right was given by hand"
    assert "Django group editors: yes, by hand" in lines


def test_an_unknown_user_is_an_error() -> None:
    with pytest.raises(CommandError, match="No user has this name"):
        explain("--user", "nobody")


def served(authority: ScriptedAuthority, **changes: Any) -> str:
    told: dict[str, Any] = {"host": authority.host, "now": int(time.time()), "roles": None}
    return token(claims_v2(**told | changes))


@pytest.fixture
def with_access(authority: ScriptedAuthority, settings: Any, access: None) -> ScriptedAuthority:
    settings.ENTRANCE = settings.ENTRANCE | {
        "ACCESS": {
            "app_roles": {"Editor": {"groups": ["editors", "gone"]}},
            "groups": {FINANCE: {"groups": ["finance"]}},
        },
        "APPLICATIONS": {DAEMON: "robot"},
    }
    return authority


def test_a_token_of_a_new_person_gives_what_access_names(with_access: ScriptedAuthority, monkeypatch: Any) -> None:
    sent = served(with_access, roles=["Editor", "Unmapped"], groups=[FINANCE, STAFF])
    assert explain("--token", of=f"Bearer {sent}\n", monkeypatch=monkeypatch)[:7] == [
        "It would be accepted.",
        f"person {ADA} in {TENANT}, through the client {SPA}",
        "authority: default",
        "user: none yet",
        f"ACCESS names of it: app role Editor, Entra group {FINANCE}",
        "ACCESS does not name: app role Unmapped",
        "the next request would gain: Django group editors, Django group finance",
    ]
    assert not User.objects.exists()


def test_a_token_of_a_known_person_is_compared(with_access: ScriptedAuthority, monkeypatch: Any) -> None:
    provision(person(roles=["Editor"]))
    before = EntraAccount.objects.get().access
    lines = explain("--token", of=served(with_access, groups=[FINANCE], acct=1), monkeypatch=monkeypatch)
    assert lines[1].startswith(f"guest {ADA}")
    assert lines[3:7] == [
        "user: ada@contoso.example",
        f"ACCESS names of it: Entra group {FINANCE}",
        "the next request would gain: Django group finance",
        "the next request would lose: Django group editors",
    ]
    assert EntraAccount.objects.get().access == before


def test_an_applications_token_is_its_users(with_access: ScriptedAuthority, monkeypatch: Any) -> None:
    User.objects.create_user("robot")
    sent = served(with_access, azp=DAEMON, scp=None, roles=["Logbook.Read.All"], sub=ADA, idtyp="app", name=None)
    lines = explain("--token", of=sent, monkeypatch=monkeypatch)
    assert lines[1].startswith(f"application {ADA}")
    assert lines[3] == "user: robot, as APPLICATIONS says; ACCESS gives applications nothing"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"now": 1_700_000_000}, "It would be refused with 401 token_expired: "),
        ({"scp": "other"}, "It would be refused with 403 scope_missing: "),
        ({"hasgroups": True}, "It would be refused with 403 overage_unresolved: "),
    ],
    ids=str,
)
def test_a_refusal_is_told_with_its_reason(
    with_access: ScriptedAuthority, monkeypatch: Any, changes: dict[str, Any], told: str, token_watch: TokenWatch
) -> None:
    with pytest.raises(CommandError, match=told) as caught:
        explain("--token", of=served(with_access, **changes), monkeypatch=monkeypatch)
    token_watch.look_at("the command", str(caught.value))


def test_a_deactivated_user_is_told(with_access: ScriptedAuthority, monkeypatch: Any) -> None:
    provision(person())
    User.objects.update(is_active=False)
    with pytest.raises(CommandError, match="403 user_disabled"):
        explain("--token", of=served(with_access), monkeypatch=monkeypatch)


def test_an_empty_input_is_told(monkeypatch: Any) -> None:
    with pytest.raises(CommandError, match="Standard input was empty"):
        explain("--token", of=" \n", monkeypatch=monkeypatch)


def test_another_text_is_no_token(with_access: ScriptedAuthority, monkeypatch: Any) -> None:
    with pytest.raises(CommandError, match="no token of an authority in the settings"):
        explain("--token", of="opaque", monkeypatch=monkeypatch)


@pytest.mark.parametrize("options", [[], ["--user", "ada", "--token"], ["--token", "eyJ0"]], ids=str)
def test_a_token_is_no_argument(options: list[str]) -> None:
    with pytest.raises(CommandError):
        explain(*options)


def test_a_user_is_named_by_address_too() -> None:
    User.objects.create(username="countess", email="Ada@contoso.example")
    assert explain("--user", "ada@CONTOSO.example")[0] == "countess: active"
    User.objects.create(username="ada@contoso.example", email="other@contoso.example")
    assert explain("--user", "ada@contoso.example")[0] == "ada@contoso.example: active", "a user name comes first"
    User.objects.create(username="second", email="other@contoso.example")
    with pytest.raises(CommandError, match="2 users have this name or address"):
        explain("--user", "other@contoso.example")
    with pytest.raises(CommandError, match="No user has this name"):
        explain("--user", "nobody@contoso.example")


@pytest.mark.parametrize(
    ("what", "first"),
    [
        ("token_expired", "token_expired: The token has expired."),
        (" AADSTS50105 ", "AADSTS50105: You are not assigned to this application."),
        ("700016", "AADSTS700016: The application is not in this tenant."),
        ("own", "own: active"),
    ],
    ids=str,
)
def test_a_reason_a_code_and_a_user_are_explained_by_their_name(what: str, first: str) -> None:
    User.objects.create_user("own")
    assert explain(what)[0] == first


def test_an_event_is_explained_by_its_correlation_id() -> None:
    SignInEvent.objects.create(outcome="refused", reason="guest_refused", correlation_id="c-1")
    assert explain("c-1")[0].endswith(": refused guest_refused: an unknown caller")


@pytest.mark.parametrize("what", ["eyJ0eXAiOiJKV1QifQ.e30.c2ln", "x" * 255], ids=["token", "long"])
def test_a_token_as_argument_is_refused_and_not_repeated(what: str) -> None:
    with pytest.raises(CommandError, match="other processes can read arguments") as refused:
        explain(what)
    assert what not in str(refused.value)


def test_a_word_that_nothing_has_says_what_was_expected() -> None:
    expected = r"No user has this name, address or object id\. Expected the reason of a refusal"
    with pytest.raises(CommandError, match=expected) as refused:
        explain("tokenexpired")
    assert str(refused.value).endswith("or a user name. Did you mean token_expired?")
    with pytest.raises(CommandError, match=r"or a user name\.$"):
        explain("grace hopper")
