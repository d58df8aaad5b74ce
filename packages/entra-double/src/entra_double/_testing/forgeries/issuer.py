"""Forgeries of issuer, tenant and version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote, urlsplit

from entra_double._testing.forgeries.forgery import Forgery, Value, claiming, family
from entra_double._testing.forgeries.structure import OTHER_TENANT
from entra_double._testing.forging import MISSING, Bench, rs256
from entra_double._tokens.claims.common import v1_issuer, v2_issuer
from entra_double._world.ids import CONSUMERS


def _own(change: Callable[[str], object]) -> Value:
    """Change the issuer of the good token."""
    return lambda bench: change(bench.text("iss"))


def _of(tenant: str) -> Value:
    return lambda bench: v2_issuer(bench.base_url, tenant)


def _elsewhere(base_url: str) -> Value:
    return lambda bench: v2_issuer(base_url, bench.text("tid"))


def _capital_host(bench: Bench) -> str:
    parts = urlsplit(bench.text("iss"))
    return f"{parts.scheme.upper()}://{parts.netloc.upper()}{parts.path}"


def _backslash(bench: Bench) -> str:
    return bench.text("iss").replace(bench.base_url, f"{bench.base_url}\\@evil.example", 1)


def _homoglyph(bench: Bench) -> str:
    return bench.text("iss").replace("o", "\u043e", 1)


def _domain(bench: Bench) -> str:
    tenant = bench.emulator.directory.tenant(bench.text("tid"))
    return v2_issuer(bench.base_url, tenant.domain if tenant else "contoso.example")


def _capital_tenant(bench: Bench) -> str:
    return bench.text("iss").replace(bench.text("tid"), bench.text("tid").upper())


_ISSUERS: Mapping[str, tuple[str, str, Value]] = {
    "slash": ("257", "a slash at the end", _own(lambda iss: f"{iss}/")),
    "without_version": ("258", "without /v2.0", _own(lambda iss: iss.removesuffix("/v2.0"))),
    "capital_host": ("261", "the host in capitals", _capital_host),
    "capital_tenant": ("262", "the tenant in capitals", _capital_tenant),
    "capital_version": ("263", "V2.0 in capitals", _own(lambda iss: iss.replace("/v2.0", "/V2.0"))),
    "port": (
        "264",
        "another port",
        _own(lambda iss: iss.replace(urlsplit(iss).netloc, f"{urlsplit(iss).hostname}:443")),
    ),
    "backslash": ("268", "a backslash before another host", _backslash),
    "homoglyph": ("269", "a Cyrillic letter", _homoglyph),
    "traversal": ("270", "another tenant and back", _own(lambda iss: iss.replace("/v2.0", f"/../{OTHER_TENANT}/v2.0"))),
    "query": ("271", "a query behind it", _own(lambda iss: f"{iss}?x=1")),
    "fragment": ("272", "a fragment behind it", _own(lambda iss: f"{iss}#x")),
    "percent": ("273", "escaped", _own(lambda iss: quote(iss, safe=""))),
    "space": ("274", "a space behind it", _own(lambda iss: f"{iss} ")),
    "nul": ("276", "a NUL behind it", _own(lambda iss: f"{iss}\x00")),
    "template_tenantid": ("277", "a template", _of("{tenantid}")),
    "template_tid": ("278", "another template", _of("{tid}")),
    "organizations": ("280", "organizations", _of("organizations")),
    "consumers": ("281", "consumers", _of("consumers")),
    "domain": ("282", "the tenant's domain", _domain),
    "other_tenant": ("283", "another tenant", _of(OTHER_TENANT)),
    "personal_accounts": ("284", "the tenant of personal accounts", _of(CONSUMERS)),
    "v1_without_slash": ("285", "the v1.0 issuer without its slash", lambda bench: v1_issuer(bench.text("tid"))[:-1]),
    "v1": ("286", "the v1.0 issuer in a v2.0 token", lambda bench: v1_issuer(bench.text("tid"))),
    "us_government": ("287", "the cloud of the US government", _elsewhere("https://login.microsoftonline.us")),
    "china": ("288", "the cloud in China", _elsewhere("https://login.partner.microsoftonline.cn")),
    "other_emulator": ("290", "an emulator at another address", _elsewhere("http://localhost:1")),
    "empty": ("291", "an empty text", ""),
    "letter": ("293", "one letter of it", "h"),
    "missing": ("294", "left out", MISSING),
    "number": ("296", "a number", 5),
    "list": ("297", "a list with the right one and another", _own(lambda iss: [iss, "https://evil.example"])),
    "list_of_one": ("298", "a list of the right one", _own(lambda iss: [iss])),
    "object": ("299", "an object", _own(lambda iss: {iss: True})),
    "true": ("300", "true", True),
}

_TENANTS: Mapping[str, tuple[str, str, Value]] = {
    "missing": ("301 319", "left out", MISSING),
    "null": ("302", "null", None),
    "braced": ("306", "in braces", lambda bench: f"{{{bench.text('tid')}}}"),
    "empty": ("309", "an empty text", ""),
    "newline": ("313", "a line feed behind it", lambda bench: f"{bench.text('tid')}\n"),
    "domain": ("314", "a domain", "contoso.example"),
    "traversal": ("315", "a path upwards", lambda bench: f"../{bench.text('tid')}"),
}

_VERSIONS: Mapping[str, tuple[str, str, Value]] = {
    "missing": ("320", "left out", MISSING),
    "1_with_v2_issuer": ("321", "1.0 under the v2.0 issuer", "1.0"),
    "2": ("324", "2", "2"),
    "list": ("326", "a list", ["2.0"]),
}


def _whole_other_tenant(bench: Bench) -> str:
    return bench.token(claims={"iss": v2_issuer(bench.base_url, OTHER_TENANT), "tid": OTHER_TENANT})


def _personal(bench: Bench) -> str:
    key = bench.personal_key
    claims = {"iss": v2_issuer(bench.base_url, CONSUMERS), "tid": CONSUMERS}
    return bench.token(header={"kid": key.key_id}, claims=claims, sign=rs256(key))


FORGERIES: tuple[Forgery, ...] = (
    claiming("issuer", "good", "255", "nothing: a good v2.0 token", {}, expect="accept"),
    Forgery(
        name="good_v1",
        group="issuer",
        corpus=("256",),
        says="nothing: a good v1.0 token",
        expect="accept",
        forge=lambda bench: bench.good_v1,
    ),
    *family("issuer", "iss", _ISSUERS),
    *family("issuer", "tid", _TENANTS),
    Forgery(
        name="other_tenant",
        group="issuer",
        corpus=("316",),
        says="iss and tid both of another tenant, by a key of the service",
        forge=_whole_other_tenant,
    ),
    Forgery(
        name="personal_account",
        group="issuer",
        corpus=("318",),
        says="iss and tid both of personal accounts, by their key",
        forge=_personal,
    ),
    *family("issuer", "ver", _VERSIONS),
    Forgery(
        name="v1_with_ver_2",
        group="issuer",
        corpus=("327",),
        says="a v1.0 token that says 2.0",
        forge=lambda bench: bench.token_v1(ver="2.0"),
    ),
    Forgery(
        name="v1_with_v2_issuer",
        group="issuer",
        corpus=(),
        says="a v1.0 token with the v2.0 issuer",
        forge=lambda bench: bench.token_v1(iss=bench.text("iss")),
    ),
)
