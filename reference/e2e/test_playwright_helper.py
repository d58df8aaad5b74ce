"""`signInAs` of @django-entrance/react/testing/playwright, in Node, as a project with Playwright's test runner uses it.

Playwright for Node lies in Playwright's Python package. A stand-in runs the story in place of its test runner.
"""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import playwright
import pytest
from e2e.browser import ARGUMENTS, find_browser
from e2e.new_project import ROOT, samples
from e2e.servers import Servers

README = ROOT / "packages" / "react" / "README.md"
STORY = "e2e/sign-in.spec.ts"
LIBRARY = Path(playwright.__file__).parent / "driver" / "package"
RUNNER = """
import { chromium } from "playwright-core";

const { BASE_URL, CHROMIUM, ARGUMENTS } = process.env;

export async function test(name, story) {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: JSON.parse(ARGUMENTS) });
  const context = await browser.newContext({ baseURL: BASE_URL });
  context.setDefaultTimeout(20_000);
  try {
    await story({ page: await context.newPage() });
    console.log(`passed: ${name}`);
  } catch (error) {
    console.log(`failed: ${error.message}`);
  }
  await browser.close();
}
"""
TYPES = """
import type { Page } from "playwright-core";
export declare function test(name: string, story: (given: { page: Page }) => Promise<void>): void;
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A project beside the packages, with the stand-in for the test runner."""
    within = ROOT / ".make" / "samples"
    within.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=within) as name:
        runner = Path(name) / "node_modules" / "@playwright" / "test"
        runner.mkdir(parents=True)
        (runner / "package.json").write_text('{ "type": "module", "exports": "./index.js" }')
        (runner / "index.js").write_text(RUNNER)
        (runner / "index.d.ts").write_text(TYPES)
        (runner.parents[1] / "playwright-core").symlink_to(LIBRARY)
        yield Path(name)


def story(person: str = "ada") -> str:
    return samples(README)[STORY].replace('"ada"', json.dumps(person))


def run_story(folder: Path, servers: Servers, code: str) -> str:
    (folder / "story.mjs").write_text(code)
    environment = {"BASE_URL": servers.logbook, "CHROMIUM": find_browser(), "ARGUMENTS": json.dumps(ARGUMENTS)}
    run = subprocess.run(
        ["node", "story.mjs"], cwd=folder, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    return run.stdout + run.stderr


def test_the_story_of_the_readme_signs_ada_in(folder: Path, servers: Servers) -> None:
    assert run_story(folder, servers, story()) == "passed: Ada signs in\n"
    assert "authorization_code" in servers.tokens_redeemed()


def test_a_full_user_name_is_another_person(folder: Path, servers: Servers) -> None:
    code = story("grace@contoso.example").replace("Ada Lovelace", "Grace Hopper")
    assert run_story(folder, servers, code) == "passed: Ada signs in\n"


def test_a_refusal_of_entra_double_fails_with_its_reason(folder: Path, servers: Servers) -> None:
    said = run_story(folder, servers, story("mallory"))
    assert re.match(r"failed: entra-double did not sign mallory in: AADSTS50105: ", said)


def test_a_person_who_is_not_in_the_directory_fails_at_once(folder: Path, servers: Servers) -> None:
    said = run_story(folder, servers, story("nobody"))
    assert said.startswith('failed: entra-double shows no account "nobody".')


def test_its_types_fit_those_of_playwright(folder: Path) -> None:
    (folder / "story.ts").write_text(story())
    options = {"strict": True, "noEmit": True, "module": "nodenext", "skipLibCheck": True, "types": []}
    (folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": options, "files": ["story.ts"]}))
    (folder / "package.json").write_text('{ "type": "module" }')
    run = subprocess.run(["npx", "tsc", "-p", folder], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
