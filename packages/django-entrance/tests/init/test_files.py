"""Every byte of a file stays: its line ends, tabs, byte order mark and encoding. What cannot be read is refused."""

from pathlib import Path

import pytest
from init_projects import FILES, SETTINGS, URLS, Run, contents, write

SPELLINGS = {
    "CRLF": SETTINGS.replace("\n", "\r\n").encode(),
    "tabs": SETTINGS.replace("    ", "\t").encode(),
    "byte order mark": b"\xef\xbb\xbf" + SETTINGS.encode(),
    "latin-1": ("# coding: latin-1\nNAME = 'Käthe'; OTHER = 'é'\n" + SETTINGS).encode("latin-1"),
    "form feed": SETTINGS.replace("\nMIDDLEWARE", "\x0c\nMIDDLEWARE").encode(),
    "line separator": ("NAME = 'a\u2028b'\n" + SETTINGS).encode(),
    "old Macintosh": SETTINGS.replace("\n", "\r").encode(),
    "no last line end": SETTINGS.removesuffix("\n").encode(),
    "single quotes": SETTINGS.replace('"', "'").encode(),
    "one line each": SETTINGS.replace("[\n    ", "[").replace(",\n    ", ", ").encode(),
}


@pytest.mark.parametrize("settings", SPELLINGS.values(), ids=SPELLINGS)
def test_all_else_stays(run: Run, tmp_path: Path, settings: bytes) -> None:
    write(tmp_path, {"mysite/settings.py": settings})
    before = contents(tmp_path)
    assert "By hand" not in run()
    after = contents(tmp_path)["mysite/settings.py"]
    for end in (b"\r\n", b"\r", b"\n"):
        assert (end in after.replace(b"\r\n", b"")) == (end in settings.replace(b"\r\n", b""))
    compile(after, "settings.py", "exec")
    run("--undo")
    assert contents(tmp_path) == before


REFUSED = {
    "a syntax error": ("mysite/settings.py", b"INSTALLED_APPS = [", "is no valid Python"),
    "an encoding that is none": ("mysite/settings.py", b"# coding: klingon\n", "is no valid Python: unknown encoding"),
    "another encoding than declared": ("mysite/urls.py", b"# \xff\n", "is no valid Python: invalid or missing"),
    "an encoding with two spellings": ("mysite/urls.py", b"# coding: utf-7\n# +AGE-\n", "is not in the encoding utf-7"),
    "a null": ("mysite/settings.py", b"A = 1\0\n", "is no valid Python"),
    "bytes in a template": ("templates/registration/login.html", b"\xff", "is not in the encoding utf-8"),
    "a syntax error in manage.py": ("manage.py", b"print 1\n", "is no valid Python"),
}


@pytest.mark.parametrize(("name", "data", "why"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_is_refused(run: Run, tmp_path: Path, name: str, data: bytes, why: str) -> None:
    write(tmp_path, {name: data})
    before = contents(tmp_path)
    assert f"{tmp_path / name} {why}" in run(code=1)
    assert contents(tmp_path) == before


def test_a_folder_in_place_of_a_template(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"mysite/settings.py": "from split_settings.tools import include\ninclude('parts*')\n"})
    (tmp_path / "mysite/parts.py").mkdir()
    assert run(code=1) == f"{tmp_path}/mysite/parts.py cannot be read: Is a directory.\n"


def test_control_these_files_are_read(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {})
    run()
    assert contents(tmp_path)["mysite/urls.py"] != URLS.encode()
    assert contents(tmp_path)["manage.py"] == FILES["manage.py"].encode()


NOT_UNDERSTOOD = {
    "a coding of no text": ("# coding: rot13\n", "is no valid Python: 'rot13' is not a text encoding"),
    "too deep for Python": (f"x = {'+'.join(['1'] * 20_000)}\n", "is no valid Python: "),
    "too deep to compare": (f"x = {'+'.join(['1'] * 1_000)}\n{SETTINGS}", "A file of the project is nested too deeply"),
}


@pytest.mark.parametrize(("text", "why"), NOT_UNDERSTOOD.values(), ids=NOT_UNDERSTOOD)
def test_python_that_cannot_be_understood_is_refused(run: Run, tmp_path: Path, text: str, why: str) -> None:
    write(tmp_path, {"mysite/settings.py": text})
    before = contents(tmp_path)
    assert why in run(code=1)
    assert contents(tmp_path) == before


def test_a_module_above_the_root_is_none(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"mysite/settings.py": f"from {'.' * 40} import *\n{SETTINGS}"})
    assert "+++ b/mysite/settings.py" in run("--plan")
