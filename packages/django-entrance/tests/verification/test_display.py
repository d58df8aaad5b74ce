"""Names are shown as their owners write them, on one line, and the same on every Python."""

import sys
from hashlib import sha256

import pytest
from django_entrance.verification.display import one_line

#: Unicode's White_Space property (PropList.txt), which no version since 6.3 has changed, in writing.
WHITE_SPACE = (
    "\t\n\v\f\r \x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029"
    "\u202f\u205f\u3000"
)


@pytest.mark.parametrize(
    "space", [*WHITE_SPACE, *"\x1c\x1d\x1e\x1f", "\u200b", "\ufeff", "\r\n", " \u00a0 \t"], ids=ascii
)
def test_white_space_of_every_kind_becomes_one_blank(space: str) -> None:
    assert one_line(f"Jean{space}Pierre") == "Jean Pierre"
    assert one_line(f"{space}Jean{space}{space}Pierre{space}") == "Jean Pierre"
    assert one_line(space) == ""


@pytest.mark.parametrize(
    "name",
    [
        "Ada Lovelace",
        "Conor O'Brien-Ó Briain",
        "می\u200cخواهم",  # Persian, a non-joiner between two parts of one word
        "ශ්\u200dරී",  # Sinhala, a joiner that makes one letter of two
        "क्\u200dष",
        "e\u0301ric",  # a combining mark, as macOS writes it
        "ᠮᠣᠩᠭᠣᠯ\u180eᠠ",  # Mongolian, a separator of a vowel
        "👩\u200d💻 ☺\ufe0f",
        "דוד\u200f (CEO)",  # a mark of direction, as people type it
        "John\u2060Paul",
        "\u0378\U0001fae8\U0001fadc\U000e0fff\ue000",  # not assigned, or only in newer versions of Unicode
    ],
    ids=ascii,
)
def test_letters_keep_what_joins_them(name: str) -> None:
    assert one_line(name) == name


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("a\r\nERROR 2026-11-28 forged", "a ERROR 2026-11-28 forged"),
        ("a\n\n\nb", "a b"),
        ("a\u2028b\u2029c\x85d", "a b c d"),
        ("a\x00b\x07c\x1b[31md\x7fe\x9bf", "abc[31mdef"),
        ("\u202enimda", "nimda"),
        ("ada \u202efdp.exe\u202c", "ada fdp.exe"),
        ("a \u202e \u202c b", "a b"),
        ("\u2066ada\u2069 \u2067bob\u2069\u2068\u2069", "ada bob"),
        ("\u202a\u202b\u202c\u202d\u202e", ""),
        ("\x00", ""),
        ("\u200d\u200c", ""),
        ("\u200e \u200f\u061c\u2060\u00ad\u034f\u180e", ""),
        ("\u200e-\u200f", "\u200e-\u200f"),
        ("", ""),
    ],
    ids=ascii,
)
def test_what_forges_and_disguises_is_left_out(name: str, line: str) -> None:
    assert one_line(name) == line


def test_every_python_shows_every_character_alike() -> None:
    """The digest was made once; where a version of Python knows another Unicode, nothing may change."""
    every = (chr(number) for number in range(sys.maxunicode + 1) if not 0xD800 <= number < 0xE000)
    shown = "\n".join(one_line(f"a{character}b") for character in every)
    assert sha256(shown.encode()).hexdigest() == "263e3d9b8c3e27aaba03c1017e5101a382fc3dece84e14ceebb67e1052f09e13"
