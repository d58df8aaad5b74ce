"""What counts as a mutant, as a kill, and as a fault of the harness."""

import json
from pathlib import Path, PurePath
from textwrap import dedent
from typing import Any

import pytest
from mutation.mutants import mutants_of
from mutation.plan import Planner, function_around
from mutation.slots import HarnessFault, Slot, Verdict, with_controls
from mutation.worker import AT_IMPORT

MODULE = PurePath("module.py")

SOURCE = dedent(
    '''
    from json import loads

    LIFE = 5

    def check(claims: dict[str, int], leeway: int = LIFE) -> None:
        """Say no."""
        if claims["exp"] < leeway:
            raise ValueError("The token has expired")
        prove(claims, more="x")
    '''
)


def changes(source: str) -> set[tuple[str, str]]:
    return {(" ".join(mutant.removed), " ".join(mutant.added)) for mutant in mutants_of(MODULE, source)}


def test_each_small_change_is_a_mutant() -> None:
    assert changes(SOURCE) == {
        ("LIFE = 5", "LIFE = 6"),
        ("LIFE = 5", "LIFE = None"),
        ('if claims["exp"] < leeway:', 'if claims["exp"] <= leeway:'),
        ('if claims["exp"] < leeway:', 'if not (claims["exp"] < leeway):'),
        ('if claims["exp"] < leeway:', 'if claims["XXexpXX"] < leeway:'),
        ('if claims["exp"] < leeway:', 'if claims["EXP"] < leeway:'),
        ('raise ValueError("The token has expired")', "pass"),
        ('raise ValueError("The token has expired")', "raise ValueError(None)"),
        ('prove(claims, more="x")', "pass"),
        ('prove(claims, more="x")', 'prove(None, more="x")'),
        ('prove(claims, more="x")', "prove(claims, more=None)"),
        ('prove(claims, more="x")', "prove(claims, )"),
        ('prove(claims, more="x")', 'prove(claims, more="XXxXX")'),
        ('prove(claims, more="x")', 'prove(claims, more="X")'),
    }


def test_a_mutant_tells_where_it_is() -> None:
    first, *_ = mutants_of(MODULE, SOURCE)
    assert str(first) == "module.py:4\n  - LIFE = 5\n  + LIFE = None"
    assert first.source == SOURCE.replace("LIFE = 5", "LIFE = None")


@pytest.fixture
def slot(tmp_path: Path) -> Slot:
    (tmp_path / "verdict.log").write_text("the end of the log")
    return Slot(tmp_path, tmp_path / "verdict.json")


def judged(slot: Slot, **told: Any) -> Verdict:
    slot.verdict.write_text(json.dumps({"failed": [], "hung": False, "broken": []} | told))
    return slot.judge()


def test_only_a_failed_test_or_time_kills(slot: Slot) -> None:
    assert judged(slot, code=1, failed=["test_a"]) == Verdict("killed", "test_a")
    assert judged(slot, code=1, failed=["test_a"], hung=True) == Verdict("time", "test_a")
    assert judged(slot, code=None, end="time") == Verdict("time")
    assert judged(slot, code=None, end="no import", fault="NameError") == Verdict("no import", "NameError")
    assert judged(slot, code=0) == Verdict("survived")
    assert judged(slot, code=1, broken=["test_b.py"]) == Verdict("survived", "test_b.py")


@pytest.mark.parametrize("told", [{"code": 1}, *({"code": code, "failed": ["test_a"]} for code in (2, 3, 4, 5, -9))])
def test_any_other_end_is_a_fault_of_the_harness(slot: Slot, told: dict[str, Any]) -> None:
    with pytest.raises(HarnessFault, match="the end of the log"):
        judged(slot, **told)


def test_a_run_without_a_word_is_a_fault_of_the_harness(slot: Slot) -> None:
    with pytest.raises(HarnessFault, match="without a word"):
        slot.judge()


def test_who_does_not_run_a_function_is_not_asked_about_it() -> None:
    seconds = {"slow": 2.0, "quick": 1.0, "other": 0.5, "forks": 3.0}
    lines = {"module.py": {"8": ["slow", "quick"], "4": [AT_IMPORT], "3": ["other"]}}
    planner = Planner(seconds=seconds, lines=lines)
    assert planner.plan(MODULE, SOURCE, 9) == ["quick", "slow", "forks"]
    assert planner.plan(MODULE, SOURCE, 4) == ["other", "quick", "slow", "forks"]


def test_who_noticed_a_change_of_a_function_is_asked_first() -> None:
    lines = {"module.py": {"8": ["slow", "quick"]}}
    planner = Planner(seconds={"slow": 2.0, "quick": 1.0}, lines=lines)
    planner.learn(MODULE, SOURCE, 9, "slow")
    assert planner.plan(MODULE, SOURCE, 8) == ["slow", "quick"]
    assert planner.plan(MODULE, SOURCE, 4) == ["quick", "slow"]


def test_what_runs_at_import_concerns_all_tests() -> None:
    lines = {"module.py": {"8": ["slow", AT_IMPORT]}}
    assert Planner(seconds={"slow": 2.0, "other": 0.5}, lines=lines).plan(MODULE, SOURCE, 8) == ["slow", "other"]


def test_the_body_of_a_function_does_not_have_its_head() -> None:
    assert function_around(SOURCE, 9) == range(7, 11)
    assert not function_around(SOURCE, 6)


def test_the_unchanged_code_is_tested_in_between() -> None:
    mutants = mutants_of(MODULE, SOURCE) * 20
    assert [number for number, mutant in enumerate(with_controls(mutants)) if mutant is None] == [150]
