"""``manage.py entrance adopt``: who binds, who does not and why; nothing is written without ``--write``."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django_entrance.accounts import adopting_many
from django_entrance.accounts.adopting_many import bind, plan
from django_entrance.accounts.linking import link_user
from django_entrance.accounts.provisioning import provision
from django_entrance.entra.directory import DirectoryPerson
from django_entrance.management import tenant_people
from django_entrance.models import EntraAccount
from django_entrance.signals import connected
from django_entrance.verification.errors import GraphUnreachable
from identities import person as person_with_token
from scripted import ADA, OTHER_TENANT, TENANT

pytestmark = pytest.mark.django_db


def oid(number: int) -> str:
    return f"0b0e0000-0000-4000-8000-{number:012}"


def person(name: str, number: int, **changes: Any) -> DirectoryPerson:
    return DirectoryPerson(f"{name}@contoso.example", oid(number), is_guest=False, is_enabled=True)._replace(**changes)


def adopt(*arguments: str) -> str:
    said = StringIO()
    call_command("entrance", "adopt", *arguments, stdout=said)
    return said.getvalue()


@pytest.fixture
def csv(tmp_path: Path) -> Any:
    def write(text: str, encoding: str = "utf-8") -> str:
        (tmp_path / "people.csv").write_text(text, encoding=encoding)
        return str(tmp_path / "people.csv")

    return write


@pytest.mark.django_db(transaction=True)
def test_a_file_is_reported_and_written_when_asked(csv: Any) -> None:
    ada = User.objects.create_user("ada", "Ada@Contoso.example", "pw")
    User.objects.create_user("root@contoso.example", is_staff=True)
    file = csv(
        f"upn,object_id\nada@contoso.example,{ADA.upper()}\nroot@contoso.example,{oid(1)}\nx@y.example,{oid(2)}\n"
    )
    lines = [
        "binds  ada@contoso.example → ada",
        "skips  root@contoso.example: the user is staff, and ADOPT_STAFF is not written",
        "skips  x@y.example: no user has this name",
    ]
    assert adopt("--csv", file).splitlines() == [*lines, "1 of 3 people would be bound; --write binds them."]
    assert not EntraAccount.objects.exists()
    heard: list[str] = []

    def hear(*, how: str, **_: Any) -> None:
        heard.append(how)

    connected.connect(hear)
    assert adopt("--csv", file, "--write").splitlines() == [*lines, "1 of 3 people were bound."]
    connected.disconnect(hear)
    assert heard == ["adopted"]
    assert provision(person_with_token()) == ada
    assert ada.check_password("pw")
    again = adopt("--csv", file, "--write").splitlines()
    assert again[0] == "skips  ada@contoso.example: the person is connected already (ada)"


def test_the_report_is_json_when_asked(csv: Any) -> None:
    User.objects.create_user("ada@contoso.example")
    file = csv(f"upn,object_id\nada@contoso.example,{ADA}\nx@y.example,{oid(2)}\n")
    assert json.loads(adopt("--csv", file, "--json")) == {
        "written": False,
        "people": [
            {
                "upn": "ada@contoso.example",
                "object_id": ADA,
                "user": "ada@contoso.example",
                "binds": True,
                "reason": "",
            },
            {
                "upn": "x@y.example",
                "object_id": oid(2),
                "user": None,
                "binds": False,
                "reason": "no user has this name",
            },
        ],
    }


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("userPrincipalName,displayName,id\nada@contoso.example,Ada,{ada}\n", "utf-8"),
        ("User principal name;Object Id\nADA@contoso.example ; {ada}\n", "utf-8-sig"),
        ('object_id,upn\n"{ada}","ada@contoso.example"\n', "utf-8"),
        ('name,object_id,upn\n"Ada\u2028Lovelace\n",{ada},ada@contoso.example\n', "utf-8"),
    ],
    ids=str,
)
def test_files_as_entra_and_spreadsheets_write_them(csv: Any, text: str, encoding: str) -> None:
    User.objects.create_user("ada@contoso.example")
    assert "1 of 1 people would be bound" in adopt("--csv", csv(text.replace("{ada}", ADA), encoding))


@pytest.mark.parametrize(("upn", "found"), [("KIM@contoso.example", 1), ("\u212aim@contoso.example", 0)], ids=ascii)
def test_a_letter_that_becomes_another_one_is_another_name(csv: Any, upn: str, found: int) -> None:
    User.objects.create_user("kim@contoso.example")
    assert f"{found} of 1 people would be bound" in adopt("--csv", csv(f"upn,object_id\n{upn},{ADA}\n", "utf-8"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("upn\nada@contoso.example\n", "The file has no column object_id."),
        ("object_id\n", "The file has no column upn."),
        ("", "The file has no column upn."),
        ("upn,object_id\nada@contoso.example,5\n", "Line 2 has no object id: expected a GUID."),
        ("upn,object_id\nada@contoso.example\n", "Line 2 has no object id: expected a GUID."),
    ],
    ids=str,
)
def test_a_file_that_names_nobody_is_refused(csv: Any, text: str, told: str) -> None:
    with pytest.raises(CommandError, match=told):
        adopt("--csv", csv(text), "--write")


def test_a_field_that_is_too_long_is_told(csv: Any) -> None:
    with pytest.raises(CommandError, match="cannot be read at line 1: field larger than field limit"):
        adopt("--csv", csv(f"upn,object_id\n{'a' * 131_073},{ADA}\n"))


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\xff")
    for name in ("missing.csv", "binary"):
        with pytest.raises(CommandError, match="cannot be read"):
            adopt("--csv", str(tmp_path / name))


def test_one_source_is_needed() -> None:
    for arguments in ([], ["--csv", "x", "--graph"]):
        with pytest.raises(CommandError):
            adopt(*arguments)


CASES: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("free", {"email": "FREE@contoso.example"}, {}, ""),
    ("gone", {"is_active": False, "email": "gone@contoso.example"}, {}, "the user is deactivated"),
    ("kim", {"email": "kim@contoso.example"}, {"is_guest": True}, "the person is a guest of the tenant"),
    ("off", {"email": "off@contoso.example"}, {"is_enabled": False}, "the person is disabled in Entra"),
    (
        "x",
        {"email": "ada_fabrikam.example#ext#@contoso.example"},
        {"username": "ada_fabrikam.example#ext#@contoso.example"},
        "the person is a guest of the tenant",
    ),
    (
        "other",
        {"email": "other@fabrikam.example"},
        {"username": "other@fabrikam.example"},
        "the domain is not in ADOPT_DOMAINS",
    ),
]


@pytest.mark.parametrize(("name", "existing", "changes", "reason"), CASES, ids=[each[0] for each in CASES])
def test_the_rules_are_those_of_the_first_sign_in(
    settings: Any, name: str, existing: dict[str, Any], changes: dict[str, Any], reason: str
) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"ADOPT_DOMAINS": ["contoso.example"]}
    user = User.objects.create(username=name, **existing)
    [planned] = plan(TENANT, [person(name, 1, **changes)])
    assert (planned.user, planned.reason, planned.binds) == ((None, reason, False) if reason else (user, "", True))


def test_without_domains_the_list_alone_counts() -> None:
    User.objects.create(username="ada@fabrikam.example")
    assert plan(TENANT, [person("ada", 1, username="ada@fabrikam.example")])[0].binds


def test_where_it_is_not_clear_who_is_who_nobody_binds() -> None:
    User.objects.create(username="one", email="two@contoso.example")
    User.objects.create(username="two@contoso.example")
    User.objects.create(username="three@contoso.example", email="four@contoso.example")
    User.objects.create(username="five@contoso.example")
    people = [person("two", 2), person("three", 3), person("four", 4), person("five", 5), person("five", 6)]
    assert [(each.binds, each.reason) for each in plan(TENANT, people)] == [
        (False, "2 users have this name"),
        (False, "several people of the list fit this user"),
        (False, "several people of the list fit this user"),
        (False, "the list has this user principal name 2 times"),
        (False, "the list has this user principal name 2 times"),
    ]


def test_an_object_id_that_is_listed_twice_binds_nobody() -> None:
    for name in ("one", "two"):
        User.objects.create(username=f"{name}@contoso.example")
    reasons = [each.reason for each in plan(TENANT, [person("one", 1), person("two", 1)])]
    assert reasons == ["the list has this object id 2 times"] * 2


def test_the_user_of_another_identity_is_not_bound() -> None:
    user = User.objects.create(username="ada@contoso.example")
    link_user(user, TENANT, oid(9))
    assert plan(TENANT, [person("ada", 1)])[0].reason == "the user has another Microsoft account"


def test_the_user_of_an_application_is_not_bound(settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"APPLICATIONS": {oid(9): "ada@contoso.example"}}
    User.objects.create(username="ada@contoso.example")
    assert plan(TENANT, [person("ada", 1)])[0].reason == "no user has this name"


def test_what_changes_between_look_and_write_counts() -> None:
    user = User.objects.create(username="ada@contoso.example")
    [planned] = plan(TENANT, [person("ada", 1)])
    link_user(user, TENANT, oid(9))
    assert bind(TENANT, planned).reason == "An existing user has this person's address"
    assert EntraAccount.objects.count() == 1


def test_many_people_take_a_few_queries(monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any) -> None:
    monkeypatch.setattr(adopting_many, "AT_ONCE", 50)
    User.objects.bulk_create(User(username=f"p{number}@contoso.example") for number in range(100))
    people = [person(f"p{number}", number) for number in range(100)]
    with django_assert_num_queries(6):  # users, their accounts, the people's accounts; twice
        assert sum(each.binds for each in plan(TENANT, people)) == 100


def test_graph_is_asked_for_everybody(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def everybody(name: str, tenant: str) -> list[DirectoryPerson]:
        asked.append(f"{name} {tenant}")
        return [person("ada", 1)]

    monkeypatch.setattr(tenant_people, "people_of_tenant", everybody)
    User.objects.create(username="ada@contoso.example")
    with pytest.raises(CommandError, match="needs a CLIENT_SECRET"):
        adopt("--graph")
    settings.ENTRANCE = settings.ENTRANCE | {
        "CLIENT_SECRET": "x",
        "AUTHORITIES": {"others": {"TENANT_ID": OTHER_TENANT}, "staff": {}},
    }
    with pytest.raises(CommandError, match="several authorities"):
        adopt("--graph")
    with pytest.raises(CommandError, match="No authority is named 'nobody'"):
        adopt("--graph", "--authority", "nobody")
    assert asked == []
    assert "1 of 1 people were bound" in adopt("--graph", "--authority", "staff", "--write")
    assert asked == [f"staff {TENANT}"]
    assert str(EntraAccount.objects.get().tenant_id) == TENANT


def test_an_outage_of_graph_is_told(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(name: str, tenant: str) -> Any:
        raise GraphUnreachable(actual="OSError")

    monkeypatch.setattr(tenant_people, "people_of_tenant", down)
    settings.ENTRANCE = settings.ENTRANCE | {"CLIENT_SECRET": "x"}
    with pytest.raises(CommandError, match=r"OSError\.$"):
        adopt("--graph")
