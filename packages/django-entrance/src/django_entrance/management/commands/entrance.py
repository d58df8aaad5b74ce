"""The command ``manage.py entrance``: finds problems on the way to Entra ID, and binds existing users to people."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from django_entrance.conf.loading import current_settings
from django_entrance.management import adopt_adfs
from django_entrance.management.doctor import examine
from django_entrance.verification.issuers import GUID


class Command(BaseCommand):
    help = "doctor: examines settings, proxy, certificates, clock, documents and signing keys. adopt: binds users."
    requires_system_checks = ()  # it reports the problems of the settings itself

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        site_help = "URL of your site, such as https://…/entrance/config.json: tests how long a header it accepts"
        actions.add_parser("doctor").add_argument("--site", metavar="URL", help=site_help)
        adopt = actions.add_parser("adopt")
        adopt.add_argument("--from-adfs", action="store_true", required=True, help="users that django-auth-adfs found")
        adopt.add_argument("--authority", metavar="NAME", default="default", help="default: default")
        for name, text in adopt_adfs.SWITCHES.items():
            adopt.add_argument(f"--{name}", action="store_true", help=text)

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        """Run a subcommand.

        Raises:
            CommandError: there are problems; the exit code is 1.
        """
        if action == "doctor":
            return self.doctor(options["site"])
        authority = options["authority"]
        tenant = current_settings().AUTHORITIES[authority].TENANT_ID
        if not GUID.fullmatch(tenant):
            raise CommandError("TENANT_ID is not the id of one tenant.")
        switches = {name: options[name] for name in adopt_adfs.SWITCHES}
        return adopt_adfs.run(self.stdout, tenant_id=tenant, authority=authority, **switches)

    def doctor(self, site: str | None) -> None:
        """Print a line for each finding, and a remedy for each problem."""
        count = 0
        for finding in examine(site=site):
            mark = self.style.SUCCESS("ok   ") if finding.is_ok else self.style.ERROR("wrong")
            self.stdout.write(f"{mark}  {finding.where}: {finding.seen}")
            if not finding.is_ok:
                count += 1
                self.stdout.write(f"       {finding.remedy}")
        if count:
            raise CommandError("1 problem found." if count == 1 else f"{count} problems found.")
