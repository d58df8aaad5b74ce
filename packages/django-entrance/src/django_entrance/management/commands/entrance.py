"""``manage.py entrance doctor``: what is wrong with the way to Microsoft Entra ID, and what to do."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from django_entrance.management.doctor import examine


class Command(BaseCommand):
    help = "Examines settings, proxy, certificates, clock, documents and signing keys of each authority."
    requires_system_checks = ()  # it tells the faults itself, with the rest

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["doctor"])
        told = "an address of your site, such as https://…/entrance/config.json: tries how long a header it takes"
        parser.add_argument("--site", metavar="URL", help=told)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line a finding; what is not well is followed by its remedy.

        Raises:
            CommandError: something is not well, so that the command ends with exit code 1.
        """
        wrong = 0
        for finding in examine(site=options["site"]):
            mark = self.style.SUCCESS("ok   ") if finding.is_well else self.style.ERROR("wrong")
            self.stdout.write(f"{mark}  {finding.where}: {finding.seen}")
            if not finding.is_well:
                wrong += 1
                self.stdout.write(f"       {finding.remedy}")
        if wrong:
            raise CommandError(f"{wrong} of these need your hand.")
