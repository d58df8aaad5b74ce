"""Supported Python and Django versions, for `make matrix` and CI."""

import os
import subprocess
from pathlib import Path

import nox

DJANGO_ON_PYTHON = {
    "3.11": ("5.2",),
    "3.12": ("5.2", "6.0", "6.1"),
    "3.13": ("5.2", "6.0", "6.1"),
}

MATRIX_TESTS = "packages/django-entrance packages/entra-double/tests"

PAIRS = [
    nox.param(python, django, id=f"{python}-{django}")
    for python, versions in DJANGO_ON_PYTHON.items()
    for django in versions
]

nox.options.reuse_existing_virtualenvs = True
nox.options.error_on_missing_interpreters = False  # nox reports and skips a Python that is not installed


def find_python(version: str) -> str | None:
    """Return the path of a Python, including pyenv's, or None."""
    found = subprocess.run(["scripts/find-python", version], capture_output=True, text=True, check=False)
    return found.stdout.strip() or None


for version in DJANGO_ON_PYTHON:
    if path := find_python(version):  # before pyenv's shims, which exist for every version but run only one
        os.environ["PATH"] = f"{Path(path).parent}{os.pathsep}{os.environ['PATH']}"


@nox.session(venv_backend="venv")
@nox.parametrize("python,django", PAIRS)
def tests(session: nox.Session, django: str) -> None:
    """Run the Python tests: both packages, then Logbook's back end."""
    packages = [f"-e{package}" for package in ("packages/django-entrance", "packages/entra-double")]
    session.install("--require-hashes", "-r", "requirements/dev.txt")
    session.install("--require-hashes", "--no-deps", "-r", f"requirements/matrix/django-{django}.txt")
    session.install("--no-deps", "--no-build-isolation", *packages)
    session.run("python", "-m", "django", "--version")
    own = {"ENTRANCE_TEST_SQLITE": str(Path(session.create_tmp(), "test.sqlite3").resolve())}
    session.run("python", "-m", "pytest", *(os.environ.get("MATRIX_TESTS") or MATRIX_TESTS).split(), env=own)
    session.run("python", "-m", "pytest", "--ds=tests.settings", "reference/backend", env=own)


@nox.session(venv_backend="venv")
def graphene(session: nox.Session) -> None:
    """Test the adapter for Graphene, which cannot be installed beside Strawberry."""
    session.install("--require-hashes", "-r", "requirements/graphene.txt")
    session.install("--no-deps", "--no-build-isolation", "-epackages/django-entrance")
    own = {"ENTRANCE_TEST_SQLITE": str(Path(session.create_tmp(), "test.sqlite3").resolve())}
    names = "graphene", "graphene_django", "graphene_doors"
    tests = [f"packages/django-entrance/tests/contrib/test_{name}.py" for name in names]
    session.run("python", "-m", "pytest", "--ds=graphene_settings", *tests, env=own)


@nox.session(venv_backend="venv")
def msgraph(session: nox.Session) -> None:
    """Test the recipe with Microsoft's SDK for Graph, which is too large for the environment of development."""
    session.install("--require-hashes", "-r", "requirements/msgraph.txt")
    packages = [f"-e{package}" for package in ("packages/django-entrance", "packages/entra-double")]
    session.install("--no-deps", "--no-build-isolation", *packages)
    session.run("python", "-m", "pytest", "-c", "/dev/null", "--rootdir=docs", "docs/test_samples_of_msgraph.py")


UNREACHABLE = {"PyPI": "could not be audited", "npm": "audit endpoint returned an error"}
"""Output of pip-audit and npm if the vulnerability data cannot be reached."""


@nox.session(venv_backend="venv")
def audit(session: nox.Session) -> None:
    """Look for known vulnerabilities in the lock files. Report if the data cannot be reached."""
    session.install("--require-hashes", "-r", "requirements/audit.txt")
    lock = ("--disable-pip", "--require-hashes", "--requirement", "requirements/dev.txt")
    commands = {"PyPI": [f"{session.bin}/pip-audit", "--strict", *lock], "npm": ["npm", "audit", "--audit=true"]}
    for source, command in commands.items():
        audited = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if UNREACHABLE[source] in audited.stdout:
            session.warn(f"NOT AUDITED: the vulnerability data of {source} cannot be reached.")
            continue
        print(audited.stdout)
        if audited.returncode:
            session.error(f"The lock file has packages with known vulnerabilities ({source}).")
