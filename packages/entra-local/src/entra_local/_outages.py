"""Holds what fails on demand: which endpoint, how, and how often."""

from __future__ import annotations


class Outages:
    """What is failing at the moment; so far nothing can."""

    def clear(self) -> None:
        """Let everything work again."""

    def copy(self) -> Outages:
        """Give another one with the same failures."""
        return Outages()
