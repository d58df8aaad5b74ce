"""However a project writes its lists: the settings mean what they should, and every byte comes back."""

import contextlib
import io
from pathlib import Path
from tempfile import TemporaryDirectory

from django_entrance.__main__ import main
from hypothesis import given
from hypothesis import strategies as st
from init_projects import contents, write

AUTH = "django.contrib.auth.middleware.AuthenticationMiddleware"
OURS = "django_entrance.middleware.EntraMiddleware"
NAMES = st.lists(st.sampled_from(["own.First", "ä.Ö", "own.Last", "x"]), max_size=3)
INDENTS = st.sampled_from(["    ", "\t", "  ", ""])
COMMENTS = st.sampled_from(["", "  # why, and [how]", "  # ,", " #"])


@st.composite
def lists(draw: st.DrawFn, value: str) -> str:
    """A list with that value somewhere, as people and formatters write lists."""
    names = [*draw(NAMES), value, *draw(NAMES)]
    quote, end = draw(st.sampled_from("'\"")), draw(st.sampled_from(["[]", "()"]))
    elements = [f"{quote}{name}{quote}" for name in names]
    last = "," if end == "()" or draw(st.booleans()) else ""
    if draw(st.booleans()):
        return end[0] + ", ".join(elements) + last + end[1]
    indent = draw(INDENTS)
    commas = [","] * (len(elements) - 1) + [last]
    lines = [f"{indent}{each}{comma}{draw(COMMENTS)}" for each, comma in zip(elements, commas, strict=True)]
    above = [f"{indent}# about the first"] * draw(st.booleans())
    return "\n".join([end[0] + draw(COMMENTS), *above, *lines, draw(INDENTS) + end[1]])


@st.composite
def modules(draw: st.DrawFn) -> bytes:
    parts = [
        f"INSTALLED_APPS = {draw(lists('django.contrib.auth'))}",
        f"MIDDLEWARE = {draw(lists(AUTH))}",
        'ROOT_URLCONF = "mysite.urls"',
    ]
    if draw(st.booleans()):
        parts.append(f"AUTHENTICATION_BACKENDS = {draw(lists('django.contrib.auth.backends.ModelBackend'))}")
    text = draw(st.sampled_from(["\n", "\n\n\n", "\n# next\n"])).join(draw(st.permutations(parts)))
    text = text + draw(st.sampled_from(["", "\n"]))
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"]))).encode()


def run(project: Path, *options: str) -> str:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        assert main(["init", "--project", str(project), "--yes", *options]) == 0
    return said.getvalue()


def values(settings: bytes) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    exec(compile(settings, "settings.py", "exec"), found)
    return found


def without_ours(names: list[str]) -> list[str]:
    return [name for name in names if "django_entrance" not in name]


@given(module=modules())
def test_the_settings_mean_what_they_should_and_every_byte_comes_back(module: bytes) -> None:
    with TemporaryDirectory() as name:
        project = write(Path(name), {"mysite/settings.py": module})
        before = contents(project)
        assert "By hand" not in run(project)
        after = contents(project)["mysite/settings.py"]
        old, new = values(module), values(after)
        order = list(new["MIDDLEWARE"])
        assert order[order.index(AUTH) + 1] == OURS
        assert new["AUTHENTICATION_BACKENDS"][0] == "django_entrance.backends.EntraBackend"
        assert list(new["INSTALLED_APPS"])[-1] == "django_entrance"
        for key in ("INSTALLED_APPS", "MIDDLEWARE"):
            assert without_ours(list(new[key])) == list(old[key])
        (project / "mysite/settings.py").write_bytes(b"EDITED = 1\n" + after)
        run(project, "--undo")
        assert contents(project) == before | {"mysite/settings.py": b"EDITED = 1\n" + module}
