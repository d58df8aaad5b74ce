"""The command ``manage.py entrance``: each subcommand has a module of its own in ``management``."""

from argparse import SUPPRESS
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from django_entrance.management import adopt, assign, connect, doctor, events, explain, init, prune, register, sign_out
from django_entrance.management.closed_pipe import until_reader_leaves

PARTS = {
    "init": init,
    "register": register,
    "assign": assign,
    "doctor": doctor,
    "explain": explain,
    "connect": connect,
    "adopt": adopt,
    "sign-out": sign_out,
    "events": events,
    "prune": prune,
}


def accept_djangos_options(parser: CommandParser) -> None:
    """Accept the options of every command behind the subcommand as well, as in ``entrance doctor --settings NAME``."""
    group = parser.add_argument_group("options of every Django command", argument_default=SUPPRESS)
    group.add_argument("-v", "--verbosity", type=int, choices=range(4))
    for name in ("--settings", "--pythonpath"):
        group.add_argument(name)
    for name in ("--traceback", "--no-color", "--force-color"):
        group.add_argument(name, action="store_true")


class Command(BaseCommand):
    help = "Looks after sign-in with Microsoft Entra ID."
    requires_system_checks = ()  # doctor reports the problems of the settings itself

    def add_arguments(self, parser: CommandParser) -> None:
        parts = parser.add_subparsers(dest="action", required=True, metavar=" | ".join(PARTS))
        for name, part in PARTS.items():
            parser_of_part = parts.add_parser(name, help=part.HELP, description=part.HELP)
            part.add_arguments(parser_of_part)
            accept_djangos_options(parser_of_part)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run a part.

        Raises:
            CommandError: something is wrong; the exit code is 1.
        """
        with until_reader_leaves():
            PARTS[options["action"]].run(self, **options)
