"""The samples of the React package's README are short, and their test passes in both environments of Vitest."""

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from lines_of_a_new_user import PAGE, TESTS, lines, sample_with, total
from sampling import ROOT

CONFIG = """
import react from "@vitejs/plugin-react";
export default { plugins: [react()], test: { globals: true } };
"""
ENVIRONMENT_OF_JEST = 1
"""Lines of Jest's configuration."""


def test_a_page_with_both_logins_and_a_call_has_25_lines_at_most() -> None:
    assert total(PAGE) <= 25


def test_its_test_has_15_lines_at_most_with_the_configuration_of_jest() -> None:
    assert total(TESTS) + ENVIRONMENT_OF_JEST <= 15


def test_a_name_and_blank_lines_do_not_count(tmp_path: Path) -> None:
    assert "// src/App.tsx\n" in sample_with("export function Hello")
    assert lines("export function Hello") == len(
        [line for line in sample_with("export function Hello").splitlines()[1:] if line]
    )


def test_a_sample_must_be_the_only_one() -> None:
    with pytest.raises(ValueError, match="have 'import'"):
        sample_with("import")


@pytest.mark.parametrize("environment", ["jsdom", "happy-dom"])
def test_the_test_of_the_readme_passes_in_vitest(environment: str) -> None:
    within = ROOT / ".make" / "samples"
    within.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=within) as name:
        folder = Path(name)
        (folder / "App.tsx").write_text(sample_with("export function Hello"))
        (folder / "App.test.jsx").write_text(sample_with("recordingFetch({"))
        (folder / "vitest.config.mjs").write_text(CONFIG)
        command = ["npx", "vitest", "run", "--root", name, "--environment", environment]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout + run.stderr
        assert "2 passed" in run.stdout
