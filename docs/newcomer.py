"""Does what a newcomer does, timed: takes a project with password login, admin and REST framework, and adds Microsoft.

Usage: python docs/newcomer.py

Once by hand, from the samples of docs/tutorials/existing-site.md, and once by the command of docs/howto/init.md. Then
entra-double and the project run as processes, and Grace, who has a password there, signs in over HTTP.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Mapping
from difflib import ndiff
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from newcomer_browser import free_port, serving, sign_in
from newcomer_project import VITE, make_project, manage, run, texts
from sampling import HOWTO, ROOT, TUTORIALS, samples

PAGE, COMMAND = TUTORIALS / "existing-site.md", HOWTO / "init.md"
MOST_LINES = 12
MOST_LINES_FOR_REACT = 15


class Outcome(NamedTuple):
    """The changed lines by file, and the seconds from the first change to the end of the sign-ins."""

    lines: Mapping[str, int]
    seconds: float


def changed_lines(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, int]:
    """Return how many lines each file has more or different; blank ones and comments do not count."""
    counts = dict.fromkeys(after, 0)
    for name, text in after.items():
        for line in ndiff(before.get(name, "").splitlines(), text.splitlines()):
            counts[name] += line.startswith("+ ") and not re.match(r"\+ \s*(#|$)", line)
    return {name: count for name, count in counts.items() if count}


def by_hand(project: Path, entra: str) -> dict[str, str]:
    """Write the samples of the tutorial into the project, each line where it says. Return the environment: none."""
    settings, urls = samples(PAGE, "python")[:2]
    [page] = samples(PAGE, "html")
    with (project / "mysite/settings.py").open("a") as file:
        file.write(settings.partition("\n")[2].replace("http://localhost:8400", entra))
    put_urls(project / "mysite/urls.py", urls)
    with (project / "templates/registration/login.html").open("a") as file:
        file.write(page.splitlines(keepends=True)[-1])
    return {}


def put_urls(file: Path, sample: str) -> None:
    """Write the lines of a sample that the project lacks: imports first, patterns into the list."""
    for line in sample.splitlines()[1:]:
        text = file.read_text()
        code = line.partition("  #")[0]
        if code in text:
            continue
        is_pattern = line.startswith("    ")
        place = text.index("urlpatterns = [\n") + len("urlpatterns = [\n") if is_pattern else 0
        file.write_text(f"{text[:place]}{line}\n{text[place:]}")


def by_command(project: Path, entra: str) -> dict[str, str]:
    """Run the command of the page in the project, and return the environment that the page sets."""
    first, environment = samples(COMMAND, "sh")[:2]
    words = first.split()
    run([sys.executable, *words[1:], "--yes"], project, {})
    return dict(re.findall(r"export (\w+)=(\S+)", environment)) | {"ENTRANCE_AUTHORITY_HOST": entra}


def lines_for_react(folder: Path) -> dict[str, int]:
    """Run the command for Vite's template, and return the changed lines with those of Django's settings."""
    for name, text in VITE.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    run(["node", str(ROOT / "packages/react/bin/init.js"), "init", "--yes"], folder, {})
    [settings] = samples(COMMAND, "python")
    return changed_lines(VITE | {"settings.py": ""}, texts(folder) | {"settings.py": settings})


def try_way(way: Callable[[Path, str], dict[str, str]], folder: Path) -> Outcome:
    """Make a project, change it, and sign in; only the changes and what follows is timed."""
    project = make_project(folder)
    before = texts(project)
    entra, site = (f"http://localhost:{free_port()}" for _ in range(2))
    started = time.monotonic()
    environment = way(project, entra)
    lines = changed_lines(before, texts(project))
    double = [sys.executable, "-m", "entra_double", "serve", "--port", entra.rpartition(":")[2]]
    django = [sys.executable, "manage.py", "runserver", "--noreload", site.removeprefix("http://")]
    manage(project, "migrate", "--verbosity", "0", environment=environment)
    with (
        serving(double, project, {}, f"{entra}/health"),
        serving(django, project, environment, f"{site}/login/"),
    ):
        sign_in(site)
    return Outcome(lines, time.monotonic() - started)


WAYS: Mapping[str, Callable[[Path, str], dict[str, str]]] = {
    f"By hand, from {PAGE.name}": by_hand,
    f"By the command of {COMMAND.name}": by_command,
}


def tell(lines: Mapping[str, int], most: int) -> None:
    for file, count in lines.items():
        print(f"{count:6}  {file}")
    print(f"{sum(lines.values()):6}  changed lines, at most {most}")


if __name__ == "__main__":
    for name, way in WAYS.items():
        with TemporaryDirectory() as scratch:
            outcome = try_way(way, Path(scratch))
        print(name)
        tell(outcome.lines, MOST_LINES)
        print(f"{outcome.seconds:6.1f}  seconds, without the installation, until Grace was the user that she was")
    with TemporaryDirectory() as scratch:
        print("React beside it, by npx @django-entrance/react init")
        tell(lines_for_react(Path(scratch)), MOST_LINES_FOR_REACT)
