"""Jest runs the tests of the README, with no more configuration than the README says."""

from __future__ import annotations

from pathlib import Path

import pytest

from .projects import make, run
from .samples import sample_with

pytestmark = pytest.mark.timeout(900)
DOCUMENTED = "jest-fixed-jsdom"


@pytest.mark.parametrize("environment", [DOCUMENTED, "@happy-dom/jest-environment"])
def test_the_test_of_the_readme_passes(environment: str, tarball: Path) -> None:
    folder = make("jest-30", tarball)
    (folder / "jest.config.cjs").write_text(sample_with("testEnvironment").replace(DOCUMENTED, environment))
    (folder / "src" / "App.test.jsx").write_text(sample_with("recordingFetch({"))
    said = run(folder, "npm", "test", "--silent")
    assert "1 passed, 1 total" in said
    assert "did not exit" not in said


def test_the_kit_says_what_jests_own_environment_lacks(tarball: Path) -> None:
    folder = make("jest-30", tarball)
    (folder / "src" / "App.test.jsx").write_text(sample_with("recordingFetch({"))
    with pytest.raises(AssertionError, match="This environment has no Request and Response"):
        run(folder, "npm", "test", "--silent", "--", "--env=jsdom")
