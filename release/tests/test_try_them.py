"""`make dist` tries each extra. It takes minutes, so the list is compared here."""

import tomllib

from try_them import EXTRAS, ROOT


def test_each_extra_has_a_trial() -> None:
    declared = tomllib.loads((ROOT / "packages/django-entrance/pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert EXTRAS.keys() - {""} == declared["optional-dependencies"].keys()
