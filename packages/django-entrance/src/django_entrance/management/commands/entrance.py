"""``manage.py entrance``: each subcommand has a module of its own in ``management``."""

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from django_entrance.management import adopt, connect, doctor

SUBCOMMANDS: Mapping[str, ModuleType] = {"doctor": doctor, "connect": connect, "adopt": adopt}


class Command(BaseCommand):
    help = "Commands of django-entrance. Each has a --help of its own."
    requires_system_checks = ()  # the doctor tells the faults itself, with the rest

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="|".join(SUBCOMMANDS))
        for name, module in SUBCOMMANDS.items():
            module.add_arguments(actions.add_parser(name, help=module.HELP, description=module.HELP))

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        """Run a subcommand.

        Raises:
            CommandError: something is wrong, so that the command ends with exit code 1.
        """
        SUBCOMMANDS[action].run(self.stdout, style=self.style, **options)
