"""Draws a screen as SVG: a bar with the way to it, and fields, choices, tables and buttons. In light and dark."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as Xml

WIDTH, EDGE, SHOWN = 400, 20, 480
"""Units of a picture, and the pixels of its width on a page; a phone shows it smaller, and still readable."""

ROOM = WIDTH - 2 * EDGE
PER_CHARACTER = 0.62
"""Of the font's size: what the widest usual font takes, so that a text never leaves its box."""

STYLE = """
svg{color-scheme:light dark;--paper:#fff;--bar:#eef2f1;--field:#f7f9f8;--ink:#16201d;--quiet:#56635f;--line:#c3cdca;
--accent:#0b6156;--on-accent:#fff;--mark:#d9efe9}
@media (prefers-color-scheme:dark){svg{--paper:#161c1a;--bar:#202826;--field:#0f1413;--ink:#edf2f0;--quiet:#a3b0ac;
--line:#46524e;--accent:#5fd0b9;--on-accent:#0c1513;--mark:#1d3b35}}
text{font:13px system-ui,sans-serif;fill:var(--ink)}
.code{font-family:ui-monospace,monospace;font-size:12.5px}.title{font-size:17px;font-weight:600}
.label{font-size:12.5px;fill:var(--quiet)}.way{font-size:12px;fill:var(--quiet)}.strong{font-weight:600}
.here,.to{font-size:12px;font-weight:600;fill:var(--accent)}.on-accent{font-weight:600;fill:var(--on-accent)}
.paper{fill:var(--paper);stroke:var(--line)}.bar{fill:var(--bar)}.field{fill:var(--field);stroke:var(--line)}
.line{stroke:var(--line)}.mark{fill:var(--mark)}.empty{fill:none;stroke:var(--quiet)}
.accent{fill:var(--accent)}.tick{fill:none;stroke:var(--on-accent);stroke-width:2}.chosen{stroke:var(--accent);stroke-width:2}
"""


@dataclass(frozen=True, slots=True)
class Field:
    """A label over a box with a value. ``setting`` is the key of ``ENTRANCE`` that the value goes to."""

    label: str
    value: str
    setting: str = ""

    def texts(self) -> tuple[str, ...]:
        return self.label, *filter(None, (self.value, self.setting))

    def draw(self, sheet: Sheet) -> None:
        sheet.write(self.label, "label", EDGE, sheet.y + 12)
        if self.setting:
            sheet.write(f"→ {self.setting}", "to", WIDTH - EDGE, sheet.y + 12, anchor="end")
        lines = wrapped(self.value, ROOM - 20, 12.5)
        height = 14 + 17 * len(lines)
        sheet.box("field", EDGE, sheet.y + 20, ROOM, height, round_=4)
        for number, line in enumerate(lines):
            sheet.write(line, "code", EDGE + 10, sheet.y + 39 + 17 * number)
        sheet.y += 20 + height + 14


@dataclass(frozen=True, slots=True)
class Choice:
    """A label over options, of which some are chosen: of boxes any number, of ``is_one`` exactly one."""

    label: str
    options: tuple[str, ...]
    chosen: tuple[str, ...] = ()
    is_one: bool = False

    def texts(self) -> tuple[str, ...]:
        return self.label, *self.options

    def draw(self, sheet: Sheet) -> None:
        sheet.write(self.label, "label", EDGE, sheet.y + 12)
        sheet.y += 20
        for option in self.options:
            self.draw_mark(sheet, chosen=option in self.chosen)
            for line in wrapped(option, ROOM - 26, 13):
                sheet.write(line, "strong" if option in self.chosen else "", EDGE + 26, sheet.y + 15)
                sheet.y += 18
            sheet.y += 6
        sheet.y += 8

    def draw_mark(self, sheet: Sheet, *, chosen: bool) -> None:
        x, y, kind = EDGE + 1, sheet.y + 3, "accent" if chosen else "empty"
        sheet.box(kind, x, y, 15, 15, round_=7.5 if self.is_one else 3)
        if chosen:
            sheet.line("tick", f"M{x + 3.5} {y + 8}l3 3.5 5.5-7")


@dataclass(frozen=True, slots=True)
class Rows:
    """A table; the first cell of each row is code. ``widths`` are parts of the whole."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]

    def texts(self) -> tuple[str, ...]:
        return *self.head, *(cell for row in self.rows for cell in row if cell)

    def draw(self, sheet: Sheet) -> None:
        self.draw_row(sheet, self.head, ("label",) * len(self.head))
        for row in self.rows:
            sheet.line("line", f"M{EDGE} {sheet.y}H{WIDTH - EDGE}")
            self.draw_row(sheet, row, ("code", *("",) * (len(row) - 1)))
        sheet.y += 12

    def draw_row(self, sheet: Sheet, cells: tuple[str, ...], kinds: tuple[str, ...]) -> None:
        x, tallest = float(EDGE), 1
        for cell, kind, width in zip(cells, kinds, self.widths, strict=True):
            lines = wrapped(cell, width * ROOM - 8, 13)
            for number, line in enumerate(lines):
                sheet.write(line, kind, x, sheet.y + 18 + 16 * number)
            x, tallest = x + width * ROOM, max(tallest, len(lines))
        sheet.y += 10 + 16 * tallest


@dataclass(frozen=True, slots=True)
class Code:
    """Lines of a file; those with ``marked`` are the ones to change."""

    lines: tuple[str, ...]
    marked: tuple[str, ...]

    def texts(self) -> tuple[str, ...]:
        return self.marked

    def draw(self, sheet: Sheet) -> None:
        height = 20 + 18 * len(self.lines)
        sheet.box("field", EDGE, sheet.y, ROOM, height, round_=4)
        for number, line in enumerate(self.lines):
            y = sheet.y + 10 + 18 * number
            if line.strip().rstrip(",") in self.marked:
                sheet.box("mark", EDGE + 1, y, ROOM - 2, 18)
            indent = len(line) - len(line.lstrip())
            sheet.write(line.strip(), "code", EDGE + 10 + 7.5 * indent, y + 13)
        sheet.y += height + 14


@dataclass(frozen=True, slots=True)
class Tabs:
    """Names of the parts of a screen, one of them open."""

    names: tuple[str, ...]
    open: str

    def texts(self) -> tuple[str, ...]:
        return self.names

    def draw(self, sheet: Sheet) -> None:
        x = float(EDGE)
        for name in self.names:
            width = len(name) * 12 * PER_CHARACTER
            sheet.write(name, "here" if name == self.open else "way", x, sheet.y + 12)
            if name == self.open:
                sheet.line("chosen", f"M{x} {sheet.y + 20}h{width - 8:.1f}")
            x += width + 4
        sheet.line("line", f"M{EDGE} {sheet.y + 21}H{WIDTH - EDGE}")
        sheet.y += 34


@dataclass(frozen=True, slots=True)
class Button:
    """The button to press, or one that leads to the next screen (``is_link``)."""

    name: str
    is_link: bool = False

    def texts(self) -> tuple[str, ...]:
        return (self.name,)

    def draw(self, sheet: Sheet) -> None:
        width = len(self.name) * 13 * PER_CHARACTER + 28
        sheet.box("field" if self.is_link else "accent", EDGE, sheet.y, width, 30, round_=4)
        kind = "strong" if self.is_link else "on-accent"
        sheet.write(self.name, kind, EDGE + width / 2, sheet.y + 20, anchor="middle")
        sheet.y += 44


Part = Field | Choice | Rows | Code | Tabs | Button


@dataclass(frozen=True, slots=True)
class Screen:
    """A screen: its file's name, the way to it, ``alt`` for those who do not see it, and its parts."""

    name: str
    way: tuple[str, ...]
    alt: str
    parts: Sequence[Part]

    def texts(self) -> tuple[str, ...]:
        return *self.way, *(text for part in self.parts for text in part.texts())


class Sheet:
    """Holds what is drawn, and ``y``: where the next part begins."""

    def __init__(self) -> None:
        self.y = 0.0
        self.drawn: list[Xml.Element] = []

    def add(self, tag: str, kind: str, **attributes: object) -> Xml.Element:
        named = {name.rstrip("_").replace("_", "-"): shown(value) for name, value in attributes.items() if value}
        element = Xml.Element(tag, {"class": kind} | named if kind else named)
        self.drawn.append(element)
        return element

    def write(self, text: str, kind: str, x: float, y: float, *, anchor: str = "") -> None:
        self.add("text", kind, x=x, y=y, text_anchor=anchor).text = text

    def box(self, kind: str, x: float, y: float, width: float, height: float, *, round_: float = 0) -> None:
        self.add("rect", kind, x=x, y=y, width=width, height=height, rx=round_)

    def line(self, kind: str, path: str) -> None:
        self.add("path", kind, d=path)


def draw(screen: Screen) -> str:
    """Return the picture of a screen."""
    sheet = Sheet()
    *before, here = screen.way
    for number, line in enumerate(wrapped(" → ".join(before), ROOM, 12)):
        sheet.write(line, "way", EDGE, 22 + 16 * number)
        sheet.y = 36 + 16 * number
    bar, sheet.y = sheet.y, sheet.y + 14
    sheet.write(here, "title", EDGE, sheet.y + 14)
    sheet.y += 34
    for part in screen.parts:
        part.draw(sheet)
    return svg(sheet, screen, bar, sheet.y + 6)


def svg(sheet: Sheet, screen: Screen, bar: float, height: float) -> str:
    pixels = round(height * SHOWN / WIDTH)
    root = Xml.Element("svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {WIDTH} {shown(height)}", role="img")
    root.attrib |= {"width": str(SHOWN), "height": str(pixels)}
    Xml.SubElement(root, "title").text = screen.alt
    Xml.SubElement(root, "style").text = STYLE
    frame = Sheet()
    frame.box("paper", 0.5, 0.5, WIDTH - 1, height - 1, round_=8)
    frame.line("bar", f"M1 {bar}V8.5a7.5 7.5 0 0 1 7.5-7.5H{WIDTH - 8.5}a7.5 7.5 0 0 1 7.5 7.5V{bar}z")
    frame.line("line", f"M1 {bar}H{WIDTH - 1}")
    root.extend([*frame.drawn, *sheet.drawn])
    Xml.indent(root, space="")
    return Xml.tostring(root, encoding="unicode") + "\n"


def wrapped(text: str, room: float, size: float) -> list[str]:
    """Return the lines of a text that fit into ``room``. It breaks after blanks and slashes."""
    most = int(room / (size * PER_CHARACTER))
    lines = [""]
    for piece in pieces(text):
        if len(lines[-1]) + len(piece.rstrip()) > most:
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines if line.strip()]


def pieces(text: str) -> Iterable[str]:
    return re.findall(r"[^ /]*/+|[^ /]*[ ]+|[^ /]+", text)


def shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
