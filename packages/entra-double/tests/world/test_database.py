"""The directory in an SQLite file: nothing is lost, little is written, and nothing else is stored."""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from entra_double import Emulator
from entra_double._world.database import KINDS, DirectoryStore, StoreError, from_json, keep_from_others, to_json
from entra_double._world.directory import PLACES, Directory
from entra_double._world.principals import Person
from entra_double._world.seed import seed
from hypothesis import HealthCheck, given, settings

from ..directories import directories
from ..single_page_app import ADA
from ..worlds import change_person

HOSTILE = "'); DROP TABLE things; --"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "directory.sqlite3"


def saved(path: Path) -> Directory | None:
    """What another process would find."""
    store = DirectoryStore(path)
    try:
        return store.load()
    finally:
        store.close()


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(directories())
def test_every_thing_survives_json(world: Directory) -> None:
    for kind, place in PLACES.items():
        for thing in getattr(world, place):
            assert from_json(kind, to_json(thing)) == thing


@pytest.mark.parametrize("text", ["[]", '{"object_id": 1, "nothing": 2}', "{}", "{"])
def test_what_is_no_thing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"This is no Person|Expecting property name"):
        from_json(KINDS["people"], text)


def test_a_new_file_has_no_directory(path: Path) -> None:
    assert saved(path) is None


@pytest.fixture
def generous() -> Iterator[None]:
    """A umask under which everybody may read and write what is made."""
    before = os.umask(0)
    try:
        yield
    finally:
        os.umask(before)


@pytest.mark.parametrize("before", [None, 0o644, 0o666])
@pytest.mark.usefixtures("generous")
def test_the_owner_alone_may_read_it(path: Path, before: int | None) -> None:
    """It holds secrets of applications, and so do the files that SQLite keeps beside it."""
    if before is not None:
        DirectoryStore(path).close()
        path.chmod(before)
    store = DirectoryStore(path)
    store.save(seed())
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    store.close()
    assert modes == dict.fromkeys((path.name, f"{path.name}-wal", f"{path.name}-shm"), 0o600)


def test_a_directory_survives_the_process(path: Path) -> None:
    store = DirectoryStore(path)
    store.save(seed())
    store.close()
    assert saved(path) == seed()


def test_every_change_of_an_emulator_is_saved(path: Path) -> None:
    emulator = Emulator()
    store = DirectoryStore(path)
    store.save(emulator.directory)
    emulator.on_change = store.save
    change_person(emulator, ADA, name=HOSTILE)
    emulator.directory = emulator.directory.remove(emulator.directory.groups[0])
    assert saved(path) == emulator.directory
    emulator.reset()
    assert saved(path) == seed()
    store.close()


def test_the_order_of_things_is_kept(path: Path) -> None:
    ada, *others = seed().people
    store = DirectoryStore(path)
    for people in ((ada, *others), (*others, ada), tuple(others[:2]), (others[1], ada, others[0])):
        world = replace(seed(), people=people)
        store.save(world)
        assert saved(path) == world
    store.close()


def test_only_what_differs_is_written(path: Path) -> None:
    store = DirectoryStore(path)
    store.save(seed())
    statements: list[str] = []
    store._connection.set_trace_callback(statements.append)
    store.save(seed())
    assert statements == []
    ada = next(person for person in seed().people if person.object_id == ADA)
    store.save(seed().put(replace(ada, name="Ada King")))
    assert len([said for said in statements if said.startswith(("INSERT", "DELETE"))]) == 1
    store.close()


def test_a_store_goes_on_where_another_ended(path: Path) -> None:
    first = DirectoryStore(path)
    first.save(seed())
    first.close()
    second = DirectoryStore(path)
    assert second.load() == seed()
    second.save(seed().remove(*seed().people))
    second.close()
    assert saved(path) == seed().remove(*seed().people)


def test_a_write_that_fails_changes_nothing(path: Path) -> None:
    store = DirectoryStore(path)
    store.save(seed())
    store._connection.execute("CREATE TRIGGER full BEFORE INSERT ON things BEGIN SELECT RAISE(ABORT, 'full'); END")
    with pytest.raises(sqlite3.Error, match="full"):
        store.save(Directory(people=(replace(seed().people[0], name="Ada King"),)))
    store.close()
    assert saved(path) == seed()


def test_neither_keys_nor_tokens_are_in_the_file(path: Path) -> None:
    emulator = Emulator()
    store = DirectoryStore(path)
    store.save(emulator.directory)
    emulator.on_change = store.save
    token = emulator.access_token("ada@contoso.example")
    emulator.directory = emulator.directory.remove(emulator.directory.groups[0])
    store.close()
    content = path.read_bytes()
    assert token.encode() not in content
    assert emulator.keys.published[0].key_id.encode() not in content


def test_files_of_others_are_refused(path: Path, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("This is a letter, and not a short one. " * 10)
    with pytest.raises(StoreError, match="cannot be used as the database: file is not a database"):
        DirectoryStore(tmp_path / "text")
    with pytest.raises(StoreError, match="unable to open"):
        DirectoryStore(tmp_path / "nowhere" / "file")
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 7")
    with pytest.raises(StoreError, match="it is of version 7, this is version 1"):
        DirectoryStore(path)
    connection.close()


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("generous")
def test_files_of_others_keep_their_mode_and_their_content(path: Path) -> None:
    """A device, a letter and another program's database are looked at before anything about them changes."""
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE letters (text)")
    connection.commit()
    connection.close()
    letter = path.with_name("letter")
    letter.write_text("This is a letter, and not a short one. " * 10)
    pipe = path.with_name("pipe")
    os.mkfifo(pipe)
    folder = path.with_name("folder")
    folder.mkdir()
    for other, says in (
        (path, "it is another program's"),
        (letter, "file is not a database"),
        (pipe, "it is no regular file"),
        (folder, "it is no regular file"),
    ):
        mode = 0o755 if other == folder else 0o644
        other.chmod(mode)
        with pytest.raises(StoreError, match=f"cannot be used as the database: {says}"):
            DirectoryStore(other)
        assert mode_of(other) == mode
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("letters",)]
    connection.close()


def test_another_program_of_the_same_version_is_refused(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE letters (text)")
        connection.execute("PRAGMA user_version = 1")
    connection.close()
    with pytest.raises(StoreError, match="it is another program's"):
        DirectoryStore(path)


def test_an_empty_database_is_nobodys_and_becomes_ours(path: Path) -> None:
    sqlite3.connect(path).close()
    path.touch(mode=0o644)
    store = DirectoryStore(path)
    store.save(seed())
    store.close()
    assert (mode_of(path), saved(path)) == (0o600, seed())


@pytest.mark.usefixtures("generous")
def test_what_a_killed_process_left_beside_it_is_the_owners_alone_too(path: Path, tmp_path: Path) -> None:
    """Before, the files beside the database had the mode of the umask, and with it all that was written last."""
    running = DirectoryStore(path)
    running.save(seed())
    left = tmp_path / "left"
    left.mkdir()
    for file in path.parent.glob(f"{path.name}*"):
        (left / file.name).write_bytes(file.read_bytes())
        (left / file.name).chmod(0o644)
    running.close()
    (left / f"{path.name}-journal").touch(mode=0o644)
    store = DirectoryStore(left / path.name)
    assert store.load() == seed()
    assert {mode_of(file) for file in left.iterdir()} == {0o600}
    assert len(list(left.iterdir())) >= 3
    store.close()


def test_a_link_beside_it_leads_to_what_is_not_ours(path: Path) -> None:
    elsewhere = path.with_name("elsewhere")
    elsewhere.write_text("not ours")
    elsewhere.chmod(0o644)
    path.touch()
    path.with_name(f"{path.name}-wal").symlink_to(elsewhere)
    with pytest.raises(ValueError, match=f"{path.name}-wal beside it is a link"):
        keep_from_others(path)
    assert (mode_of(elsewhere), elsewhere.read_text()) == (0o644, "not ours")


def test_a_link_to_the_database_is_followed(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(path)
    store = DirectoryStore(link)
    store.save(seed())
    store.close()
    assert (mode_of(path), saved(path)) == (0o600, seed())


def test_a_file_that_others_could_read_gets_no_secrets(path: Path) -> None:
    """The mode of the system's own file cannot be changed, as on a disk without modes, or of another user's file."""
    fixed = Path("/proc/self/status" if sys.platform == "linux" else "/etc/hosts")
    with pytest.raises(ValueError, match=f"it holds secrets, and {fixed.name} cannot be made its owner's alone"):
        keep_from_others(fixed)
    path.touch(mode=0o644)
    keep_from_others(path)
    assert mode_of(path) == 0o600


@pytest.mark.parametrize(("kind", "text"), [("spirits", "{}"), ("people", "{}")])
def test_what_others_wrote_into_it_is_refused(path: Path, kind: str, text: str) -> None:
    store = DirectoryStore(path)
    store._connection.execute("INSERT INTO things VALUES (?, '1', 0, ?)", (kind, text))
    with pytest.raises(StoreError, match="holds what is no directory"):
        store.load()
    store.close()


def test_the_kinds_are_those_of_the_directory() -> None:
    assert KINDS["people"] is Person
    assert set(KINDS) == set(Directory.__dataclass_fields__)
