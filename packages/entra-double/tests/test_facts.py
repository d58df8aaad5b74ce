"""Every shape of ours is the recorded one of the service; what differs is listed by name, with the reason."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from .machine import DAEMON
from .shapes import World
from .shapes_of_answers import ANSWERS
from .shapes_of_tokens import TOKENS
from .single_page_app import API, BASE_URL, FABRIKAM, MALLORY, SPA, TENANT

OURS = TOKENS | ANSWERS
NAMES = {
    BASE_URL: "https://login.microsoftonline.com",
    TENANT: "{tid}",
    FABRIKAM: "{home}",
    API: "{api}",
    SPA: "{client}",
    DAEMON: "{daemon}",
    MALLORY: "{person}",
}

RECORDED = Path(__file__).parent / "recorded"

Fact = dict[str, Any]


def read(name: str, table: str) -> list[Fact]:
    entries: list[Fact] = tomllib.loads((RECORDED / name).read_text(encoding="utf-8"))[table]
    return entries


FACTS = {fact["name"]: fact for fact in read("facts.toml", "fact")}
DIFFERENCES = read("differences.toml", "difference")


def whole(fact: Fact) -> Fact:
    """Put a fact together with the one that it is like."""
    base = whole(FACTS[fact["like"]]) if "like" in fact else {}
    absent = {*base.get("absent", ()), *fact.get("absent", ())} - {*fact.get("not_absent", ())}
    return {
        **fact,
        "members": base.get("members", {}) | fact.get("members", {}),
        "values": base.get("values", {}) | fact.get("values", {}),
        "absent": absent,
    }


def type_of(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case str():
            return "string"
        case list():
            return "array of " + "|".join(sorted({type_of(each) for each in value}))
        case dict():
            return "object"
    raise AssertionError(f"{value!r} is no JSON")


def deviations(fact: Fact, ours: dict[str, Any]) -> set[str]:
    """Name the members in which `ours` is not as the fact says."""
    known = {name.removesuffix("?"): types for name, types in fact["members"].items()}
    needed = {name for name in fact["members"] if not name.endswith("?")}
    missing = needed - ours.keys()
    more = fact["absent"] & ours.keys() if fact["kind"] == "headers" else ours.keys() - known.keys()
    mistyped = {name for name in ours.keys() & known.keys() if type_of(ours[name]) not in known[name].split("|")}
    others = {name for name, value in fact["values"].items() if name in ours and ours[name] != value}
    return missing | more | mistyped | others


def renamed(value: Any) -> Any:
    """Give our host and ids the names that facts.toml has for them."""
    if isinstance(value, dict):
        return {name: renamed(each) for name, each in value.items()}
    if isinstance(value, list):
        return [renamed(each) for each in value]
    if isinstance(value, str):
        for ours, theirs in NAMES.items():
            value = value.replace(ours, theirs)
    return value


def listed(name: str) -> set[str]:
    return {member for entry in DIFFERENCES if name in entry["facts"] for member in entry["members"]}


@pytest.mark.parametrize("name", OURS)
async def test_ours_is_as_recorded(name: str, world: World) -> None:
    ours = renamed(dict(await OURS[name](world)))
    assert deviations(whole(FACTS[name]), ours) == listed(name)


@pytest.fixture
def world(emulator: Any, http: Any, app: Any) -> World:
    return World(emulator=emulator, http=http, app=app)


def test_every_fact_has_one_of_ours() -> None:
    assert FACTS.keys() == OURS.keys()


def test_every_fact_says_where_it_is_from() -> None:
    assert not [name for name, fact in FACTS.items() if not (fact["source"] and fact["date"] and fact["section"])]
    assert {fact["kind"] for fact in FACTS.values()} == {"token", "json", "document", "headers"}
    assert len(FACTS) == len(read("facts.toml", "fact"))


def test_no_member_is_both_there_and_absent() -> None:
    facts = {name: whole(fact) for name, fact in FACTS.items()}
    assert not [name for name, fact in facts.items() if fact["absent"] & fact["members"].keys()]


def test_every_difference_names_what_it_is_about_and_why() -> None:
    assert {name for entry in DIFFERENCES for name in entry["facts"]} <= FACTS.keys() | {"errors", "behaviour"}
    assert not [entry["name"] for entry in DIFFERENCES if not entry["why"].endswith(".")]
