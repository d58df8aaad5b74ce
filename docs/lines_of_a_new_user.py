"""Counts the lines that a new user writes, in the samples of the React package's README.

Usage: python docs/lines_of_a_new_user.py
"""

from pathlib import Path

from sampling import FENCE, ROOT

README = ROOT / "packages" / "react" / "README.md"

PAGE = {
    "App.tsx: own password login, Microsoft, one authorised call": "export function Hello",
    "vite.config.ts: the proxy to Django": "// of defineConfig(",
}
TESTS = {"App.test.jsx: the same, tested": "recordingFetch({"}


def sample_with(text: str, document: Path = README) -> str:
    """Return the one sample that has the text, without a first line that names the file."""
    found = [block["code"] for block in FENCE.finditer(document.read_text()) if text in block["code"]]
    if len(found) != 1:
        raise ValueError(f"{len(found)} samples of {document} have {text!r}")
    return found[0]


def lines(text: str) -> int:
    """Return the number of lines of a sample that are not blank; its name is not code."""
    code = [line for line in sample_with(text).splitlines() if line.strip()]
    return len(code) - code[0].startswith("// ")


def total(parts: dict[str, str]) -> int:
    return sum(map(lines, parts.values()))


if __name__ == "__main__":
    for parts in (PAGE, TESTS):
        for what, text in parts.items():
            print(f"{lines(text):4}  {what}")
        print(f"{total(parts):4}  in all")
