"""User names for names from directories and from attackers."""

import re

import pytest
from django.contrib.auth.validators import UnicodeUsernameValidator
from django_entrance.accounts.addresses import home_name
from django_entrance.accounts.usernames import forms, plain, readable, usernames
from hypothesis import example, given
from hypothesis import strategies as st
from identities import person
from scripted import ADA, TENANT

MARK = ADA[:8]


KATHERINE = "katherine_fabrikam.example#EXT#@contoso.example"


FALLBACK = f"{ADA}@{TENANT}"


SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9@._+-]*")


READABLE = [
    ("ada@contoso.example", "ada@contoso.example"),
    ("Ada.Lovelace@Contoso.example", "Ada.Lovelace@Contoso.example"),
    ("conor.o'brien@contoso.example", "conor.obrien@contoso.example"),
    ("conor.o’brien@contoso.example", "conor.obrien@contoso.example"),
    ("kim_fabrikam.example#EXT#@contoso.onmicrosoft.example", "kim@fabrikam.example"),
    ("kim_fabrikam.example#ext#@contoso.onmicrosoft.example", "kim@fabrikam.example"),
    ("kim_fabrikam.example_EXT_@contoso.onmicrosoft.example", "kim@fabrikam.example"),
    ("kim_lee_fabrikam.example#EXT#@contoso.example", "kim_lee@fabrikam.example"),
    ("kim_lee#EXT#@contoso.example", "kim_lee"),
    ("kim_o'hara_fabrikam.example#EXT#@contoso.example", "kim_ohara@fabrikam.example"),
    ("live.com#sam@outlook.example", "sam@outlook.example"),
    ("a!b^c~d@contoso.example", "a-b-c-d@contoso.example"),
    ("jörg.müller@contoso.example", "jorg.muller@contoso.example"),
    ("jo\u0308rg@contoso.example", "jorg@contoso.example"),
    ("søren.weiß@contoso.example", "soren.weiss@contoso.example"),
    ("łukasz.œuvre.þór@contoso.example", "lukasz.oeuvre.thor@contoso.example"),
    ("ada+admin@contoso.example", "ada+admin@contoso.example"),
    ("ad min", "ad-min"),
    ("ａｄｍｉｎ", "admin"),
    ("ad\u200bmin\u202e", "ad-min"),
    ("<b>", "b"),
    ("a@b@contoso.example", "a-b@contoso.example"),
    ("boss＠contoso.example@evil.example", "boss-contoso.example@evil.example"),
    (".ada.@contoso.example.", "ada@contoso.example"),
    ("-rf@contoso.example", "rf@contoso.example"),
    ("admin", "admin"),
    ("+44 20 7946 0000", "44-20-7946-0000"),
]


NOT_READABLE = [
    "",
    ".",
    "@",
    "@contoso.example",
    "...@contoso.example",
    "!#$%^&*()",
    "___",
    "\u202e\u200b",
    "аdmin",  # its first letter is Cyrillic
    "αdmin@contoso.example",
    "пётр@contoso.example",
    "ada@contosо.example",  # so is the o: without it, this is the domain of other people
    "ada@contosö.example",
    "ada@con toso.example",
    "ada@",
    "山田@contoso.example",
]


@pytest.mark.parametrize(("name", "readable_name"), READABLE, ids=ascii)
def test_a_name_is_readable_and_safe(name: str, readable_name: str) -> None:
    assert next(usernames(person(preferred_username=name))) == readable_name
    UnicodeUsernameValidator()(readable_name)


@pytest.mark.parametrize("name", NOT_READABLE, ids=ascii)
def test_of_a_name_that_could_deceive_nothing_stands_alone(name: str) -> None:
    """The name begins with a part of the object id instead, so that it looks like no other name."""
    assert readable(name) == ""
    assert all(each.startswith(MARK) for each in usernames(person(preferred_username=name)))


def test_without_a_name_the_display_name_is_taken_behind_a_part_of_the_id() -> None:
    assert list(usernames(person(preferred_username=None, name="Müller, Jörg (HR)"))) == [
        f"{MARK}.muller.jorg.hr",
        FALLBACK,
        ADA,
    ]


@pytest.mark.parametrize("name", [None, "Пётр", "!!"], ids=ascii)
def test_only_where_nothing_is_left_the_ids_are_the_name(name: str | None) -> None:
    assert next(usernames(person(preferred_username=None, name=name))) == FALLBACK


def test_of_a_personal_account_the_last_digits_tell_it_from_others() -> None:
    identity = person(preferred_username="sam@outlook.example", oid="00000000-0000-0000-3b7e-91c4d0a2f00f")
    assert list(usernames(identity))[:2] == ["sam@outlook.example", "d0a2f00f.sam@outlook.example"]


HOSTILE = [name for name, _ in READABLE] + NOT_READABLE + ["ß" * 1_000, "x" * 10_000, "ﷺ" * 1_000, "́" * 1_000]


@pytest.mark.parametrize("longest", [12, 20, 150, None])
@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: ascii(name[:20]))
def test_whatever_the_name_is_only_plain_ascii_comes_out(name: str, longest: int | None) -> None:
    identity = person(preferred_username=name)
    own = readable(home_name(identity.username))
    found = list(usernames(identity, longest))
    assert found[-2:] == [FALLBACK, ADA]
    assert all(SAFE.fullmatch(each) for each in found)
    assert all(each.startswith(MARK) and len(each) <= (longest or len(each)) for each in found[:-2] if each != own)


@given(st.text())
@example("_")
@example("a@b@c#EXT#@d")
def test_any_text_becomes_a_name_that_stays_as_it_is(text: str) -> None:
    name = readable(home_name(text))
    assert name == "" or SAFE.fullmatch(name)
    assert readable(name) == name


def test_plain_text_stays_plain() -> None:
    assert plain(plain("Jörg O'Brien <x>")) == plain("Jörg O'Brien <x>") == "Jorg-OBrien-x"


def test_narrower_validators_get_other_forms() -> None:
    assert list(dict.fromkeys(forms("A.b@c"))) == [
        *("A.b@c", "A.b-c", "A.b_c", "A.b.c", "A.bc", "A-b-c", "A_b_c", "Abc"),
        *("a.b@c", "a.b-c", "a.b_c", "a.b.c", "a.bc", "a-b-c", "a_b_c", "abc"),
    ]
