"""Every Python and Django that the packages support, named once: `make matrix`, and the matrix of CI."""

import os
import subprocess
from pathlib import Path

import nox

DJANGO_ON_PYTHON = {
    "3.11": ("5.2",),
    "3.12": ("5.2", "6.0", "6.1"),
    "3.13": ("5.2", "6.0", "6.1"),
}

PAIRS = [
    nox.param(python, django, id=f"{python}-{django}")
    for python, versions in DJANGO_ON_PYTHON.items()
    for django in versions
]

nox.options.reuse_existing_virtualenvs = True
nox.options.error_on_missing_interpreters = False  # a Python that is not installed is skipped, and nox says so


def find_python(version: str) -> str | None:
    """Return the path of that Python, pyenv's included, or None."""
    found = subprocess.run(["scripts/find-python", version], capture_output=True, text=True, check=False)
    return found.stdout.strip() or None


for version in DJANGO_ON_PYTHON:
    if path := find_python(version):  # before pyenv's shims, which answer to every version and run only one
        os.environ["PATH"] = f"{Path(path).parent}{os.pathsep}{os.environ['PATH']}"


@nox.session(venv_backend="venv")
@nox.parametrize("python,django", PAIRS)
def tests(session: nox.Session, django: str) -> None:
    """Run the tests that are in Python: both packages, then Logbook's back end."""
    packages = [f"-e{package}" for package in ("packages/django-entrance", "packages/entra-double")]
    session.install("--require-hashes", "-r", "requirements/dev.txt")
    session.install("--require-hashes", "--no-deps", "-r", f"requirements/matrix/django-{django}.txt")
    session.install("--no-deps", "--no-build-isolation", *packages)
    session.run("python", "-m", "django", "--version")
    session.run("python", "-m", "pytest", "packages/django-entrance", "packages/entra-double/tests", *session.posargs)
    session.run("python", "-m", "pytest", "--ds=tests.settings", "reference/backend", *session.posargs)


UNREACHABLE = {"PyPI": "could not be audited", "npm": "audit endpoint returned an error"}
"""What pip-audit and npm say when the data of known vulnerabilities does not answer."""


@nox.session(venv_backend="venv")
def audit(session: nox.Session) -> None:
    """Look for known vulnerabilities in the locks; say where their data cannot be reached and nothing was audited."""
    session.install("--require-hashes", "-r", "requirements/audit.txt")
    lock = ("--disable-pip", "--require-hashes", "--requirement", "requirements/dev.txt")
    commands = {"PyPI": [f"{session.bin}/pip-audit", "--strict", *lock], "npm": ["npm", "audit", "--audit=true"]}
    for source, command in commands.items():
        audited = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if UNREACHABLE[source] in audited.stdout:
            session.warn(f"NOT AUDITED: the vulnerability data of {source} cannot be reached from this machine.")
            continue
        print(audited.stdout)
        if audited.returncode:
            session.error(f"{source} knows vulnerabilities of what the lock holds.")
