"""Measures Logbook's sign-in page in Chromium: first paint, the usable button, and the script that it takes.

A visit is a new browser context with an empty cache. The network and the processor are slowed by the DevTools protocol:
https://chromedevtools.github.io/devtools-protocol/tot/Network/#method-emulateNetworkConditions
"""

import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "reference"))

from e2e.browser import ARGUMENTS, find_browser
from e2e.servers import free_ports, process, running, wait_for
from playwright.sync_api import Browser, CDPSession, sync_playwright

VISITS = 7
BUTTON = "Sign in with Microsoft"
KILOBIT = 1000 / 8

USABLE = f"""
const usable = () => {{
  const button = [...document.querySelectorAll("button")].find((each) => each.textContent === "{BUTTON}");
  if (button && !button.disabled) window.usableAt = performance.now();
  else requestAnimationFrame(usable);
}};
addEventListener("DOMContentLoaded", usable);
"""
PAINTED = """
new Promise((resolve) => new PerformanceObserver((list) => {
  for (const entry of list.getEntriesByName("first-contentful-paint")) resolve(entry.startTime);
}).observe({ type: "paint", buffered: true }))
"""


@dataclass(frozen=True, slots=True)
class Conditions:
    """A visitor's machine and network. ``kilobits`` is per second, ``latency`` in ms."""

    name: str
    slower: int
    kilobits: int | None
    latency: int


CONDITIONS = (
    Conditions("this machine", 1, None, 0),
    Conditions("CPU 4 times slower, slow 3G", 4, 400, 400),
)


@dataclass(frozen=True, slots=True)
class Visit:
    """``painted`` and ``usable`` in ms after the start, ``script`` in bytes on the wire until the button is usable."""

    painted: float
    usable: float
    script: float


def visit(browser: Browser, address: str, conditions: Conditions) -> Visit:
    context = browser.new_context()
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    slow_down(devtools, conditions)
    sizes = script_sizes(devtools)
    page.add_init_script(USABLE)
    page.goto(address, wait_until="commit")
    page.locator("button:enabled", has_text=BUTTON).wait_for(timeout=120_000)
    usable = page.evaluate("window.usableAt")
    script = sum(sizes.values())
    painted = page.evaluate(PAINTED)
    context.close()
    return Visit(painted, usable, script)


def slow_down(devtools: CDPSession, conditions: Conditions) -> None:
    devtools.send("Network.enable")
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": conditions.slower})
    if conditions.kilobits is not None:
        speed = conditions.kilobits * KILOBIT
        slow = {"offline": False, "latency": conditions.latency, "downloadThroughput": speed, "uploadThroughput": speed}
        devtools.send("Network.emulateNetworkConditions", slow)


def script_sizes(devtools: CDPSession) -> dict[str, float]:
    """Return a mapping that grows: request id → bytes on the wire of a script that has arrived."""
    scripts: set[str] = set()
    sizes: dict[str, float] = {}

    def begin(event: dict[str, Any]) -> None:
        if event["type"] == "Script":
            scripts.add(event["requestId"])

    def end(event: dict[str, Any]) -> None:
        if event["requestId"] in scripts:
            sizes[event["requestId"]] = event["encodedDataLength"]

    devtools.on("Network.responseReceived", begin)
    devtools.on("Network.loadingFinished", end)
    return sizes


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as servers, sync_playwright() as playwright:
        (port,) = free_ports(1)
        address = f"http://localhost:{port}/"
        here = str(Path(__file__).parent)
        environment = {**servers.environment, "PYTHONPATH": f"{here}:{servers.environment['PYTHONPATH']}"}
        compressed = ["-m", "uvicorn", "gzipped:application", "--port", str(port), "--log-level", "warning"]
        with process(compressed, environment):
            wait_for(f"{address}entrance/config.json")
            browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
            print(f"Logbook's sign-in page, Chromium {browser.version}, median of {VISITS} visits")
            for conditions in CONDITIONS:
                visits = [visit(browser, address, conditions) for _ in range(VISITS)]
                painted = statistics.median(each.painted for each in visits)
                usable = statistics.median(each.usable for each in visits)
                script = statistics.median(each.script for each in visits)
                print(
                    f"  {conditions.name:28}  first paint {painted:6.0f} ms, usable button {usable:6.0f} ms,"
                    f" script until then {script / 1000:5.1f} kB"
                )
            browser.close()


if __name__ == "__main__":
    main()
