"""The command ``manage.py entrance``: each subcommand has a module of its own in ``management``."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from django_entrance.management import adopt, connect, doctor, events, explain, prune, sign_out

PARTS = {
    "doctor": doctor,
    "explain": explain,
    "connect": connect,
    "adopt": adopt,
    "sign-out": sign_out,
    "events": events,
    "prune": prune,
}


class Command(BaseCommand):
    help = "Looks after sign-in with Microsoft Entra ID."
    requires_system_checks = ()  # doctor reports the problems of the settings itself

    def add_arguments(self, parser: CommandParser) -> None:
        parts = parser.add_subparsers(dest="action", required=True, metavar=" | ".join(PARTS))
        for name, part in PARTS.items():
            part.add_arguments(parts.add_parser(name, help=part.HELP, description=part.HELP))

    def handle(self, *args: Any, **options: Any) -> None:
        """Run a part.

        Raises:
            CommandError: something is wrong; the exit code is 1.
        """
        PARTS[options["action"]].run(self, **options)
