"""Reads the code samples of a page, and runs them as a new project."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
FENCE = re.compile(r"^```(?P<language>\w+)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)

NEW_PROJECT = """\
SECRET_KEY = "sample"
ROOT_URLCONF = "urls"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": ["."],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
"""

HOWTO = ROOT / "docs" / "howto"
TUTORIALS = ROOT / "docs" / "tutorials"
TESTS = ROOT / "packages" / "django-entrance" / "tests"
BROWSING = ("browsing.py", "servers.py")

CONFTEST = """\
import pytest
from browsing import GRACE, Person


@pytest.fixture(autouse=True)
def at_entra_double(entra_server, settings, db):
    settings.DEBUG = True  # http is for localhost, and for debugging
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.ENTRANCE = {**settings.ENTRANCE, "AUTHORITY_HOST": entra_server.base_url}


@pytest.fixture
def ada(entra_server):
    return Person(entra_server)


@pytest.fixture
def grace(entra_server):
    return Person(entra_server, GRACE)


def text_of(person, path):
    return person.client.get(path).content.decode()
"""


def samples(document: Path, language: str) -> list[str]:
    return [block["code"] for block in FENCE.finditer(document.read_text()) if block["language"] == language]


def run_pytest(folder: Path, *options: str) -> str:
    """Run the tests in a folder and return pytest's output."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-c", "/dev/null", "--rootdir=.", *options]
    environment = {"PYTHONPATH": str(folder), "PATH": ""}
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def write_sample(folder: Path, code: str, *, before: str = "") -> None:
    """Write a sample to the file named in its first line, or add it there if that line says "further"."""
    name, _, further = code.splitlines()[0].removeprefix("# ").partition(", ")
    with (folder / name).open("a" if further else "w") as file:
        file.write(before + code)


def write_project(folder: Path, page: Path) -> None:
    """Write the samples of a page that begin with the name of a file, and what its tests need."""
    files = [code for code in samples(page, "python") if code.startswith(("# settings.py\n", "# urls.py\n"))]
    write_files(folder, *files)
    for code in samples(page, "html"):
        name, _, rest = code.partition("\n")
        (folder / name.removeprefix("<!-- ").removesuffix(" -->")).write_text(rest)


def write_files(folder: Path, settings: str, urls: str) -> None:
    """Write a project, and for its tests a browser at entra-double."""
    for name in BROWSING:
        (folder / name).write_text((TESTS / name).read_text())
    (folder / "conftest.py").write_text(CONFTEST)
    write_sample(folder, settings, before=NEW_PROJECT)
    write_sample(folder, urls)
