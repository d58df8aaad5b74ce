"""Reads clients.toml, and the pinned version of each client."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """An entry of clients.toml. That file explains the members."""

    name: str
    package: str
    client: str
    reached: Literal["http", "https", "by name", "through Logbook", "through Logbook over https"]
    flows: tuple[str, ...]

    @property
    def folder(self) -> Path:
        return HERE / self.name

    @property
    def version(self) -> str:
        """The version in requirements.txt."""
        pinned = (self.folder / "requirements.txt").read_text(encoding="utf-8")
        match = re.search(rf"^{re.escape(self.package)}==(\S+)", pinned, re.MULTILINE)
        assert match, f"{self.name}/requirements.txt does not pin {self.package}"
        return match[1]


def every_client() -> tuple[Client, ...]:
    entries = tomllib.loads((HERE / "clients.toml").read_text(encoding="utf-8"))["client"]
    return tuple(Client(**{**entry, "flows": tuple(entry["flows"])}) for entry in entries)
