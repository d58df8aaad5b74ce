"""Makes the changes, one call of Graph each. Killed after any of them, the next run goes on from there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django_entrance.entra.registration.calls import GraphCalls, InPlace, Refused, Unsure
from django_entrance.entra.registration.changes import ROLE_OF_PERSON, Change
from django_entrance.entra.registration.credential import own_secrets
from django_entrance.entra.registration.difference import difference
from django_entrance.entra.registration.found import Found, read_registrations
from django_entrance.entra.registration.wanted import Wanted

Json = Mapping[str, Any]

MOST_CHANGES = 60
"""More than this many are a fault of ours: every change is made once, or a few times beside another run."""

MOST_READS = 5
"""How often the result is read again until all of Graph's servers show it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A change that was not made, and what to do about it."""

    change: Change
    why: str


class Stopped(Exception):
    """A change was refused that the later ones need. ``done`` were made, and the next run goes on after them."""

    def __init__(self, left: Left, done: Iterable[Change]) -> None:
        super().__init__(left.why)
        self.left = left
        self.done = tuple(done)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was made and what is left, with the registrations as they are now. ``secret`` is shown once, to people."""

    found: Found
    done: tuple[Change, ...] = ()
    left: tuple[Left, ...] = ()
    secret: str = field(default="", repr=False)
    is_secret_taken_back: bool = False


def plan(wanted: Wanted, found: Found) -> list[Change]:
    """Return every change that would be made, in order, with names in the place of ids that do not exist yet."""
    changes: list[Change] = []
    while change := next((each for each in difference(wanted, found) if each not in changes), None):
        changes.append(change)
        found = change.after(found, change.pretended())
        wanted = without_secret(wanted, change)
    return changes


def without_secret(wanted: Wanted, change: Change) -> Wanted:
    return replace(wanted, credential=None) if change.shows_secret else wanted


class Application:
    """One run: ``on_change`` is called before each change, so that people see where a run was killed."""

    def __init__(self, wanted: Wanted, graph: GraphCalls, on_change: Callable[[Change], None]) -> None:
        self.wanted = wanted
        self.graph = graph
        self.on_change = on_change
        self.done: list[Change] = []
        self.left: dict[str, Left] = {}
        self.secret: Json = {}
        self.secrets_before: frozenset[str] = frozenset()
        self.is_secret_taken_back = False

    def run(self) -> Outcome:
        """Make the changes until nothing differs, then read the result.

        Raises:
            Stopped: Graph refused a change that others need.
            Refused: Graph cannot be read.
        """
        found = read_registrations(self.wanted, self.graph)
        self.secrets_before = secret_ids(found)
        for _ in range(MOST_CHANGES):
            change = self.next_change(found)
            if change is None:
                break
            found = self.make(change, found)
        found = self.checked(found)
        text = "" if self.is_secret_taken_back else str(self.secret.get("secretText", ""))
        return Outcome(
            found=found,
            done=tuple(self.done),
            left=tuple(self.left.values()),
            secret=text,
            is_secret_taken_back=self.is_secret_taken_back,
        )

    def next_change(self, found: Found) -> Change | None:
        return next((each for each in difference(self.wanted, found) if each.key not in self.left), None)

    def make(self, change: Change, found: Found) -> Found:
        """Make one change and return what is there after it."""
        if change.shows_secret:  # made only if none is there at the last moment
            found = read_registrations(self.wanted, self.graph)
            if change.key not in {each.key for each in difference(self.wanted, found)}:
                return found
        self.on_change(change)
        try:
            answer = self.send(change)
        except InPlace:  # another run has made it
            self.graph.sleep(1)
            return read_registrations(self.wanted, self.graph)
        except Unsure as unsure:
            self.left[change.key] = Left(change=change, why=lost_secret(unsure))
            return found
        except Refused as refused:
            self.leave(change, refused)
            return found
        self.done.append(change)
        if change.shows_secret:
            self.secret = answer
            self.wanted = without_secret(self.wanted, change)
        if change.makes_object and not answer:  # changed, not made: another run was first
            return read_registrations(self.wanted, self.graph)
        return change.after(found, answer)

    def send(self, change: Change) -> Json:
        more = {"headers": change.headers, "once": change.shows_secret, "is_new": not change.headers}
        return self.graph.ask(change.method, change.path, change.body, **more)

    def leave(self, change: Change, refused: Refused) -> None:
        """Note a change that was refused, and go on where the others do not need it.

        Raises:
            Stopped: the others need it.
        """
        left = Left(change=change, why=why_refused(change.permission, refused))
        if not change.is_optional or refused.status not in (400, 403):
            raise Stopped(left, self.done) from None
        self.left[change.key] = left

    def checked(self, found: Found) -> Found:
        """Read the result. Where that fails, a new secret must not be lost, so what is known is returned."""
        try:
            found = self.settled()
            self.take_back_second_secret(found)
        except Refused:
            if not self.secret:
                raise
        return found

    def settled(self) -> Found:
        """Read the result; what Graph does not show after some time is left."""
        for attempt in range(1, MOST_READS + 1):
            found = read_registrations(self.wanted, self.graph)
            change = self.next_change(found)
            if change is None:
                return found
            if attempt < MOST_READS:
                self.graph.sleep(float(2**attempt))
        assert change is not None
        why = "Graph does not show it: it takes a while, or another administrator undid it. Run the command again."
        self.left[change.key] = Left(change=change, why=why)
        return found

    def take_back_second_secret(self, found: Found) -> None:
        """Remove the secret of this run if another run made one at the same moment, and was first."""
        if not self.secret or not found.api:
            return
        known = own_secrets(found.api, str(self.secret.get("displayName")))
        fresh = [each for each in known if each["keyId"] not in self.secrets_before]
        if fresh and fresh[0]["keyId"] != self.secret["keyId"]:
            self.graph.ask("POST", f"/applications/{found.api['id']}/removePassword", {"keyId": self.secret["keyId"]})
            self.is_secret_taken_back = True


def secret_ids(found: Found) -> frozenset[str]:
    return frozenset(str(each["keyId"]) for each in (found.api or {}).get("passwordCredentials") or ())


def lost_secret(unsure: Unsure) -> str:
    return (
        f"{unsure}: a secret may have been made, and its value is lost. Look under Certificates & secrets, remove the"
        " newest of this name if it is there, and run the command again."
    )


def why_refused(permission: str, refused: Refused) -> str:
    """Return what Graph said, and which permission or directory role is missing, if that is the cause."""
    if refused.status != 403:
        return str(refused)
    role = ROLE_OF_PERSON[permission]
    return f"{refused} Needed: the permission {permission}, and for a person the directory role {role}."
