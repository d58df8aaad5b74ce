from typing import Any

import pytest
from django.contrib.auth.models import User
from logbook.entries import add_entry
from logbook.models import Entry
from pytest_django import DjangoAssertNumQueries

from tests.conftest import Ask, code_of, make_person

LIST = """
query ($search: String, $tag: String, $first: Int, $after: String) {
  entries(search: $search, tag: $tag, first: $first, after: $after) {
    edges { cursor node { text author { username fullName } tags canEdit canDelete } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    totalCount
  }
}
"""


def texts(answer: dict[str, Any]) -> list[str]:
    return [edge["node"]["text"] for edge in answer["data"]["entries"]["edges"]]


def found(ask: Ask, token: str, **variables: object) -> list[str]:
    return texts(ask(LIST, token, **variables))


@pytest.fixture
def numbered(writer: User) -> list[Entry]:
    return [Entry.objects.create(author=writer, text=f"Entry {number}") for number in range(5)]


@pytest.fixture
def varied(writer: User) -> None:
    ada = make_person("ada", first_name="Ada", last_name="Lovelace")
    add_entry(writer, "Certificate of the intranet renewed.", ["security", "maintenance"])
    add_entry(ada, "Überlauf im Ölkessel, 100% behoben.", ["maintenance"])
    add_entry(writer, "Release (2.4) is out: a.*b", ["deploy"])


def test_the_newest_comes_first(ask: Ask, numbered: list[Entry], writer_token: str) -> None:
    assert found(ask, writer_token) == ["Entry 4", "Entry 3", "Entry 2", "Entry 1", "Entry 0"]


def test_pages_follow_each_other(ask: Ask, numbered: list[Entry], writer_token: str) -> None:
    first = ask(LIST, writer_token, first=2)
    info = first["data"]["entries"]["pageInfo"]
    second = ask(LIST, writer_token, first=2, after=info["endCursor"])
    third = ask(LIST, writer_token, first=2, after=second["data"]["entries"]["pageInfo"]["endCursor"])

    assert [texts(page) for page in (first, second, third)] == [
        ["Entry 4", "Entry 3"],
        ["Entry 2", "Entry 1"],
        ["Entry 0"],
    ]
    assert (info["hasNextPage"], info["hasPreviousPage"]) == (True, False)
    assert third["data"]["entries"]["pageInfo"]["hasNextPage"] is False
    assert third["data"]["entries"]["pageInfo"]["hasPreviousPage"] is True
    assert third["data"]["entries"]["totalCount"] == 5


def test_a_page_stays_where_it_is_when_entries_come_and_go(
    ask: Ask, numbered: list[Entry], writer: User, writer_token: str
) -> None:
    cursor = ask(LIST, writer_token, first=2)["data"]["entries"]["pageInfo"]["endCursor"]
    Entry.objects.create(author=writer, text="New")
    numbered[3].delete()  # the one that the cursor names

    assert found(ask, writer_token, first=2, after=cursor) == ["Entry 2", "Entry 1"]


def test_an_empty_log_has_an_empty_page(ask: Ask, writer_token: str) -> None:
    assert ask(LIST, writer_token)["data"]["entries"] == {
        "edges": [],
        "pageInfo": {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None},
        "totalCount": 0,
    }


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "é", "ZW50cnk6", "ZW50cnk6eA==", "dXNlcjox", "ZW50cnk6LTE=", "ZW50cnk6OTk5OTk5OTk5OTk5OTk5OTk5OTk="],
)
def test_a_made_up_cursor_is_bad_input(ask: Ask, writer_token: str, cursor: str) -> None:
    answer = ask(LIST, writer_token, after=cursor)

    assert code_of(answer) == "BAD_INPUT"
    assert answer["errors"][0]["extensions"]["field"] == "after"


@pytest.mark.parametrize("first", [0, -1, 101])
def test_a_page_has_1_to_100_entries(ask: Ask, writer_token: str, first: int) -> None:
    assert code_of(ask(LIST, writer_token, first=first)) == "BAD_INPUT"
    assert found(ask, writer_token, first=100) == []


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("certificate", 1),
        ("CERTIFICATE", 1),
        ("intra net", 1),
        ("certificate nowhere", 0),
        ("secur", 1),
        ("liskov", 2),
        ("ada lovelace", 1),
        ("überlauf", 1),
        ("ÜBERLAUF öl", 1),
        ("100%", 1),
        ("%", 1),
        ("_", 0),
        ("(2.4)", 1),
        (".*", 1),
        ("[", 0),
        ("\\", 0),
        ("  ", 3),
        (None, 3),
    ],
)
def test_search_looks_into_text_tags_and_names(
    ask: Ask, varied: None, writer_token: str, search: str, expected: int
) -> None:
    answer = ask(LIST, writer_token, search=search)

    assert answer["data"]["entries"]["totalCount"] == len(texts(answer)) == expected


def test_a_tag_narrows_a_search(ask: Ask, varied: None, writer_token: str) -> None:
    assert found(ask, writer_token, search="liskov", tag=" Maintenance ") == ["Certificate of the intranet renewed."]


def test_a_part_of_a_tag_does_not_match(ask: Ask, varied: None, writer_token: str) -> None:
    assert found(ask, writer_token, tag="main") == []


@pytest.mark.parametrize("search", ["x" * 101, "a\0b", "\ud800"])
def test_a_search_with_control_characters_is_bad_input(ask: Ask, writer_token: str, search: str) -> None:
    assert code_of(ask(LIST, writer_token, search=search)) == "BAD_INPUT"


def test_the_number_of_queries_does_not_grow_with_the_page(
    ask: Ask, writer: User, writer_token: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(20):
        add_entry(make_person(f"person{number}"), f"Entry {number}", [f"tag{number}", "common"])

    with django_assert_num_queries(5):  # the token's user, their groups, entries with authors, tags, the count
        assert len(found(ask, writer_token)) == 20


ADD = """
mutation ($text: String!, $tags: [String!]! = []) {
  addEntry(text: $text, tags: $tags) { id text tags editedAt }
}
"""
EDIT = """
mutation ($id: ID!, $text: String!, $tags: [String!]! = []) {
  editEntry(id: $id, text: $text, tags: $tags) { text tags editedAt }
}
"""
DELETE = "mutation ($id: ID!) { deleteEntry(id: $id) }"


def test_an_entry_is_added_as_typed(ask: Ask, writer_token: str) -> None:
    added = ask(ADD, writer_token, text="  Two\r\nlines \n", tags=["Deploy", "deploy", "data  Base "])["data"][
        "addEntry"
    ]

    assert added | {"id": ""} == {"id": "", "text": "Two\nlines", "tags": ["data base", "deploy"], "editedAt": None}


def test_an_edited_entry_has_the_time_of_the_edit(ask: Ask, entry: Entry, writer_token: str) -> None:
    edited = ask(EDIT, writer_token, id=str(entry.pk), text="Renewed until May.", tags=["until"])["data"]["editEntry"]

    assert (edited["text"], edited["tags"]) == ("Renewed until May.", ["until"])
    assert edited["editedAt"] is not None


def test_an_administrator_deletes_an_entry_for_good(ask: Ask, entry: Entry, admin_token: str) -> None:
    assert ask(DELETE, admin_token, id=str(entry.pk)) == {"data": {"deleteEntry": str(entry.pk)}}
    assert not Entry.objects.exists()


def test_an_administrator_may_not_edit_what_others_wrote(ask: Ask, entry: Entry, admin_token: str) -> None:
    assert code_of(ask(EDIT, admin_token, id=str(entry.pk), text="Mine now.")) == "FORBIDDEN"
    assert Entry.objects.get().text == "Certificate renewed."


def test_entries_list_the_rights_of_the_caller(ask: Ask, entry: Entry, writer_token: str, admin_token: str) -> None:
    def may(token: str) -> tuple[bool, bool]:
        node = ask(LIST, token)["data"]["entries"]["edges"][0]["node"]
        return node["canEdit"], node["canDelete"]

    assert may(writer_token) == (True, False)
    assert may(admin_token) == (False, True)


@pytest.mark.parametrize("id", ["", "x", "0", "-1", "1.5", "٣", "9" * 18, "9" * 100, "\0"])
def test_an_unknown_id_is_not_found(ask: Ask, entry: Entry, writer_token: str, admin_token: str, id: str) -> None:
    assert code_of(ask(EDIT, writer_token, id=id, text="x")) == "NOT_FOUND"
    assert code_of(ask(DELETE, admin_token, id=id)) == "NOT_FOUND"


@pytest.mark.parametrize("text", ["", " \n ", "x" * 2001, "a\0b", "\x1b[31m", "\udc00"])
def test_an_invalid_text_is_bad_input(ask: Ask, entry: Entry, writer_token: str, text: str) -> None:
    for answer in (ask(ADD, writer_token, text=text), ask(EDIT, writer_token, id=str(entry.pk), text=text)):
        assert code_of(answer) == "BAD_INPUT"
        assert answer["errors"][0]["extensions"]["field"] == "text"
    assert Entry.objects.get().text == "Certificate renewed."


@pytest.mark.parametrize("text", ["x", "x" * 2000, "👩‍👩‍👧 مرحبا", "<script>alert(1)</script>"])
def test_any_other_text_is_kept(ask: Ask, writer_token: str, text: str) -> None:
    assert ask(ADD, writer_token, text=text)["data"]["addEntry"]["text"] == text


@pytest.mark.parametrize("tags", [[""], [" "], ["x" * 31], ["a\0"], [str(number) for number in range(9)]])
def test_invalid_tags_are_bad_input(ask: Ask, writer_token: str, tags: list[str]) -> None:
    answer = ask(ADD, writer_token, text="x", tags=tags)

    assert code_of(answer) == "BAD_INPUT"
    assert answer["errors"][0]["extensions"]["field"] == "tags"
    assert not Entry.objects.exists()


@pytest.mark.parametrize("tags", [[], ["x" * 30], [str(number) for number in range(8)], ["Ä", "ä"] * 8])
def test_up_to_eight_different_tags_are_kept(ask: Ask, writer_token: str, tags: list[str]) -> None:
    assert set(ask(ADD, writer_token, text="x", tags=tags)["data"]["addEntry"]["tags"]) == {tag.lower() for tag in tags}
