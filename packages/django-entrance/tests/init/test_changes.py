"""All files are written, or none."""

import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django_entrance.init.changes import Change, diff, write_all
from django_entrance.init.refusing import InitRefused
from init_projects import Run, contents, write

SIZE = 2000


@pytest.fixture
def changes(tmp_path: Path) -> list[Change]:
    """One file is changed, one made, one removed, and one becomes long."""
    (tmp_path / "kept").write_bytes(b"old")
    (tmp_path / "gone").write_bytes(b"gone")
    (tmp_path / "long").write_bytes(b"short")
    return [
        Change(path=tmp_path / "kept", before=b"old", after=b"new"),
        Change(path=tmp_path / "made/new", before=None, after=b"made"),
        Change(path=tmp_path / "gone", before=b"gone", after=None),
        Change(path=tmp_path / "long", before=b"short", after=b"x" * SIZE),
    ]


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process may be longer than half of the long one, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (SIZE // 2, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_all_are_written(changes: list[Change], tmp_path: Path) -> None:
    write_all(changes)
    assert contents(tmp_path) == {"kept": b"new", "made/new": b"made", "long": b"x" * SIZE}


def test_none_is_written_where_one_cannot_be(changes: list[Change], tmp_path: Path) -> None:
    before = contents(tmp_path)
    with full_disk(), pytest.raises(InitRefused, match=r"long cannot be written: File too large\. Nothing was changed"):
        write_all(changes)
    assert contents(tmp_path) == before
    assert not (tmp_path / "made").exists()


def test_none_is_written_where_a_person_interrupts(changes: list[Change], tmp_path: Path) -> None:
    class Interrupting(type(tmp_path)):  # type: ignore[misc]  # the class of paths of this system
        def write_bytes(self, data: bytes) -> int:
            raise KeyboardInterrupt

    before = contents(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        write_all([*changes, Change(path=Interrupting(tmp_path / "last"), before=None, after=b"")])
    assert contents(tmp_path) == before


def test_a_file_that_has_changed_meanwhile_is_refused(changes: list[Change], tmp_path: Path) -> None:
    (tmp_path / "long").write_bytes(b"other")
    before = contents(tmp_path)
    with pytest.raises(InitRefused, match=r"long has changed meanwhile\. Nothing was changed\. Run the command again"):
        write_all(changes)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("name", ["mysite/settings.py", "mysite/urls.py", "templates/registration/login.html"])
def test_a_read_only_file_is_refused(run: Run, tmp_path: Path, name: str) -> None:
    write(tmp_path, {})
    (tmp_path / name).chmod(0o444)
    before = contents(tmp_path)
    assert run(code=1).startswith(f"{tmp_path / name} is read-only. Nothing was changed.")
    assert contents(tmp_path) == before


def test_the_mode_of_a_file_stays(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {})
    (tmp_path / "mysite/settings.py").chmod(0o640)
    run()
    assert stat.S_IMODE((tmp_path / "mysite/settings.py").stat().st_mode) == 0o640


def test_the_diff_names_new_and_removed_files(changes: list[Change], tmp_path: Path) -> None:
    assert list(diff(changes[:3], tmp_path)) == [
        *("--- a/kept", "+++ b/kept", "@@ -1 +1 @@", "-old", "+new"),
        *("--- /dev/null", "+++ b/made/new", "@@ -0,0 +1 @@", "+made"),
        *("--- a/gone", "+++ /dev/null", "@@ -1 +0,0 @@", "-gone"),
    ]
