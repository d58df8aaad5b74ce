"""Jest runs the tests of the README, with no more configuration than the README says."""

from __future__ import annotations

from pathlib import Path

import pytest
from lines_of_a_new_user import sample_with

from .projects import PACKAGE, make, run

pytestmark = pytest.mark.timeout(900)
ENVIRONMENTS = ["jest-fixed-jsdom", "@happy-dom/jest-environment"]


def make_tested(tarball: Path) -> Path:
    """Make a project with the page and the test of the README."""
    folder = make("jest-30", tarball)
    (folder / "App.tsx").write_text(sample_with("export function Hello"))
    (folder / "App.test.jsx").write_text(sample_with("recordingFetch({"))
    return folder


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_test_of_the_readme_passes(environment: str, tarball: Path) -> None:
    assert f'"{environment}"' in (PACKAGE / "README.md").read_text()
    folder = make_tested(tarball)
    (folder / "jest.config.cjs").write_text(f'module.exports = {{ testEnvironment: "{environment}" }};')
    said = run(folder, "npm", "test", "--silent")
    assert "2 passed, 2 total" in said
    assert "did not exit" not in said


def test_the_kit_says_what_jests_own_environment_lacks(tarball: Path) -> None:
    folder = make_tested(tarball)
    with pytest.raises(AssertionError, match="This environment has no Request and Response"):
        run(folder, "npm", "test", "--silent", "--", "--env=jsdom")
