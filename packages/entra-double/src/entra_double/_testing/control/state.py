"""Changes the state of the emulator: clock, directory, people, sessions, outages, snapshots."""

from __future__ import annotations

import secrets
from dataclasses import replace

from starlette.responses import Response

from entra_double._testing.control.calls import NO_STORE, BadControlRequest, Call
from entra_double._world.directory_file.read import read_directory
from entra_double._world.directory_file.write import write_directory
from entra_double._world.outages import ENDPOINTS, KINDS, Outage, is_endpoint
from entra_double._world.principals import Person
from entra_double._world.requests.choices import find_person
from entra_double._world.values import LAST_MOMENT, LONGEST_LIFE

MOST_SNAPSHOTS = 100

_LONGEST_WAIT = 600


def set_clock(call: Call) -> None:
    emulator, ways = call.emulator, ("offset", "advance", "at")
    name = next((name for name in ways if name in call.body), "offset")
    value, offset = call.whole_number(name), emulator.clock_offset
    if len(call.body) > 1:
        raise BadControlRequest(f"only one of {', '.join(ways)} can be given")
    wanted = {"offset": value, "advance": offset + value, "at": offset + value - emulator.now()}[name]
    if not 0 <= emulator.now() - offset + wanted <= LAST_MOMENT:
        raise BadControlRequest(f"'{name}' leads out of the years 1970 to 9999")
    emulator.clock_offset = wanted


def set_access_token_lifetime(call: Call) -> None:
    seconds = call.whole_number("seconds")
    if not 1 <= seconds <= LONGEST_LIFE:
        raise BadControlRequest(f"'seconds' must be from 1 to {LONGEST_LIFE}, a hundred years")
    call.emulator.access_token_lifetime = seconds


def set_api_token_version(call: Call) -> None:
    version = call.whole_number("version")
    if version not in (1, 2):
        raise BadControlRequest("'version' must be 1 or 2")
    call.emulator.use_access_token_version(1 if version == 1 else 2)


def get_directory(call: Call) -> Response:
    return Response(write_directory(call.emulator.directory), media_type="application/toml", headers=NO_STORE)


def set_directory(call: Call) -> None:
    call.emulator.directory = read_directory("entra-double.toml", text=call.text("toml"))


def take_snapshot(call: Call) -> dict[str, str]:
    snapshot_id = secrets.token_urlsafe(12)
    call.snapshots[snapshot_id] = call.emulator.snapshot()
    return {"id": snapshot_id}


def rollback(call: Call) -> None:
    snapshot = call.snapshots.get(call.text("id"))
    if snapshot is None:
        raise BadControlRequest(f"'id' must be that of one of the last {MOST_SNAPSHOTS} snapshots")
    call.emulator.rollback(snapshot)


def revoke(call: Call) -> None:
    """Revoke the refresh tokens of one person."""
    emulator, person = call.emulator, _person(call, call.text("person"))
    emulator.grants.revoke_refresh_tokens(emulator.now(), person.object_id)
    emulator.directory = emulator.directory.put(replace(person, valid_from=emulator.now()))


def change_person(call: Call) -> None:
    person = _person(call, call.username)
    enabled, methods = call.body.get("enabled", person.enabled), call.body.get("methods", list(person.methods))
    if not isinstance(enabled, bool):
        raise BadControlRequest("'enabled' must be true or false")
    if not isinstance(methods, list) or not all(isinstance(method, str) for method in methods):
        raise BadControlRequest("'methods' must be a list of texts, such as pwd and mfa")
    changed = replace(person, enabled=enabled, methods=frozenset(methods))
    call.emulator.directory = call.emulator.directory.put(changed)


def _person(call: Call, name: str) -> Person:
    if person := find_person(call.emulator.directory, name):
        return person
    raise BadControlRequest("there is no person of that name")


def begin_outage(call: Call) -> None:
    call.emulator.outages.begin(_outage(call))


def replace_outages(call: Call) -> None:
    outage = _outage(call)
    call.emulator.outages.end()
    call.emulator.outages.begin(outage)


def _outage(call: Call) -> Outage:
    endpoint = call.body.get("endpoint", "any")
    kind = next((each for each in KINDS if each == call.body.get("kind")), None)
    seconds, times = call.body.get("seconds", 1.0), call.body.get("times")
    if not isinstance(endpoint, str) or not is_endpoint(endpoint) or kind is None:
        known = f"{', '.join(ENDPOINTS)} or a pattern that begins with /"
        raise BadControlRequest(f"'endpoint' must be one of {known}; 'kind' of {', '.join(KINDS)}")
    if not isinstance(seconds, int | float) or not 0 <= seconds <= _LONGEST_WAIT:
        raise BadControlRequest(f"'seconds' must be a number from 0 to {_LONGEST_WAIT}")
    if times is not None and (type(times) is not int or times < 1):
        raise BadControlRequest("'times' must be a whole number of at least 1")
    return Outage(endpoint=endpoint, kind=kind, seconds=float(seconds), times=times)
