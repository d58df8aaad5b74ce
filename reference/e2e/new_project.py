"""A new Django project from `startproject`, and Vite before it, with the samples of the documentation."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from e2e.servers import Servers, free_ports, wait_for

ROOT = Path(__file__).parents[2]
TUTORIAL = ROOT / "docs" / "tutorials" / "react-and-graphql.md"
VITE = ROOT / "node_modules" / "vite" / "bin" / "vite.js"
COMMENT = r"(?:#|//|<!--) (?P<file>\S+)(?: -->)?\n"
FENCE = re.compile(rf"^```(?P<language>\w+)\n(?:{COMMENT})?(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
ENVIRONMENT = os.environ | {"DJANGO_SETTINGS_MODULE": "mysite.settings"}
NAME = "edsger"
PASSWORD = "structured-1968"
ADMIN = "\nfrom django.contrib import admin\nurlpatterns.append(path('admin/', admin.site.urls))\n"


def samples(document: Path) -> dict[str, str]:
    """Return the samples of a page by the file in their first line, else by language."""
    found = FENCE.finditer(document.read_text(encoding="utf-8"))
    return {block["file"] or block["language"]: block["code"] for block in found}


def front_end_id() -> str:
    """Return the setting that the tutorial adds for a React app."""
    [found] = re.findall(r'"SPA_CLIENT_ID": "([^"]+)"', TUTORIAL.read_text(encoding="utf-8"))
    return f'\nENTRANCE["SPA_CLIENT_ID"] = "{found}"\n'


@contextmanager
def running(command: list[str | Path], folder: Path, address: str) -> Iterator[None]:
    with subprocess.Popen(command, cwd=folder, env=ENVIRONMENT) as child:
        try:
            wait_for(address)
            yield
        finally:
            child.terminate()


@contextmanager
def new_project(folder: Path, servers: Servers, urls: str = "", *, settings: str = "") -> Iterator[str]:
    """Run a project with the tutorial's settings and yield its address. Its files get `settings` and `urls`, too."""

    def manage(*command: str) -> list[str | Path]:
        return [sys.executable, "manage.py", *command]

    subprocess.run([sys.executable, "-m", "django", "startproject", "mysite", "."], cwd=folder, check=True)
    tutorial = samples(TUTORIAL)
    with (folder / "mysite" / "settings.py").open("a", encoding="utf-8") as file:
        file.write(tutorial["settings.py"].replace("http://localhost:8400", servers.entra) + front_end_id() + settings)
    (folder / "schema.py").write_text(tutorial["schema.py"], encoding="utf-8")
    (folder / "mysite" / "urls.py").write_text(tutorial["urls.py"] + ADMIN + urls, encoding="utf-8")
    create = (
        "from django.contrib.auth.models import User\n"
        f"User.objects.create_superuser({NAME!r}, password={PASSWORD!r}, first_name='Edsger')"
    )
    for command in (manage("migrate", "--verbosity", "0"), manage("shell", "--command", create)):
        subprocess.run(command, cwd=folder, env=ENVIRONMENT, check=True)
    [port] = free_ports(1)
    address = f"http://localhost:{port}"
    with running(manage("runserver", "--noreload", str(port)), folder, f"{address}/entrance/config.json"):
        yield address


@contextmanager
def vite(files: Mapping[str, str], django: str) -> Iterator[str]:
    """Run Vite's server for some files, among them its configuration, in a folder where it finds the packages."""
    [port] = free_ports(1)
    address = f"http://localhost:{port}"
    samples_folder = ROOT / ".make" / "samples"
    samples_folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=samples_folder) as name:
        folder = Path(name)
        for file, text in files.items():
            (folder / file).write_text(text.replace("http://localhost:8000", django), encoding="utf-8")
        with running(["node", VITE, "--port", str(port), "--strictPort"], folder, address):
            yield address
