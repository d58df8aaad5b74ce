"""Defines the types of single values, each with its form in a directory file, and the bounds of times."""

from __future__ import annotations

import datetime
from typing import Annotated

FAR_FUTURE = 4_102_444_800
"""The first second of the year 2100."""

LAST_MOMENT = 253_402_300_799
"""The end of the year 9999, the last date that can be written."""

LONGEST_LIFE = 3_155_760_000
"""A hundred years: practically for ever."""

Text = Annotated[str, "text"]
Address = Annotated[str, "address"]
Domain = Annotated[str, "domain"]
Username = Annotated[str, "username"]
Guid = Annotated[str, "guid"]
ContextId = Annotated[str, "context"]
Count = Annotated[int, "count"]
Seconds = Annotated[int, "seconds"]
Moment = Annotated[int, "moment"]
PublicKey = Annotated[bytes, "public key"]

ApplicationId = Annotated[str, "application"]
ClientId = Annotated[str, "client"]
PersonId = Annotated[str, "person or group"]
PrincipalId = Annotated[str, "person, group or application"]


def as_text(seconds: int) -> str:
    """Format a time as the service does, like `2026-09-10 09:31:07Z`."""
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%d %H:%M:%SZ")
