"""Each part of ``manage.py entrance`` ends quietly when the reader of its output leaves."""

import os
import subprocess
import sys

import pytest
from django_entrance.management.closed_pipe import until_reader_leaves

COMMANDS = {
    "explain": ["explain", "audience_refused"],
    "doctor": ["doctor", "--json"],
    "refusing": ["explain", "--token"],
}


def start(arguments: list[str], stdout: int) -> "subprocess.Popen[str]":
    own = {"PYTHONPATH": os.pathsep.join(sys.path), "DJANGO_SETTINGS_MODULE": "closed_pipe_settings"}
    command = [sys.executable, "-m", "django", "entrance", *arguments]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=stdout, stderr=subprocess.PIPE, text=True, env=os.environ | own
    )


@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_no_traceback_where_the_reader_has_left(arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with start(arguments, writing) as process:
        os.close(writing)
        _, told = process.communicate("no token", timeout=60)
    assert "Traceback" not in told
    assert "BrokenPipe" not in told
    assert process.returncode == 1


def test_control_with_a_reader_it_ends_well() -> None:
    with start(COMMANDS["explain"], subprocess.PIPE) as process:
        output, told = process.communicate(timeout=60)
    assert (process.returncode, told) == (0, "")
    assert output.startswith("audience_refused: ")


def test_another_failure_is_not_hidden() -> None:
    with pytest.raises(ConnectionResetError), until_reader_leaves():
        raise ConnectionResetError


def test_what_is_written_later_goes_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w") as broken:
        monkeypatch.setattr(sys, "stdout", broken)
        with pytest.raises(SystemExit) as ended, until_reader_leaves():
            broken.write("more than no one reads")
        broken.write("and more")
    assert ended.value.code == 1
