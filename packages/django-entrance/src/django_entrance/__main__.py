"""``python -m django_entrance init``: adds django-entrance to a project that does not have it yet."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Sequence

from django_entrance.init import running
from django_entrance.init.refusing import InitRefused


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 1 if it refused, and changed nothing."""
    parser = ArgumentParser("python -m django_entrance", description="Once it is installed: manage.py entrance --help")
    parts = parser.add_subparsers(required=True, metavar="init")
    init = parts.add_parser("init", help=running.HELP, description=running.HELP)
    init.add_argument("--settings", metavar="MODULE", help="the settings module; by default that of manage.py")
    running.add_arguments(init)
    try:
        running.run(**vars(parser.parse_args(arguments)), say=print, ask=input)
    except InitRefused as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
