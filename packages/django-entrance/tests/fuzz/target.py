"""The fuzz target: atheris looks for inputs that reach new code of the verifier, and the promise is checked for each.

``fuzz.run`` starts it: python -m fuzz.target REPORT [argument of libFuzzer …]. The outcomes are counted in REPORT.
"""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["django_entrance.verification", "json", "fuzz.inputs"]):
    import json

    from fuzz.promise import Broken, Promise

EVERY = 1_000
"""Inputs between two reports; libFuzzer ends the process without a last word of ours."""


class Target:
    def __init__(self, report: Path, most: int) -> None:
        self.report = report
        self.most = most
        self.inputs = 0
        self.promise = Promise()

    def __call__(self, data: bytes) -> None:
        self.inputs += 1
        try:
            self.promise.check(data)
        except BaseException:
            self.tell()
            raise
        if self.inputs % EVERY == 0 or self.inputs == self.most:
            self.tell()

    def tell(self) -> None:
        self.report.write_text(json.dumps({"inputs": self.inputs, "outcomes": self.promise.outcomes}))


def refuse_sockets(event: str, arguments: tuple[object, ...]) -> None:
    if event in {"socket.connect", "socket.getaddrinfo", "socket.sendto"}:
        raise Broken(f"a token caused {event}")


def runs_in(arguments: list[str]) -> int:
    return next(int(each.removeprefix("-runs=")) for each in arguments if each.startswith("-runs="))


def main() -> None:
    report, *arguments = sys.argv[1:]
    target = Target(Path(report), runs_in(arguments))
    sys.addaudithook(refuse_sockets)
    atheris.Setup([sys.argv[0], *arguments], target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
