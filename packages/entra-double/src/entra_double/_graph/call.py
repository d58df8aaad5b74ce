"""Describes a call to Microsoft Graph, what answers it, and which permissions it needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from entra_double._graph.caller import Caller, Needs
from entra_double._graph.errors import unsupported
from entra_double._tokens.emulator import Emulator
from entra_double._world.directory import Directory, DirectoryObject

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call whose caller is known.

    `origin` is the scheme and host that was asked, which every link in the answer carries. `path` is the part after
    `/v1.0`, `parts` are its variable segments, `query` are its parameters, and `body` is the JSON object that was sent.
    `eventual` is what `ConsistencyLevel` says.
    """

    emulator: Emulator
    caller: Caller
    origin: str
    path: str
    parts: Mapping[str, str]
    query: Mapping[str, str]
    body: Json
    eventual: bool = False

    @property
    def directory(self) -> Directory:
        return self.emulator.directory

    def put(self, *objects: DirectoryObject) -> None:
        self.emulator.directory = self.emulator.directory.put(*objects)

    def remove(self, *objects: DirectoryObject) -> None:
        self.emulator.directory = self.emulator.directory.remove(*objects)

    def context(self, what: str) -> str:
        """Give the `@odata.context` of an answer."""
        return f"{self.origin}/v1.0/$metadata#{what}"

    def only(self, *options: str) -> None:
        """Refuse query options that are not understood here, rather than ignore them (400)."""
        for name in self.query:
            if name.startswith("$") and name not in options:
                raise unsupported(f"entra-double does not know the query option '{name}' here.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What Graph answers; without a body there is none (204)."""

    body: Json | None = None
    status: int = 200


NOTHING = Reply(status=204)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing that Graph can do.

    Args:
        path: What follows `/v1.0`, with variable parts in braces.
        delegated: What the client of a person needs: one permission out of each set.
        application: What an application needs that calls as itself; nothing stands for "it may not".
        oneself: Permissions that suffice for people who ask about themselves.
    """

    method: Literal["GET", "POST", "PATCH", "DELETE"]
    path: str
    answer: Callable[[Call], Reply]
    delegated: Needs
    application: Needs
    oneself: frozenset[str] = frozenset()

    @property
    def has_body(self) -> bool:
        return self.method in ("POST", "PATCH")

    def run(self, call: Call) -> Reply:
        """Answer a call that has the permissions.

        Raises:
            GraphError: The caller may not, or the call is refused.
        """
        caller = call.caller
        if not (_is_about_oneself(call) and caller.has(*self.oneself)):
            caller.require(delegated=self.delegated, application=self.application)
        return self.answer(call)


def _is_about_oneself(call: Call) -> bool:
    """Say whether a person asks about their own account, by whichever name."""
    person, name = call.caller.person, call.parts.get("user")
    if person is None:
        return False
    return name is None or call.directory.person(call.caller.tenant, name) == person


def one_of(*names: str) -> Needs:
    return (frozenset(names),)
