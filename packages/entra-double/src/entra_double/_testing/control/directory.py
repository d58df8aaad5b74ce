"""Changes the world and goes back to what it was: reset, snapshots, people, sessions, requests, APIs' token version."""

from __future__ import annotations

import secrets
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from entra_double._http.forms import read_body
from entra_double._testing.control.bodies import (
    BadControlRequest,
    Body,
    done,
    emulator_of,
    only,
    read,
    text,
    whole_number,
)
from entra_double._tokens.emulator import Emulator
from entra_double._tokens.memory import Bounded
from entra_double._tokens.state import Snapshot
from entra_double._world.directory_file.problems import DirectoryError
from entra_double._world.directory_file.read import read_directory
from entra_double._world.directory_file.write import write_directory
from entra_double._world.principals import Person
from entra_double._world.requests.choices import find_person

MOST_SNAPSHOTS = 100

_LARGEST_DIRECTORY = 50_000_000


async def _directory(request: Request) -> Response:
    text = write_directory(emulator_of(request).directory)
    return Response(text, media_type="application/toml", headers={"Cache-Control": "no-store"})


async def _set_directory(request: Request) -> Response:
    body = await read_body(request, _LARGEST_DIRECTORY)
    try:
        emulator_of(request).directory = read_directory("entra-double.toml", text=body.decode())
    except (DirectoryError, UnicodeDecodeError) as problem:
        raise BadControlRequest(str(problem)) from None
    return done()


async def _reset(request: Request) -> Response:
    emulator_of(request).reset()
    return done()


async def _snapshot(request: Request) -> Response:
    snapshot_id = secrets.token_urlsafe(12)
    _snapshots(request)[snapshot_id] = emulator_of(request).snapshot()
    return JSONResponse({"id": snapshot_id})


async def _rollback(request: Request) -> Response:
    snapshot = _snapshots(request).get(text(await read(request), "id"))
    if snapshot is None:
        raise BadControlRequest(f"'id' must be that of one of the last {MOST_SNAPSHOTS} snapshots")
    emulator_of(request).rollback(snapshot)
    return done()


def _snapshots(request: Request) -> Bounded[str, Snapshot]:
    snapshots: Bounded[str, Snapshot] = request.app.state.snapshots
    return snapshots


async def _end_sessions(request: Request) -> Response:
    emulator_of(request).sessions.clear()
    return done()


async def _revoke_refresh_tokens(request: Request) -> Response:
    emulator_of(request).revoke_refresh_tokens()
    return done()


async def _revoke(request: Request) -> Response:
    emulator = emulator_of(request)
    person = _person(emulator, text(await read(request), "person"))
    emulator.grants.revoke_refresh_tokens(emulator.now(), person.object_id)
    emulator.directory = emulator.directory.put(replace(person, valid_from=emulator.now()))
    return done()


async def _change_person(request: Request) -> Response:
    body, emulator = await read(request), emulator_of(request)
    only(body, "enabled", "methods")
    person = _person(emulator, request.path_params["username"])
    changed = replace(person, enabled=_enabled(body, person), methods=_methods(body, person))
    emulator.directory = emulator.directory.put(changed)
    return done()


def _person(emulator: Emulator, name: str) -> Person:
    if person := find_person(emulator.directory, name):
        return person
    raise BadControlRequest("there is no person of that name")


def _enabled(body: Body, person: Person) -> bool:
    enabled = body.get("enabled", person.enabled)
    if not isinstance(enabled, bool):
        raise BadControlRequest("'enabled' must be true or false")
    return enabled


def _methods(body: Body, person: Person) -> frozenset[str]:
    methods = body.get("methods", list(person.methods))
    if not isinstance(methods, list) or not all(isinstance(method, str) for method in methods):
        raise BadControlRequest("'methods' must be a list of texts, such as pwd and mfa")
    return frozenset(methods)


async def _set_api_token_version(request: Request) -> Response:
    version = whole_number(await read(request), "version")
    if version not in (1, 2):
        raise BadControlRequest("'version' must be 1 or 2")
    emulator_of(request).use_access_token_version(1 if version == 1 else 2)
    return done()


async def _requests(request: Request) -> Response:
    return JSONResponse(list(emulator_of(request).requests))


async def _forget(request: Request) -> Response:
    emulator_of(request).requests.clear()
    return done()


ROUTES = [
    Route("/requests", _requests, methods=["GET"]),
    Route("/requests", _forget, methods=["DELETE"]),
    Route("/directory", _directory, methods=["GET"]),
    Route("/directory", _set_directory, methods=["PUT"]),
    Route("/reset", _reset, methods=["POST"]),
    Route("/snapshot", _snapshot, methods=["POST"]),
    Route("/rollback", _rollback, methods=["POST"]),
    Route("/end-sessions", _end_sessions, methods=["POST"]),
    Route("/revoke-refresh-tokens", _revoke_refresh_tokens, methods=["POST"]),
    Route("/revoke", _revoke, methods=["POST"]),
    Route("/people/{username}", _change_person, methods=["PUT"]),
    Route("/api-token-version", _set_api_token_version, methods=["PUT"]),
]
