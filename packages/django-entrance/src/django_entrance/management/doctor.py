"""Examines the connection from this machine to its authorities, and says how to fix what is wrong."""

import json
import os
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from django.core.management.base import BaseCommand, CommandError, CommandParser
from requests.utils import get_environ_proxies

from django_entrance.conf.loading import settings_problems
from django_entrance.entra.authorities import configured_authorities
from django_entrance.management.credentials import examine_credential
from django_entrance.management.graph_reach import examine_graph
from django_entrance.management.network_remedies import remedy_for
from django_entrance.management.registrations import Reader, add_reader, administrators, examine_registered
from django_entrance.management.site import examine_site
from django_entrance.management.tables import examine_tables
from django_entrance.management.warnings_of_checks import examine_warnings
from django_entrance.verification.authority import Authority
from django_entrance.verification.errors import AuthorityMismatch, shown
from django_entrance.verification.issuers import CLOUDS, GUID, NO_TENANT, TENANT, origin, tenant_in
from django_entrance.verification.metadata.fetch import is_loopback, open_document, read_body

CERTIFICATE_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")
LARGEST_CLOCK_DIFFERENCE = 30
"""Seconds."""

GUESTS_NOTE = (
    "limited by ALLOW_GUESTS; whether tokens have the claim acct cannot be seen from here. Add the optional claim acct"
    " to the API's access tokens (Token configuration): without it, a person counts as a guest only by idp"
)

NO_SUCH_TENANT = "AADSTS90002"
"""The error code of a discovery document for a tenant that does not exist; it comes with status 400."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One result: what was examined, what was seen, and the remedy if it is wrong."""

    where: str
    seen: str
    remedy: str = ""

    @property
    def is_ok(self) -> bool:
        return not self.remedy


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """An authority's first answer: its Date header, and whether it knows the tenant."""

    date: str | None
    knows_tenant: bool


def examine(
    clock: Callable[[], float] = time.time,
    *,
    site: str | None = None,
    readers: Iterable[Reader] = (),
    front_end: str | None = None,
) -> Iterator[Finding]:
    """Yield findings for the settings, then for each authority its connection, keys, credential and registrations.

    Then for the site. ``clock`` returns seconds since 1970. ``site`` is a URL of the site, to try how long a header it
    accepts and how its redirect page arrives. ``readers`` read registrations as an administrator. ``front_end`` is the
    folder of its front end.
    """
    problems = settings_problems()
    for problem in problems:
        yield Finding(where=f"settings, {problem.check_id}", seen=problem.message, remedy=problem.hint)
    if problems:
        return
    names = ", ".join(authority.name for authority in configured_authorities())
    yield Finding(where="settings", seen=f"valid; authorities: {names}")
    for where, seen, remedy in (*examine_warnings(), *examine_tables()):
        yield Finding(where=where, seen=seen, remedy=remedy)
    yield Finding(where="certificates", seen=trusted_certificates())
    for authority in configured_authorities():
        yield from examine_authority(authority, clock)
        seen, remedy = examine_credential(authority.name)
        if seen:
            yield Finding(where=f"{authority.name}, credential", seen=seen, remedy=remedy)
        for where, seen, remedy in examine_graph(authority.name):
            yield Finding(where=where, seen=seen, remedy=remedy)
        if authority.policy.allow_guests is not True:
            yield Finding(where=f"{authority.name}, guests", seen=GUESTS_NOTE)
    for where, seen, remedy in examine_registered(site, readers):
        yield Finding(where=where, seen=shown(seen, at_most=400), remedy=remedy)
    for where, seen, remedy in examine_site(site, front_end):
        yield Finding(where=where, seen=seen, remedy=remedy)


def trusted_certificates() -> str:
    named = [f"{name}={os.environ[name]}" for name in CERTIFICATE_VARIABLES if os.environ.get(name)]
    paths = ssl.get_default_verify_paths()
    return ", ".join([*named, paths.cafile or paths.capath or "no store of the system", "those of requests"])


def examine_authority(authority: Authority, clock: Callable[[], float]) -> Iterator[Finding]:
    url, where = authority.addresses.discovery_url, f"{authority.name}, documents"
    yield Finding(where=f"{authority.name}, proxy", seen=proxy_for(url))
    try:
        contact = make_contact(url)
        yield compare_clocks(f"{authority.name}, clock", contact.date, clock)
        if contact.knows_tenant:
            yield from examine_metadata(authority)
        else:
            seen = f"{url}: no such tenant ({NO_SUCH_TENANT})"
            remedy = "Copy the tenant id from the application registration's Overview page to TENANT_ID."
            yield Finding(where=where, seen=seen, remedy=f"{remedy} A tenant exists in one cloud: compare CLOUD, too.")
    except AuthorityMismatch as mismatch:
        remedy = issuer_remedy(authority, mismatch) or mismatch.detail
        yield Finding(where=where, seen=shown(mismatch.actual), remedy=remedy)
    except (OSError, ValueError, RecursionError) as error:
        yield Finding(where=where, seen=f"{url}: {shown(str(error))}", remedy=remedy_for(error))


def proxy_for(url: str) -> str:
    proxies = {} if is_loopback(url) else get_environ_proxies(url)
    proxy = proxies.get(url.partition(":")[0]) or proxies.get("all")
    return f"through {host_of(proxy)}" if proxy else "none"


def host_of(proxy: str) -> str:
    """Return host and port of a proxy's URL. The rest may be secret; all of an ambiguous URL may be."""
    try:
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        is_clear = bool(parts.hostname) and parts.port != 0 and "%" not in parts.netloc.rpartition("@")[2]
        is_clear = is_clear and "@" not in parts.path + parts.query + parts.fragment
    except ValueError:
        is_clear = False
    return shown(parts.netloc.rpartition("@")[2]) if is_clear else "a URL that cannot be read"


def make_contact(url: str) -> Contact:
    """Request a discovery document. Entra answers 400 for a tenant that it does not know.

    Raises:
        OSError: no answer, or another status.
    """
    with open_document(url, statuses=(200, 400)) as response:
        error = read_body(response) if response.status_code == 400 else b""
        if error and NO_SUCH_TENANT.encode() not in error:
            raise OSError(f"expected status 200, got {response.status_code}")
        return Contact(date=response.headers.get("Date"), knows_tenant=not error)


def compare_clocks(where: str, date: str | None, clock: Callable[[], float]) -> Finding:
    """Compare this machine's clock with the authority's, which sets ``exp`` and ``nbf``."""
    try:
        authority_time = parsedate_to_datetime(date or "").timestamp()
    except (ValueError, OverflowError):
        return Finding(where=where, seen="unknown: the authority sends no valid Date header")
    ahead = round(clock() - authority_time)
    unit = "second" if abs(ahead) == 1 else "seconds"
    seen = f"{abs(ahead)} {unit} {'ahead of' if ahead > 0 else 'behind'} the authority's"
    remedy = "Synchronise the clock by NTP: tokens are refused as expired or not yet valid."
    return Finding(where=where, seen=seen, remedy=remedy if abs(ahead) > LARGEST_CLOCK_DIFFERENCE else "")


def examine_metadata(authority: Authority) -> Iterator[Finding]:
    started = time.monotonic()
    published = authority.keys.source.read(authority.keys.source.download())
    took = f"{(time.monotonic() - started) * 1000:.0f} ms"
    yield Finding(where=f"{authority.name}, documents", seen=f"issuer {published.issuer}, in {took}")
    yield Finding(where=f"{authority.name}, keys", seen=f"{len(published.keys)} usable signing keys")


def issuer_remedy(authority: Authority, mismatch: AuthorityMismatch) -> str:
    """Return the ISSUER_HOST to write if the document has the right tenant on another host, else an empty string.

    That is the case for External ID or Azure AD B2C behind a custom host name.
    """
    issuer, computed = str(mismatch.actual), authority.addresses.issuer
    tenant = tenant_in(issuer)
    path = computed.removeprefix(origin(computed)).replace(TENANT, tenant)
    is_ours = tenant == authority.tenant or not (GUID.fullmatch(authority.tenant) or authority.has_several_tenants)
    is_a_clouds = origin(authority.addresses.discovery_url) in CLOUDS.values()
    if tenant == NO_TENANT or is_a_clouds or not is_ours or not issuer.endswith(path):
        return ""
    advice = f'write ISSUER_HOST = "{shown(issuer.removesuffix(path))}"'
    return f"Behind a custom host name of External ID or Azure AD B2C, {advice}. {mismatch.detail}"


HELP = (
    "Examines settings, tables, proxy, certificates, clock, documents, keys, credential and registrations of each"
    " authority, Microsoft Graph, TOKENS_CACHE, the version of MSAL in the front end, and the site."
)


def add_arguments(parser: CommandParser) -> None:
    site_help = "URL of your site, such as https://…/entrance/config.json: tests how long a header it accepts"
    parser.add_argument("--site", metavar="URL", help=site_help)
    front_end_help = "folder of the front end: its lock file names the version of MSAL; found near BASE_DIR"
    parser.add_argument("--front-end", metavar="FOLDER", help=front_end_help)
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    add_reader(parser)


def run(command: BaseCommand, **options: Any) -> None:
    """Print a line for each finding, and a remedy for each problem; or all findings as JSON.

    Raises:
        CommandError: there are problems; the exit code is 1.
    """
    findings = []
    readers = administrators(command, options)
    for finding in examine(site=options["site"], readers=readers, front_end=options["front_end"]):
        findings.append(finding)
        if not options["json"]:
            show(command, finding)
    count = sum(not finding.is_ok for finding in findings)
    if options["json"]:
        rows = [{**asdict(finding), "is_ok": finding.is_ok} for finding in findings]
        command.stdout.write(json.dumps({"findings": rows, "problems": count}, indent=2, ensure_ascii=False))
    if count:
        raise CommandError("1 problem found." if count == 1 else f"{count} problems found.")


def show(command: BaseCommand, finding: Finding) -> None:
    mark = command.style.SUCCESS("ok   ") if finding.is_ok else command.style.ERROR("wrong")
    command.stdout.write(f"{mark}  {finding.where}: {finding.seen}")
    if not finding.is_ok:
        command.stdout.write(f"       {finding.remedy}")
