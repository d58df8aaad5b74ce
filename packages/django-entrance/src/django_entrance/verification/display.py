"""Turns the text of a claim into one line to display, the same for every version of Python and Unicode."""

from itertools import chain

# White_Space of every version of Unicode, the zero width spaces, and the separators of ASCII (U+001C to U+001F).
WHITE_SPACE = (*range(0x09, 0x0E), *range(0x1C, 0x21), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200C), 0x2028, 0x2029)
WHITE_SPACE += (0x202F, 0x205F, 0x3000, 0xFEFF)

# Controls can forge log lines; embedded, overridden and isolated directions can disguise names.
CONTROLS = (*range(0x20), *range(0x7F, 0xA0))
DIRECTIONS = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))

REPLACEMENTS: dict[int, str | None] = dict.fromkeys(chain(CONTROLS, DIRECTIONS)) | dict.fromkeys(WHITE_SPACE, " ")

HIDDEN = " \u00ad\u034f\u061c\u115f\u1160\u180e\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\u2800\u3164\uffa0"
HIDDEN += "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0000, 0xE0080), *range(0xE0100, 0xE01F0))))
"""Characters that join letters or mark a direction. They belong in a name, but are not a name on their own."""


def one_line(text: str) -> str:
    """Return a text as one line with single spaces, or an empty text when nothing in it is visible.

    Joiners and combining marks stay.
    """
    line = " ".join(text.translate(REPLACEMENTS).split())
    return line if line.strip(HIDDEN) else ""
