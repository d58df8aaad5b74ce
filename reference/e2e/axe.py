"""Checks the accessibility of a page with axe."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

#: Waits for animations: during a fade, colours have too little contrast.
RESTED = """() => Promise.allSettled(
  document.getAnimations()
    .filter((each) => each.effect.getTiming().iterations !== Infinity)
    .map((each) => each.finished)
)"""


def expect_nothing_found(page: Page, *, without: Sequence[str] = ()) -> None:
    """Require that no rule is violated. Rules that a foreign page violates are named in ``without``."""
    options = {"runOnly": STANDARDS, "rules": {rule: {"enabled": False} for rule in without}}
    page.evaluate(RESTED)
    page.evaluate(AXE)  # not as a script tag: the content security policy forbids foreign scripts
    found: list[dict[str, Any]] = page.evaluate(
        f"axe.run(document, {json.dumps(options)}).then((results) => results.violations)"
    )
    violated = [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]
    assert not violated, violated


#: Firefox's driver runs scripts beside the page, so axe is a script of the page and leaves its result there.
IN_THE_PAGE = """async (axe, options) => {
  const script = document.createElement("script");
  script.textContent = axe + `;axe.run(document, ${options}).then(({ violations }) => {
    const found = violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
    document.documentElement.dataset.found = JSON.stringify(found);
  })`;
  document.head.append(script);
  while (!document.documentElement.dataset.found) await new Promise(requestAnimationFrame);
  return JSON.parse(document.documentElement.dataset.found);
}"""


def found_in_firefox(window: Any) -> list[Any]:
    """Return the violated rules, each with its elements. The page must allow inline scripts."""
    window.evaluate(RESTED)
    found: list[Any] = window.evaluate(IN_THE_PAGE, AXE, json.dumps({"runOnly": STANDARDS}))
    return found
