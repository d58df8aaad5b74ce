"""Builds the packages into dist/, twice, and compares: the same commit gives the same bytes. `make dist` runs it.

dist/ then has two wheels, two source distributions, two npm tarballs, their digests and their bills of materials.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
DIST = ROOT / "dist"
PYTHON_PACKAGES = ("packages/django-entrance", "packages/entra-double")
NPM_PACKAGES = ("packages/react", "packages/entra-double/npm")


def run(command: Sequence[str | Path], folder: Path = ROOT, **environment: str) -> str:
    """Run a command and return its output; with what it says, stop where it fails."""
    done = subprocess.run(command, cwd=folder, env=os.environ | environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} in {folder}:\n{done.stdout}{done.stderr}")
    return done.stdout


def build(into: Path) -> None:
    """Build all packages into a folder, dated as the commit is (https://reproducible-builds.org/specs/source-date-epoch)."""
    epoch = run(["git", "log", "-1", "--format=%ct"]).strip()
    for package in PYTHON_PACKAGES:
        run([sys.executable, "-m", "hatchling", "build", "-d", into], ROOT / package, SOURCE_DATE_EPOCH=epoch)
    run(["npm", "run", "build", "--silent", "-w", "packages/react"])
    for package in NPM_PACKAGES:
        run(["npm", "pack", "--ignore-scripts", "--pack-destination", into], ROOT / package)


def digests(folder: Path) -> dict[str, str]:
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def compare(first: dict[str, str], second: dict[str, str]) -> None:
    if differing := [name for name in first.keys() | second.keys() if first.get(name) != second.get(name)]:
        raise SystemExit(f"Built twice, these differ: {', '.join(sorted(differing))}")


def check(folder: Path) -> None:
    """Ask the registries' own tools about the packages. W004 is about names of migrations, which Django numbers."""
    built = sorted(folder.glob("*.whl")) + sorted(folder.glob("*.tar.gz"))
    run([sys.executable, "-m", "twine", "check", "--strict", *built])
    run([Path(sys.executable).parent / "check-wheel-contents", "--ignore", "W004", *folder.glob("*.whl")])
    for tarball in folder.glob("*.tgz"):
        run(["npx", "publint", "--strict", tarball])


def write_bills(folder: Path) -> None:
    """Write what each package brings along where it alone is installed, as CycloneDX (ECMA-424)."""
    for package in PYTHON_PACKAGES:
        name = Path(package).name
        with TemporaryDirectory() as environment:
            python = Path(environment, "bin", "python")
            run([sys.executable, "-m", "venv", environment])
            run([python, "-m", "pip", "install", "--quiet", *folder.glob(f"{name.replace('-', '_')}-*.whl")])
            write_bill(folder / f"{name}.cdx.json", run([sys.executable, "-m", "cyclonedx_py", "environment", python]))
    with TemporaryDirectory() as place:
        empty = Path(place)
        (empty / "package.json").write_text(json.dumps({"name": "bill", "version": "0.0.0", "private": True}))
        run(["npm", "install", "--no-fund", "--no-audit", *folder.glob("django-entrance-react-*.tgz")], empty)
        write_bill(folder / "react.cdx.json", run(["npm", "sbom", "--sbom-format", "cyclonedx"], empty))


def write_bill(path: Path, bill: str) -> None:
    """Write a bill of materials without what differs by machine and time."""
    read = json.loads(bill)
    read.pop("serialNumber", None)
    read["metadata"].pop("timestamp", None)
    for component in read["components"]:
        component.pop("externalReferences", None)
    path.write_text(json.dumps(read, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    shutil.rmtree(DIST, ignore_errors=True)
    DIST.mkdir()
    build(DIST)
    with TemporaryDirectory() as again:
        build(Path(again))
        compare(digests(DIST), digests(Path(again)))
    check(DIST)
    write_bills(DIST)
    sums = "".join(f"{digest}  {name}\n" for name, digest in digests(DIST).items())
    (DIST / "SHA256SUMS").write_text(sums, encoding="utf-8")
    print(sums, end="")


if __name__ == "__main__":
    main()
