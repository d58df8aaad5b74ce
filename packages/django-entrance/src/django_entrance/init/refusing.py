"""The one exception of this room, and how it and all else is shown."""


class InitRefused(Exception):
    """Nothing was changed. The text says why, and what to do."""

    def __str__(self) -> str:
        return printable(super().__str__())


def printable(text: str) -> str:
    """Return lines that a terminal only shows: files of a project, and their names, may have codes that steer it."""
    return "".join(each if each.isprintable() or each in "\n\t" else "\N{REPLACEMENT CHARACTER}" for each in text)
