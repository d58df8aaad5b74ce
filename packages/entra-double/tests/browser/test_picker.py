"""A picker for ten thousand: some are shown, a search finds the others."""

from __future__ import annotations

from dataclasses import replace

import pytest
from entra_double import Emulator
from entra_double._world.seed import CONTOSO

from ..pickers import on_the_picker, person_of
from ..single_page_app import ADA, KATHERINE, SPA, SinglePageApp, answer
from ..worlds import change_entry


@pytest.fixture
def crowd(emulator: Emulator) -> None:
    people = tuple(person_of(CONTOSO, f"person{number:05}") for number in range(10_000))
    emulator.directory = replace(emulator.directory, people=emulator.directory.people + people)


async def test_a_crowd_is_shown_in_part(app: SinglePageApp, crowd: None) -> None:
    page = await app.authorize(login_hint="person09999@contoso.example")
    names = on_the_picker(page)
    assert (len(names), names[:2]) == (50, ["person09999@contoso.example", "ada@contoso.example"])
    assert "There are more people than these" in page.text
    assert page.text.index("Name or user name") < page.text.index('class="accounts"')
    assert len(page.text) < 60_000


async def test_a_search_finds_people_by_name_and_user_name(app: SinglePageApp, crowd: None) -> None:
    page = await app.choose(await app.authorize(), action="another", query=" PERSON0123 ")
    assert on_the_picker(page) == [f"person0123{digit}@contoso.example" for digit in range(10)]
    found = await app.choose(page, action="another", query="lovelace")
    assert on_the_picker(found) == ["ada@contoso.example"]
    assert 'value="lovelace"' in found.text
    assert "code" in answer(await app.choose(found, account=ADA))


async def test_a_search_that_finds_nobody_says_so(app: SinglePageApp) -> None:
    page = await app.choose(await app.authorize(), action="another", query="<nobody>")
    assert on_the_picker(page) == []
    assert "No account here is called “&lt;nobody&gt;”." in page.text
    everybody = await app.choose(page, action="another")
    assert len(on_the_picker(everybody)) == 5


async def test_a_tenant_without_people_says_so(app: SinglePageApp, emulator: Emulator) -> None:
    emulator.directory = replace(emulator.directory, people=())
    assert "There are no accounts here." in (await app.authorize()).text


async def test_who_is_signed_in_comes_first(app: SinglePageApp, crowd: None) -> None:
    await app.sign_in(KATHERINE)
    assert on_the_picker(await app.authorize(prompt="select_account"))[0] == "katherine@fabrikam.example"


async def test_who_is_not_assigned_is_marked(app: SinglePageApp, emulator: Emulator) -> None:
    scope = "openid profile"
    assert (await app.authorize(scope=scope)).text.count("Not assigned") == 0
    assert (await app.authorize()).text.count("Not assigned") == 1
    change_entry(emulator, SPA, assignment_required=True)
    page = await app.authorize(scope=scope)
    assert page.text.count("Not assigned") == 5
    assert "AADSTS50105" in (await app.choose(page, account=ADA)).text
