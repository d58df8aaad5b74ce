"""Looks at the way from this machine to its authorities, and says what is wrong with it and what to do."""

import os
import re
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from django.core.management.base import BaseCommand, CommandError, CommandParser
from requests.utils import get_environ_proxies

from django_entrance.conf.loading import read_raw
from django_entrance.conf.validation import find_faults
from django_entrance.entra.authorities import configured_authorities
from django_entrance.verification.authority import Authority
from django_entrance.verification.errors import AuthorityMismatch, shown
from django_entrance.verification.issuers import CLOUDS, GUID, NO_TENANT, TENANT, origin, tenant_in
from django_entrance.verification.metadata.fetch import BAD_PROXY, asking, stays_here

STORES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")
MOST_SECONDS_APART = 30

HEADER_LENGTHS = (12_500, 8_000, 4_000, 2_000)
"""Characters. The longest has room for 200 groups; of more, Entra lists none (Microsoft, "Groups overage claim")."""

WITHOUT_GROUPS, OF_A_GROUP = 1_560, 52
"""Characters of a token without groups, and those that each group adds: its GUID in a JSON list, in base64url."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at: where, what was seen, and the remedy when it is not well."""

    where: str
    seen: str
    remedy: str = ""

    @property
    def is_well(self) -> bool:
        return not self.remedy


def examine(clock: Callable[[], float] = time.time, *, site: str | None = None) -> Iterator[Finding]:
    """Yield what was found, in the order of the way: settings, each authority from here to its keys, then the site.

    ``clock`` tells seconds since 1970. ``site`` is an address of the site itself, to try how long a header it takes.
    """
    faults = list(find_faults(read_raw()))
    for fault in faults:
        yield Finding(where=f"settings, {fault.check_id}", seen=fault.message, remedy=fault.hint)
    if faults:
        return
    names = ", ".join(authority.name for authority in configured_authorities())
    yield Finding(where="settings", seen=f"no fault; authorities: {names}")
    yield Finding(where="certificates", seen=trusted_certificates())
    for authority in configured_authorities():
        yield from examine_authority(authority, clock)
    if site is not None:
        yield examine_site(site)


def examine_authority(authority: Authority, clock: Callable[[], float]) -> Iterator[Finding]:
    url = authority.addresses.discovery_url
    proxies = {} if stays_here(url) else get_environ_proxies(url)
    proxy = proxies.get(url.partition(":")[0]) or proxies.get("all")
    yield Finding(where=f"{authority.name}, proxy", seen=f"through {host_of(proxy)}" if proxy else "none")
    try:
        yield examine_clock(authority, clock)
        started = time.monotonic()
        published = authority.keys.publisher.read(authority.keys.publisher.download())
    except AuthorityMismatch as mismatch:
        remedy = issuer_remedy(authority, mismatch) or mismatch.detail
        yield Finding(where=f"{authority.name}, documents", seen=shown(mismatch.came), remedy=remedy)
    except (OSError, ValueError, RecursionError) as fault:
        yield Finding(
            where=f"{authority.name}, documents", seen=f"{url}: {shown(str(fault))}", remedy=remedy_for(fault)
        )
    else:
        took = f"{(time.monotonic() - started) * 1000:.0f} ms"
        yield Finding(where=f"{authority.name}, documents", seen=f"issuer {published.issuer}, in {took}")
        yield Finding(where=f"{authority.name}, keys", seen=f"{len(published.keys)} fit to sign tokens")


def issuer_remedy(authority: Authority, mismatch: AuthorityMismatch) -> str:
    """Say what to write where the document names the right tenant, but on a host that does not follow from ours.

    That is External ID or Azure AD B2C behind a custom host name; of anything else nothing is said.
    """
    issuer, computed = str(mismatch.came), authority.addresses.issuer
    tenant = tenant_in(issuer)
    path = computed.removeprefix(origin(computed)).replace(TENANT, tenant)
    is_ours = tenant == authority.tenant or not (GUID.fullmatch(authority.tenant) or authority.has_several_tenants)
    is_a_clouds = origin(authority.addresses.discovery_url) in CLOUDS.values()
    if tenant == NO_TENANT or is_a_clouds or not is_ours or not issuer.endswith(path):
        return ""
    advice = f'write ISSUER_HOST = "{shown(issuer.removesuffix(path))}"'
    return f"Behind a custom host name of External ID or Azure AD B2C, {advice}. {mismatch.detail}"


def examine_clock(authority: Authority, clock: Callable[[], float]) -> Finding:
    """Compare this machine's clock with the authority's, to which ``exp`` and ``nbf`` belong."""
    with asking(authority.addresses.discovery_url) as response:
        date = response.headers.get("Date")
    where = f"{authority.name}, clock"
    if date is None:
        return Finding(where=where, seen="the authority does not tell the time")
    apart = round(clock() - parsedate_to_datetime(date).timestamp())
    seen = f"{abs(apart)} seconds {'ahead of' if apart > 0 else 'behind'} the authority's"
    remedy = "Have the clock set by NTP: tokens are refused as expired or not yet valid."
    return Finding(where=where, seen=seen, remedy=remedy if abs(apart) > MOST_SECONDS_APART else "")


def host_of(proxy: str) -> str:
    """Return host and port of a proxy's address. All else may be secret, and all of it where it has two readings."""
    try:
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        is_plain = bool(parts.hostname) and parts.port != 0 and "%" not in parts.netloc.rpartition("@")[2]
        is_plain = is_plain and "@" not in parts.path + parts.query + parts.fragment
    except ValueError:
        is_plain = False
    return shown(parts.netloc.rpartition("@")[2]) if is_plain else "an address that cannot be read"


def examine_site(site: str) -> Finding:
    """Ask the site with headers as long as tokens with many groups are: servers refuse some before Django sees them."""
    where = "site, headers"
    if problem := problem_with(site, 0):
        remedy = "Give the whole address of something that the site answers with 200: https://…/entrance/config.json."
        return Finding(where=where, seen=problem, remedy=remedy)
    longest, *shorter = HEADER_LENGTHS
    problem = problem_with(site, longest)
    if not problem:
        return Finding(where=where, seen=f"takes {longest} characters, which is a token with 200 groups")
    taken = next((length for length in shorter if not problem_with(site, length)), 0)
    groups = max(0, taken - WITHOUT_GROUPS) // OF_A_GROUP
    return Finding(
        where=where,
        seen=f"takes {taken} characters (about {groups} groups), and not {longest} (200 groups): {problem}",
        remedy="Keep tokens short: app roles, or only the groups that are assigned to the application. Or let every"
        " server on the way take longer headers: gunicorn has --limit-request-field_size.",
    )


def problem_with(site: str, length: int) -> str:
    """Return why the site does not answer a request with a header of that many characters, or nothing if it does."""
    if not re.match(r"https?://[^/?#]", site):
        return "this is no address of a site"
    try:
        with asking(site, headers={"X-Entrance-Doctor": length * "x"} if length else {}):
            return ""
    except OSError as fault:
        return shown(str(fault))


def trusted_certificates() -> str:
    named = [f"{name}={os.environ[name]}" for name in STORES if os.environ.get(name)]
    paths = ssl.get_default_verify_paths()
    return ", ".join([*named, paths.cafile or paths.capath or "no store of the system", "those of requests"])


def remedy_for(fault: Exception) -> str:
    """Say what to do about the commonest reasons why a document does not come."""
    if isinstance(fault, requests.exceptions.SSLError):
        return (
            "The certificate is not trusted here. If a proxy of your company opens TLS, install the company's"
            " certificate authority in the system's store, or name its file in SSL_CERT_FILE."
        )
    if str(fault) == BAD_PROXY:
        return "Write HTTPS_PROXY as http://host:port or http://name:password@host:port."
    if isinstance(fault, requests.exceptions.ProxyError):
        return "The proxy does not let it through: compare HTTPS_PROXY and NO_PROXY with what your network wants."
    if isinstance(fault, requests.exceptions.InvalidSchema):
        return "Install PySocks for a SOCKS proxy, or name an http proxy in HTTPS_PROXY."
    if isinstance(fault, requests.exceptions.Timeout):
        return "No answer in time: let the firewall open port 443 to this host, or set HTTPS_PROXY."
    if isinstance(fault, requests.exceptions.ConnectionError):
        return "Nobody answers at this address: compare AUTHORITY_HOST, and see that this machine can resolve names."
    return "Something else answers at this address: compare AUTHORITY_HOST and TENANT_ID; a proxy may stand between."


HELP = "Examines settings, proxy, certificates, clock, documents and signing keys of each authority."


def add_arguments(parser: CommandParser) -> None:
    told = "an address of your site, such as https://…/entrance/config.json: tries how long a header it takes"
    parser.add_argument("--site", metavar="URL", help=told)


def run(command: BaseCommand, **options: Any) -> None:
    """Print one line a finding; what is not well is followed by its remedy.

    Raises:
        CommandError: something is not well, so that the command ends with exit code 1.
    """
    wrong = 0
    for finding in examine(site=options["site"]):
        mark = command.style.SUCCESS("ok   ") if finding.is_well else command.style.ERROR("wrong")
        command.stdout.write(f"{mark}  {finding.where}: {finding.seen}")
        if not finding.is_well:
            wrong += 1
            command.stdout.write(f"       {finding.remedy}")
    if wrong:
        raise CommandError(f"{wrong} of these need your hand.")
