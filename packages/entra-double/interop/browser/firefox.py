"""Client: @azure/msal-browser in Firefox. Runs its flows against `ENTRA_URL` (plain http), one JSON line for each."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from browser.flows import complete_flows, ready
from browser.marionette import Marionette, MarionetteError
from browser.pages import served
from client import URL

PATIENCE = 30.0
"""Seconds that a step may take."""

SETTINGS = {
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.disable_open_during_load": False,  # the calls do not come from a click
    "marionette.port": 0,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.proxy.type": 1,  # calls beyond this machine go to a proxy that does not exist
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "toolkit.telemetry.server": "",
}

_PRESS = """
const button = [...document.querySelectorAll("button")].find((one) => one.innerText.includes(arguments[0]));
if (button) setTimeout(() => button.click());
return !!button;
"""


@dataclass(frozen=True, slots=True)
class FirefoxWindow:
    wire: Marionette
    handle: str

    def evaluate(self, function: str, *arguments: object) -> Any:
        self.wire.switch_to(self.handle)
        return self.wire.execute(f"return ({function})(...arguments)", *arguments)

    def wait_until(self, expression: str) -> None:
        self._repeat(f"return !!({expression})")

    def click(self, button: str) -> None:
        self._repeat(_PRESS, button)

    def popup(self, function: str, *arguments: object) -> FirefoxWindow:
        before = self.wire.handles()
        self.evaluate(function, *arguments)
        ends = time.monotonic() + PATIENCE
        while not (fresh := self.wire.handles() - before):
            if time.monotonic() > ends:
                raise TimeoutError("no window was opened")
            time.sleep(0.02)
        return FirefoxWindow(self.wire, fresh.pop())

    def reload(self) -> None:
        self.wire.switch_to(self.handle)
        self.wire.say("WebDriver:Refresh")

    def _repeat(self, script: str, *arguments: object) -> None:
        """Run a script until it returns true. The page may navigate meanwhile."""
        ends = time.monotonic() + PATIENCE
        while True:
            try:
                self.wire.switch_to(self.handle)
                if self.wire.execute(script, *arguments):
                    return
            except MarionetteError as error:
                if not error.is_navigation:
                    raise
            if time.monotonic() > ends:
                raise TimeoutError(f"timed out: {script[:80]}")
            time.sleep(0.02)


@dataclass(frozen=True, slots=True)
class Firefox:
    page: str
    wire: Marionette

    @contextmanager
    def opened(self) -> Iterator[FirefoxWindow]:
        """Open the page in the one window, without earlier cookies and storage."""
        handle = sorted(self.wire.handles())[0]
        self.wire.switch_to(handle)
        self.wire.navigate(f"{self.page}/entra.txt")
        self.wire.say("WebDriver:DeleteAllCookies")
        self.wire.execute("localStorage.clear(); sessionStorage.clear()")
        self.wire.navigate(URL)
        self.wire.say("WebDriver:DeleteAllCookies")
        self.wire.navigate(f"{self.page}/")
        window = FirefoxWindow(self.wire, handle)
        ready(window)
        yield window
        for other in self.wire.handles() - {handle}:
            self.wire.close(other)


@contextmanager
def started() -> Iterator[Marionette]:
    """Start Firefox with a new profile, and stop it after the block."""
    firefox = shutil.which("firefox")
    assert firefox, "Firefox is not installed"
    with TemporaryDirectory(prefix="firefox-") as folder:
        profile = Path(folder)
        lines = (f'user_pref("{name}", {_as_javascript(value)});\n' for name, value in SETTINGS.items())
        (profile / "user.js").write_text("".join(lines))
        command = [firefox, "--headless", "--marionette", "--no-remote", "--profile", folder]
        quiet = subprocess.DEVNULL
        with subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet) as process:
            wire = Marionette(_port(profile / "MarionetteActivePort"))
            try:
                yield wire
            finally:
                wire.quit()
                process.terminate()


def _port(file: Path) -> int:
    ends = time.monotonic() + PATIENCE
    while not (file.exists() and file.read_text().strip()):
        if time.monotonic() > ends:
            raise TimeoutError("Firefox did not start")
        time.sleep(0.05)
    return int(file.read_text())


def _as_javascript(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value) if isinstance(value, int) else f'"{value}"'


if __name__ == "__main__":
    with served(URL) as page, started() as wire:
        complete_flows(Firefox(page, wire))
