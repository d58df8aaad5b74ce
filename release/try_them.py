"""Installs each package of dist/ into empty environments, with and without each extra, and drives it there.

The registries are asked for the dependencies, as they would be for a user. `make dist` runs it after the build.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
DIST = ROOT / "dist"

SETTINGS = """
INSTALLED_APPS += ["django_entrance"]
MIDDLEWARE.insert(
    MIDDLEWARE.index("django.contrib.auth.middleware.AuthenticationMiddleware") + 1,
    "django_entrance.middleware.EntraMiddleware",
)
AUTHENTICATION_BACKENDS = ["django_entrance.backends.EntraBackend", "django.contrib.auth.backends.ModelBackend"]
ENTRANCE = {
    "TENANT_ID": "c0470500-0000-4000-a000-000000000001",
    "CLIENT_ID": "a9100000-0000-4000-a000-000000000002",
}
"""

URLS = """
from django.urls import include, path

urlpatterns = [path("entrance/", include("django_entrance.urls"))]
"""

DRIVE = """
import importlib
from django.test import Client

client = Client(headers={{"host": "localhost"}})
assert client.get("/entrance/config.json").json()["authority"].startswith("https://login.microsoftonline.com/")
assert "script" in client.get("/entrance/redirect/").content.decode()
assert client.get("/entrance/session/", headers={{"authorization": "Bearer a.b.c"}}).status_code == 200
assert importlib.util.find_spec("{framework}") is not None, "the extra brings its framework"
importlib.import_module("{module}")
"""

DOUBLE = """
from entra_double import Emulator, Entra

token = Entra(Emulator()).token("ada")
assert token.count(".") == 2
"""

EXTRAS = {
    "": ("django", "django_entrance.middleware"),
    "strawberry": ("strawberry", "django_entrance.contrib.strawberry"),
    "rest-framework": ("rest_framework", "django_entrance.contrib.rest_framework"),
    "ninja": ("ninja", "django_entrance.contrib.ninja"),
    "channels": ("channels", "django_entrance.contrib.channels"),
    "mcp": ("mcp", "django_entrance.contrib.mcp"),
    "graphene": ("graphene_django", "django_entrance.contrib.graphene"),
    "opentelemetry": ("opentelemetry", "django_entrance.contrib.opentelemetry.apps"),
    "prometheus": ("prometheus_client", "django_entrance.contrib.prometheus.apps"),
}
"""Extra → the framework that it brings, and our module for it."""

IN_NODE = """
import * as session from "@django-entrance/react/session";
if (typeof session.createSession !== "function") throw new Error("no createSession");
"""


def run(command: Sequence[str | Path], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")


@contextmanager
def environment(requirement: str) -> Iterator[tuple[Path, Path]]:
    """Yield the Python and the folder of a new environment with only that requirement in it."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        run([sys.executable, "-m", "venv", folder / "env"], folder)
        python = folder / "env" / "bin" / "python"
        run([python, "-m", "pip", "install", "--quiet", "--no-cache-dir", requirement], folder)
        yield python, folder


def wheel(distribution: str) -> Path:
    [found] = DIST.glob(f"{distribution}-*.whl")
    return found


def try_django(extra: str, framework: str, module: str) -> None:
    """Start a project as the README says, and ask it."""
    requirement = f"{wheel('django_entrance')}[{extra}]" if extra else str(wheel("django_entrance"))
    with environment(requirement) as (python, folder):
        run([python, "-m", "django", "startproject", "mysite", "."], folder)
        run([python, "-m", "django_entrance", "init", "--plan"], folder)
        with (folder / "mysite" / "settings.py").open("a") as settings:
            settings.write(SETTINGS)
        (folder / "mysite" / "urls.py").write_text(URLS)
        for command in (["check"], ["migrate", "--verbosity", "0"]):
            run([python, "manage.py", *command], folder)
        drive = DRIVE.format(framework=framework, module=module)
        run([python, "manage.py", "shell", "--verbosity", "0", "--command", drive], folder)


def try_double() -> None:
    with environment(str(wheel("entra_double"))) as (python, folder):
        run([python, "-c", DOUBLE], folder)
        run([python.parent / "entra-double", "--help"], folder)


def try_react() -> None:
    [tarball] = DIST.glob("django-entrance-react-*.tgz")
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "package.json").write_text(json.dumps({"private": True, "type": "module"}))
        needed = ["@azure/msal-browser", "@azure/msal-react", "react", "react-dom"]
        run(["npm", "install", "--no-fund", "--no-audit", "--silent", tarball, *needed], folder)
        (folder / "page.js").write_text(IN_NODE)
        run(["node", "page.js"], folder)
        run(["npx", "--no-install", "@django-entrance/react", "init", "--help"], folder)


def main() -> None:
    for extra, (framework, module) in EXTRAS.items():
        try_django(extra, framework, module)
        print(f"django-entrance[{extra}]" if extra else "django-entrance", "works in an empty environment", flush=True)
    try_double()
    print("entra-double works in an empty environment", flush=True)
    try_react()
    print("@django-entrance/react works in an empty folder", flush=True)


if __name__ == "__main__":
    main()
