"""Knows the AADSTS errors of the TOML files beside it, and the two shapes of a refusal: JSON and redirect."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

_LONGEST_DETAIL = 300
_DETAIL = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Aadsts:
    """One error of the catalogue.

    `error` is the OAuth error at the token endpoint, `redirect_error` at the redirect URI and `v1_error` at the v1.0
    endpoint, where they differ. `published` ones have an `error_uri`, as in the service. `place` is where the error
    appears, `provoke` how to cause it here; of `doubtful` ones the number or the error is uncertain.
    """

    code: int
    error: str
    text: str
    remedy: str
    status: int = 400
    suberror: str | None = None
    redirect_error: str | None = None
    v1_error: str | None = None
    published: bool = True
    place: Literal["page", "redirect", "json", "any"] = "any"
    provoke: str = ""
    doubtful: bool = False

    def describe(self, details: Mapping[str, str | None]) -> str:
        """Return the text with the known details of a request; an ellipsis stands for the others."""
        return _DETAIL.sub(lambda detail: details.get(detail[1]) or "…", self.text)


def read_catalogue(folder: Path) -> dict[int, Aadsts]:
    """Read all files of a folder; an error may be in one of them only."""
    found: dict[str, tuple[str, Aadsts]] = {}
    for path in sorted(folder.glob("*.toml")):
        for code, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if code in found:
                raise ImportError(f"AADSTS{code} is in {found[code][0]} and in {path.name}")
            found[code] = path.name, Aadsts(code=int(code), **entry)
    return {error.code: error for _, error in found.values()}


CATALOGUE = read_catalogue(Path(__file__).parent)


class Refusal(Exception):
    """A request is refused with an error of the catalogue.

    `error` replaces the usual OAuth error; `claims` is the JSON text that the client is to send in its next request.
    """

    def __init__(self, code: int, *, error: str | None = None, claims: str | None = None, **details: str) -> None:
        self.code, self.aadsts, self.claims = code, CATALOGUE[code], claims
        self.error = error or self.aadsts.error
        self.redirect_error = error or self.aadsts.redirect_error or self.aadsts.error
        self.v1_error = error or self.aadsts.v1_error or self.aadsts.error
        self.text = self.aadsts.text.format(**{name: _shortened(value) for name, value in details.items()})
        self._details = details
        super().__init__(f"AADSTS{code}: {self.text}")

    def with_error(self, error: str) -> Refusal:
        """Return the same refusal with another OAuth error."""
        return Refusal(self.code, error=error, claims=self.claims, **self._details)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorReport:
    """A refusal as the client sees it, with the ids and the time (UTC) that users give to support."""

    refusal: Refusal
    base_url: str
    trace_id: str
    correlation_id: str
    timestamp: str

    @property
    def description(self) -> str:
        ids = f"Trace ID: {self.trace_id} Correlation ID: {self.correlation_id} Timestamp: {self.timestamp}"
        return f"{self.refusal} {ids}"

    def as_json(self, version: Literal[1, 2] = 2) -> dict[str, object]:
        return {
            "error": self.refusal.v1_error if version == 1 else self.refusal.error,
            "error_description": self.description,
            "error_codes": [self.refusal.code],
            "timestamp": self.timestamp,
            "trace_id": self.trace_id,
            "correlation_id": self.correlation_id,
            **self._optional,
        }

    def as_redirect(self) -> dict[str, str]:
        return {"error": self.refusal.redirect_error, "error_description": self.description, **self._optional}

    @property
    def _optional(self) -> dict[str, str]:
        aadsts = self.refusal.aadsts
        uri = f"{self.base_url}/error?code={aadsts.code}" if aadsts.published else None
        members = {"error_uri": uri, "suberror": aadsts.suberror, "claims": self.refusal.claims}
        return {name: value for name, value in members.items() if value}


def _shortened(value: str) -> str:
    value = " ".join(value.splitlines())
    return value if len(value) <= _LONGEST_DETAIL else value[:_LONGEST_DETAIL] + "…"
