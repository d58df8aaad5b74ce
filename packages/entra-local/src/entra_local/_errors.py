"""Knows the AADSTS errors of `aadsts.toml`, and the two shapes in which a refusal is told: JSON and redirect."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

_LONGEST_DETAIL = 300
_DETAIL = re.compile(r"\{\w+\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Aadsts:
    """One error of the catalogue.

    `error` is the OAuth error at the token endpoint, `redirect_error` the one at the redirect URI where it differs.
    `published` ones carry an `error_uri`, as in the service.
    """

    code: int
    error: str
    text: str
    remedy: str
    status: int = 400
    suberror: str | None = None
    redirect_error: str | None = None
    published: bool = True

    @property
    def outline(self) -> str:
        """Give the text for no request in particular."""
        return _DETAIL.sub("…", self.text)


def _read_catalogue() -> dict[int, Aadsts]:
    entries = tomllib.loads((Path(__file__).parent / "aadsts.toml").read_text(encoding="utf-8"))
    return {int(code): Aadsts(code=int(code), **entry) for code, entry in entries.items()}


CATALOGUE = _read_catalogue()


class Refusal(Exception):
    """A request is refused for the reason `code` of the catalogue; `error` replaces the usual OAuth error."""

    def __init__(self, code: int, *, error: str | None = None, **details: str) -> None:
        self.aadsts = CATALOGUE[code]
        self.code = code
        self.error = error or self.aadsts.error
        self.redirect_error = error or self.aadsts.redirect_error or self.aadsts.error
        self.text = self.aadsts.text.format(**{name: _shortened(value) for name, value in details.items()})
        super().__init__(f"AADSTS{code}: {self.text}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorReport:
    """A refusal as it is told: with the ids and the time that people quote to support.

    `timestamp` is UTC, like `2026-09-10 09:31:07Z`; the ids are GUIDs.
    """

    refusal: Refusal
    base_url: str
    trace_id: str
    correlation_id: str
    timestamp: str

    @property
    def description(self) -> str:
        ids = f"Trace ID: {self.trace_id} Correlation ID: {self.correlation_id} Timestamp: {self.timestamp}"
        return f"{self.refusal} {ids}"

    @property
    def uri(self) -> str | None:
        published = self.refusal.aadsts.published
        return f"{self.base_url}/error?code={self.refusal.code}" if published else None

    def as_json(self) -> dict[str, object]:
        """Give the body that the token endpoint answers with."""
        optional = {"error_uri": self.uri, "suberror": self.refusal.aadsts.suberror}
        return {
            "error": self.refusal.error,
            "error_description": self.description,
            "error_codes": [self.refusal.code],
            "timestamp": self.timestamp,
            "trace_id": self.trace_id,
            "correlation_id": self.correlation_id,
            **{name: value for name, value in optional.items() if value},
        }

    def as_redirect(self) -> dict[str, str]:
        """Give the members that are sent to the redirect URI."""
        members = {"error": self.refusal.redirect_error, "error_description": self.description}
        return members | ({"error_uri": self.uri} if self.uri else {})


def _shortened(value: str) -> str:
    return value if len(value) <= _LONGEST_DETAIL else value[:_LONGEST_DETAIL] + "…"
