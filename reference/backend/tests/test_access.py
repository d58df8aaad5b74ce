from collections.abc import Callable

import pytest
from accounts.tokens import issue_token
from django.contrib.auth.models import Group, User
from logbook.models import Entry
from pytest_django import Settings

from tests.conftest import Ask, code_of, make_person

VIEWER = "{ viewer { username email fullName signedInWith roles canRead canWrite canManage } }"
READ = "{ entries { totalCount } }"
ADD = 'mutation { addEntry(text: "Release is out.", tags: ["deploy"]) { text } }'
EDIT_OWN = 'mutation ($own: ID!) { editEntry(id: $own, text: "Better.") { text } }'
EDIT_OTHERS = 'mutation ($others: ID!) { editEntry(id: $others, text: "Worse.") { text } }'
DELETE_OWN = "mutation ($own: ID!) { deleteEntry(id: $own) }"
DELETE_OTHERS = "mutation ($others: ID!) { deleteEntry(id: $others) }"

ALLOWED = {
    None: set(),
    "Reader": {READ},
    "Writer": {READ, ADD, EDIT_OWN},
    "Admin": {READ, ADD, EDIT_OWN, DELETE_OWN, DELETE_OTHERS},
}
PEOPLE = {"Reader": "alan@contoso.example", "Writer": "grace@contoso.example", "Admin": "ada@contoso.example"}
MATRIX = [
    pytest.param(role, action, id=f"{role}-{name}")
    for role in ALLOWED
    for name, action in {
        "read": READ,
        "add": ADD,
        "edit-own": EDIT_OWN,
        "edit-others": EDIT_OTHERS,
        "delete-own": DELETE_OWN,
        "delete-others": DELETE_OTHERS,
    }.items()
]


def run_action(ask: Ask, token: str, action: str, others: Entry) -> str:
    """Run the action; return its error code, or OK."""
    own = Entry.objects.create(author=person_of(ask, token), text="Mine.")
    keys = {"own": str(own.pk), "others": str(others.pk)}
    answer = ask(action, token, **{name: key for name, key in keys.items() if f"${name}" in action})
    return code_of(answer) if "errors" in answer else "OK"


def person_of(ask: Ask, token: str) -> User:
    return User.objects.get(username=ask("{ viewer { username } }", token)["data"]["viewer"]["username"])


def expected_code(role: str | None, action: str) -> str:
    return "OK" if action in ALLOWED[role] else "FORBIDDEN"


@pytest.mark.parametrize(("role", "action"), MATRIX)
def test_password_people_do_what_their_group_allows(ask: Ask, entry: Entry, role: str | None, action: str) -> None:
    token = issue_token(make_person("person", role)).token

    assert run_action(ask, token, action, entry) == expected_code(role, action)


@pytest.mark.parametrize(("role", "action"), [each for each in MATRIX if each.values[0]])
def test_entra_people_do_what_their_app_role_allows(
    ask: Ask, entry: Entry, entra_token: Callable[..., str], role: str, action: str
) -> None:
    token = entra_token(PEOPLE[role], acrs=["c1"])

    assert run_action(ask, token, action, entry) == expected_code(role, action)


@pytest.mark.parametrize("action", [READ, ADD, EDIT_OTHERS, DELETE_OTHERS])
def test_anonymous_callers_are_refused(ask: Ask, entry: Entry, action: str) -> None:
    variables = {"others": str(entry.pk)} if "$others" in action else {}

    assert code_of(ask(action, **variables)) == "UNAUTHENTICATED"


def test_a_role_given_by_hand_stays_beside_those_of_entra(ask: Ask, entra_token: Callable[..., str]) -> None:
    token = entra_token("alan@contoso.example")
    person_of(ask, token).groups.add(Group.objects.get(name="Writer"))

    viewer = ask("{ viewer { roles canWrite roleReasons { role source name } } }", token)["data"]["viewer"]
    assert viewer == {
        "roles": ["Reader", "Writer"],
        "canWrite": True,
        "roleReasons": [
            {"role": "Reader", "source": "APP_ROLE", "name": "Reader"},
            {"role": "Writer", "source": "LOGBOOK", "name": ""},
        ],
    }


def test_a_role_of_an_entra_group_names_the_group(
    ask: Ask, entra_token: Callable[..., str], settings: Settings
) -> None:
    group = "0f3c0000-0000-4000-a000-000000000001"
    settings.ENTRANCE = settings.ENTRANCE | {
        "ACCESS": settings.ENTRANCE["ACCESS"] | {"groups": {group: {"groups": ["Writer"]}}}
    }
    token = entra_token("alan@contoso.example", groups=[group])

    viewer = ask("{ viewer { roleReasons { role source name } } }", token)["data"]["viewer"]
    assert viewer["roleReasons"] == [
        {"role": "Reader", "source": "APP_ROLE", "name": "Reader"},
        {"role": "Writer", "source": "ENTRA_GROUP", "name": group},
    ]


def test_a_role_that_entra_takes_away_is_gone_at_the_next_token(ask: Ask, entra_token: Callable[..., str]) -> None:
    assert ask(ADD, entra_token("grace@contoso.example")).keys() == {"data"}
    without = entra_token("grace@contoso.example", roles=[])

    assert code_of(ask(READ, without)) == "FORBIDDEN"
    assert ask("{ viewer { roles roleReasons { role } } }", without)["data"]["viewer"] == {
        "roles": [],
        "roleReasons": [],
    }


def test_a_password_user_has_roles_of_logbook(ask: Ask, writer_token: str) -> None:
    viewer = ask("{ viewer { roleReasons { role source name } } }", writer_token)["data"]["viewer"]
    assert viewer["roleReasons"] == [{"role": "Writer", "source": "LOGBOOK", "name": ""}]


def test_a_superuser_without_a_role_has_no_right(ask: Ask, db: None) -> None:
    person = make_person("root")
    person.is_superuser = True
    person.save()

    assert code_of(ask(READ, issue_token(person).token)) == "FORBIDDEN"


def test_viewer_is_null_for_anonymous_callers(ask: Ask, db: None) -> None:
    assert ask(VIEWER) == {"data": {"viewer": None}}


def test_viewer_shows_a_password_user(ask: Ask, writer_token: str) -> None:
    assert ask(VIEWER, writer_token)["data"]["viewer"] == {
        "username": "barbara",
        "email": "barbara@contoso.example",
        "fullName": "Barbara Liskov",
        "signedInWith": "PASSWORD",
        "roles": ["Writer"],
        "canRead": True,
        "canWrite": True,
        "canManage": False,
    }


def test_viewer_shows_an_entra_user(ask: Ask, entra_token: Callable[..., str]) -> None:
    assert ask(VIEWER, entra_token("ada@contoso.example"))["data"]["viewer"] == {
        "username": "ada@contoso.example",
        "email": "ada@contoso.example",
        "fullName": "Ada Lovelace",
        "signedInWith": "ENTRA",
        "roles": ["Admin"],
        "canRead": True,
        "canWrite": True,
        "canManage": True,
    }


def test_groups_that_are_no_roles_are_not_shown(ask: Ask, writer_token: str) -> None:
    person = make_person("person")
    person.groups.create(name="Choir")

    assert ask("{ viewer { roles } }", issue_token(person).token)["data"]["viewer"]["roles"] == []
