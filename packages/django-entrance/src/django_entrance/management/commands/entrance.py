"""The command ``manage.py entrance doctor``: finds problems on the way to Microsoft Entra ID."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from django_entrance.management.doctor import examine


class Command(BaseCommand):
    help = "Examines settings, proxy, certificates, clock, documents and signing keys of each authority."
    requires_system_checks = ()  # it reports the problems of the settings itself

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["doctor"])
        site_help = "URL of your site, such as https://…/entrance/config.json: tests how long a header it accepts"
        parser.add_argument("--site", metavar="URL", help=site_help)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each finding, and a remedy for each problem.

        Raises:
            CommandError: there are problems; the exit code is 1.
        """
        count = 0
        for finding in examine(site=options["site"]):
            mark = self.style.SUCCESS("ok   ") if finding.is_ok else self.style.ERROR("wrong")
            self.stdout.write(f"{mark}  {finding.where}: {finding.seen}")
            if not finding.is_ok:
                count += 1
                self.stdout.write(f"       {finding.remedy}")
        if count:
            raise CommandError("1 problem found." if count == 1 else f"{count} problems found.")
