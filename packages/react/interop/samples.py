"""Reads the samples of the package's README."""

import re

from .projects import PACKAGE

FENCE = re.compile(r"^```(?P<language>\w+)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)


def sample_with(text: str) -> str:
    """Return the sample that has the text. Fail unless there is one."""
    readme = (PACKAGE / "README.md").read_text(encoding="utf-8")
    [code] = [block["code"] for block in FENCE.finditer(readme) if text in block["code"]]
    return code
