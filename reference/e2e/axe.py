"""Asks axe whether everybody can use a page."""

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

#: A dialog that is still fading in has the colours of neither page nor dialog.
RESTED = """() => Promise.allSettled(
  document.getAnimations()
    .filter((each) => each.effect.getTiming().iterations !== Infinity)
    .map((each) => each.finished)
)"""


def expect_nothing_found(page: Page) -> None:
    page.evaluate(RESTED)
    page.evaluate(AXE)  # evaluated, not added as a tag: the pages' policies allow no foreign script
    found: list[dict[str, Any]] = page.evaluate(
        f"axe.run(document, {{runOnly: {json.dumps(STANDARDS)}}}).then((results) => results.violations)"
    )
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []
