"""Finds the browser for the tests: one that is installed, else Debian's, else Playwright's own; never none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MACOS = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")

ARGUMENTS = [
    "--no-sandbox",  # root in a container has no other way
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",  # the tests call loopback only
]


class NoBrowserError(Exception):
    """No browser is installed, and none could be."""


def find_browser() -> str:
    """Return the path of a Chromium or Chrome, installing one when there is none.

    Raises:
        NoBrowserError: with a sentence that says what to install.
    """
    found = installed() or from_debian() or from_playwright()
    if found is None:
        raise NoBrowserError("The tests need Chromium or Chrome, and could not install one. Please install either.")
    return found


def installed() -> str | None:
    for name in (os.environ.get("CHROMIUM", ""), *NAMES):
        if name and (path := shutil.which(name)):
            return path
    return str(MACOS) if MACOS.exists() else None


def from_debian() -> str | None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        subprocess.run(["apt-get", "-qq", *arguments], env=environment, stdout=subprocess.DEVNULL, check=False)
    return installed()


def from_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


if __name__ == "__main__":
    try:
        print(f"  Browser: {find_browser()}")
    except NoBrowserError as error:
        sys.exit(str(error))
