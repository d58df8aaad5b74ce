"""What the command would do: insertions, a new file, and what is left to be done by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from django_entrance.init.insertions import Insertion


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """Lines that the command cannot place for certain: where they belong, and why it does not write them."""

    where: str
    why: str
    lines: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The steps. ``new_files`` are texts by path."""

    insertions: list[Insertion] = field(default_factory=list)
    new_files: dict[Path, str] = field(default_factory=dict)
    by_hand: list[ByHand] = field(default_factory=list)

    def add(self, insertion: Insertion | None, otherwise: ByHand) -> None:
        """Add an insertion once, or what to do by hand if no place is certain."""
        if not insertion and otherwise not in self.by_hand:
            self.by_hand.append(otherwise)
        elif insertion and insertion.place not in [each.place for each in self.insertions]:
            self.insertions.append(insertion)
